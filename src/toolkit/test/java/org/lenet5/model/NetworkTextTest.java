package org.lenet5.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.data.Cifar10;
import org.lenet5.image.ImageShape;

class NetworkTextTest {
  @TempDir Path folder;

  private static Model model(Architecture architecture, ImageShape image, int classes) {
    return new Model(architecture, image, classes, PixelScaling.NONE);
  }

  private static Model model(String text) {
    return model(Architecture.parse("own", text), Cifar10.SHAPE, 10);
  }

  // Those of the published network are MLPerf Tiny's.
  @ParameterizedTest
  @CsvSource({
    "lenet5, 65156, 65156, 2334828",
    "lenet5-bn, 65692, 65156, 2334828",
    "resnet8, 78186, 77706, 12501632"
  })
  void theEmbeddedOnesHaveTheirParameters(
      String name, long trained, long served, long multiplyAdds) {
    Model model = model(Networks.find(name), Cifar10.SHAPE, 10);
    assertThat(model.parameters()).isEqualTo(trained);
    assertThat(model.folded().parameters()).isEqualTo(served);
    assertThat(model.table().stream().mapToLong(Model.Row::multiplyAdds).sum())
        .isEqualTo(multiplyAdds);
    assertThat(model.folded().variables().keySet())
        .allMatch(variable -> variable.matches("\\w+/(kernel|bias)"));
  }

  @Test
  void namesAllThatComeWithTheProgram() {
    assertThat(Networks.NAMES)
        .allSatisfy(name -> assertThat(Networks.find(name).name()).isEqualTo(name))
        .allSatisfy(name -> assertThat(Networks.find(name).word()).isEqualTo(name));
  }

  @Test
  void branchesTakeTheLayersThatTheyName() {
    Model model =
        model(
            """
            # two ways, and their sum
            A convolution 3x3 4 padding same
            B convolution 3x3 8 stride 2 padding same   # the long one
            S convolution 1x1 8 stride 2 linear from A

            R add S B linear
            Z relu
            P average-pool all
            F dense classes linear
            """);
    assertThat(model.table())
        .extracting(row -> row.layer().name(), Model.Row::from, row -> Shapes.text(row.output()))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("A", List.of(""), "[32,32,4]"),
            org.assertj.core.groups.Tuple.tuple("B", List.of("A"), "[16,16,8]"),
            org.assertj.core.groups.Tuple.tuple("S", List.of("A"), "[16,16,8]"),
            org.assertj.core.groups.Tuple.tuple("R", List.of("S", "B"), "[16,16,8]"),
            org.assertj.core.groups.Tuple.tuple("Z", List.of("R"), "[16,16,8]"),
            org.assertj.core.groups.Tuple.tuple("P", List.of("Z"), "[1,1,8]"),
            org.assertj.core.groups.Tuple.tuple("F", List.of("P"), "[10]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "C1 convolution 5 6|line 1: 5: the filters' size must be HEIGHTxWIDTH, such as 3x3",
        "C1 convolution 5x5|line 1: the number of filters is missing",
        "C1 convolution 5x5 0|line 1: 0: the number of filters must be a whole number from 1",
        "C1 convolution 5x5 6 strid 2|line 1: strid: has no meaning here",
        "C1 convolution 5x5 6 stride|line 1: stride: its value is missing",
        "C1 convolution 5x5 6 padding full|line 1: padding full: must be valid or same",
        "C1 convolve 5x5 6|line 1: convolve: must be one of add, average-pool, convolution,",
        "C1|line 1: C1: its kind is missing",
        "1C relu|line 1: 1C: a layer's name must be a letter",
        "A relu; A relu|line 2: A: there is a layer of that name above",
        "A relu from B|line 1: B: there is no layer of that name above",
        "A relu from|line 1: from: one layer's name must follow",
        "A add A B|line 1: A: there is no layer of that name above",
        "A dropout 1|line 1: 1: the share to drop must be from 0 to below 1",
        "A relu; initial he-normal|line 2: initial: must stand before the first layer",
        "initial zeros|line 1: initial: uniform or he-normal must follow",
        "F dense 10|line 1: the last layer must be \"NAME dense classes linear\"",
        "F dense classes|line 1: the last layer must be \"NAME dense classes linear\"",
      })
  void aLineThatIsWrongIsNamed(String text, String message) {
    assertThatThrownBy(() -> Architecture.parse("own", text.replace(';', '\n')))
        .isInstanceOf(NetworkException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "A max-pool 40x40|network own, line 1: A: what arrives is [32,32,3]: a window of 40 does"
            + " not fit into a height of 32; at most 32 does",
        "A dense 5; B relu; C max-pool all|network own, line 3: C: what arrives is [5], not an"
            + " image: only a dense layer can follow",
        "A convolution 1x1 3; B convolution 3x3 3; C add A B|network own, line 3: C: what arrives"
            + " is [32,32,3] of A and [30,30,3] of B: both must have the same shape",
        "A dense 60000|network own: A brings the parameters to 184,380,000, at most 100,000,000"
            + " are possible",
      })
  void aLayerThatDoesNotFitIsNamedWithWhatArrives(String layers, String message) {
    String text = (layers + "; F dense classes linear").replace(';', '\n');
    assertThatThrownBy(() -> model(text)).isInstanceOf(NetworkException.class).hasMessage(message);
  }

  @Test
  void aFileIsReadByItsPathAndKeptAsText() throws IOException {
    Path file = folder.resolve("my net.txt");
    Files.writeString(file, "# mine\nC  convolution 3x3 4\nF dense classes linear\n");
    Architecture read = Networks.find(file.toString());
    assertThat(read.word()).isEqualTo("my_net = C convolution 3x3 4; F dense classes linear");
    Files.delete(file);
    assertThat(Networks.find(read.word())).isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet6", "", " = ", "a = b", "\0", "/"})
  void whatIsNoNetworkIsRefused(String word) {
    assertThatThrownBy(() -> Networks.find(word)).isInstanceOf(NetworkException.class);
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> words =
        Arbitraries.of(
            "A",
            "B",
            "convolution",
            "dense",
            "max-pool",
            "average-pool",
            "add",
            "relu",
            "dropout",
            "pad",
            "from",
            "stride",
            "padding",
            "same",
            "valid",
            "batch-norm",
            "linear",
            "classes",
            "all",
            "3x3",
            "2x2",
            "0x1",
            "99999x1",
            "8",
            "0",
            ".5",
            "initial",
            "he-normal",
            "#",
            ";",
            "\n",
            "=",
            "é");
    return words.list().ofMaxSize(40).map(list -> String.join(" ", list));
  }

  /** Whatever is written: it is a network that reads as itself, or is refused in one line. */
  @Property(tries = 500)
  void anyTextIsANetworkOrRefused(@ForAll("texts") String text) {
    try {
      Architecture read = Architecture.parse("own", text + "\nZ dense classes linear");
      assertThat(Architecture.parse(read.text())).isEqualTo(read);
      model(read, Cifar10.SHAPE, 3);
    } catch (NetworkException e) {
      assertThat(e.getMessage()).hasLineCount(1);
    }
  }
}
