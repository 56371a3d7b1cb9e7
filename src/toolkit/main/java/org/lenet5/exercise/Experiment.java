package org.lenet5.exercise;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A variant of the baseline.
 *
 * @param name of the experiment, and of its run
 * @param exercise the heading it is shown under
 * @param differences from the baseline, by flag without dashes
 */
public record Experiment(String name, String exercise, Map<String, String> differences) {
  public Experiment {
    differences = Collections.unmodifiableMap(new LinkedHashMap<>(differences));
  }

  /** The differences as one would type them; "the baseline" without any. */
  public String described() {
    StringBuilder text = new StringBuilder();
    differences.forEach(
        (flag, value) ->
            text.append(text.isEmpty() ? "--" : " --").append(flag).append(' ').append(value));
    return text.isEmpty() ? "the baseline" : text.toString();
  }
}
