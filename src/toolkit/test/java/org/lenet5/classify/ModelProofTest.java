package org.lenet5.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.TestModel;
import org.lenet5.io.AtomicFiles;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;

/** A model is found, and refused before TensorFlow sees it if it is not what it was. */
class ModelProofTest {
  private static final String SUMS = "assets.extra/SHA256SUMS";

  @TempDir private static Path originals;
  @TempDir private Path folder;
  private Path model;

  @BeforeAll
  static void write() {
    TestModel.write(originals.resolve("7"), 7);
    TestModel.write(originals.resolve("8"), 8);
  }

  @BeforeEach
  void copy() throws IOException {
    model = copyOf("7", folder.resolve("model"));
  }

  private static Path copyOf(String original, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    try (Stream<Path> all = Files.walk(originals.resolve(original))) {
      for (Path each : all.toList()) {
        Files.copy(each, target.resolve(originals.resolve(original).relativize(each).toString()));
      }
    }
    return target;
  }

  private static List<Path> files(Path model) throws IOException {
    try (Stream<Path> all = Files.walk(model)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  // Digests that fit what is there now: what is wrong must be found by other means.
  private void digestAnew() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (Path file : files(model)) {
      String name = model.relativize(file).toString();
      if (!name.equals(SUMS)) {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        lines.append(HexFormat.of().formatHex(digest)).append("  ").append(name).append('\n');
      }
    }
    Files.writeString(model.resolve(SUMS), lines);
  }

  private static void assertRefused(Path path, String... message) {
    assertThatThrownBy(() -> Classifier.load(path).close())
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll(message)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  private static void assertLoads(Path path, Path expected) {
    try (Classifier classifier = Classifier.load(path)) {
      assertThat(classifier.model()).isEqualTo(expected);
    }
  }

  @Test
  void whereAModelIsFound() throws IOException {
    assertLoads(model, model);
    Path run = folder.resolve("run");
    Path first = copyOf("7", run.resolve("saved_model/9"));
    assertLoads(run, first);
    Path second = copyOf("7", run.resolve("saved_model/10"));
    Files.createDirectories(run.resolve("saved_model/11")); // not finished: holds no model
    Files.createDirectories(run.resolve("saved_model/x12"));
    assertLoads(run, second);
    assertLoads(run.resolve("saved_model"), second);
    assertLoads(run.resolve("saved_model/9"), first);
  }

  @Test
  void whereThereIsNone() throws IOException {
    assertRefused(folder.resolve("none"), folder.resolve("none") + ": there is no such folder");
    Path file = Files.writeString(folder.resolve("file"), "");
    assertRefused(file, file + " is not a folder");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertRefused(empty, empty + " holds no SavedModel: expected saved_model.pb");
  }

  @Test
  void everyFileIsWatched() throws IOException {
    List<Path> watched = new ArrayList<>(files(model));
    watched.remove(model.resolve(SUMS));
    assertThat(watched).hasSize(16);
    for (Path file : watched) {
      byte[] whole = Files.readAllBytes(file);
      byte[] flipped = whole.clone();
      flipped[whole.length / 2] ^= 4;
      Files.write(file, flipped);
      assertRefused(model, file + " is damaged: its SHA-256 is ", ", should be ");
      Files.write(file, Arrays.copyOf(whole, whole.length - 1));
      assertRefused(model, file + " is damaged");
      Files.write(file, new byte[0]);
      assertRefused(model, file + " is damaged");
      Files.delete(file);
      boolean graph = file.endsWith("saved_model.pb");
      assertRefused(model, graph ? model + " holds no SavedModel" : file + " is missing");
      Files.write(file, whole);
    }
    assertLoads(model, model);
  }

  @Test
  void aFileOfAnotherModelIsNoFileOfThisOne() throws IOException {
    for (String name :
        List.of("variables/variables.data-00000-of-00001", "assets.extra/golden.csv")) {
      Path file = model.resolve(name);
      byte[] own = Files.readAllBytes(file);
      Files.copy(originals.resolve("8").resolve(name), file, StandardCopyOption.REPLACE_EXISTING);
      assertRefused(model, file + " is damaged");
      Files.write(file, own);
    }
    Path zero = model.resolve("assets.extra/golden/0.png");
    Path one = model.resolve("assets.extra/golden/1.png");
    Path third = model.resolve("assets.extra/golden/swapped");
    Files.move(zero, third);
    Files.move(one, zero);
    Files.move(third, one);
    assertRefused(model, ".png is damaged");
  }

  @Test
  void whatDoesNotBelongToTheModel() throws IOException {
    Files.writeString(model.resolve(".DS_Store"), "left by a file manager");
    assertLoads(model, model);
    Path extra = Files.writeString(model.resolve("variables/more"), "");
    assertRefused(model, extra + " does not belong to the model");
    Files.delete(extra);
    Path sums = model.resolve(SUMS);
    Files.writeString(sums, Files.readString(sums).replaceFirst("  ", " "));
    assertRefused(model, sums + " line 1: is no SHA-256");
  }

  /** As servers keep models: the version a link, its files and folders links into a store. */
  @Test
  void aModelOfLinks() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("current"), model);
    assertLoads(link, link);
    Path served = Files.createDirectories(folder.resolve("served/1"));
    Path store = Files.move(model, served.resolve("..data"));
    for (String name : List.of("saved_model.pb", "variables", "assets.extra")) {
      Files.createSymbolicLink(served.resolve(name), Path.of("..data", name));
    }
    assertLoads(folder.resolve("served"), served);
    Path weights = store.resolve("variables/variables.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[1000] ^= 1;
    Files.write(weights, bytes);
    assertRefused(served, served.resolve("variables") + "", " is damaged");
  }

  @Test
  void otherWeightsWithDigestsThatFit() throws Exception {
    Files.copy(
        originals.resolve("8/variables/variables.data-00000-of-00001"),
        model.resolve("variables/variables.data-00000-of-00001"),
        StandardCopyOption.REPLACE_EXISTING);
    // TensorFlow checks a checksum of its own in variables.index.
    Files.copy(
        originals.resolve("8/variables/variables.index"),
        model.resolve("variables/variables.index"),
        StandardCopyOption.REPLACE_EXISTING);
    digestAnew();
    assertRefused(
        model,
        model + " is not the model that was trained: for assets.extra/golden/0.png it gives",
        "a probability of",
        "should be");
  }

  @Test
  void otherLabelsWithDigestsThatFit() throws Exception {
    Path labels = model.resolve("assets.extra/labels.txt");
    Files.writeString(labels, "a\nb\n");
    digestAnew();
    assertRefused(model, labels + " has 2 names, the model 10 classes");
  }

  /** Whatever saved_model.pb holds, Java refuses it; the JVM lives. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void aDamagedGraphWithDigestsThatFit(int damage) throws Exception {
    Path file = model.resolve("saved_model.pb");
    byte[] whole = Files.readAllBytes(file);
    byte[] bytes =
        switch (damage) {
          case 0 -> new byte[0];
          case 1 -> "garbage".getBytes();
          case 2 -> Arrays.copyOf(whole, whole.length / 2);
          case 3 -> new byte[whole.length];
          case 4 -> Arrays.copyOfRange(whole, 1, whole.length);
          default -> SavedModel.newBuilder().setSavedModelSchemaVersion(1).build().toByteArray();
        };
    Files.write(file, bytes);
    digestAnew();
    assertRefused(model, file.toString());
  }

  @Test
  void aVariableFileCutShortWithDigestsThatFit() throws Exception {
    Path file = model.resolve("variables/variables.data-00000-of-00001");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 1000));
    digestAnew();
    assertRefused(model, "TensorFlow cannot load " + model);
  }

  private interface Change {
    void apply(SignatureDef.Builder signature);
  }

  private void changeSignature(Change change) throws IOException {
    Path file = model.resolve("saved_model.pb");
    SavedModel.Builder saved = SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
    SignatureDef.Builder signature =
        saved.getMetaGraphs(0).getSignatureDefMap().get("serving_default").toBuilder();
    change.apply(signature);
    saved.getMetaGraphsBuilder(0).putSignatureDef("serving_default", signature.build());
    Files.write(file, saved.build().toByteArray());
    AtomicFiles.deleteTree(model.resolve("assets.extra"));
  }

  @Test
  void aModelMadeElsewhere() throws IOException {
    AtomicFiles.deleteTree(model.resolve("assets.extra"));
    try (Classifier classifier = Classifier.load(model)) {
      assertThat(classifier.classes()).startsWith("0", "1").hasSize(10);
      assertThat(classifier.classifyPixels(TestModel.pixels(2))).hasSize(2);
    }
  }

  @Test
  void anInputOfAnotherType() throws IOException {
    changeSignature(
        signature ->
            signature.putInputs(
                "images",
                signature.getInputsMap().get("images").toBuilder()
                    .setDtype(DataType.DT_FLOAT)
                    .build()));
    assertRefused(model, "has input images DT_FLOAT [-1, 32, 32, 3], should be uint8");
  }

  @ParameterizedTest
  @CsvSource({
    "3, 2, '[-1, 32, 32, 2]'", "3, 4, '[-1, 32, 32, 4]'", "1, -1, '[-1, -1, 32, 3]'",
    "2, 0, '[-1, 32, 0, 3]'", "1, 4097, '[-1, 4097, 32, 3]'", "0, 1, '[1, 32, 32, 3]'"
  })
  void anInputThatIsNoImage(int dimension, int size, String shape) throws IOException {
    changeInput(dimension, size);
    assertRefused(
        model,
        "has input images DT_UINT8 " + shape + ", should be uint8 [-1, height, width, 1 or 3]");
  }

  @ParameterizedTest
  @CsvSource({"1, 28", "2, 64", "3, 1"})
  void aSignatureWithAnotherShapeThanTheGraphs(int dimension, int size) throws IOException {
    changeInput(dimension, size);
    assertRefused(model, model.toString());
  }

  private void changeInput(int dimension, int size) throws IOException {
    changeSignature(
        signature -> {
          var images = signature.getInputsMap().get("images").toBuilder();
          images.getTensorShapeBuilder().getDimBuilder(dimension).setSize(size);
          signature.putInputs("images", images.build());
        });
  }

  @Test
  void noProbabilities() throws IOException {
    changeSignature(signature -> signature.removeOutputs("probabilities"));
    assertRefused(model, "has no output probabilities");
  }

  @Test
  void logitsCalledProbabilities() throws IOException {
    changeSignature(
        signature ->
            signature.putOutputs("probabilities", signature.getOutputsMap().get("logits")));
    assertRefused(model, "gives probabilities whose sum is", "not 1");
  }

  @Test
  void aTensorThatTheGraphLacks() throws IOException {
    changeSignature(
        signature ->
            signature.putOutputs(
                "probabilities",
                signature.getOutputsMap().get("probabilities").toBuilder()
                    .setName("nobody:0")
                    .build()));
    assertRefused(model, "names the tensor nobody:0, which its graph lacks");
  }
}
