package org.lenet5.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItem;
import org.jfree.chart.plot.XYPlot;
import org.jfree.data.xy.XYDataset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.chart.EpochPoint.Figures;

class EpochChartTest {
  private static final int BLUE = 0x1F5FD0;
  private static final int RED = 0xD62728;
  private static final int PURPLE = 0xB8629A;

  @Test
  void labelsTheLossAsTheNotebookDoes() {
    JFreeChart chart = EpochChart.LOSS.chart("run on sample", points(3));
    assertThat(chart.getTitle().getText()).isEqualTo("Loss over epochs");
    assertThat(chart.getXYPlot().getDomainAxis().getLabel()).isEqualTo("Epoch");
    assertThat(chart.getXYPlot().getRangeAxis().getLabel()).isEqualTo("Loss");
    assertThat(legend(chart)).containsExactly("Training loss", "Testing loss");
  }

  @Test
  void labelsTheAccuracy() {
    JFreeChart chart = EpochChart.ACCURACY.chart("run on sample", List.of(validated()));
    assertThat(chart.getTitle().getText()).isEqualTo("Accuracy over epochs");
    assertThat(chart.getXYPlot().getRangeAxis().getLabel()).isEqualTo("Accuracy");
    assertThat(legend(chart))
        .containsExactly("Training accuracy", "Testing accuracy", "Validation accuracy");
  }

  @Test
  void drawsWhatWasMeasured() {
    XYDataset data = EpochChart.ACCURACY.chart("run on sample", points(2)).getXYPlot().getDataset();
    EpochPoint second = points(2).get(1);
    assertThat(data.getXValue(0, 1)).isEqualTo(2);
    assertThat(data.getYValue(0, 1)).isEqualTo(second.train().accuracy());
    assertThat(data.getYValue(1, 1)).isEqualTo(second.test().accuracy());
  }

  @Test
  void aSingleEpochIsVisible() {
    BufferedImage picture = EpochChart.LOSS.draw("run on sample", points(1));
    assertThat(picture.getWidth()).isEqualTo(900);
    assertThat(picture.getHeight()).isEqualTo(506);
    // Above the legend, whose markers have the same colours.
    assertThat(pixels(picture, BLUE)).isGreaterThan(30);
    assertThat(pixels(picture, RED)).isGreaterThan(30);
    assertThat(pixels(picture, PURPLE)).isZero();
  }

  @Test
  void validationIsPurple() {
    assertThat(pixels(EpochChart.LOSS.draw("run on sample", List.of(validated())), PURPLE))
        .isGreaterThan(20);
  }

  @Test
  void showsNoEpochZero() {
    XYPlot plot = EpochChart.LOSS.chart("run on sample", points(200)).getXYPlot();
    assertThat(plot.getDomainAxis().getLowerBound()).isPositive();
    assertThat(plot.getDomainAxis().getUpperBound()).isBetween(200.0, 201.0);
  }

  @Test
  void leavesOutAnEpochWhoseLossIsNotFinite() {
    EpochPoint broken =
        new EpochPoint(
            2,
            new Figures(Double.NaN, 0.1),
            new Figures(Double.POSITIVE_INFINITY, 0.1),
            Optional.empty());
    List<EpochPoint> points = List.of(points(1).get(0), broken);
    XYDataset data = EpochChart.LOSS.chart("run on sample", points).getXYPlot().getDataset();
    assertThat(data.getItemCount(0)).isEqualTo(1);
    assertThat(pixels(EpochChart.LOSS.draw("run on sample", points), RED)).isGreaterThan(30);
  }

  @Test
  void needsAnEpoch() {
    assertThatThrownBy(() -> EpochChart.LOSS.draw("run on sample", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one epoch");
  }

  @Test
  void redrawsBothFilesEachEpoch(@TempDir Path temp) throws IOException {
    Path folder = temp.resolve("run");
    EpochCharts charts = new EpochCharts(folder, "run on sample", List.of());
    charts.onEpoch(SampleEpochs.epoch(1));
    byte[] first = Files.readAllBytes(folder.resolve("loss.png"));
    charts.onEpoch(SampleEpochs.epoch(2));
    assertThat(Files.readAllBytes(folder.resolve("loss.png"))).isNotEqualTo(first);
    assertThat(ImageIO.read(folder.resolve("accuracy.png").toFile()).getWidth()).isEqualTo(900);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("loss.png", "accuracy.png");
    }
  }

  @Test
  void aResumedRunDrawsTheWholeCurve(@TempDir Path temp) throws IOException {
    EpochCharts whole = new EpochCharts(temp.resolve("whole"), "run on sample", List.of());
    IntStream.rangeClosed(1, 3).forEach(epoch -> whole.onEpoch(SampleEpochs.epoch(epoch)));
    new EpochCharts(temp.resolve("resumed"), "run on sample", points(2))
        .onEpoch(SampleEpochs.epoch(3));
    assertThat(temp.resolve("resumed/loss.png"))
        .hasSameBinaryContentAs(temp.resolve("whole/loss.png"));
  }

  private static List<EpochPoint> points(int epochs) {
    return IntStream.rangeClosed(1, epochs)
        .mapToObj(epoch -> EpochPoint.of(SampleEpochs.epoch(epoch)))
        .toList();
  }

  private static EpochPoint validated() {
    return EpochPoint.of(SampleEpochs.epochWithValidation(1));
  }

  private static List<String> legend(JFreeChart chart) {
    return IntStream.range(0, chart.getXYPlot().getLegendItems().getItemCount())
        .mapToObj(chart.getXYPlot().getLegendItems()::get)
        .map(LegendItem::getLabel)
        .toList();
  }

  private static int pixels(BufferedImage picture, int color) {
    int found = 0;
    for (int y = 0; y < 420; y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        if ((picture.getRGB(x, y) & 0xFFFFFF) == color) {
          found++;
        }
      }
    }
    return found;
  }
}
