package org.lenet5.data;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How training images are varied; each epoch draws new variations.
 *
 * @param flip mirror left and right with probability 1/2
 * @param crop take a part of the image's own size at random out of the image with 4 black pixels
 *     added on each side: 81 positions, equally probable
 */
public record Augmentation(boolean flip, boolean crop) {
  /** The images as they are. */
  public static final Augmentation NONE = new Augmentation(false, false);

  /** Black pixels on each side before a crop. */
  static final int PADDING = 4;

  /**
   * Reads {@code none}, {@code flip}, {@code crop}, or {@code flip,crop} in either order.
   *
   * @throws IllegalArgumentException if {@code text} is anything else
   */
  public static Augmentation parse(String text) {
    if (text.equals("none")) {
      return NONE;
    }
    List<String> words = Arrays.asList(text.split(",", -1));
    Set<String> distinct = new HashSet<>(words);
    if (distinct.size() != words.size() || !Set.of("flip", "crop").containsAll(distinct)) {
      throw new IllegalArgumentException("must be none, flip, crop or flip,crop");
    }
    return new Augmentation(distinct.contains("flip"), distinct.contains("crop"));
  }

  /** The value that {@code --augment} takes. */
  @Override
  public String toString() {
    if (flip) {
      return crop ? "flip,crop" : "flip";
    }
    return crop ? "crop" : "none";
  }
}
