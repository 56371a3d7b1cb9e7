package org.lenet5.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * A recipe: settings of a training that have a name, as an argument file of {@code train}. Those
 * that come with the program say in their comments what they are for and what they reached:
 *
 * <pre>
 * # for: the best within two minutes on two cores
 * # data set: sample
 * # reached: 57.3 ± 0.4 % (3 seeds)
 * # time: 2 minutes on two cores
 * --network lenet5-bn
 * </pre>
 *
 * <p>{@value #UNKNOWN} stands for a figure that nobody has measured. Immutable.
 *
 * @param name as the flag has it: one of {@link #NAMES}, or a file's path
 * @param text of the file
 */
record Recipe(String name, String text) {
  /** Those that come with the program. */
  static final List<String> NAMES = List.of("notebook", "quick", "best");

  /** Stands where nobody has measured. */
  static final String UNKNOWN = "not measured yet";

  private static final Pattern ABOUT =
      Pattern.compile("(?m)^# (for|data set|reached|time): (.*\\S)\\s*$");

  /** One that comes with the program; empty if none has this name. */
  static Optional<Recipe> embedded(String name) {
    if (!NAMES.contains(name)) {
      return Optional.empty();
    }
    try (InputStream in = Recipe.class.getResourceAsStream("recipes/" + name + ".txt")) {
      return Optional.of(new Recipe(name, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the recipe " + name, e);
    }
  }

  /**
   * What {@code --recipe} names.
   *
   * @throws ParameterException if there is no such recipe, or its file cannot be read
   */
  static Recipe find(CommandLine line, String word) {
    String flag = "--recipe " + word;
    return embedded(word)
        .or(() -> file(word).map(file -> new Recipe(word, ArgumentFiles.text(line, flag, file))))
        .orElseThrow(
            () ->
                new ParameterException(
                    line,
                    "%s: must be one of %s, or a file%s"
                        .formatted(
                            flag, String.join(", ", NAMES), Suggestions.text(word, NAMES, ""))));
  }

  private static Optional<Path> file(String word) {
    try {
      return Optional.of(Path.of(word)).filter(Files::exists);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** What its comments say of it, by "for", "data set", "reached" and "time". */
  Map<String, String> about() {
    Map<String, String> about = new LinkedHashMap<>();
    for (Matcher each = ABOUT.matcher(text); each.find(); ) {
      about.putIfAbsent(each.group(1), each.group(2));
    }
    return about;
  }
}
