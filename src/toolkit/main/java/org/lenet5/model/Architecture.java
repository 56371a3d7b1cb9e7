package org.lenet5.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A network as its text has it, for images of any shape and any number of classes. Immutable.
 *
 * <pre>
 * # a comment
 * initial uniform|he-normal
 * NAME KIND … [from LAYER]
 * </pre>
 *
 * <p>A line a layer. It takes the output of the layer above, the first one the image, unless it
 * names others. {@code initial} may stand in front of them: PyTorch's initial weights, uniform in
 * ±1/√fan_in for kernels and biases, or He's (2015), normal with √(2/fan_in), cut at two
 * deviations, for kernels, and biases of 0. The last layer is {@code dense classes linear}.
 *
 * @param name for people: "lenet5"
 * @param text that it was read from
 * @param isHeNormal which initial weights it has
 * @param lines the layers
 */
public record Architecture(String name, String text, boolean isHeNormal, List<Line> lines) {
  private static final int MOST_LAYERS = 500;
  private static final int MOST_LETTERS = 65_536;

  /**
   * A layer with the line that it stands on.
   *
   * @param number from 1
   * @param layer as it was read
   */
  public record Line(int number, Layer layer) {}

  public Architecture {
    lines = List.copyOf(lines);
  }

  /**
   * Reads a text.
   *
   * @param name of the network
   * @throws NetworkException naming the line and what would be right there
   */
  public static Architecture parse(String name, String text) {
    if (text.length() > MOST_LETTERS) {
      throw new NetworkException(name + ": has more than " + MOST_LETTERS + " letters");
    }
    List<Line> lines = new ArrayList<>();
    Set<String> names = new HashSet<>();
    boolean he = false;
    int number = 0;
    for (String each : text.lines().toList()) {
      number++;
      String line = each.replaceFirst("#.*", "").strip();
      if (line.isEmpty()) {
        continue;
      }
      List<String> words = List.of(line.split("\\s+"));
      try {
        if (words.get(0).equals("initial")) {
          he = isHeNormal(words, lines);
        } else {
          lines.add(new Line(number, layer(words, names)));
        }
      } catch (IllegalArgumentException e) {
        throw new NetworkException("%s line %d: %s".formatted(name, number, e.getMessage()), e);
      }
      if (lines.size() > MOST_LAYERS) {
        throw new NetworkException(
            "%s line %d: more than %d layers".formatted(name, number, MOST_LAYERS));
      }
    }
    if (lines.isEmpty()
        || !(lines.get(lines.size() - 1).layer() instanceof Dense last)
        || last.units() != 0
        || !last.isLinear()
        || last.isNormalized()) {
      throw new NetworkException(
          name
              + " line "
              + Math.max(1, number)
              + ": the last layer must be \"NAME dense classes linear\"");
    }
    return new Architecture(name, text, he, lines);
  }

  private static boolean isHeNormal(List<String> words, List<Line> lines) {
    if (!lines.isEmpty()) {
      throw new IllegalArgumentException("initial: must stand before the first layer");
    }
    if (words.size() != 2 || !List.of("uniform", "he-normal").contains(words.get(1))) {
      throw new IllegalArgumentException("initial: uniform or he-normal must follow");
    }
    return words.get(1).equals("he-normal");
  }

  private static Layer layer(List<String> words, Set<String> names) {
    String name = words.get(0);
    if (!name.matches("[A-Za-z][A-Za-z0-9_-]{0,39}")) {
      throw new IllegalArgumentException(
          name
              + ": a layer's name must be a letter, then letters, digits, '_' and '-', at most 40");
    }
    Layer layer = LayerKinds.parse(name, words.subList(1, words.size()));
    for (String each : layer.from()) {
      if (!names.contains(each)) {
        throw new IllegalArgumentException(each + ": there is no layer of that name above");
      }
    }
    if (!names.add(name)) {
      throw new IllegalArgumentException(name + ": there is a layer of that name above");
    }
    return layer;
  }

  /** True if some layer is normalized by batches, so that it is exported in another form. */
  public boolean isNormalized() {
    return lines.stream().anyMatch(line -> line.layer().isNormalized());
  }

  /** The network as it is served: without batch normalization, whose effect is in the weights. */
  public Architecture folded() {
    return new Architecture(
        name,
        text,
        isHeNormal,
        lines.stream().map(line -> new Line(line.number(), line.layer().folded())).toList());
  }
}
