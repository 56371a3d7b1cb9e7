package org.lenet5.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.Cifar10;

class ModelCardTest {
  @TempDir private Path folder;

  private static Manifest manifest(String dataset, Double validation) {
    Manifest.Epoch epoch =
        new Manifest.Epoch(
            1, "2026-01-01T00:00:00Z", 2, 2, 0.25, 0.5, validation, validation, 0.001, 1, 1, 1, "");
    return new Manifest(
        "r",
        "2026-01-01T00:00:00Z",
        Map.of("dataset", dataset),
        new Manifest.Data(dataset, "5ha", 10, 0, 10, List.of("a", "b"), null, null),
        Map.of(),
        "CPU",
        1,
        List.of(epoch),
        List.of());
  }

  private String card(String dataset) throws IOException {
    ModelCard.write(
        folder, 1, Cifar10.SHAPE, List.of("a", "b"), 1, Optional.of(manifest(dataset, null)));
    return Files.readString(folder.resolve("README.md"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sample|cifar10|sample of CIFAR-10",
        "cifar10|cifar10|cifar10",
        "my photos: #1|\"my photos: #1\"|my photos: #1",
      })
  void namesTheDataOfTheRun(String dataset, String hub, String name) throws IOException {
    assertThat(card(dataset))
        .contains(
            "datasets:\n- " + hub + "\n",
            "    dataset:\n      type: " + hub + "\n      name: \"" + name + "\"\n",
            "- Data: " + name + ", 10 training images");
  }

  @Test
  void whatIsNotOfCifar10IsNotCalledSo() throws IOException {
    assertThat(card("flowers").toLowerCase(java.util.Locale.ROOT)).doesNotContain("cifar");
  }

  @Test
  void theOriginOfAModelReadsBackAndHasNoTimeInIt() throws IOException {
    Map<String, String> origin = ModelOrigin.of(manifest("C:\\photos=1 #ü", 0.75), 1);
    ModelOrigin.write(folder, origin);
    String text = Files.readString(folder.resolve(ModelOrigin.FILE));
    Properties read = new Properties();
    read.load(new StringReader(text));
    assertThat(read)
        .containsExactlyInAnyOrderEntriesOf(origin)
        .containsEntry("run", "r")
        .containsEntry("epoch", "1")
        .containsEntry("dataset", "C:\\photos=1 #ü")
        .containsEntry("test_accuracy", "0.5")
        .containsEntry("validation_accuracy", "0.75");
    assertThat(text.lines()).isSorted().noneMatch(line -> line.startsWith("#"));
  }

  @Test
  void aModelOfUnknownOriginSaysNothing() throws IOException {
    ModelOrigin.write(folder, Map.of());
    assertThat(folder).isEmptyDirectory();
  }
}
