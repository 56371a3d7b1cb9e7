package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.training.TrainingConfig;
import picocli.CommandLine.ParseResult;

/** {@code train --recipe} and {@code recipes}, through the real command line. */
class RecipesTest {
  private static final Path PAGE = Path.of("docs", "recipes.md");

  @TempDir private Path folder;

  private String recipe(String text) throws IOException {
    return Files.writeString(folder.resolve("mine.txt"), text).toString();
  }

  private Cli.Outcome train(String... args) {
    List<String> all = new ArrayList<>(List.of("train"));
    all.addAll(List.of(args));
    all.addAll(
        List.of(
            "--graphs-dir=" + folder.resolve("graphs"),
            "--checkpoints-dir=" + folder.resolve("checkpoints")));
    return Cli.run(all.toArray(String[]::new));
  }

  private Manifest manifest(String run) {
    return Manifest.read(folder.resolve("checkpoints").resolve(run));
  }

  /** The settings of a command line as train would have them. */
  private static Map<String, String> settings(String... args) {
    ParseResult parsed =
        Main.line(args).parseArgs(RecipeFlags.expand(Main.line(args), args)).subcommand();
    TrainingFlags flags = (TrainingFlags) parsed.commandSpec().mixins().get("flags").userObject();
    return new TreeMap<>(flags.given());
  }

  static List<String> names() {
    return Recipe.NAMES;
  }

  @ParameterizedTest
  @MethodSource("names")
  void thoseThatComeAlongAreWhole(String name) {
    Recipe recipe = Recipe.embedded(name).orElseThrow();
    assertThat(recipe.about().keySet()).containsExactly("for", "data set", "reached", "time");
    assertThat(recipe.about().get("reached"))
        .matches("not measured yet|\\d+\\.\\d+( ± \\d+\\.\\d+)? % \\((one seed|\\d+ seeds)\\)");
    assertThat(recipe.about().get("time"))
        .matches("not measured yet|\\d+ (seconds?|minutes?|hours?) on (one core|two cores)");
    Map<String, String> settings = settings("train", "--recipe", name);
    assertThat(settings).containsEntry("dataset", recipe.about().get("data set"));
    assertThat(TrainingConfig.of(settings).flags()).containsAllEntriesOf(Map.of("seed", "42"));
    assertThat(recipe.text().lines())
        .allSatisfy(line -> assertThat(line).matches("#.*|--[a-z-]+( \\S+)?"));
  }

  @Test
  void theNotebooksIsTheDefaultButForTheData() {
    Map<String, String> notebook =
        TrainingConfig.of(settings("train", "--recipe=notebook")).flags();
    Map<String, String> defaults =
        TrainingConfig.of(Map.of()).with(Map.of("subset", "even", "dataset", "cifar10")).flags();
    assertThat(notebook).isEqualTo(defaults);
  }

  @Test
  void theListSaysWhatTheFilesSayAndThePageToo() throws IOException {
    Cli.Outcome list = Cli.run("recipes");
    assertThat(list.exit()).isZero();
    StringBuilder table = new StringBuilder("| recipe | data set | test accuracy | time | for |\n");
    table.append("|---|---|---|---|---|\n");
    for (String name : Recipe.NAMES) {
      Map<String, String> about = Recipe.embedded(name).orElseThrow().about();
      List<String> cells =
          List.of(about.get("data set"), about.get("reached"), about.get("time"), about.get("for"));
      assertThat(list.out().lines())
          .anySatisfy(line -> assertThat(line).startsWith(name).contains(cells));
      table.append("| `").append(name).append("` | ").append(String.join(" | ", cells));
      table.append(" |\n");
      Cli.Outcome one = Cli.run("recipes", name);
      assertThat(one.exit()).isZero();
      assertThat(one.out()).isEqualTo(Recipe.embedded(name).orElseThrow().text());
    }
    assertThat(Files.readString(PAGE)).contains(table);
  }

  @Test
  void whatIsTypedCountsWhereverItStands() throws IOException {
    String mine =
        recipe(
            """
            \uFEFF# Mine.
            --epochs 1   # few
            --batch-size=500

            --augment "flip,crop"
            --dropout 0.25
            --skip-bad
            """);
    Cli.Outcome outcome =
        train("--dropout", "0.5", "--recipe", mine, "--run=a", "--batch-size", "1000");
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    Manifest run = manifest("a");
    assertThat(run.settings())
        .containsEntry("epochs", "1")
        .containsEntry("batch-size", "1000")
        .containsEntry("augment", "flip,crop")
        .containsEntry("dropout", "0.5")
        .containsEntry("skip-bad", "true");
    assertThat(run.sources().recipe()).isEqualTo(mine);
    assertThat(
            Cli.run("runs", "show", "a", "--checkpoints-dir=" + folder.resolve("checkpoints"))
                .out())
        .containsPattern("Recipe +" + mine.substring(0, 20));

    // The file is not needed again, nor changes to it taken up.
    Files.delete(Path.of(mine));
    assertThat(train("--run=a", "--resume", "--epochs=2").exit()).isZero();
    assertThat(manifest("a").sources().recipe()).isEqualTo(mine);
    assertThat(Cli.run("replay", "a", "--checkpoints-dir=" + folder.resolve("checkpoints")).out())
        .startsWith("identical: ");
  }

  @Property(tries = 50)
  void settingsAreTheRecipesButForThoseThatAreTyped(
      @ForAll @Size(5) List<@IntRange(max = 3) Integer> where, @ForAll boolean first)
      throws IOException {
    List<String> flags = List.of("epochs", "batch-size", "seed", "threads", "patience");
    StringBuilder text = new StringBuilder();
    List<String> typed = new ArrayList<>();
    Map<String, String> wanted = new TreeMap<>();
    for (int i = 0; i < flags.size(); i++) { // 1: in the recipe, 2: typed, 3: both
      if ((where.get(i) & 1) > 0) {
        text.append("--").append(flags.get(i)).append(" 5\n");
        wanted.put(flags.get(i), "5");
      }
      if ((where.get(i) & 2) > 0) {
        typed.addAll(List.of("--" + flags.get(i), "7"));
        wanted.put(flags.get(i), "7");
      }
    }
    Path file = Files.createTempFile("recipe", ".txt");
    try {
      Files.writeString(file, text, StandardCharsets.UTF_8);
      Stream<String> named = Stream.of("--recipe=" + file);
      Stream<String> args =
          first ? Stream.concat(named, typed.stream()) : Stream.concat(typed.stream(), named);
      assertThat(settings(Stream.concat(Stream.of("train"), args).toArray(String[]::new)))
          .isEqualTo(wanted);
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void whoTypesEpochsWantsNoTimeLimit() {
    assertThat(settings("train", "--recipe=quick")).containsEntry("minutes", "2");
    assertThat(settings("train", "--recipe=quick", "--epochs=3"))
        .containsEntry("epochs", "3")
        .doesNotContainKey("minutes");
    assertThat(settings("train", "--recipe=quick", "--steps=3")).doesNotContainKey("minutes");
    assertThat(settings("train", "--minutes=3", "--recipe=quick")).containsEntry("minutes", "3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--epochs 0|--epochs 0: must be at least 1",
        "--epoch 5|train has no flag --epoch; did you mean --epochs?",
        "--epochs|Missing required parameter for option '--epochs' (N)",
        "--augment turn|--augment turn: must be none, or with commas between of flip",
        "--network nowhere.txt|--network nowhere.txt: ",
        "epochs 5|epochs: train takes no such argument, or not so many",
        "--workers 0|--workers 0: must be from 1 to 64",
        "--workers many|Invalid value for option '--workers'",
        "--resume|--resume has no place in a recipe",
        "--recipe quick|--recipe has no place in a recipe",
        "--help|--help has no place in a recipe",
        "--batch-size 50|--batch-size stands in line 2 already",
      })
  void aMistakeIsNamedWithItsLine(String line, String message) throws IOException {
    String mine = recipe("# Mine.\n--batch-size 100\n\n" + line + "\n");
    Cli.Outcome outcome = train("--recipe", mine, "--run", "a");
    assertThat(outcome.exit()).as(outcome.err()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("error: --recipe " + mine + ", line 4: " + message);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(folder.resolve("checkpoints")).doesNotExist();
  }

  @Test
  void whatIsNoRecipe() throws IOException {
    assertError(
        "--recipe quik: must be one of notebook, quick, best, or a file; did you mean quick?",
        "--recipe",
        "quik");
    assertError("--recipe " + folder + ": is not a file", "--recipe=" + folder);
    Path binary = Files.write(folder.resolve("binary"), new byte[] {0, 1, 2});
    assertError("--recipe " + binary + ": is no text", "--recipe", binary.toString());
    assertError(
        "--recipe quick: is for a new run; run a goes on with its own settings",
        "--recipe",
        "quick",
        "--run=a",
        "--resume");
    Cli.Outcome unknown = Cli.run("recipes", "bst");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err())
        .startsWith("error: bst: must be one of notebook, quick, best; did you mean best?");
  }

  private void assertError(String message, String... args) {
    Cli.Outcome outcome = train(args);
    assertThat(outcome.exit()).as(outcome.err()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("error: " + message);
    assertThat(outcome.err().lines()).hasSize(1);
  }
}
