package org.lenet5.exercise;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.OneLine;
import org.lenet5.training.Settings;
import org.lenet5.training.TrainingConfig;

/**
 * Experiments and the baseline they differ from, as declared in {@code experiments.conf} or in a
 * file of the same form:
 *
 * <pre>
 * # a comment
 * baseline = FLAGS of train
 * [heading of an exercise]
 * name = FLAGS that differ from the baseline
 * next += FLAGS that differ from the experiment of the line before
 * </pre>
 *
 * <p>Immutable.
 *
 * @param baseline settings by flag
 * @param list in the order of the file; names differ
 */
public record Experiments(Map<String, String> baseline, List<Experiment> list) {
  private static final String RESOURCE = "experiments.conf";
  private static final String BASELINE = "baseline";
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9.+-]*";
  // One value for all experiments, or they could not be compared.
  private static final Set<String> OF_THE_SUITE =
      Set.of("dataset", "measure-on", "seed", "threads");

  public Experiments {
    baseline = Collections.unmodifiableMap(new LinkedHashMap<>(baseline));
    list = List.copyOf(list);
  }

  /** The notebook's. */
  public static Experiments notebook() {
    try (InputStream in = Experiments.class.getResourceAsStream(RESOURCE)) {
      Experiments none = new Experiments(Map.of(), List.of());
      return none.with(RESOURCE, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the embedded " + RESOURCE, e);
    }
  }

  /**
   * Those of a file, and its baseline.
   *
   * @throws IllegalArgumentException naming the file, the line and what is wrong with it
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  public static Experiments of(Path file) {
    Experiments all = new Experiments(Map.of(), List.of()).with(file);
    require(!all.list.isEmpty(), file.toString(), "must declare an experiment, as NAME = FLAGS");
    return all;
  }

  /**
   * These and those of a file.
   *
   * @throws IllegalArgumentException naming the file, the line and what is wrong with it
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  public Experiments with(Path file) {
    try {
      return with(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
  }

  Experiments with(String file, String text) {
    Map<String, String> base = new LinkedHashMap<>(baseline);
    List<Experiment> all = new ArrayList<>(list);
    String exercise = "Experiments of " + file;
    int number = 0;
    for (String raw : text.split("\\R")) {
      number++;
      String line = raw.strip();
      try {
        if (line.isEmpty() || line.startsWith("#")) {
          continue;
        }
        if (line.startsWith("[") && line.endsWith("]")) {
          exercise = line.substring(1, line.length() - 1).strip();
          continue;
        }
        int equals = line.indexOf('=');
        String declared = equals < 0 ? line : line.substring(0, equals).strip();
        boolean isStep = declared.endsWith(" +");
        String name = isStep ? declared.substring(0, declared.length() - 1).strip() : declared;
        require(equals >= 0, name, "must be NAME = FLAGS");
        Map<String, String> flags = flags(line.substring(equals + 1).strip());
        if (name.equals(BASELINE)) {
          require(
              base.isEmpty() && all.isEmpty() && !isStep, name, "the baseline is declared already");
          base.putAll(flags);
          continue;
        }
        require(name.matches(NAME), name, "must be letters, digits, '.', '-' and '+'");
        String given = name;
        require(
            all.stream().noneMatch(each -> each.name().equals(given)),
            name,
            "an experiment of that name is declared already");
        require(
            !isStep || all.size() > list.size(), name, "must follow an experiment, to add to it");
        Experiment before = isStep ? all.get(all.size() - 1) : null;
        all.add(experiment(name, exercise, before, flags));
        TrainingConfig.of(base).with(all.get(all.size() - 1).differences()); // do all go together?
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            OneLine.of(file + ", line " + number + ": " + e.getMessage()), e);
      }
    }
    return new Experiments(base, all);
  }

  /** Of the baseline, or where there is one before, of that. */
  private static Experiment experiment(
      String name, String exercise, Experiment before, Map<String, String> flags) {
    if (before == null) {
      return new Experiment(name, exercise, flags);
    }
    Map<String, String> all = new LinkedHashMap<>(before.differences());
    all.putAll(flags);
    return new Experiment(name, exercise, all, before.name());
  }

  private static void require(boolean holds, String name, String right) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + right);
    }
  }

  private static Map<String, String> flags(String text) {
    Map<String, String> flags = new LinkedHashMap<>();
    String[] words = text.isEmpty() ? new String[0] : text.split("\\s+");
    for (int i = 0; i < words.length; i += 2) {
      require(words[i].startsWith("--"), words[i], "must be a flag of train");
      require(i + 1 < words.length, words[i], "needs a value");
      String flag = words[i].substring(2);
      require(!OF_THE_SUITE.contains(flag), words[i], "is the same for the whole suite");
      flags.put(flag, words[i + 1]);
    }
    TrainingConfig config = TrainingConfig.of(flags); // throws if one is wrong
    // A network's file may be gone, or elsewhere, when the suite goes on.
    flags.computeIfPresent(Settings.NETWORK.name(), (flag, file) -> config.flags().get(flag));
    return flags;
  }

  /** What an experiment changes, and of which one, as one would type it. */
  public String described(Experiment experiment) {
    return list.stream()
        .filter(each -> each.name().equals(experiment.after()))
        .findFirst()
        .map(before -> "+ " + experiment.change(before))
        .orElse(experiment.described());
  }

  /** These, each with the epochs of the suite, whatever the files say. */
  public Experiments withoutEpochs() {
    Map<String, String> base = new LinkedHashMap<>(baseline);
    base.remove("epochs");
    return new Experiments(base, list.stream().map(Experiment::withoutEpochs).toList());
  }

  /**
   * Those with the given names, in their order here.
   *
   * @throws IllegalArgumentException if there is no such experiment
   */
  public Experiments only(List<String> names) {
    for (String name : names) {
      require(
          list.stream().anyMatch(each -> each.name().equals(name)),
          "--only " + name,
          "must be one of " + String.join(", ", list.stream().map(Experiment::name).toList()));
    }
    return new Experiments(
        baseline, list.stream().filter(each -> names.contains(each.name())).toList());
  }
}
