package org.lenet5.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.lenet5.chart.ImageGridPicture.Row;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;

class PicturesTest {
  @Test
  void aPngHasThePicturesPixels() throws IOException {
    BufferedImage picture =
        EpochChart.LOSS.draw("run on sample", List.of(EpochPoint.of(SampleEpochs.epoch(1))));
    BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(Png.encode(picture)));
    assertThat(pixels(decoded)).isEqualTo(pixels(picture));
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
    assertThat(picture.getRGB(14, 14) & 0xFFFFFF).isZero();
    assertThat(picture.getRGB(14 + 18, 14) & 0xFFFFFF).isEqualTo(0xFF0000);
    int second = 14 + 2 * 18 + 14;
    assertThat(picture.getRGB(second, 14) & 0xFFFFFF).isZero();
    assertThat(picture.getRGB(second + 18, 14) & 0xFFFFFF).isEqualTo(0xFF0000);
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
    assertThat(picture.getWidth()).isEqualTo(6 + 2 * (96 + 6));
    assertThat(count(picture, 0x00C800)).isEqualTo(9);
    assertThat(picture.getRGB(6, 36) & 0xFFFFFF).isEqualTo(0x00C800);
    assertThat(count(picture, 0x000064)).isEqualTo(9);
    assertThat(picture.getRGB(6 + 102 + 95, 36 + 96 + 36 + 95) & 0xFFFFFF).isEqualTo(0x000064);
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
  void refusesImagesThatAreNotRgb() {
    assertThatThrownBy(() -> new Row("grey", NdArrays.ofBytes(Shape.of(2, 32, 32, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("grey");
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
