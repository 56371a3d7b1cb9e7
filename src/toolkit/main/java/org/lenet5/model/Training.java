package org.lenet5.model;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * A training pass over a batch, which may be split into parts.
 *
 * @param isOn false for inference
 * @param dropout share of units that are dropped after each hidden dense layer, 0 to below 1
 * @param seeds for each part int64 [2] that decides which; the same seed drops the same units
 * @param weights for each part float32 [n,1], each image's share in the batch: all of them sum to 1
 * @param updates gets the operations that keep statistics, to be run with each step
 */
record Training(
    boolean isOn,
    float dropout,
    List<Operand<TInt64>> seeds,
    List<Operand<TFloat32>> weights,
    List<Op> updates) {
  /** Inference. */
  static final Training NONE = new Training(false, 0, List.of(), List.of(), new ArrayList<>());
}
