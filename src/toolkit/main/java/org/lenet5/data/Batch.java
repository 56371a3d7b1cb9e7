package org.lenet5.data;

import java.util.Optional;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.IntNdArray;

/**
 * The images of one training step. The {@link BatchStream} owns the memory and uses it again: a
 * batch is valid until the stream's next {@code next()} or {@code close()}, and must not be written
 * to.
 *
 * <p>Each array lies in one block of memory, so {@code TUint8.tensorOf(batch.images())} and {@code
 * TInt32.tensorOf(batch.labels())} are bulk copies.
 *
 * @param index of this batch in its epoch, from 0
 * @param images uint8 [n,height,width,channels]
 * @param labels int32 [n], classes from 0
 * @param mixed the second labels of images that are mixed with others
 */
public record Batch(
    int index, ByteNdArray images, IntNdArray labels, Optional<SecondLabels> mixed) {

  /**
   * The labels of the images that a batch's images are mixed with.
   *
   * @param labels int32 [n], classes from 0; may be the same as the first label
   * @param weights float32 [n], the weight of the first label, 0 to 1; the second has the rest
   */
  public record SecondLabels(IntNdArray labels, FloatNdArray weights) {}

  /** The number of images. */
  public int size() {
    return (int) labels.size();
  }
}
