package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lenet5.training.Setting;
import org.lenet5.training.Settings;

/** The flags of train that are settings come from their table. */
class TrainingFlagsTest {
  private static Iterable<Setting<?>> all() {
    return Settings.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void theHelpHasEachUnderItsHeading(Setting<?> setting) {
    String help = Cli.run("train", "--help").out();
    String after = help.substring(help.indexOf("\n" + setting.group().heading() + ":\n"));
    String group = after.substring(0, after.indexOf("\n\n", 1));
    assertThat(group)
        .contains("      --" + setting.name() + (setting.isSwitch() ? "" : "=" + setting.label()));
    // A line may end within "C1,C2" or behind the point of a file's name.
    assertThat(group.replaceAll("\\s+", ""))
        .contains((setting.help() + " Default: " + setting.standard() + ".").replace(" ", ""));
  }

  @ParameterizedTest
  @MethodSource("all")
  void eachIsGivenOnce(Setting<?> setting) {
    String flag = "--" + setting.name();
    Cli.Outcome outcome =
        setting.isSwitch()
            ? Cli.run("train", flag, "--keep", "0", flag)
            : Cli.run("train", flag, "1", "--keep", "0", flag, "2");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith(
            "error: option '"
                + flag
                + "' "
                + (setting.isSwitch() ? "" : "(" + setting.label() + ") ")
                + "should be specified only once")
        .hasLineCount(1);
  }

  @Test
  void aValueIsReadByTheTable() {
    Cli.Outcome outcome = Cli.run("train", "--learning-rate", "0");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualTo("error: --learning-rate 0: must be a positive number" + System.lineSeparator());
  }
}
