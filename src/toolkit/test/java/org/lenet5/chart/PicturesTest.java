package org.lenet5.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.lenet5.chart.ImageGridPicture.Row;
import org.lenet5.chart.ParallelCoordinatesPicture.Axis;
import org.lenet5.chart.ParallelCoordinatesPicture.Line;
import org.lenet5.chart.ParallelCoordinatesPicture.Tick;
import org.lenet5.evaluation.ClassificationReport;
import org.lenet5.evaluation.PrecisionRecallCurve;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;

class PicturesTest {
  private static final List<String> AB = List.of("a", "b");

  @Test
  void aPngHasThePicturesPixels() throws IOException {
    BufferedImage picture =
        EpochChart.LOSS.draw("run on sample", List.of(EpochPoint.of(SampleEpochs.epoch(1))));
    BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(Png.encode(picture)));
    assertThat(pixels(decoded)).isEqualTo(pixels(picture));
  }

  /** What a picture is of stands in it: another run's has other pixels, and the same size. */
  @Test
  void everyPictureNamesItsSubject() {
    ByteNdArray image = NdArrays.ofBytes(Shape.of(32, 32, 3));
    ClassificationReport report =
        new ClassificationReport(
            List.of("a", "b"), new int[] {0, 1}, new float[][] {{0.8f, 0.2f}, {0.6f, 0.4f}});
    List<PrecisionRecallCurve> curves =
        List.of(report.precisionRecall(0), report.precisionRecall(1));
    Map<String, Function<String, BufferedImage>> pictures =
        Map.of(
            "loss", s -> EpochChart.LOSS.draw(s, List.of(EpochPoint.of(SampleEpochs.epoch(1)))),
            "confusion", s -> ConfusionMatrixPicture.draw(s, new int[][] {{1}}, List.of("a")),
            "kernels", s -> KernelPicture.draw(s, NdArrays.ofFloats(Shape.of(5, 5, 3, 6))),
            "batch",
                s ->
                    ImageGridPicture.draw(
                        "Batch", s, List.of(new Row("a", NdArrays.ofBytes(Shape.of(1, 4, 4, 3))))),
            "curves", s -> PrecisionRecallPicture.draw(s, curves, List.of("a", "b")),
            "reliability", s -> ReliabilityPicture.draw(s, report.calibration()),
            "losses",
                s ->
                    TopLossesPicture.draw(
                        s, List.of(new TopLossesPicture.Item(7, image, "is a", "guess b"))));
    pictures.forEach(
        (name, draw) -> {
          BufferedImage one = draw.apply("run-1 on sample");
          BufferedImage long1 = draw.apply("run-1 on sample " + "x".repeat(2000) + " 1");
          BufferedImage long2 = draw.apply("run-1 on sample " + "x".repeat(2000) + " 2");
          assertThat(pixels(one)).as(name).isNotEqualTo(pixels(draw.apply("run-2 on sample")));
          assertThat(long1.getWidth()).as(name).isEqualTo(one.getWidth());
          if (!name.equals("loss")) { // JFreeChart breaks lines instead
            assertThat(pixels(long1)).as(name + ": both ends show").isNotEqualTo(pixels(long2));
          }
        });
  }

  @Test
  void parallelCoordinatesShowEveryTrialAndTheBestInColours() {
    List<Axis> axes =
        List.of(
            new Axis("rate", List.of(new Tick(0, "low"), new Tick(1, "high"))),
            new Axis("held out", List.of()));
    List<Line> rest = List.of(new Line(List.of(.2, .4), 0), new Line(List.of(.9, .1), 0));
    List<Line> all = new ArrayList<>(rest);
    for (int rank = 1; rank <= 5; rank++) {
      all.add(new Line(List.of(rank / 6.0, 1 - rank / 10.0), rank));
    }
    BufferedImage grey = ParallelCoordinatesPicture.draw("2 trials", axes, rest, "a note");
    Set<Integer> colours = new HashSet<>();
    for (int pixel : pixels(ParallelCoordinatesPicture.draw("7 trials", axes, all, "a note"))) {
      colours.add(pixel);
    }
    assertThat(colours).containsAll(Palette.LINES.stream().map(each -> each.getRGB()).toList());
    for (int pixel : pixels(grey)) {
      assertThat((pixel >> 16 & 0xFF) == (pixel & 0xFF)).isTrue();
    }
    assertThat(pixels(grey))
        .as("a trial that is missing is seen")
        .isNotEqualTo(
            pixels(ParallelCoordinatesPicture.draw("2 trials", axes, rest.subList(0, 1), "a note")))
        .isNotEqualTo(pixels(ParallelCoordinatesPicture.draw("3 trials", axes, rest, "a note")));
  }

  @Test
  void aWrongImageHasItsNumber() {
    ByteNdArray image = NdArrays.ofBytes(Shape.of(32, 32, 3));
    List<BufferedImage> pictures =
        IntStream.of(7, 8)
            .mapToObj(i -> new TopLossesPicture.Item(i, image, "is a", "guess b"))
            .map(item -> TopLossesPicture.draw("run", List.of(item)))
            .toList();
    assertThat(pixels(pictures.get(0))).isNotEqualTo(pixels(pictures.get(1)));
  }

  /** Where a class is never right, the mean of two is half of the other's. */
  @Test
  void theMeanOfTheClassesIsThickAndBlack() {
    PrecisionRecallCurve whole =
        new PrecisionRecallCurve(List.of(new PrecisionRecallCurve.Point(0.5, 1, 1)));
    PrecisionRecallCurve nothing =
        new PrecisionRecallCurve(List.of(new PrecisionRecallCurve.Point(0.5, 1, 0)));
    PrecisionRecallCurve noImages =
        new PrecisionRecallCurve(List.of(new PrecisionRecallCurve.Point(0.5, Double.NaN, 0)));
    BufferedImage picture =
        PrecisionRecallPicture.draw(
            "run", List.of(whole, nothing, noImages), List.of("a", "b", "c"));
    int middle = 66 + 520 / 2;
    int black = 0;
    for (int x = 70; x < 70 + 760; x++) {
      black += (picture.getRGB(x, middle) & 0xFFFFFF) == 0 ? 1 : 0;
    }
    assertThat(black).as("along the mean, but for its name").isGreaterThan(500);
    assertThat(colors(PrecisionRecallPicture.draw("run", List.of(noImages), List.of("c"))))
        .contains(0xDDDDDD)
        .doesNotContain(0);
  }

  @Test
  void aPrecisionIsTheHighestAtItsRecallOrAHigherOne() {
    double[] highest =
        PrecisionRecallPicture.highest(
            new PrecisionRecallCurve(
                List.of(
                    new PrecisionRecallCurve.Point(0.9, 0.25, 0.5),
                    new PrecisionRecallCurve.Point(0.8, 0.5, 0.75),
                    new PrecisionRecallCurve.Point(0.1, 1, 0.2))));
    assertThat(highest).hasSize(201);
    assertThat(highest[0]).isEqualTo(0.75);
    assertThat(highest[100]).isEqualTo(0.75);
    assertThat(highest[101]).isEqualTo(0.2);
    assertThat(highest[200]).isEqualTo(0.2);
  }

  @Test
  void aCellSaysItsShareOfTheRow() {
    // 3 of 4 and 6 of 8 are as dark, and both say 75 %.
    BufferedImage one = ConfusionMatrixPicture.draw("run", new int[][] {{3, 1}, {0, 0}}, AB);
    BufferedImage two = ConfusionMatrixPicture.draw("run", new int[][] {{6, 2}, {0, 0}}, AB);
    int left = one.getWidth() - 2 * 46 - 16;
    int top = one.getHeight() - 2 * 46 - 16;
    assertThat(one.getRGB(left, top + 26, 46, 20, null, 0, 46))
        .isEqualTo(two.getRGB(left, top + 26, 46, 20, null, 0, 46));
    assertThat(inks(one, left, top + 26)).isGreaterThan(20);
    assertThat(one.getRGB(left, top, 46, 26, null, 0, 46))
        .isNotEqualTo(two.getRGB(left, top, 46, 26, null, 0, 46));
  }

  /** Colours below a cell's count, the cell's own aside. */
  private static int inks(BufferedImage picture, int left, int top) {
    int paper = picture.getRGB(left + 2, top + 2);
    int inks = 0;
    for (int pixel : picture.getRGB(left + 2, top, 42, 18, null, 0, 42)) {
      inks += pixel == paper ? 0 : 1;
    }
    return inks;
  }

  @Test
  void aRowOfTheConfusionMatrixIsShadedByItsShare() {
    // Both rows have three quarters on the diagonal, whatever their size.
    BufferedImage picture =
        ConfusionMatrixPicture.draw(
            "run on sample", new int[][] {{3, 1}, {100, 300}}, List.of("a", "b"));
    int full =
        lastCell(ConfusionMatrixPicture.draw("run on sample", new int[][] {{7}}, List.of("a")));
    assertThat(full).isEqualTo(0x0B4FA8);
    Set<Integer> colors = colors(picture);
    assertThat(colors).contains(0x487BBE, 0xC2D3E9).doesNotContain(full);
  }

  @Test
  void aClassWithoutImagesIsWhite() {
    BufferedImage picture =
        ConfusionMatrixPicture.draw(
            "run on sample", new int[][] {{0, 0}, {0, 0}}, List.of("a", "b"));
    assertThat(lastCell(picture)).isEqualTo(0xFFFFFF);
  }

  /** Each of 200 classes is right as often as its number says. */
  private static int[][] twoHundred() {
    int[][] counts = new int[200][200];
    for (int c = 0; c < 200; c++) {
      counts[c][c] = c;
      counts[c][(c + 1) % 200] = 200 - c;
    }
    return counts;
  }

  @Test
  void ofManyClassesTheMatrixHasTheWorst() {
    List<String> names = IntStream.range(0, 200).mapToObj(c -> "a class " + c).toList();
    BufferedImage picture = ConfusionMatrixPicture.draw("run", twoHundred(), names);
    assertThat(picture.getWidth()).isBetween(31 * 46, 1700);
    assertThat(picture.getHeight()).isBetween(30 * 46, 1700);
    // The row of class 29, the last: 171 of 200 are called 30, which has no column of its own.
    int left = picture.getWidth() - 2 * 8 - 46;
    assertThat(picture.getRGB(left + 3, picture.getHeight() - 2 * 8 - 3) & 0xFFFFFF)
        .isEqualTo(blue(171 / 200.0));
  }

  private static int blue(double share) {
    int color = 0;
    for (int full : new int[] {0x0B, 0x4F, 0xA8}) {
      color = color << 8 | (int) Math.round(255 + share * (full - 255));
    }
    return color;
  }

  @Test
  void fortyClassesAreAllThere() {
    List<String> names = IntStream.range(0, 40).mapToObj(c -> "c" + c).toList();
    assertThat(ConfusionMatrixPicture.draw("run", new int[40][40], names).getHeight())
        .isGreaterThan(40 * 46);
  }

  @Test
  void refusesNamesThatDoNotFitTheMatrix() {
    assertThatThrownBy(
            () -> ConfusionMatrixPicture.draw("run on sample", new int[2][2], List.of("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 x 1");
    assertThatThrownBy(
            () -> ConfusionMatrixPicture.draw("run on sample", new int[2][3], List.of("a", "b")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void eachKernelIsScaledByItself() {
    FloatNdArray kernels = NdArrays.ofFloats(Shape.of(1, 2, 3, 2));
    // The first kernel's weights are a hundredth of the second's; both show black and red.
    kernels.setFloat(0.01f, 0, 1, 0, 0);
    kernels.setFloat(1, 0, 1, 0, 1);
    BufferedImage picture = KernelPicture.draw("run on sample", kernels);
    assertThat(picture.getRGB(14, 64) & 0xFFFFFF).isZero();
    assertThat(picture.getRGB(14 + 18, 64) & 0xFFFFFF).isEqualTo(0xFF0000);
    int second = 14 + 2 * 18 + 14;
    assertThat(picture.getRGB(second, 64) & 0xFFFFFF).isZero();
    assertThat(picture.getRGB(second + 18, 64) & 0xFFFFFF).isEqualTo(0xFF0000);
  }

  @Test
  void aConstantKernelIsGrey() {
    BufferedImage picture =
        KernelPicture.draw("run on sample", NdArrays.ofFloats(Shape.of(5, 5, 3, 6)));
    assertThat(colors(picture)).contains(0x808080);
  }

  @Test
  void refusesKernelsThatAreNotRgb() {
    assertThatThrownBy(
            () -> KernelPicture.draw("run on sample", NdArrays.ofFloats(Shape.of(5, 5, 6, 16))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[5, 5, 6, 16]");
  }

  @Test
  void imagesAreEnlargedThreefoldAndUnderTheirOriginals() {
    ByteNdArray originals = NdArrays.ofBytes(Shape.of(2, 32, 32, 3));
    ByteNdArray augmented = NdArrays.ofBytes(Shape.of(2, 32, 32, 3));
    originals.setByte((byte) 200, 0, 0, 0, 1);
    augmented.setByte((byte) 100, 1, 31, 31, 2);
    BufferedImage picture =
        ImageGridPicture.draw(
            "Batch", "run on sample", List.of(new Row("a", originals), new Row("b", augmented)));
    assertThat(picture.getWidth()).isEqualTo(400 + 6);
    assertThat(count(picture, 0x00C800)).isEqualTo(9);
    assertThat(picture.getRGB(6, 58 + 36) & 0xFFFFFF).isEqualTo(0x00C800);
    assertThat(count(picture, 0x000064)).isEqualTo(9);
    assertThat(picture.getRGB(6 + 102 + 95, 58 + 36 + 96 + 36 + 95) & 0xFFFFFF).isEqualTo(0x000064);
  }

  @Test
  void aLargeBatchIsCutToOneRow() {
    BufferedImage picture =
        ImageGridPicture.draw(
            "Batch",
            "run on sample",
            List.of(new Row("a", NdArrays.ofBytes(Shape.of(512, 32, 32, 3)))));
    assertThat(picture.getWidth()).isEqualTo(6 + ImageGridPicture.MOST * 102);
  }

  @Test
  void refusesImagesThatAreNeitherGreyNorRgb() {
    assertThatThrownBy(() -> new Row("with alpha", NdArrays.ofBytes(Shape.of(2, 32, 32, 4))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("with alpha");
  }

  private static int[] pixels(BufferedImage picture) {
    return picture.getRGB(
        0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
  }

  private static Set<Integer> colors(BufferedImage picture) {
    Set<Integer> colors = new HashSet<>();
    for (int pixel : pixels(picture)) {
      colors.add(pixel & 0xFFFFFF);
    }
    return colors;
  }

  private static long count(BufferedImage picture, int color) {
    return Arrays.stream(pixels(picture)).filter(p -> (p & 0xFFFFFF) == color).count();
  }

  private static int lastCell(BufferedImage picture) {
    // Near the corner, beside the count in the middle.
    int x = picture.getWidth() - 16 - 6;
    int y = picture.getHeight() - 16 - 6;
    return picture.getRGB(x, y) & 0xFFFFFF;
  }
}
