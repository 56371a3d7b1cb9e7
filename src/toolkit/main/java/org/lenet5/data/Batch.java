package org.lenet5.data;

import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.IntNdArray;

/**
 * The images of one training step. The {@link BatchStream} owns the memory and uses it again: a
 * batch is valid until the stream's next {@code next()} or {@code close()}, and must not be written
 * to.
 *
 * <p>Both arrays lie in one block of memory, so {@code TUint8.tensorOf(batch.images())} and {@code
 * TInt32.tensorOf(batch.labels())} are bulk copies.
 *
 * @param index of this batch in its epoch, from 0
 * @param images uint8 [n,height,width,channels]
 * @param labels int32 [n], classes from 0
 */
public record Batch(int index, ByteNdArray images, IntNdArray labels) {

  /** The number of images. */
  public int size() {
    return (int) labels.size();
  }
}
