package org.lenet5.data;

import java.util.Arrays;
import java.util.Objects;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataBuffers;

/**
 * Images of 32×32 pixels in RGB with one label each, held in memory: 3,072 bytes an image, row by
 * row, the three channels of a pixel side by side, each an unsigned byte 0 to 255.
 *
 * <p>Immutable and thread-safe. Selections share the pixels.
 */
public final class LabeledImages {
  public static final int HEIGHT = 32;
  public static final int WIDTH = 32;
  public static final int CHANNELS = 3;

  /** Bytes of one image. */
  public static final int IMAGE_BYTES = HEIGHT * WIDTH * CHANNELS;

  private static final Shape IMAGE = Shape.of(HEIGHT, WIDTH, CHANNELS);

  private final byte[] pixels;
  private final byte[] labels; // by place in pixels, as rows
  private final int[] rows; // places of the selected images; null: all, in order

  /** Keeps the arrays themselves: nobody may write to them afterwards. */
  LabeledImages(byte[] pixels, byte[] labels) {
    this(pixels, labels, null);
    if (pixels.length != (long) labels.length * IMAGE_BYTES) {
      throw new IllegalArgumentException(
          "pixels (%d bytes) must be %d for each of %d labels"
              .formatted(pixels.length, IMAGE_BYTES, labels.length));
    }
  }

  private LabeledImages(byte[] pixels, byte[] labels, int[] rows) {
    this.pixels = pixels;
    this.labels = labels;
    this.rows = rows;
  }

  /**
   * A set that keeps copies of the arrays.
   *
   * @param pixels 3,072 bytes for each image, [n,32,32,3]
   * @param labels classes from 0, one for each image
   * @throws IllegalArgumentException if the lengths disagree or a label is negative
   */
  public static LabeledImages copyOf(byte[] pixels, byte[] labels) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        throw new IllegalArgumentException(
            "label (%d) of image %d must not be negative".formatted(labels[i], i));
      }
    }
    return new LabeledImages(pixels.clone(), labels.clone());
  }

  /** The number of images. */
  public int size() {
    return rows == null ? labels.length : rows.length;
  }

  /** The class of image {@code i}, from 0. */
  public int label(int i) {
    return labels[row(i)];
  }

  /**
   * Copies image {@code i}, 3,072 bytes, to {@code target} from {@code offset} on.
   *
   * @throws IndexOutOfBoundsException if there is no such image or no room for it
   */
  public void copyTo(int i, byte[] target, int offset) {
    System.arraycopy(pixels, row(i) * IMAGE_BYTES, target, offset, IMAGE_BYTES);
  }

  /** Image {@code i} as uint8 [32,32,3]: a read-only view, not a copy. */
  public ByteNdArray image(int i) {
    ByteDataBuffer all = DataBuffers.of(pixels, true, false);
    return NdArrays.wrap(IMAGE, all.slice((long) row(i) * IMAGE_BYTES, IMAGE_BYTES));
  }

  /**
   * The images at {@code indices} of this set, in that order; an index may come more than once.
   *
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public LabeledImages select(int[] indices) {
    return new LabeledImages(pixels, labels, Arrays.stream(indices).map(this::row).toArray());
  }

  /** All pixels; image {@code i} begins at {@code row(i) * IMAGE_BYTES}. Not to be written to. */
  byte[] pixels() {
    return pixels;
  }

  int row(int i) {
    return rows == null ? Objects.checkIndex(i, labels.length) : rows[i];
  }
}
