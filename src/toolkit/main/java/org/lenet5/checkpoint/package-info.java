/**
 * What a run can be loaded from: TensorFlow checkpoints and {@code run.json}, the run's manifest,
 * both published whole or not at all.
 */
package org.lenet5.checkpoint;
