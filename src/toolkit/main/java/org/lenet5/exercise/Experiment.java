package org.lenet5.exercise;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.lenet5.training.Settings;

/**
 * A variant of the baseline.
 *
 * @param name of the experiment, and of its run
 * @param exercise the heading it is shown under
 * @param differences from the baseline, by flag without dashes
 * @param after the experiment that it is one change of; empty: the baseline alone
 */
public record Experiment(
    String name, String exercise, Map<String, String> differences, String after) {
  public Experiment {
    differences = Collections.unmodifiableMap(new LinkedHashMap<>(differences));
    Objects.requireNonNull(after, "after");
  }

  /** A variant of the baseline alone. */
  public Experiment(String name, String exercise, Map<String, String> differences) {
    this(name, exercise, differences, "");
  }

  /** The differences as one would type them; "the baseline" without any. */
  public String described() {
    return differences.isEmpty() ? "the baseline" : typed(differences);
  }

  /** What is other than in an experiment that this one comes after, as one would type it. */
  String change(Experiment before) {
    Map<String, String> changed = new LinkedHashMap<>(differences);
    changed.entrySet().removeAll(before.differences.entrySet());
    return changed.isEmpty() ? "nothing" : typed(changed);
  }

  /** This experiment with the epochs of the suite. */
  Experiment withoutEpochs() {
    Map<String, String> others = new LinkedHashMap<>(differences);
    others.remove("epochs");
    return new Experiment(name, exercise, others, after);
  }

  // A network is kept as its whole text.
  private static String shown(String flag, String value) {
    return flag.equals(Settings.NETWORK.name()) ? Settings.NETWORK.parse(value).name() : value;
  }

  private static String typed(Map<String, String> flags) {
    StringBuilder text = new StringBuilder();
    flags.forEach(
        (flag, value) ->
            text.append(text.isEmpty() ? "--" : " --")
                .append(flag)
                .append(" ")
                .append(shown(flag, value)));
    return text.toString();
  }
}
