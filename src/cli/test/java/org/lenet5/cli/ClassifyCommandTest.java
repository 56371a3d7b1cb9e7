package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.TestModel;
import org.lenet5.chart.ImageGridPicture;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Prediction;
import org.lenet5.data.LabeledImages;
import org.lenet5.io.AtomicFiles;

/** The real command, with models that were never trained. */
class ClassifyCommandTest {
  @TempDir private static Path home;
  private static Path checkpoints;
  private static Path photos;
  private static List<Prediction> expected;

  /** Runs with a SavedModel, and photos in folders: a.png, b.PNG, below/c.png and what is none. */
  @BeforeAll
  static void write() throws IOException {
    checkpoints = home.resolve("checkpoints");
    for (int i = 1; i <= 2; i++) {
      Path run = Files.createDirectories(checkpoints.resolve("run" + i));
      TestModel.write(run.resolve("saved_model/1"), i);
      Files.writeString(run.resolve("run.json"), "{}");
    }
    photos = home.resolve("photos");
    Files.createDirectories(photos.resolve("below"));
    LabeledImages images = TestModel.images(3);
    List<String> names = List.of("a.png", "b.PNG", "below/c.png");
    for (int i = 0; i < 3; i++) {
      Files.write(photos.resolve(names.get(i)), png(ImageGridPicture.image(images.image(i))));
    }
    Files.writeString(photos.resolve("notes.txt"), "not listed");
    try (Classifier classifier = Classifier.load(checkpoints.resolve("run1"))) {
      expected = classifier.classifyPixels(TestModel.pixels(3));
    }
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  private static Cli.Outcome classify(byte[] stdin, String... args) {
    return Cli.run(
        stdin,
        Stream.concat(
                Stream.of("classify", "--checkpoints-dir", checkpoints.toString()), Stream.of(args))
            .toArray(String[]::new));
  }

  /** What was said besides the model. */
  private static List<String> errors(Cli.Outcome outcome) {
    return outcome.err().lines().filter(line -> !line.startsWith("Model: ")).toList();
  }

  private static Cli.Outcome classify(String... args) {
    return classify(new byte[0], args);
  }

  private static List<String> listed() {
    return Stream.of("a.png", "b.PNG", "below/c.png")
        .map(name -> photos.resolve(name).toString())
        .toList();
  }

  private static List<JsonNode> json(String out) {
    JsonMapper mapper = new JsonMapper();
    return out.lines()
        .map(
            line -> {
              try {
                return mapper.readTree(line);
              } catch (IOException e) {
                throw new AssertionError(line, e);
              }
            })
        .toList();
  }

  @Test
  void aTable() {
    Cli.Outcome outcome = classify("--model", "run1", listed().get(0));
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.err().lines())
        .containsExactly("Model: " + checkpoints.resolve("run1/saved_model/1"));
    assertThat(outcome.out().lines()).hasSize(2);
    assertThat(outcome.out().lines().toList().get(0)).matches("Image +Label +% *");
    assertThat(outcome.out().lines().toList().get(1).split(" +"))
        .containsExactly(
            listed().get(0),
            expected.get(0).label(),
            String.format(java.util.Locale.ROOT, "%.2f", 100 * expected.get(0).probability()));
  }

  @Test
  void aFolderWithAllBelowIt() {
    Cli.Outcome outcome = classify("--model=run1", "--format=json", photos.toString());
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(json(outcome.out()).stream().map(line -> line.get("image").asText()))
        .isEqualTo(listed());
    assertThat(json(outcome.out()).stream().map(line -> line.get("label").asText()))
        .isEqualTo(expected.stream().map(Prediction::label).toList());
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "99"})
  void theMostProbableClasses(int top) throws IOException {
    int shown = Math.min(10, top);
    Cli.Outcome lines =
        classify("--model=run1", "--format=json", "--top=" + top, photos + "/a.png");
    JsonNode line = json(lines.out()).get(0);
    assertThat(line.get("top")).hasSize(shown);
    List<Prediction.Ranked> ranked = expected.get(0).ranked();
    for (int i = 0; i < shown; i++) {
      assertThat(line.get("top").get(i).get("label").asText()).isEqualTo(ranked.get(i).label());
      assertThat(line.get("top").get(i).get("probability").floatValue())
          .isEqualTo(ranked.get(i).probability(), org.assertj.core.api.Assertions.within(1e-5f));
    }

    Cli.Outcome table = classify("--model=run1", "--format=csv", "--top=" + top, photos + "/a.png");
    try (CSVParser csv =
        CSVParser.parse(table.out(), CSVFormat.DEFAULT.builder().setHeader().get())) {
      assertThat(csv.getHeaderNames().subList(0, 2)).containsExactly("image", "label");
      assertThat(csv.getHeaderNames().size()).isEqualTo(2 + 2 * shown);
      CSVRecord record = csv.getRecords().get(0);
      assertThat(record.get("image")).isEqualTo(photos + "/a.png");
      assertThat(record.get("label")).isEqualTo(ranked.get(0).label());
      if (top > 2) {
        assertThat(record.get("label_3")).isEqualTo(ranked.get(2).label());
        assertThat(Float.parseFloat(record.get("probability_3")))
            .isEqualTo(ranked.get(2).probability(), org.assertj.core.api.Assertions.within(1e-5f));
      }
    }
    assertThat(classify("--model=run1", "--top=" + top, photos + "/a.png").out().lines())
        .hasSize(2);
  }

  /** What is just as confident is an answer; what is less is not, in every format. */
  @ParameterizedTest
  @CsvSource({"0, false", "0.0001, true"})
  void anAnswerThatIsNotConfidentEnough(float more, boolean uncertain) throws IOException {
    String image = photos + "/a.png";
    JsonNode plain = json(classify("--model=run1", "--format=json", image).out()).get(0);
    String label = uncertain ? "uncertain" : plain.get("label").asText();
    String least = "--min-confidence=" + (plain.get("probability").floatValue() + more);

    JsonNode line = json(classify("--model=run1", "--format=json", least, image).out()).get(0);
    assertThat(line.get("label").asText()).isEqualTo(label);
    assertThat(line.get("probability")).isEqualTo(plain.get("probability"));
    assertThat(line.get("top")).as("what it would have said").isEqualTo(plain.get("top"));
    List<String> csv =
        classify("--model=run1", "--format=csv", least, image).out().lines().toList();
    assertThat(csv.get(1)).startsWith(image + "," + label + ",");
    List<String> table = classify("--model=run1", least, image).out().lines().toList();
    assertThat(table.get(1).split(" +")[1]).isEqualTo(label);
  }

  @Test
  void anImageOnStandardInput() throws IOException {
    byte[] image = Files.readAllBytes(photos.resolve("below/c.png"));
    Cli.Outcome outcome = classify(image, "--model=run1", "--format=json", "-");
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(json(outcome.out()))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.get("image").asText()).isEqualTo("-");
              assertThat(line.get("label").asText()).isEqualTo(expected.get(2).label());
            });
    Cli.Outcome nothing = classify("--model=run1", "-");
    assertThat(nothing.exit()).isEqualTo(1);
    assertThat(errors(nothing).get(0)).startsWith("error: the stream's image: is no PNG");
    assertThat(nothing.out()).as("no head without a result").isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "64"})
  void oneBadFileAmongMany(int batch) throws IOException {
    Path folder = Files.createDirectory(home.resolve("bad" + batch));
    for (String name : List.of("1.png", "2.png", "4.png")) {
      Files.copy(photos.resolve("a.png"), folder.resolve(name));
    }
    Files.writeString(folder.resolve("3.png"), "no picture");
    Cli.Outcome outcome =
        classify(
            "--model=run1",
            "--format=json",
            "--batch=" + batch,
            folder.toString(),
            folder.resolve("none.png").toString());
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(json(outcome.out()).stream().map(line -> line.get("image").asText()))
        .containsExactly(folder + "/1.png", folder + "/2.png", folder + "/4.png");
    assertThat(json(outcome.out()).stream().map(line -> line.get("label").asText()))
        .containsOnly(expected.get(0).label());
    assertThat(errors(outcome))
        .containsExactly(
            "error: " + folder + "/3.png: is no PNG, JPEG, GIF, BMP, WebP or TIFF image",
            "error: " + folder + "/none.png: there is no such file",
            "2 of 5 images failed");
  }

  @Test
  void theNewestRunUnlessOneIsNamed() throws IOException {
    for (String newest : List.of("run1", "run2")) {
      for (String run : List.of("run1", "run2")) {
        Files.setLastModifiedTime(
            checkpoints.resolve(run).resolve("saved_model"),
            FileTime.from(Instant.ofEpochSecond(run.equals(newest) ? 2_000_000 : 1_000_000)));
      }
      String named =
          classify("--model", newest, "--format=csv", "--top=10", photos.toString()).out();
      assertThat(classify("--format=csv", "--top=10", photos.toString()).out()).isEqualTo(named);
      assertThat(
              classify(
                      "--model=" + checkpoints.resolve(newest).resolve("saved_model/1"),
                      "--format=csv",
                      "--top=10",
                      photos.toString())
                  .out())
          .isEqualTo(named);
    }
  }

  @Test
  void saysWhichModelAnswers() throws IOException {
    Path path = checkpoints.resolve("run1/saved_model/1");
    Cli.Outcome lines = classify("--model=run1", "--format=json", photos + "/a.png");
    assertThat(json(lines.out()).get(0).get("model").asText()).isEqualTo(path.toString());
    Cli.Outcome table = classify("--model=run1", "--format=csv", photos + "/a.png");
    try (CSVParser csv =
        CSVParser.parse(table.out(), CSVFormat.DEFAULT.builder().setHeader().get())) {
      assertThat(csv.getRecords().get(0).get("model")).isEqualTo(path.toString());
    }
    assertThat(classify(photos + "/a.png").err())
        .matches("Model: .*/run[12]/saved_model/1 \\(the newest; --model names another\\)\\R");
  }

  @Test
  void moreClassesThanThereAre() {
    assertThat(errors(classify("--model=run1", "--top=11", photos + "/a.png")))
        .containsExactly("--top 11: the model has only 10 classes");
    assertThat(errors(classify("--model=run1", "--top=10", photos + "/a.png"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://example.org/a.png|images are read from files, not from the web; fetch it first: curl",
        "HTTP://example.org/a?b=1|images are read from files, not from the web; fetch it first: curl",
        "s3://bucket/a.png|images are read from files, not from the web",
        "file:///tmp/a.png|must be a path, without file://",
      })
  void anAddressOfTheWeb(String address, String right) {
    Cli.Outcome outcome = classify("--model=run1", photos + "/a.png", address);
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).startsWith("error: " + address + ": " + right);
  }

  @Test
  void noModelAtAll() {
    Cli.Outcome outcome =
        Cli.run("classify", "--checkpoints-dir", home.resolve("nothing").toString(), "x.png");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("error: --model: there is no run with a SavedModel in ");
  }

  @Test
  void aDamagedModel() throws IOException {
    Path model = TestModel.write(home.resolve("damaged/1"), 3);
    Files.writeString(model.resolve("assets.extra/labels.txt"), "cat\n");
    Cli.Outcome outcome = classify("--model", model.toString(), photos.toString());
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).startsWith("error: ").contains("labels.txt is damaged");
  }

  @Test
  void theMiddleOrAllOfIt() throws IOException {
    BufferedImage wide = new BufferedImage(96, 32, BufferedImage.TYPE_INT_RGB);
    wide.createGraphics()
        .drawImage(ImageGridPicture.image(TestModel.images(1).image(0)), 32, 0, null);
    Path file = Files.write(home.resolve("wide.png"), png(wide));
    String crop = classify("--model=run1", "--format=csv", file.toString()).out();
    String squash = classify("--model=run1", "--format=csv", "--fit=squash", file + "").out();
    assertThat(crop).contains(expected.get(0).label()).isNotEqualTo(squash);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--top|0|must be at least 1",
        "--batch|0|must be from 1 to 4096",
        "--min-confidence|1.5|must be from 0 to 1",
        "--min-confidence|NaN|must be from 0 to 1",
        "--fit|stretch|must be crop or squash",
        "--format|xml|must be table, csv or json",
        "--model|nobody|there is neither such a run in"
      })
  void wrongUsage(String flag, String value, String right) {
    Cli.Outcome outcome = classify(flag, value, photos.toString());
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines().findFirst().orElseThrow())
        .startsWith("error: " + flag + " " + value)
        .contains(right);
  }

  @Test
  void aFolderWithoutImages() throws IOException {
    Path empty = Files.createDirectory(home.resolve("empty"));
    Cli.Outcome outcome = classify(empty.toString());
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("error: " + empty + ": holds no images");
  }

  @Test
  void linksAndOddNames() throws IOException {
    Path folder = Files.createDirectory(home.resolve("links"));
    Files.createSymbolicLink(folder.resolve("up"), home); // not followed: a loop
    Files.createSymbolicLink(folder.resolve("linked.png"), photos.resolve("a.png"));
    Files.createSymbolicLink(folder.resolve("broken.png"), home.resolve("gone.png"));
    Files.copy(photos.resolve("a.png"), folder.resolve("two\nlines.png"));
    Path named = Files.createSymbolicLink(home.resolve("named"), folder);
    Cli.Outcome outcome = classify("--model=run1", "--format=json", named.toString());
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(json(outcome.out()).stream().map(line -> line.get("image").asText()))
        .containsExactly(named + "/linked.png", named + "/two\nlines.png");
    assertThat(classify("--model=run1", named.toString()).out().lines())
        .hasSize(3)
        .last()
        .asString()
        .startsWith(named + "/two lines.png ");
  }

  @Test
  void anEmptyFolderAmongMany() throws IOException {
    Path empty = Files.createDirectory(home.resolve("empty among many"));
    Cli.Outcome outcome =
        classify("--model=run1", "--format=json", empty.toString(), photos.toString());
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(json(outcome.out())).hasSize(3);
    assertThat(errors(outcome)).contains("error: " + empty + ": holds no images");
  }

  @Test
  void aRunThatHasNoModelYetIsNotTheNewest() throws IOException {
    Path begun = Files.createDirectories(checkpoints.resolve("begun/saved_model/.1.part"));
    Files.writeString(checkpoints.resolve("begun/run.json"), "{}");
    try {
      Cli.Outcome outcome = classify(photos.toString());
      assertThat(outcome.exit()).as(outcome.err()).isZero();
    } finally {
      AtomicFiles.deleteTree(begun.getParent().getParent());
    }
  }

  /** What other systems leave behind is no image, and what is none is counted. */
  @Test
  void whatLiesInFoldersAndIsNoImage() throws IOException {
    Path folder = Files.createDirectory(home.resolve("mixed"));
    Files.copy(photos.resolve("a.png"), folder.resolve("a.png"));
    for (String name :
        List.of(
            "._a.png", ".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX/b.png", "@eaDir/c.png")) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "Mac OS X");
    }
    for (String name : List.of("1.heic", "2.HEIC", "3.avif", "4.svg", "5.pdf", "6.txt", "README")) {
      Files.writeString(folder.resolve(name), name);
    }
    Cli.Outcome outcome = classify("--model=run1", "--format=json", folder.toString());
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(json(outcome.out()).stream().map(line -> line.get("image").asText()))
        .containsExactly(folder + "/a.png");
    assertThat(outcome.err().lines())
        .contains(
            "skipped 7 files: 2 .heic, 1 .avif, 1 .pdf, 1 .svg, 1 .txt, 1 without a suffix;"
                + " PNG, JPEG, GIF, BMP, WebP and TIFF are read");

    Cli.Outcome named = classify("--model=run1", folder + "/._a.png", folder + "/6.txt");
    assertThat(named.exit()).isEqualTo(1);
    assertThat(named.err().lines())
        .contains(
            "error: " + folder + "/._a.png: is no PNG, JPEG, GIF, BMP, WebP or TIFF image",
            "error: " + folder + "/6.txt: is no PNG, JPEG, GIF, BMP, WebP or TIFF image");

    Cli.Outcome inside = classify("--model=run1", "--format=json", folder + "/__MACOSX");
    assertThat(inside.err()).contains("error: " + folder + "/__MACOSX/b.png: is no PNG");
  }

  @Test
  void damageIsRefusedAndOdditiesAreTold() throws IOException {
    byte[] png = Files.readAllBytes(photos.resolve("a.png"));
    Path odd = Files.write(home.resolve("odd.png"), Arrays.copyOf(png, png.length - 12));
    byte[] wrong = png.clone();
    wrong[png.length - 1] ^= 1; // of the last chunk's checksum
    Path damaged = Files.write(home.resolve("damaged.png"), wrong);

    Cli.Outcome strict = classify("--model=run1", "--format=json", odd + "", damaged + "");
    assertThat(strict.exit()).isEqualTo(1);
    assertThat(strict.err().lines())
        .contains(
            "warning: " + odd + ": its end (the IEND chunk) is missing",
            "error: " + damaged + ": is damaged: the checksum of its IEND chunk is wrong");
    assertThat(json(strict.out()))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.get("label").asText()).isEqualTo(expected.get(0).label());
              assertThat(line.get("warnings").get(0).asText())
                  .isEqualTo("its end (the IEND chunk) is missing");
            });

    Cli.Outcome lenient = classify("--model=run1", "--format=json", "--lenient", damaged + "");
    assertThat(lenient.exit()).as(lenient.err()).isZero();
    assertThat(lenient.err().lines())
        .contains("warning: " + damaged + ": the checksum of its IEND chunk is wrong");
    assertThat(json(lenient.out()).get(0).get("label").asText()).isEqualTo(expected.get(0).label());
    JsonNode sound =
        json(classify("--model=run1", "--format=json", photos + "/a.png").out()).get(0);
    assertThat(sound.get("warnings")).isEmpty();
  }
}
