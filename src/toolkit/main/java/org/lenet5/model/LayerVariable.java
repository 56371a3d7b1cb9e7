package org.lenet5.model;

import org.tensorflow.ndarray.Shape;

/**
 * A variable of a layer.
 *
 * @param name within the layer: "kernel"
 * @param shape of its values
 * @param initial what its values are before the training
 * @param fanIn inputs of one output unit, the bias aside, which some initial values are scaled by
 * @param isTrained whether the optimizer changes it; else it is a statistic that training keeps
 */
public record LayerVariable(
    String name, Shape shape, Initial initial, long fanIn, boolean isTrained) {
  /** What a variable's values are before the training. */
  public enum Initial {
    /** As the network says: by default PyTorch's, uniform in ±1/√fan_in. */
    WEIGHT,
    /** As {@link #WEIGHT} by default; zeros where the network asks for He's initial values. */
    BIAS,
    /** All 0. */
    ZEROS,
    /** All 1. */
    ONES
  }
}
