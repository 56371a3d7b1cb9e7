package org.lenet5.exercise;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.OneLine;
import org.lenet5.training.Setting;
import org.lenet5.training.Settings;
import org.lenet5.training.TrainingConfig;

/**
 * What a search may try, as a text declares it:
 *
 * <pre>
 * # a comment
 * optimizer      adam|nesterov
 * learning-rate  1e-4..1e-2 log
 * batch-size     32..256 log integer
 * </pre>
 *
 * <p>Immutable.
 *
 * @param dimensions a setting each, in the order of the text
 */
public record Space(List<Dimension> dimensions) {
  private static final String RESOURCE = "space.conf";
  private static final String NUMBER = "([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d{1,3})?)";
  private static final Pattern RANGE = Pattern.compile(NUMBER + "\\.\\." + NUMBER);
  // Whoever draws so many points in a row that cannot be tried has seen all that can.
  private static final int MOST_REFUSED = 2_000;
  private static final int MOST_DIMENSIONS = 100;

  /** The same for all trials: what they are judged on, and how long and exactly they train. */
  private static final Set<String> OF_THE_SEARCH =
      Set.of(
          "dataset",
          "subset",
          "test-share",
          "skip-bad",
          "validation",
          "measure-on",
          "epochs",
          "minutes",
          "steps",
          "patience",
          "best-by",
          "export",
          "seed",
          "threads");

  public Space {
    dimensions = List.copyOf(dimensions);
    Set<String> names = new HashSet<>();
    if (dimensions.isEmpty() || dimensions.size() > MOST_DIMENSIONS) {
      throw new IllegalArgumentException(
          "a space must have from 1 to " + MOST_DIMENSIONS + " settings");
    }
    for (Dimension each : dimensions) {
      if (OF_THE_SEARCH.contains(each.setting())) {
        throw new IllegalArgumentException(each.setting() + ": is the same for all trials");
      }
      if (!names.add(each.setting())) {
        throw new IllegalArgumentException(each.setting() + ": stands twice");
      }
    }
  }

  /** The one that is embedded. */
  public static Space standard() {
    try (InputStream in = Space.class.getResourceAsStream(RESOURCE)) {
      return parse(RESOURCE, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the embedded " + RESOURCE, e);
    }
  }

  /**
   * That of a file.
   *
   * @throws IllegalArgumentException naming the file, the line and what is wrong with it
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  public static Space read(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
  }

  /**
   * This space without some settings, which have one value for all trials.
   *
   * @throws IllegalArgumentException if nothing is left to search
   */
  public Space without(Set<String> fixed) {
    List<Dimension> left =
        dimensions.stream().filter(each -> !fixed.contains(each.setting())).toList();
    if (left.isEmpty()) {
      throw new IllegalArgumentException("--space: flags fix all of its settings");
    }
    return new Space(left);
  }

  static Space parse(String file, String text) {
    List<Dimension> all = new ArrayList<>();
    int number = 0;
    for (String raw : text.split("\\R")) {
      number++;
      String line = raw.replaceFirst("#.*", "").strip();
      if (line.isEmpty()) {
        continue;
      }
      try {
        all.add(dimension(line));
        new Space(all);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            OneLine.of(file + ", line " + number + ": " + e.getMessage()), e);
      }
    }
    if (all.isEmpty()) {
      throw new IllegalArgumentException(file + ": names no setting to search");
    }
    return new Space(all);
  }

  private static Dimension dimension(String line) {
    String[] parts = line.split("\\s+", 2);
    String name = parts[0].startsWith("--") ? parts[0].substring(2) : parts[0];
    Setting<?> setting =
        Settings.find(name)
            .orElseThrow(() -> new IllegalArgumentException(name + ": is no setting of train"));
    if (parts.length < 2) {
      throw new IllegalArgumentException(name + ": needs values, as A|B|C or LOW..HIGH");
    }
    List<String> words = Arrays.asList(parts[1].split("\\s+"));
    Matcher range = RANGE.matcher(words.get(0));
    if (!range.matches()) {
      return choices(setting, parts[1]);
    }
    List<String> options = words.subList(1, words.size());
    for (String option : options) {
      if (!Set.of("log", "integer").contains(option)) {
        throw new IllegalArgumentException(
            name + " " + option + ": behind a range there may be log and integer");
      }
    }
    return Dimension.of(
        name,
        Double.parseDouble(range.group(1)),
        Double.parseDouble(range.group(2)),
        options.contains("log"),
        options.contains("integer"));
  }

  private static <T> Dimension choices(Setting<T> setting, String text) {
    List<String> labels = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (String each : text.split("\\|", -1)) {
      String label = each.strip();
      if (label.isEmpty()) {
        throw new IllegalArgumentException(
            setting.name() + " " + text + ": a choice is missing beside |");
      }
      String value = setting.text(setting.parse(label));
      if (values.contains(value)) {
        throw new IllegalArgumentException(setting.name() + " " + label + ": stands twice");
      }
      labels.add(label);
      values.add(value);
    }
    return Dimension.of(setting.name(), labels, values);
  }

  /**
   * Draws trials. The first of many are the same as fewer. No two have the same settings, and what
   * cannot be trained (two settings that do not go together) is passed over; so there are fewer
   * than asked for where the space has no more.
   *
   * @param fixed what all trials have, by flag
   * @param count at least 1
   * @return named trial-0001, trial-0002 …
   * @throws IllegalArgumentException if nothing of the space can be trained
   */
  public List<Experiment> draw(Sampling sampling, long seed, Map<String, String> fixed, int count) {
    TrainingConfig base = TrainingConfig.of(fixed);
    Supplier<double[]> points = sampling.points(dimensions.size(), seed);
    List<Experiment> trials = new ArrayList<>();
    Set<Map<String, String>> drawn = new HashSet<>();
    String refusal = "";
    double most =
        Math.min(
            count, dimensions.stream().mapToDouble(Dimension::values).reduce(1, (a, b) -> a * b));
    for (int refused = 0; trials.size() < most && refused < MOST_REFUSED; refused++) {
      double[] point = points.get();
      Map<String, String> settings = new LinkedHashMap<>();
      for (int i = 0; i < point.length; i++) {
        settings.put(dimensions.get(i).setting(), dimensions.get(i).at(point[i]));
      }
      if (!drawn.add(settings)) {
        continue;
      }
      try {
        base.with(settings);
        trials.add(new Experiment(Tuning.name(trials.size()), "Trials", settings));
        refused = 0;
      } catch (IllegalArgumentException e) {
        refusal = e.getMessage();
      }
    }
    if (trials.isEmpty()) {
      throw new IllegalArgumentException("--space: none of it can be trained: " + refusal);
    }
    return trials;
  }
}
