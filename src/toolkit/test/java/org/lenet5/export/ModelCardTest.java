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
import org.lenet5.evaluation.Temperature;
import org.lenet5.model.Architecture;
import org.lenet5.model.Model;
import org.lenet5.model.Networks;
import org.lenet5.model.PixelScaling;

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
    return card(dataset, Networks.find("lenet5"), Temperature.NONE);
  }

  private String card(String dataset, Architecture network, double temperature) throws IOException {
    ModelCard.write(
        folder,
        1,
        new Model(network, Cifar10.SHAPE, 10, PixelScaling.NONE),
        List.of("a", "b"),
        1,
        Optional.of(manifest(dataset, null)),
        temperature);
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
  void lenet5IsAsTheNotebookHasIt() throws IOException {
    assertThat(card("flowers"))
        .contains(
            "- lenet5\n", "# LeNet5, run r\n", "| F8 | fully connected | ", "\n65156 parameters.\n")
        .doesNotContain("calibrated", "folded");
  }

  @Test
  void batchNormalizationIsSaidToBeFolded() throws IOException {
    assertThat(card("flowers", Networks.find("lenet5-bn"), Temperature.NONE))
        .contains("- \"lenet5-bn\"\n", "# lenet5-bn, run r\n", "\n65156 parameters. Trained were ")
        .contains("folded into kernels and biases");
    assertThat(card("flowers", Networks.find("resnet8"), Temperature.NONE))
        .contains("# resnet8, run r\n", "name: \"resnet8 r\"", "\n77706 parameters. ")
        .contains("| A | sum of C1 and A2 | ", "| P | average pool | 8x8 | 1x1x64 | 0 |");
  }

  @Test
  void aNetworkOfOnesOwnHasItsLayers() throws IOException {
    Architecture own =
        Architecture.parse("tiny", "C convolution 3x3 4\nP max-pool all\nF dense classes linear\n");
    assertThat(card("flowers", own, Temperature.NONE))
        .contains("# tiny, run r\n", "| C | convolution | 3x3 | 30x30x4 | 112 |")
        .contains("\n162 parameters.\n")
        .doesNotContain("lenet5", "LeNet5", "folded");
  }

  @Test
  void aCalibratedModelNamesItsTemperature() throws IOException {
    assertThat(card("flowers", Networks.find("lenet5"), 1.25))
        .contains("divided by a temperature of 1.25", "calibrated on images like those");
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
