package org.lenet5.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.data.OpenedData;
import org.lenet5.evaluation.ConfidentLearning.Suspect;
import org.lenet5.image.ImageShape;
import org.lenet5.report.AuditFiles;
import org.lenet5.training.PassListener;
import org.lenet5.training.TrainingConfig;

/** Dark and bright images, some of them under the other's name. */
class LabelAuditTest {
  private static final ImageShape SHAPE = new ImageShape(16, 16, 1);
  private static final Dataset DATA =
      Dataset.of("own", images(1, 300), images(2, 60), List.of("<dark>", "bright"));

  @TempDir private Path folder;
  private static LabelAudit audit;

  private static LabeledImages images(int seed, int count) {
    Random random = new Random(seed);
    byte[] pixels = new byte[count * SHAPE.bytes()];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      int truth = random.nextInt(2);
      labels[i] = isWrong(i) ? 1 - truth : truth;
      for (int p = 0; p < SHAPE.bytes(); p++) {
        pixels[i * SHAPE.bytes() + p] = (byte) (random.nextInt(100) + 150 * truth);
      }
    }
    return LabeledImages.copyOf(SHAPE, pixels, labels);
  }

  private static boolean isWrong(int image) {
    return image % 9 == 4;
  }

  private static LabelAudit audit(int workers) {
    TrainingConfig config =
        TrainingConfig.of(
            Map.of("epochs", "6", "learning-rate", "0.005", "subset", "even", "threads", "1"));
    return LabelAudit.of(config, DATA, workers, PassListener.NONE);
  }

  @BeforeAll
  static void once() {
    audit = audit(1);
  }

  @Test
  void findsWhatWasSwappedInBothHalvesAndInTheTestImages() {
    List<Integer> training = audit.training().stream().map(Suspect::image).limit(6).toList();
    assertThat(training).hasSize(6).allMatch(LabelAuditTest::isWrong);
    assertThat(audit.training().stream().map(each -> each.image() % 2)).contains(0, 1);
    assertThat(audit.training().size()).isLessThan(40);
    assertThat(audit.test()).isNotEmpty();
    assertThat(isWrong(audit.test().get(0).image())).isTrue();
  }

  @Test
  void findsTheSameAgain() {
    assertThat(audit(3)).isEqualTo(audit);
  }

  @Test
  void aPageAndATable() throws Exception {
    AuditFiles.write(folder, "Judged twice.", OpenedData.of(DATA), audit.training(), audit.test());
    List<String> lines = Files.readAllLines(folder.resolve("audit.csv"));
    assertThat(lines.get(0))
        .isEqualTo("set,image,label,suggested,label_probability,suggested_probability,margin,path");
    assertThat(lines).hasSize(1 + audit.training().size() + audit.test().size());
    assertThat(lines.get(1)).startsWith("test," + audit.test().get(0).image() + ",");
    String page =
        new String(Files.readAllBytes(folder.resolve("audit.html")), StandardCharsets.UTF_8);
    int pictures = page.split("<img ", -1).length - 1;
    assertThat(pictures)
        .isEqualTo(Math.min(100, audit.training().size()) + Math.min(100, audit.test().size()));
    assertThat(page).contains("&lt;dark&gt;").doesNotContain("<dark>", "http", "src=\"image");
    assertThat(page).contains("src=\"data:image/png;base64,", "Judged twice.");
  }

  @Test
  void imagesThatLieInFilesAreNamedByThem() throws Exception {
    List<String> training = named("cat", 300);
    List<String> test = named("held <out>", 60);
    OpenedData opened = new OpenedData(DATA, training, test, List.of(), Optional.empty());
    AuditFiles.write(folder, "Judged.", opened, audit.training(), audit.test());
    int first = audit.test().get(0).image();
    assertThat(Files.readAllLines(folder.resolve("audit.csv")).get(1))
        .startsWith("test," + first + ",")
        .endsWith(",held <out>/" + first + ".png");
    assertThat(Files.readString(folder.resolve("audit.html")))
        .contains("held &lt;out&gt;/" + first + ".png: labelled ")
        .contains("cat/" + audit.training().get(0).image() + ".png: labelled ");
  }

  private static List<String> named(String folder, int count) {
    return IntStream.range(0, count).mapToObj(i -> folder + "/" + i + ".png").toList();
  }
}
