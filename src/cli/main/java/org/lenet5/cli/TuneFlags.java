package org.lenet5.cli;

import java.util.Map;
import java.util.Set;
import org.lenet5.training.Setting;
import org.lenet5.training.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The settings that all trials have: train's flags, some with a meaning or default of their own.
 */
@Command // else picocli would not take it for a mixin, as its options are not fields
final class TuneFlags {
  // The search's own flags, or what it sets itself.
  private static final Set<String> NOT_HERE =
      Set.of("measure-on", "minutes", "steps", "patience", "best-by", "export");

  private static final Map<String, String> HELP =
      Map.of(
          "validation",
          "Share of the training images to hold out, by which trials are judged. Default: 0.1; 0"
              + " where the data holds out images itself.",
          "epochs",
          "Of a whole training; most trials end earlier. Default: 15.",
          "seed",
          "Decides which trials there are, and is each one's first seed. Default: 42.",
          "threads",
          "Of each run; other numbers round differently. Default: 1.");

  private final TrainingFlags flags = new TrainingFlags();

  /** The flags that stood on the command line, by name without the dashes. */
  Map<String, String> given() {
    return flags.given();
  }

  /** Called by picocli with the command that has these flags. */
  @Spec(Spec.Target.MIXEE)
  void addTo(CommandSpec command) {
    for (Setting<?> each : Settings.all()) {
      if (!NOT_HERE.contains(each.name())) {
        command.addOption(
            flags.option(
                each,
                HELP.getOrDefault(
                    each.name(), each.help() + " Default: " + each.standard() + ".")));
      }
    }
  }
}
