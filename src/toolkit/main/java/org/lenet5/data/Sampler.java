package org.lenet5.data;

import java.util.Arrays;
import java.util.Locale;
import org.apache.commons.rng.UniformRandomProvider;

/** Which images an epoch consists of. Either way there are as many as there are training images. */
public enum Sampler {
  /** Each image once. */
  NONE,
  /**
   * Each class equally often, or once more where the numbers do not divide. Of a rare class images
   * come several times, each as often as the others or once more; of a common class some do not
   * come in this epoch. Which these are is drawn anew for each epoch.
   */
  BALANCED;

  /**
   * The sampler named {@code text}.
   *
   * @throws IllegalArgumentException if {@code text} is neither {@code none} nor {@code balanced}
   */
  public static Sampler parse(String text) {
    return Arrays.stream(values())
        .filter(sampler -> sampler.toString().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be none or balanced"));
  }

  /** The epoch's images by index, not yet shuffled; the same for the same seed and epoch. */
  int[] draw(LabeledImages images, long seed, int epoch) {
    int[] order = new int[images.size()];
    Arrays.setAll(order, i -> i);
    return this == NONE ? order : balanced(images, order, seed, epoch);
  }

  private static int[] balanced(LabeledImages images, int[] all, long seed, int epoch) {
    int[][] members = members(images, all);
    UniformRandomProvider random =
        SeededRandom.generator(seed, epoch, SeededRandom.Purpose.SAMPLING);
    SeededRandom.shuffle(members, random); // the first ones get what does not divide
    int[] drawn = new int[all.length];
    int done = 0;
    for (int c = 0; c < members.length; c++) {
      int[] own = members[c];
      int count = all.length / members.length + (c < all.length % members.length ? 1 : 0);
      SeededRandom.shuffle(own, random);
      for (int i = 0; i < count; i++) {
        drawn[done++] = own[i % own.length];
      }
    }
    return drawn;
  }

  /** The images of each class that has any. */
  private static int[][] members(LabeledImages images, int[] all) {
    int classes = Arrays.stream(all).map(images::label).max().orElse(-1) + 1;
    int[] sizes = new int[classes];
    for (int i : all) {
      sizes[images.label(i)]++;
    }
    int[][] members = new int[classes][];
    Arrays.setAll(members, c -> new int[sizes[c]]);
    int[] filled = new int[classes];
    for (int i : all) {
      int label = images.label(i);
      members[label][filled[label]++] = i;
    }
    return Arrays.stream(members).filter(own -> own.length > 0).toArray(int[][]::new);
  }

  /** As the flag has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
