package org.lenet5.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
 * @param text the same on one line, without comments: "NAME = LAYER; LAYER; …"
 * @param isHeNormal which initial weights it has
 * @param lines the layers
 */
public record Architecture(String name, String text, boolean isHeNormal, List<Line> lines) {
  private static final int MOST_LAYERS = 500;
  private static final int MOST_LETTERS = 65_536;
  private static final String ONE_LINE = "([A-Za-z0-9][A-Za-z0-9._+-]*) = (.*)";

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

  /** True if a text is a whole network on one line, as {@link #text} has it. */
  static boolean isOnOneLine(String text) {
    return text.matches(ONE_LINE);
  }

  /** Reads {@link #text}. */
  static Architecture parse(String oneLine) {
    Matcher matcher = Pattern.compile(ONE_LINE).matcher(oneLine);
    if (!matcher.matches()) {
      throw new NetworkException("must be \"NAME = LAYER; LAYER; …\"");
    }
    return parse(matcher.group(1), matcher.group(2).replace(';', '\n'));
  }

  /**
   * Reads a text of a line a layer.
   *
   * @param name of the network: a letter or digit, then letters, digits, '.', '_', '+' and '-'
   * @throws NetworkException naming the line and what would be right there
   */
  public static Architecture parse(String name, String text) {
    if (text.length() > MOST_LETTERS) {
      throw new NetworkException("has more than " + MOST_LETTERS + " letters");
    }
    List<Line> lines = new ArrayList<>();
    List<String> kept = new ArrayList<>();
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
        requireNoSemicolon(line);
        if (words.get(0).equals("initial")) {
          he = isHeNormal(words, lines);
        } else {
          lines.add(new Line(number, layer(words, names)));
        }
      } catch (IllegalArgumentException e) {
        throw new NetworkException("line %d: %s".formatted(number, e.getMessage()), e);
      }
      kept.add(String.join(" ", words));
      if (lines.size() > MOST_LAYERS) {
        throw new NetworkException("line %d: more than %d layers".formatted(number, MOST_LAYERS));
      }
    }
    if (lines.isEmpty() || !isLast(lines.get(lines.size() - 1).layer())) {
      throw new NetworkException(
          "line %d: the last layer must be \"NAME dense classes linear\""
              .formatted(Math.max(1, number)));
    }
    return new Architecture(name, name + " = " + String.join("; ", kept), he, lines);
  }

  private static void requireNoSemicolon(String line) {
    if (line.contains(";")) {
      throw new IllegalArgumentException("';' has no meaning in it");
    }
  }

  private static boolean isLast(Layer layer) {
    return layer instanceof Dense last
        && last.units() == 0
        && last.isLinear()
        && !last.isNormalized();
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

  /** How a setting says it: the name of one that comes with the program, else the whole text. */
  public String word() {
    return Networks.NAMES.contains(name) && equals(Networks.find(name)) ? name : text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Architecture that
        && text.equals(that.text)
        && lines.size() == that.lines.size()
        && isNormalized() == that.isNormalized();
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
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
