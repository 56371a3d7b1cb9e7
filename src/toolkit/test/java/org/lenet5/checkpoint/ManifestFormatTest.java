package org.lenet5.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.training.TrainingConfig;

/**
 * {@code run.json} of this version and of others. The runs of version 0.1 were made by it: {@code
 * train --run small --epochs 2 --batch-size 100 --optimizer sgd --learning-rate 0.01 --keep 1
 * --threads 1 --subset even} and {@code train --run adam --epochs 2 --batch-size 200 --dropout 0.25
 * --validation 0.1 --augment flip,crop --normalize cifar10 --threads 1 --subset odd --keep 2}.
 */
class ManifestFormatTest {
  private static final Path OLD =
      Path.of("src/toolkit/test/resources/org/lenet5/version-0.1/checkpoints");
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;

  @Test
  void aRunOfVersion01IsReadAsItWasWritten() {
    Manifest small = Manifest.read(OLD.resolve("small"));
    // Settings that came later have the values that stand for what was done then.
    assertThat(TrainingConfig.of(small.settings()).flags()).containsAllEntriesOf(small.settings());
    assertThat(small.settings())
        .containsEntry("batch-size", "100")
        .containsEntry("learning-rate", "0.01")
        .containsEntry("dropout", "0.0");
    assertThat(small.versions()).containsEntry("lenet5", "0.1.0");
    assertThat(small.epochs())
        .extracting(Manifest.Epoch::variablesSha256)
        .containsExactly(
            "9d6aa8d9ce2ac984a82c4737fbe0ecd28a5a0815cb5ec88e26ca85781f2b72fe",
            "910b8b71f72bef8a0f9c76840c99406fc54c7ff62fea3bee01d30fe83f0f261c");
    assertThat(small.unknownProperties()).isEmpty();
    RunRecorder.requireIntact(OLD.resolve("small"), small.checkpoints().get(0));

    Manifest adam = Manifest.read(OLD.resolve("adam"));
    assertThat(adam.data().validation()).isPositive();
    assertThat(adam.epochs().get(1).validationLoss()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "adam"})
  void anOldRunIsWrittenInTheNewestFormatAndSaysTheSame(String run) throws IOException {
    Manifest old = Manifest.read(OLD.resolve(run));
    new ManifestFiles(folder).write(old);
    assertThat(Manifest.read(folder)).isEqualTo(old);

    JsonNode file = tree();
    assertThat(file.get("format").asInt()).isEqualTo(2);
    assertThat(file.fieldNames().next()).isEqualTo("format");
    assertThat(names(file)).allMatch(name -> name.matches("[a-z0-9]+(_[a-z0-9]+)*"));
    JsonNode settings = file.get("settings");
    assertThat(settings.get("batch_size").isInt()).isTrue();
    assertThat(settings.get("dropout").isDouble()).isTrue();
    assertThat(settings.get("optimizer").isTextual()).isTrue();
  }

  // All but the keys of the checkpoints' files, which are names of files.
  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.properties()
        .forEach(
            each -> {
              names.add(each.getKey());
              if (!each.getKey().equals("files")) {
                names.addAll(names(each.getValue()));
              }
            });
    if (node.isArray()) {
      node.forEach(each -> names.addAll(names(each)));
    }
    return names;
  }

  private JsonNode tree() throws IOException {
    return JSON.readTree(folder.resolve("run.json").toFile());
  }

  @ParameterizedTest
  @CsvSource({
    "learning-rate, 1.0E-4",
    "learning-rate, 0.0123",
    "learning-rate, 3.4028235E38",
    "learning-rate, 1.4E-45",
    "dropout, 0.33333334",
    "validation, 0.1",
    "seed, -9223372036854775808",
    "seed, 9007199254740993"
  })
  void numbersComeBackToTheLastDigit(String flag, String value) {
    Manifest old = Manifest.read(OLD.resolve("small"));
    TrainingConfig config = TrainingConfig.of(old.settings()).with(Map.of(flag, value));
    Manifest changed = old.upTo(2, config.flags());
    new ManifestFiles(folder).write(changed);
    assertThat(TrainingConfig.of(Manifest.read(folder).settings())).isEqualTo(config);
    assertThat(Manifest.read(folder).settings()).containsEntry(flag, value);
  }

  private void write(String text) throws IOException {
    Files.writeString(folder.resolve("run.json"), text);
  }

  /** The file of an old run in the newest format, changed and without its seal. */
  private ObjectNode changed() throws IOException {
    new ManifestFiles(folder).write(Manifest.read(OLD.resolve("adam")));
    return ((ObjectNode) tree()).without("sha256");
  }

  @Test
  void aNewerFormatIsRefusedByItsNumber() throws IOException {
    ObjectNode newer = changed().put("format", 3);
    newer.remove("epochs"); // whatever else it is like
    ((ObjectNode) newer.get("versions")).put("lenet5", "0.9.0");
    write(newer.toString());
    assertThatThrownBy(() -> Manifest.read(folder))
        .isInstanceOf(RunException.class)
        .hasMessage(
            folder.resolve("run.json")
                + " has format 3, and this version of LeNet5 reads formats up to 2: use the version"
                + " that wrote it, 0.9.0, or a newer one");
    // Its copy is no way out.
    Files.copy(folder.resolve("run.json"), folder.resolve("x.json"));
    Files.delete(folder.resolve("run.copy.json"));
    Files.move(folder.resolve("x.json"), folder.resolve("run.copy.json"));
    assertThatThrownBy(() -> Manifest.readOrCopy(folder, remark -> {}))
        .hasMessageContaining("has format 3");
  }

  @Test
  void aNumberThatWasEditedIsNamedToo() throws IOException {
    new ManifestFiles(folder).write(Manifest.read(OLD.resolve("adam")));
    write(Files.readString(folder.resolve("run.json")).replace("\"format\" : 2", "\"format\" : 7"));
    assertThatThrownBy(() -> Manifest.read(folder))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(folder.resolve("run.json") + " is damaged")
        .hasMessageContaining("format 7")
        .hasMessageContaining("up to 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "0", "-1", "2.5", "\"2\"", "null", "[]"})
  void aFormatThatNeverWasIsDamage(String format) throws IOException {
    ObjectNode object = changed();
    object.set("format", JSON.readTree(format));
    write(object.toString());
    assertThatThrownBy(() -> Manifest.read(folder))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("is damaged: its format is " + format);
  }

  @Test
  void whatIsUnknownIsKept() throws IOException {
    ObjectNode object = changed();
    object.put("mood", "good").putObject("machine").put("fans", 3);
    ((ObjectNode) object.get("data")).put("licence", "free");
    ((ObjectNode) object.get("epochs").get(1)).put("joules", 12.5);
    ((ObjectNode) object.get("checkpoints").get(1)).put("note", "the best");
    write(object.toString());

    Manifest read = Manifest.read(folder);
    ManifestFiles files = new ManifestFiles(folder);
    files.write(read);
    Manifest.Epoch third = epoch(3, read.epochs().get(1));
    Manifest grown = read.upTo(2, read.settings()).with(third, read.checkpoints());
    files.write(grown);

    JsonNode file = tree();
    assertThat(file.at("/mood").asText()).isEqualTo("good");
    assertThat(file.at("/machine/fans").asInt()).isEqualTo(3);
    assertThat(file.at("/data/licence").asText()).isEqualTo("free");
    assertThat(file.at("/epochs/1/joules").asDouble()).isEqualTo(12.5);
    assertThat(file.at("/checkpoints/1/note").asText()).isEqualTo("the best");
    assertThat(file.at("/epochs/2").has("joules")).isFalse();
    assertThat(Manifest.read(folder)).isEqualTo(grown);
    // What goes takes its own with it.
    files.write(grown.upTo(1, grown.settings()));
    assertThat(Files.readString(folder.resolve("run.json"))).doesNotContain("joules", "the best");
  }

  static Manifest.Epoch epoch(int number, Manifest.Epoch like) {
    return new Manifest.Epoch(
        number,
        like.wallTime(),
        like.trainLoss(),
        like.testLoss(),
        like.trainAccuracy(),
        like.testAccuracy(),
        like.validationLoss(),
        like.validationAccuracy(),
        like.learningRate(),
        like.trainSeconds(),
        like.evaluationSeconds(),
        like.imagesPerSecond(),
        like.variablesSha256());
  }

  @Test
  void aSettingThatIsUnknownIsRefusedForItDecidesTheWeights() throws IOException {
    ObjectNode object = changed();
    ((ObjectNode) object.get("settings")).put("gradient_clip", 1.5);
    write(object.toString());
    assertThatThrownBy(() -> Manifest.read(folder))
        .isInstanceOf(RunException.class)
        .hasMessage(
            folder.resolve("run.json")
                + " has the setting gradient-clip, which this version of LeNet5 does not know: use"
                + " the version that wrote it, 0.1.0");
  }

  @Test
  void anOldRunWithoutANewerSettingHasItsDefault() throws IOException {
    ObjectNode object = changed();
    ((ObjectNode) object.get("settings")).remove(Set.of("augment"));
    write(object.toString());
    assertThat(TrainingConfig.of(Manifest.read(folder).settings()).flags())
        .containsEntry("augment", "none");
  }
}
