package org.lenet5.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/**
 * A batch split into parts that go through the layers side by side, each on a thread of its own. At
 * batch 10 an operation is too small to be spread over cores itself; whole parts keep them busy.
 */
final class BatchParts {
  private record Part(Operand<TUint8> images, Operand<TInt32> length) {}

  private final List<Part> parts = new ArrayList<>();

  /**
   * Adds the split to a graph: part i of n holds the images from i·size/n to (i+1)·size/n.
   *
   * @param images uint8 [size,h,w,c], size at least 1
   */
  BatchParts(Ops tf, Operand<TUint8> images, int count) {
    if (count == 1) {
      parts.add(new Part(images, null));
      return;
    }
    Operand<TInt32> size =
        tf.reshape(tf.shape.size(images, tf.constant(0)), tf.constant(new int[0]));
    for (int i = 0; i < count; i++) {
      Operand<TInt32> start = share(tf, size, i, count);
      Operand<TInt32> length = tf.math.sub(share(tf, size, i + 1, count), start);
      // With fewer images than parts some are empty. oneDNN's convolutions give an empty batch a
      // wrong shape, so such a part computes an image that is another's, and drops the result.
      Operand<TInt32> within = tf.math.minimum(start, tf.math.sub(size, tf.constant(1)));
      Operand<TInt32> taken = tf.math.maximum(length, tf.constant(1));
      parts.add(new Part(rows(tf, images, within, taken), length));
    }
  }

  private static Operand<TInt32> share(Ops tf, Operand<TInt32> size, int i, int count) {
    return tf.math.floorDiv(tf.math.mul(size, tf.constant(i)), tf.constant(count));
  }

  private static Operand<TUint8> rows(
      Ops tf, Operand<TUint8> images, Operand<TInt32> start, Operand<TInt32> length) {
    Operand<TInt32> zero = tf.constant(0);
    Operand<TInt32> all = tf.constant(-1);
    return tf.slice(
        images,
        tf.stack(List.of(start, zero, zero, zero)),
        tf.stack(List.of(length, all, all, all)));
  }

  /**
   * Adds layers for each part and puts their results together again.
   *
   * @param layers from a part's number and images, uint8 [n,h,w,c], to float32 [n,classes]
   * @return float32 [size,classes]
   */
  Operand<TFloat32> through(
      Ops tf, BiFunction<Integer, Operand<TUint8>, Operand<TFloat32>> layers) {
    if (parts.size() == 1) {
      return layers.apply(0, parts.get(0).images());
    }
    List<Operand<TFloat32>> results = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      results.add(
          tf.slice(
              layers.apply(i, part.images()),
              tf.constant(new int[] {0, 0}),
              tf.stack(List.of(part.length(), tf.constant(-1)))));
    }
    return tf.concat(results, tf.constant(0));
  }
}
