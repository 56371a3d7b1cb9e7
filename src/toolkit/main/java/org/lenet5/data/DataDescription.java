package org.lenet5.data;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What a data set holds. Immutable.
 *
 * @param opened the data set
 * @param classes how many images each class has, in their order
 * @param sizes of the pictures that the images were made of; empty if they were made of none
 */
public record DataDescription(OpenedData opened, List<ClassCount> classes, Optional<Sizes> sizes) {
  public DataDescription {
    classes = List.copyOf(classes);
  }

  /** How many images of a class there are for each purpose. */
  public record ClassCount(String name, int training, int validation, int test) {}

  /**
   * A size in pixels.
   *
   * @param width columns
   * @param height rows
   */
  public record Size(int width, int height) {
    long pixels() {
      return (long) width * height;
    }

    @Override
    public String toString() {
      return width + " x " + height;
    }
  }

  /**
   * Sizes of pictures.
   *
   * @param smallest by pixels
   * @param largest by pixels
   * @param usual the most frequent one
   * @param share of the pictures that have it
   */
  public record Sizes(Size smallest, Size largest, Size usual, double share) {}

  /** Counts what a data set has. */
  public static DataDescription of(OpenedData opened) {
    Dataset data = opened.data();
    int[] training = counts(data.train(), data);
    int[] validation = data.validation().map(each -> counts(each, data)).orElse(new int[0]);
    int[] test = counts(data.test(), data);
    List<ClassCount> classes =
        IntStream.range(0, data.classNames().size())
            .mapToObj(
                c ->
                    new ClassCount(
                        data.classNames().get(c),
                        training[c],
                        validation.length == 0 ? 0 : validation[c],
                        test[c]))
            .toList();
    return new DataDescription(opened, classes, opened.packed().flatMap(DataDescription::sizes));
  }

  private static int[] counts(LabeledImages images, Dataset data) {
    int[] counts = new int[data.classNames().size()];
    IntStream.range(0, images.size()).forEach(i -> counts[images.label(i)]++);
    return counts;
  }

  private static Optional<Sizes> sizes(Path packed) {
    Map<String, Size> seen = new TreeMap<>();
    Map<String, Integer> counts = new TreeMap<>();
    for (PackedPictures.Row each : PackedPictures.readRows(packed)) {
      if (each.part() != null && each.width() > 0) {
        Size size = new Size(each.width(), each.height());
        seen.put(size.toString(), size);
        counts.merge(size.toString(), 1, Integer::sum);
      }
    }
    if (seen.isEmpty()) {
      return Optional.empty();
    }
    Map.Entry<String, Integer> usual =
        Collections.max(counts.entrySet(), Map.Entry.comparingByValue());
    int all = counts.values().stream().mapToInt(Integer::intValue).sum();
    return Optional.of(
        new Sizes(
            Collections.min(seen.values(), (a, b) -> Long.compare(a.pixels(), b.pixels())),
            Collections.max(seen.values(), (a, b) -> Long.compare(a.pixels(), b.pixels())),
            seen.get(usual.getKey()),
            (double) usual.getValue() / all));
  }
}
