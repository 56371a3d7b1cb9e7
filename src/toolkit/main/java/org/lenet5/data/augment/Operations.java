package org.lenet5.data.augment;

import java.util.List;
import java.util.function.DoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The words of {@code --augment}, in the order in which they are applied. */
public final class Operations {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,4}(\\.\\d{1,6})?");

  /**
   * A word.
   *
   * @param form the word, and after a colon the name of its number
   * @param type what it makes
   * @param maker makes it of its number
   * @param standard what the word makes without a number; null if it needs one
   */
  private record Word(
      String form,
      Class<? extends Operation> type,
      DoubleFunction<Operation> maker,
      Operation standard) {
    String name() {
      return form.replaceFirst(":.*", "");
    }

    boolean isNumbered() {
      return form.contains(":");
    }
  }

  private static final List<Word> ALL =
      List.of(
          new Word("flip", Flip.class, null, new Flip()),
          new Word(
              "crop:PAD", Crop.class, n -> new Crop(whole("crop:PAD", n)), new Crop(Crop.STANDARD)),
          new Word("shift:P", Shift.class, Shift::new, null),
          new Word("rotate:DEGREES", Rotate.class, Rotate::new, null),
          new Word("trivial", TrivialAugment.class, null, new TrivialAugment()),
          new Word("color:S", ColorJitter.class, ColorJitter::new, null),
          new Word("cutout:SIZE", Cutout.class, n -> new Cutout(whole("cutout:SIZE", n)), null),
          new Word("erase:P", Erase.class, Erase::new, null),
          new Word("mixup:A", Mixup.class, Mixup::new, null),
          new Word("cutmix:A", Cutmix.class, Cutmix::new, null));

  private Operations() {}

  /** All words with the names of their numbers, for people. */
  public static String forms() {
    return ALL.stream().map(Word::form).collect(Collectors.joining(", "));
  }

  /**
   * Reads one word.
   *
   * @throws IllegalArgumentException saying what would be right, as "rotate:DEGREES must be from 0
   *     to 180", or "must be …" if there is no such word
   */
  public static Operation parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    Word word =
        ALL.stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("must be of " + forms()));
    if (colon < 0 && word.standard() != null) {
      return word.standard();
    }
    if (!word.isNumbered()) {
      throw new IllegalArgumentException(name + " must stand without a number");
    }
    if (colon < 0 || !NUMBER.matcher(text.substring(colon + 1)).matches()) {
      throw new IllegalArgumentException(
          word.form() + " must have a number such as 4 or 0.5 behind the colon");
    }
    return word.maker().apply(Double.parseDouble(text.substring(colon + 1)));
  }

  /** The place of an operation in the order of application. */
  public static int place(Operation operation) {
    return IntStream.range(0, ALL.size())
        .filter(i -> ALL.get(i).type().isInstance(operation))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(operation + " is no word of --augment"));
  }

  private static int whole(String form, double number) {
    if (number != Math.rint(number)) {
      throw new IllegalArgumentException(form + " must be a whole number");
    }
    return (int) number;
  }
}
