package org.lenet5.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.data.LabeledImages;
import org.lenet5.evaluation.ClassificationReport;
import org.lenet5.image.ImageShape;
import org.lenet5.summary.EvaluationSummaries;
import org.lenet5.summary.EventFileReader;
import org.lenet5.summary.EventFiles;
import org.tensorflow.proto.Event;

/** An evaluation with 200 classes: lists and pictures stay readable, tables are whole. */
class ManyClassesTest {
  private static final int CLASSES = 200;
  private static final int IMAGES = 10; // of each

  @TempDir static Path folder;
  private static EvaluationSummary summary;

  @BeforeAll
  static void evaluate() {
    Random random = new Random(1);
    List<String> names =
        IntStream.range(0, CLASSES).mapToObj(c -> "a rather long class name " + c).toList();
    int[] labels = IntStream.range(0, CLASSES * IMAGES).map(i -> i % CLASSES).toArray();
    float[][] probabilities = new float[labels.length][];
    for (int i = 0; i < labels.length; i++) {
      // The higher its number, the more of a class's images are right.
      int guess = random.nextInt(CLASSES) < labels[i] ? labels[i] : random.nextInt(CLASSES);
      float[] each = new float[CLASSES];
      java.util.Arrays.fill(each, .5f / CLASSES);
      each[guess] += .5f;
      probabilities[i] = each;
    }
    ImageShape shape = new ImageShape(16, 16, 1);
    LabeledImages images =
        LabeledImages.copyOf(shape, new byte[labels.length * shape.bytes()], labels);
    summary =
        new EvaluationSummary(
            "a",
            Optional.of("a"),
            1,
            "many",
            ClassificationReport.of(names, images, probabilities));
    EvaluationFiles.write(folder, images, summary);
  }

  @Test
  void theTextHasTheWorstThirtyAndSaysSo() {
    List<String> lines = summary.text().lines().toList();
    assertThat(lines.stream().filter(line -> line.startsWith("a rather long"))).hasSize(30);
    assertThat(lines.get(lines.size() - 1))
        .isEqualTo(
            "These are the 30 classes with the lowest F1, the worst first. per_class.csv and --json"
                + " have the other 170 too.");
    int head = lines.indexOf(lines.stream().filter(l -> l.startsWith("Class ")).findAny().get());
    assertThat(lines.subList(head, head + 31))
        .extracting(String::length)
        .containsOnly(lines.get(head).length());
  }

  @Test
  void theTablesHaveAll() throws Exception {
    assertThat(Files.readAllLines(folder.resolve("per_class.csv"))).hasSize(1 + CLASSES);
    assertThat(Files.readAllLines(folder.resolve("confusion_matrix.csv"))).hasSize(1 + CLASSES);
    assertThat(summary.json().get("classes")).hasSize(CLASSES);
  }

  @Test
  void thePicturesAreNoLargerThanAScreenOrTwo() throws Exception {
    for (String name : List.of("confusion_matrix", "reliability", "pr_curves", "top_losses")) {
      var picture = ImageIO.read(folder.resolve(name + ".png").toFile());
      assertThat(picture.getWidth()).as(name).isBetween(400, 2000);
      assertThat(picture.getHeight()).as(name).isBetween(300, 2000);
    }
  }

  @Test
  void tensorBoardHasTheWorstThirtyCurves(@TempDir Path graphs) throws Exception {
    EvaluationSummaries.write(graphs, Instant.EPOCH, 1, "many", "subject", summary.report());
    List<String> tags = new ArrayList<>();
    for (Event event : EventFileReader.readAll(EventFiles.list(graphs).get(0))) {
      event.getSummary().getValueList().forEach(value -> tags.add(value.getTag()));
    }
    assertThat(tags.stream().filter(tag -> tag.startsWith("Precision-recall many/"))).hasSize(30);
    assertThat(tags).contains("Pictures/Confusion matrix of many");
  }
}
