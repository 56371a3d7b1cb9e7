package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Help, and what is said to words that are none. */
class HelpTest {
  @Test
  void helpOfACommandIsItsHelp() {
    for (String command : Main.line().getSubcommands().keySet()) {
      Cli.Outcome asked = Cli.run("help", command);
      assertThat(asked).isEqualTo(Cli.run(command, "--help"));
      assertThat(asked.exit()).isZero();
      assertThat(asked.out()).startsWith("Usage: lenet5 " + command + " ");
    }
    assertThat(Cli.run("help")).isEqualTo(Cli.run("--help"));
    assertThat(Cli.run("help", "data", "fetch")).isEqualTo(Cli.run("data", "fetch", "--help"));
    Cli.Outcome none = Cli.run("help", "trian");
    assertThat(none.exit()).isEqualTo(2);
    assertThat(none.err()).startsWith("error: lenet5 has no command trian; did you mean train?");
  }

  @Test
  void theSynopsisIsOneLine() {
    for (String command : Main.line().getSubcommands().keySet()) {
      assertThat(Cli.run(command, "--help").out().lines().findFirst().orElseThrow())
          .startsWith("Usage: lenet5 " + command + " [OPTIONS]")
          .hasSizeLessThanOrEqualTo(80);
    }
  }

  @Test
  void everyFlagAndCommandStandsUnderItsSubject() {
    CommandLine line = Main.line();
    assertThat(HelpText.COMMANDS.values().stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(line.getSubcommands().keySet());
    Map<String, String> without = new TreeMap<>();
    line.getSubcommands()
        .forEach(
            (name, command) ->
                command.getCommandSpec().options().stream()
                    .filter(each -> !each.hidden() && !each.usageHelp() && !each.versionHelp())
                    .map(OptionSpec::longestName)
                    .filter(flag -> !flag.equals("--verbose"))
                    .filter(
                        flag ->
                            HelpText.bySubject().values().stream()
                                .noneMatch(flags -> flags.contains(flag)))
                    .forEach(flag -> without.put(flag, name)));
    assertThat(without).isEmpty();
    assertThat(Cli.run("train", "--help").out())
        .containsSubsequence("Data:", "--dataset", "Training:", "--epochs", "Other:", "--help");
    assertThat(Cli.run("--help").out()).containsSubsequence("Train:", "train", "Options:", "-V");
  }

  @Test
  void eachFlagStandsInHelpOnce() {
    for (CommandLine command : Main.line().getSubcommands().values()) {
      String help = Cli.run(command.getCommandName(), "--help").out();
      for (OptionSpec each : command.getCommandSpec().options()) {
        String flag = each.longestName();
        long times =
            help.lines().filter(l -> l.matches(" +(-\\w, )?" + flag + "([= ].*)?")).count();
        assertThat(times)
            .as(command.getCommandName() + " " + flag)
            .isEqualTo(each.hidden() ? 0 : 1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"100,100", "10,55", "99999,500", "0,0", "x,0", "'',0", "-5,0"})
  void asWideAsTheEnvironmentAsks(String columns, int width) {
    assertThat(HelpText.columns(columns)).isEqualTo(width);
    assertThat(HelpText.columns(null)).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trian|lenet5 has no command trian; did you mean train?",
        "predict a.png|lenet5 has no command predict; did you mean classify?",
        "eval r|lenet5 has no command eval; did you mean evaluate?",
        "xyzzy|lenet5 has no command xyzzy; there are train, exercises, tune, evaluate,",
        "data lst|data has no command lst; did you mean list?",
        "train --lr 0.1|train has no flag --lr; did you mean --learning-rate?",
        "train --lr=0.1|train has no flag --lr; did you mean --learning-rate?",
        "train --Learning_Rate 1|train has no flag --Learning_Rate; did you mean --learning-rate?",
        "train --batchsize 5|train has no flag --batchsize; did you mean --batch-size?",
        "train --learn 5|train has no flag --learn; did you mean --learning-rate?",
        "train -epochs 5|train has no flag -epochs; did you mean --epochs?",
        "train --epoch 5|train has no flag --epoch; did you mean --epochs?",
        "train --zzz 5|train has no flag --zzz (see lenet5 train --help)",
        "train --resume foo|foo: --resume takes no name; did you mean --run foo --resume?",
        "train foo|foo: train takes no such argument, or not so many",
      })
  void whatMayHaveBeenMeant(String args, String message) {
    Cli.Outcome outcome = Cli.run(args.split(" "));
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).startsWith("error: " + message);
  }

  @ParameterizedTest
  @CsvSource({"train,train,0", "trian,train,1", "tran,train,1", "traain,train,1", "'',abc,3"})
  void distances(String a, String b, int distance) {
    assertThat(Suggestions.distance(a, b)).isEqualTo(distance);
    assertThat(Suggestions.distance(b, a)).isEqualTo(distance);
  }

  // What is meant by a word must be one that the command has, whatever else it could mean.
  @Test
  void onlyWhatThereIsIsSuggested() {
    assertThat(Suggestions.similar("--lr", List.of("--epochs", "--run"))).isEmpty();
    assertThat(Suggestions.similar("--data", List.of("--data-dir"))).contains("--data-dir");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evaluate nobody",
        "export nobody",
        "replay nobody",
        "train --run=nobody --resume",
        "classify --model=nobody x.png",
      })
  void anUnknownRunIsWrongUsageInEveryCommand(String args) {
    Cli.Outcome outcome = Cli.run(args.split(" "));
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).containsPattern("nobody: there is (no such|neither such a) run in ");
  }

  // "--augment x: augment (x) must be": the flag and its value stand in a message once.
  @Test
  void noMessageRepeatsItsFlag() {
    for (String flag :
        new TreeSet<>(List.of("augment", "subset", "optimizer", "loss", "normalize"))) {
      String message = Cli.run("train", "--" + flag, "zzz").err();
      assertThat(Stream.of(message.split("zzz", -1))).as(message).hasSize(2);
      assertThat(Stream.of(message.split(flag, -1))).as(message).hasSize(2);
    }
  }
}
