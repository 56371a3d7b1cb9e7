package org.lenet5.data;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * The training images in two parts that share no image. Each part keeps the original order.
 *
 * @param training to train on
 * @param validation held out of training, to measure on
 */
public record Split(LabeledImages training, LabeledImages validation) {

  /**
   * Holds out the same share of every class, at random: of {@code n} images of a class {@code
   * round(fraction * n)}. The same images and seed give the same split.
   *
   * @param fraction share to hold out, at least 0 and below 1
   * @param classes number of classes
   * @throws IllegalArgumentException if {@code fraction} is out of range or a label not below
   *     {@code classes}
   * @throws DataException if a positive fraction holds out no image or leaves none to train on
   */
  public static Split stratified(LabeledImages images, double fraction, int classes, long seed) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "validation (%s) must be at least 0 and below 1".formatted(fraction));
    }
    if (fraction == 0) {
      return new Split(images, images.select(new int[0]));
    }
    BitSet heldOut = heldOut(images, fraction, classes, seed);
    int count = heldOut.cardinality();
    if (count == 0 || count == images.size()) {
      throw new DataException(
          "validation (%s) holds out %d of %d training images: choose a fraction that leaves some in both parts"
              .formatted(fraction, count, images.size()));
    }
    int[] training = IntStream.range(0, images.size()).filter(i -> !heldOut.get(i)).toArray();
    return new Split(images.select(training), images.select(heldOut.stream().toArray()));
  }

  /** The images that {@link #stratified} holds out, by their index. */
  static BitSet heldOut(LabeledImages images, double fraction, int classes, long seed) {
    BitSet heldOut = new BitSet();
    int[][] members = byClass(images, classes);
    for (int c = 0; c < classes; c++) {
      UniformRandomProvider random = SeededRandom.generator(seed, c, SeededRandom.Purpose.SPLIT);
      SeededRandom.shuffle(members[c], random);
      long count = heldOut(fraction, members[c].length);
      IntStream.of(members[c]).limit(count).forEach(heldOut::set);
    }
    return heldOut;
  }

  /** How many of a class's images are held out. */
  static long heldOut(double fraction, int images) {
    return Math.round(fraction * images);
  }

  private static int[][] byClass(LabeledImages images, int classes) {
    IntStream.Builder[] members = new IntStream.Builder[classes];
    for (int c = 0; c < classes; c++) {
      members[c] = IntStream.builder();
    }
    for (int i = 0; i < images.size(); i++) {
      int label = images.label(i);
      if (label >= classes) {
        throw new IllegalArgumentException(
            "label (%d) of image %d must be below %d".formatted(label, i, classes));
      }
      members[label].add(i);
    }
    int[][] indices = new int[classes][];
    for (int c = 0; c < classes; c++) {
      indices[c] = members[c].build().toArray();
    }
    return indices;
  }
}
