package org.lenet5.serve.model;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.lenet5.image.ImageShape;

/**
 * A request's images in their order, each as pixels or as a picture that is still to be decoded.
 */
public final class ImageList {
  private final int most;
  private final int bytes;
  private final Map<Integer, byte[]> encoded = new TreeMap<>();
  private byte[] pixels;
  private int size;

  /**
   * An empty list.
   *
   * @param shape that the model takes
   * @param most images that a request may have
   */
  public ImageList(ImageShape shape, int most) {
    this.most = most;
    bytes = shape.bytes();
    pixels = new byte[bytes];
  }

  /**
   * Makes room for one more image.
   *
   * @return where in {@link #array} its pixels begin
   * @throws ServeException if there are too many
   */
  public int add() {
    if (size == most) {
      throw ServeException.invalid(
          "a request may have " + most + " images and this one has more (--max-items)");
    }
    if ((size + 1) * (long) bytes > pixels.length) {
      long larger = Math.min(Math.max(2L * size, 4), most) * bytes;
      pixels = Arrays.copyOf(pixels, (int) Math.min(larger, Integer.MAX_VALUE - 16));
    }
    return size++ * bytes;
  }

  /** Adds a picture in a file's format. */
  public void addEncoded(byte[] picture) {
    encoded.put(add() / bytes, picture);
  }

  /**
   * Adds images.
   *
   * @param all their pixels, one image after the other; a whole number of images
   */
  public void addAll(byte[] all) {
    if (size == 0 && all.length <= (long) most * bytes) {
      pixels = all;
      size = all.length / bytes;
      return;
    }
    for (int at = 0; at < all.length; at += bytes) {
      int to = add();
      System.arraycopy(all, at, pixels, to, bytes);
    }
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** Where pixels go. Another array after the next {@link #add}. */
  public byte[] array() {
    return pixels;
  }

  /** The pictures to decode, by their place in the list. */
  Map<Integer, byte[]> encoded() {
    return encoded;
  }

  /** The pixels of all images, exactly as many as there are. */
  byte[] pixels() {
    int length = size * bytes;
    return length == pixels.length ? pixels : Arrays.copyOf(pixels, length);
  }
}
