package org.lenet5.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lenet5.training.TrainingConfig;

/** In which settings runs differ: from one another, and from the defaults. */
public final class SettingsComparison {
  private SettingsComparison() {}

  /** A run's settings that are other than the defaults, by flag, in the order of the help. */
  public static Map<String, String> fromDefaults(Map<String, String> settings) {
    Map<String, String> defaults = TrainingConfig.of(Map.of()).flags();
    Map<String, String> differing = new LinkedHashMap<>();
    settings.forEach(
        (flag, value) -> {
          if (!value.equals(defaults.get(flag))) {
            differing.put(flag, value);
          }
        });
    return differing;
  }

  /**
   * The settings in which at least two of several runs differ.
   *
   * @param runs settings by flag, one map a run
   * @return by flag the value of each run, in the runs' order; empty text where a run has no such
   *     setting
   */
  public static Map<String, List<String>> among(List<Map<String, String>> runs) {
    Set<String> flags = new LinkedHashSet<>();
    runs.forEach(each -> flags.addAll(each.keySet()));
    Map<String, List<String>> differing = new LinkedHashMap<>();
    for (String flag : flags) {
      List<String> values = new ArrayList<>();
      runs.forEach(each -> values.add(each.getOrDefault(flag, "")));
      if (Set.copyOf(values).size() > 1) {
        differing.put(flag, values);
      }
    }
    return differing;
  }
}
