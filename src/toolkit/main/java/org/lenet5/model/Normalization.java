package org.lenet5.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.lenet5.data.PixelStatistics;
import org.lenet5.image.ImageShape;

/** Which mean and deviation a model's {@link PixelScaling} takes. */
public enum Normalization {
  /** None: x/255 alone. */
  NONE,
  /** The notebook's own: mean 0 and deviation 1, which changes nothing. */
  NOTEBOOK,
  /** Those of all pixels of CIFAR-10's 50,000 training images, red, green, blue. */
  CIFAR10,
  /** Those of the training images of the run's own data set. */
  DATASET;

  /** The flag's word for it: none, notebook, cifar10, dataset. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The normalisation that {@code --normalize} names.
   *
   * @throws IllegalArgumentException naming the words there are
   */
  public static Normalization of(String word) {
    for (Normalization each : values()) {
      if (each.word().equals(word)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "must be one of "
            + Arrays.stream(values()).map(Normalization::word).collect(Collectors.joining(", ")));
  }

  /**
   * The step for images of a shape.
   *
   * @param pixels the data set's, asked for by {@link #DATASET} alone
   * @throws IllegalArgumentException if there are no such figures for images of that shape
   */
  public PixelScaling scaling(ImageShape shape, Supplier<PixelStatistics> pixels) {
    return switch (this) {
      case NONE -> PixelScaling.NONE;
      case NOTEBOOK ->
          new PixelScaling(
              Collections.nCopies(shape.channels(), 0f), Collections.nCopies(shape.channels(), 1f));
      case CIFAR10 -> {
        if (shape.isGrey()) {
          throw new IllegalArgumentException(
              "--normalize cifar10: is for images in colour, these are grey; dataset takes their"
                  + " own mean and deviation");
        }
        yield new PixelScaling(
            List.of(0.49139968f, 0.48215841f, 0.44653091f),
            List.of(0.24703223f, 0.24348513f, 0.26158784f));
      }
      case DATASET -> PixelScaling.of(pixels.get());
    };
  }
}
