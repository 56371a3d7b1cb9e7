package org.lenet5.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.lenet5.image.ImageShape;
import org.lenet5.io.AtomicFiles;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;

/**
 * Images of one shape with a label each: row by row, the channels of a pixel side by side, each an
 * unsigned byte 0 to 255. They lie in memory, or in a file that is mapped and may be larger than
 * memory.
 *
 * <p>Immutable and thread-safe. Selections share the pixels.
 */
public final class LabeledImages {
  private final ImageShape shape;
  private final PixelStore pixels;
  private final int[] labels; // by place in pixels, as rows
  private final int[] rows; // places of the selected images; null: all, in order

  /** Keeps the arrays themselves: nobody may write to them afterwards. */
  LabeledImages(ImageShape shape, byte[] pixels, int[] labels) {
    this(shape, PixelStore.of(pixels, shape.bytes()), labels, null);
    if (pixels.length != (long) labels.length * shape.bytes()) {
      throw new IllegalArgumentException(
          "pixels (%d bytes) must be %d for each of %d labels"
              .formatted(pixels.length, shape.bytes(), labels.length));
    }
  }

  private LabeledImages(ImageShape shape, PixelStore pixels, int[] labels, int[] rows) {
    this.shape = shape;
    this.pixels = pixels;
    this.labels = labels;
    this.rows = rows;
  }

  /**
   * A set that keeps copies of the arrays.
   *
   * @param pixels {@link ImageShape#bytes} for each image, [n,height,width,channels]
   * @param labels classes from 0, one for each image
   * @throws IllegalArgumentException if the lengths disagree or a label is negative
   */
  public static LabeledImages copyOf(ImageShape shape, byte[] pixels, int[] labels) {
    requireClasses(labels);
    return new LabeledImages(shape, pixels.clone(), labels.clone());
  }

  /**
   * The images that lie in a file one after the other. It is mapped, not read: of any size, and in
   * memory only as far as the system keeps it there. The file must not change while they are used.
   *
   * @param offset of the first image in the file, in bytes
   * @param labels classes from 0, one for each image
   * @throws IllegalArgumentException if a label is negative
   * @throws DataException if the file ends before the last image does
   * @throws java.io.UncheckedIOException if it cannot be mapped
   */
  public static LabeledImages mapped(ImageShape shape, Path file, long offset, int[] labels) {
    requireClasses(labels);
    try {
      PixelStore store = PixelStore.mapped(file, offset, labels.length, shape.bytes());
      return new LabeledImages(shape, store, labels.clone(), null);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot map", file, e);
    }
  }

  private static void requireClasses(int[] labels) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        throw new IllegalArgumentException(
            "label (%d) of image %d must not be negative".formatted(labels[i], i));
      }
    }
  }

  /** The shape of each image. */
  public ImageShape shape() {
    return shape;
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
   * Copies image {@code i}, {@link ImageShape#bytes} of them, to {@code target} from {@code offset}
   * on.
   *
   * @throws IndexOutOfBoundsException if there is no such image or no room for it
   */
  public void copyTo(int i, byte[] target, int offset) {
    pixels.copyTo(row(i), target, offset);
  }

  /** Image {@code i} as uint8 [height,width,channels]: a read-only view, not a copy. */
  public ByteNdArray image(int i) {
    return NdArrays.wrap(
        Shape.of(shape.height(), shape.width(), shape.channels()), pixels.view(row(i)));
  }

  /**
   * The images at {@code indices} of this set, in that order; an index may come more than once.
   *
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public LabeledImages select(int[] indices) {
    return new LabeledImages(
        shape, pixels, labels, Arrays.stream(indices).map(this::row).toArray());
  }

  /**
   * All pixels, where they lie in one array: image {@code i} begins at {@code row(i) *
   * shape().bytes()}. Not to be written to; null where they lie in a file.
   */
  byte[] array() {
    return pixels.array();
  }

  int row(int i) {
    return rows == null ? Objects.checkIndex(i, labels.length) : rows[i];
  }
}
