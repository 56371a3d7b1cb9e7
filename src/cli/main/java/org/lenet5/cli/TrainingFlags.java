package org.lenet5.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lenet5.training.Setting;
import org.lenet5.training.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/**
 * The flags that decide what a training computes: one for each of {@link Settings}. They are kept
 * as text: the configuration reads and checks them, whether they come from here or from a run's
 * manifest.
 */
@Command // else picocli would not take it for a mixin, as its options are not fields
final class TrainingFlags {
  private final Map<String, String> given = new LinkedHashMap<>();

  /** The flags that stood on the command line, by name without the dashes. */
  Map<String, String> given() {
    return given;
  }

  /** Settings by flag as they stand on a command line. */
  static List<String> words(Map<String, String> settings) {
    List<String> words = new ArrayList<>();
    settings.forEach(
        (flag, value) -> {
          if (!Settings.find(flag).orElseThrow().isSwitch()) {
            words.addAll(List.of("--" + flag, value));
          } else if (value.equals("true")) {
            words.add("--" + flag);
          }
        });
    return words;
  }

  /** Called by picocli with the command that has these flags. */
  @Spec(Spec.Target.MIXEE)
  void addTo(CommandSpec command) {
    for (Setting<?> each : Settings.all()) {
      command.addOption(option(each, given));
    }
  }

  /** The flag of a setting with a help of its own, which is kept here when it is given. */
  OptionSpec option(Setting<?> setting, String help) {
    return option(setting, help, given);
  }

  /** The flag of a setting, which puts what stood on the command line into a map. */
  static OptionSpec option(Setting<?> setting, Map<String, String> given) {
    return option(setting, standard(setting), given);
  }

  private static String standard(Setting<?> setting) {
    return setting.help() + " Default: " + setting.standard() + ".";
  }

  private static OptionSpec option(Setting<?> setting, String help, Map<String, String> given) {
    return OptionSpec.builder("--" + setting.name())
        .paramLabel(setting.label())
        .type(setting.isSwitch() ? boolean.class : String.class)
        .arity(setting.isSwitch() ? "0" : "1")
        .description(help)
        .setter(
            new ISetter() {
              @Override
              public <T> T set(T value) {
                if (value != null && !Boolean.FALSE.equals(value)) { // what picocli begins with
                  given.put(setting.name(), value.toString());
                }
                return null;
              }
            })
        .build();
  }
}
