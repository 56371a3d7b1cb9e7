package org.lenet5.classify;

/**
 * What a model says of images, as numbers. Both arrays are by image, then by class, and belong to
 * whoever asked for them.
 *
 * @param probabilities 0 to 1
 * @param logits what stands before the softmax; null if they were not asked for, or the model gives
 *     none
 */
public record Scores(float[][] probabilities, float[][] logits) {}
