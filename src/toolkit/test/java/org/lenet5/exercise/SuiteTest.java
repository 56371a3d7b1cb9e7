package org.lenet5.exercise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.checkpoint.RunException;
import org.lenet5.training.TrainingConfig;

class SuiteTest {
  @TempDir private Path folder;

  private static Suite suite(int epochs, int seeds, Experiment... experiments) {
    Map<String, String> settings =
        new LinkedHashMap<>(
            TrainingConfig.of(Map.of("epochs", Integer.toString(epochs), "threads", "1")).flags());
    settings.remove("seed");
    return new Suite(settings, 42, seeds, List.of(experiments), 0, Map.of());
  }

  private static Experiment experiment(String name, String dropout) {
    return new Experiment(name, "Mine", Map.of("dropout", dropout));
  }

  @Test
  void everyExperimentWithEverySeed() {
    Suite suite = suite(3, 2, experiment("a", "0.1"), experiment("b", "0.2"));
    assertThat(suite.runs())
        .extracting(Suite.Run::name)
        .containsExactly("a", "b", "a_seed-43", "b_seed-43");
    assertThat(suite.runs().get(3).config().flags())
        .containsEntry("seed", "43")
        .containsEntry("dropout", "0.2")
        .containsEntry("epochs", "3");
  }

  @Test
  void isReadAsItWasWritten() {
    Suite suite = suite(3, 2, experiment("a", "0.1")).after(12.5, Map.of("a", "training diverged"));
    suite.write(folder);
    assertThat(Suite.read(folder)).isEqualTo(suite);
  }

  @Test
  void anExperimentMayHaveEpochsOfItsOwn() {
    Suite suite = suite(3, 1, new Experiment("a", "Mine", Map.of("epochs", "7")));
    assertThat(suite.runs().get(0).config().epochs()).isEqualTo(7);
    assertThat(suite.epochs()).isEqualTo(3);
  }

  @Test
  void filesFromBeforeThereWereStepsAreRead() throws IOException {
    Suite suite = suite(3, 2, experiment("a", "0.1"));
    suite.write(folder);
    Path file = folder.resolve("suite.json");
    ObjectMapper json = new ObjectMapper();
    ObjectNode tree = (ObjectNode) json.readTree(file.toFile());
    assertThat(((ObjectNode) tree.get("experiments").get(0)).remove("after").asText()).isEmpty();
    tree.remove("sha256");
    json.writeValue(file.toFile(), tree);
    assertThat(Suite.read(folder)).isEqualTo(suite);
  }

  @Test
  void whatCannotBeIsDamage() {
    suite(3, Suite.MOST_SEEDS + 1, experiment("a", "0.1")).write(folder);
    assertThatThrownBy(() -> Suite.read(folder))
        .isInstanceOf(RunException.class)
        .hasMessage(folder.resolve("suite.json") + " is damaged: seeds must be from 1 to 10000");
    suite(3, 1, experiment("a", "2")).write(folder);
    assertThatThrownBy(() -> Suite.read(folder))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("suite.json is damaged: --dropout 2: must be");
    assertThatThrownBy(() -> Suite.read(folder.resolve("none")))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith("there are no exercises in ");
  }

  @Test
  void theOrderIsThatOfNow() {
    Experiment late = experiment("late", "0.1");
    Suite both = suite(3, 1, experiment("new", "0.3"), late).and(suite(3, 1, late));
    assertThat(both.experiments()).extracting(Experiment::name).containsExactly("new", "late");
  }

  @Test
  void otherSettingsGetAFolderOfTheirOwn() {
    suite(3, 1, experiment("a", "0.1")).write(folder.resolve("exercises"));
    assertThat(suite(3, 5, experiment("b", "0.1")).folder(folder, "exercises"))
        .isEqualTo("exercises");
    assertThat(suite(4, 1, experiment("a", "0.1")).folder(folder, "exercises"))
        .isEqualTo("exercises-2");
    assertThat(suite(3, 1, experiment("a", "0.2")).folder(folder, "exercises"))
        .isEqualTo("exercises-2");
    suite(4, 1, experiment("a", "0.1")).write(folder.resolve("exercises-2"));
    assertThat(suite(5, 1).folder(folder, "exercises")).isEqualTo("exercises-3");
  }

  @Test
  void moreExperimentsJoinThoseThatAreThere() {
    Suite both =
        suite(3, 1, experiment("b", "0.2"))
            .and(suite(3, 3, experiment("a", "0.1")).after(60, Map.of()));
    assertThat(both.experiments()).extracting(Experiment::name).containsExactly("a", "b");
    assertThat(both.seeds()).isEqualTo(3);
    assertThat(both.seconds()).isEqualTo(60);
  }
}
