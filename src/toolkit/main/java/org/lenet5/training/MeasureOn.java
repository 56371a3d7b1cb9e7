package org.lenet5.training;

import java.util.Arrays;
import java.util.Locale;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.data.Split;

/**
 * Which images stand for the test images. Who compares many trainings to choose one must not look
 * at the test images: whatever is best on them is so by chance as well.
 */
public enum MeasureOn {
  /** The data's test images. */
  TEST,

  /** The images held out of training, so that the test images are not looked at. */
  HELD_OUT;

  /**
   * That of the flag.
   *
   * @throws IllegalArgumentException if the word is any other
   */
  static MeasureOn parse(String word) {
    return Arrays.stream(values())
        .filter(each -> each.toString().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be test or held-out"));
  }

  /**
   * The data that a training gets to see, with the images to measure as its test images. Changes no
   * weights.
   *
   * @throws IllegalArgumentException naming the flag, if no images are held out
   */
  public static Dataset apply(TrainingConfig config, Dataset data) {
    if (config.get(Settings.MEASURE_ON) == TEST) {
      return data;
    }
    if (config.validation() == 0 && data.validation().isEmpty()) {
      throw new IllegalArgumentException(
          "--measure-on held-out: needs images held out of training: --validation F");
    }
    return new Dataset(
        data.name(),
        data.train(),
        data.validation(),
        heldOut(config, data),
        data.classNames(),
        data.sha256());
  }

  /** The images that a training holds out: the data's own, or a share of its training images. */
  public static LabeledImages heldOut(TrainingConfig config, Dataset data) {
    return data.validation()
        .orElseGet(
            () ->
                Split.stratified(
                        config.subset().of(data.train()),
                        config.validation(),
                        data.classNames().size(),
                        config.seed())
                    .validation());
  }

  /** As the flag has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
