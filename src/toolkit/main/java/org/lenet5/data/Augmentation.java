package org.lenet5.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.lenet5.data.augment.Crop;
import org.lenet5.data.augment.Flip;
import org.lenet5.data.augment.Operation;
import org.lenet5.data.augment.Operations;
import org.lenet5.image.ImageShape;

/**
 * How training images are varied; each epoch draws new variations. Whatever the order they are
 * named in, operations are applied, and written, in that of {@link Operations}. Immutable.
 *
 * @param operations none twice, in the order of application
 */
public record Augmentation(List<Operation> operations) {
  /** The images as they are. */
  public static final Augmentation NONE = new Augmentation(List.of());

  /**
   * Puts the operations in order.
   *
   * @throws IllegalArgumentException if one comes twice
   */
  public Augmentation {
    operations = operations.stream().sorted(Comparator.comparing(Operations::place)).toList();
    for (int i = 1; i < operations.size(); i++) {
      if (operations.get(i).getClass() == operations.get(i - 1).getClass()) {
        throw new IllegalArgumentException(
            "must have %s once".formatted(operations.get(i).toString().replaceFirst(":.*", "")));
      }
    }
  }

  /**
   * Reads {@code none}, or words of {@link Operations} with commas between, in any order.
   *
   * @throws IllegalArgumentException saying what would be right
   */
  public static Augmentation parse(String text) {
    if (text.equals("none")) {
      return NONE;
    }
    String[] words = text.split(",", -1);
    if (Arrays.asList(words).contains("none")) {
      throw new IllegalArgumentException("none must stand alone");
    }
    return new Augmentation(Arrays.stream(words).map(word -> parse(word, words.length)).toList());
  }

  private static Operation parse(String word, int words) {
    try {
      return Operations.parse(word);
    } catch (IllegalArgumentException e) {
      boolean unknown = e.getMessage().startsWith("must be of");
      if (unknown && words == 1) {
        throw new IllegalArgumentException(
            "must be none, or with commas between of " + Operations.forms(), e);
      }
      throw unknown ? new IllegalArgumentException("\"" + word + "\" " + e.getMessage(), e) : e;
    }
  }

  /**
   * Accepts a shape of images that can be varied so.
   *
   * @throws IllegalArgumentException "--augment crop:40: PAD must be at most 31 for images of …"
   */
  public void requireFits(ImageShape shape) {
    for (Operation each : operations) {
      each.misfit(shape)
          .ifPresent(
              right -> {
                throw new IllegalArgumentException("--augment " + each + ": " + right);
              });
    }
  }

  /** True if images are mixed with others, and have a second label then. */
  public boolean mixes() {
    return operations.stream().anyMatch(Operation.Mixing.class::isInstance);
  }

  /**
   * True if images are mirrored or moved as is drawn before the epoch's first batch, or not at all.
   */
  boolean isDrawnEarly() {
    return operations.stream().allMatch(each -> each instanceof Flip || each instanceof Crop);
  }

  /** The padding of the crop; without one, that of the standard crop. */
  int padding() {
    return operations.stream()
        .filter(Crop.class::isInstance)
        .mapToInt(each -> ((Crop) each).padding())
        .findFirst()
        .orElse(Crop.STANDARD);
  }

  /** The value that {@code --augment} takes. */
  @Override
  public String toString() {
    return operations.isEmpty()
        ? "none"
        : operations.stream().map(Operation::toString).collect(Collectors.joining(","));
  }
}
