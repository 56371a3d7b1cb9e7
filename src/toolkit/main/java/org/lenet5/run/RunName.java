package org.lenet5.run;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lenet5.data.DataStore;
import org.lenet5.data.PathSource;
import org.lenet5.training.Settings;
import org.lenet5.training.TrainingConfig;

/** Names of runs: which are allowed, and the name for a run that was given none. */
public final class RunName {
  /** A name without folders, as a regular expression. */
  public static final String PART = "[A-Za-z0-9][A-Za-z0-9._+-]*";

  // The first three are always said; a run can go on to more epochs than it was begun with.
  private static final List<String> SAID_OR_CHANGING =
      List.of("dataset", "optimizer", "learning-rate", "epochs", "steps");

  private RunName() {}

  /**
   * Accepts what can be a run's name.
   *
   * @throws RunUsageException saying what it must be
   */
  public static void require(String name) {
    if (!name.matches(PART + "(/" + PART + ")*")) {
      throw new RunUsageException(
          "--run " + name + ": must be letters, digits, '.', '_', '-', '+', and '/' between names");
    }
  }

  /**
   * A name that says how a run differs from the defaults, such as {@code
   * sample-adam-0.001_augment-flip+crop_dropout-0.25}.
   */
  public static String of(TrainingConfig config) {
    StringBuilder name =
        new StringBuilder(
                DataStore.isPath(config.dataset())
                    ? PathSource.name(Path.of(config.dataset()))
                    : config.dataset())
            .append('-')
            .append(config.optimizer().word())
            .append('-')
            .append(plain(Float.toString(config.learningRate())));
    Map<String, String> defaults = TrainingConfig.of(Map.of()).flags();
    config
        .flags()
        .forEach(
            (flag, value) -> {
              if (!SAID_OR_CHANGING.contains(flag) && !value.equals(defaults.get(flag))) {
                name.append('_').append(flag).append('-').append(word(config, flag, value));
              }
            });
    return name.toString();
  }

  private static String word(TrainingConfig config, String flag, String value) {
    if (flag.equals(Settings.NETWORK.name())) {
      return config.get(Settings.NETWORK).name();
    }
    // Another run's name may have folders, and a checkpoint's is a path.
    String last = value.substring(1 + Math.max(value.lastIndexOf('/'), value.lastIndexOf('\\')));
    return last.replace(":", "").replaceAll("[^A-Za-z0-9._+-]", "+");
  }

  // 0.0001, not 1.0E-4; but not a name of 40 zeros.
  private static String plain(String number) {
    String plain = new BigDecimal(number).stripTrailingZeros().toPlainString();
    return plain.length() <= 12 ? plain : number.toLowerCase(java.util.Locale.ROOT);
  }
}
