package org.lenet5.training;

import java.util.Arrays;
import java.util.Locale;

/** By which figure on the images held out an epoch is better than another. */
public enum BestBy {
  /** The higher share of right classes. */
  ACCURACY {
    @Override
    public double goodness(double accuracy, double loss) {
      return accuracy;
    }
  },
  /** The lower loss. */
  LOSS {
    @Override
    public double goodness(double accuracy, double loss) {
      return -loss;
    }
  };

  /**
   * A number that is higher for a better epoch.
   *
   * @param accuracy on the images held out, 0 to 1
   * @param loss on them
   */
  public abstract double goodness(double accuracy, double loss);

  /**
   * That of the flag.
   *
   * @throws IllegalArgumentException if the word is any other
   */
  static BestBy parse(String word) {
    return Arrays.stream(values())
        .filter(each -> each.toString().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be accuracy or loss"));
  }

  /** As the flag has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
