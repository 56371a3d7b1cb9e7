package org.lenet5.run;

import org.lenet5.training.Position;

/**
 * What is known of a training just before its first step.
 *
 * @param run the run's name
 * @param dataset the data set's name
 * @param images trained on in each epoch
 * @param from where it goes on; the end of epoch 0 for a new run
 * @param epochs that the run has in the end; as many as are done already if nothing is left
 * @param batchSize images a step
 * @param device computed on
 * @param threads parts of a batch computed at a time
 */
public record RunStart(
    String run,
    String dataset,
    int images,
    Position from,
    int epochs,
    int batchSize,
    String device,
    int threads) {}
