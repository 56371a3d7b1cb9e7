package org.lenet5.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.HistogramProto;
import org.tensorflow.proto.Summary;

class EventsTest {
  @Test
  void aScalarIsAPlainValueWithoutPlugin() {
    Summary.Value value = Events.scalar("Loss train", 2.25);
    assertThat(value.getSimpleValue()).isEqualTo(2.25f);
    assertThat(value.hasMetadata()).isFalse();
  }

  @Test
  void anImageIsAPngOfItsSize() throws IOException {
    BufferedImage picture = new BufferedImage(7, 3, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(6, 2, 0x123456);
    Summary.Image image = Events.image("a", picture).getImage();
    assertThat(image.getWidth()).isEqualTo(7);
    assertThat(image.getHeight()).isEqualTo(3);
    assertThat(image.getColorspace()).isEqualTo(3);
    BufferedImage decoded = ImageIO.read(image.getEncodedImageString().newInput());
    assertThat(decoded.getRGB(6, 2) & 0xFFFFFF).isEqualTo(0x123456);
  }

  @Test
  void settingsBecomeAMarkdownTable() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("optimizer", "adam");
    settings.put("note", "a|b\nc");
    Summary.Value value = Events.table("Configuration", settings);
    assertThat(value.getMetadata().getPluginData().getPluginName()).isEqualTo("text");
    assertThat(value.getTensor().getDtype()).isEqualTo(DataType.DT_STRING);
    assertThat(value.getTensor().getStringVal(0).toStringUtf8())
        .isEqualTo("| Setting | Value |\n|---|---|\n| optimizer | adam |\n| note | a\\|b c |\n");
  }

  @Test
  void theLayoutIsWhatTensorBoardsOwnMessagesGive() {
    // Serialized by tensorboard.plugins.custom_scalar.layout_pb2 of TensorBoard 2.21.
    String theirs =
        "12640a14547261696e696e6720616e642074657374696e67121f0a044c6f7373"
            + "12170a0a4c6f737320747261696e0a094c6f73732074657374122b0a08416363"
            + "7572616379121f0a0e547261696e2041636375726163790a0d54657374204163"
            + "637572616379";
    Summary.Value value = Events.layout();
    assertThat(value.getTag()).isEqualTo("custom_scalars__config__");
    assertThat(value.getMetadata().getPluginData().getPluginName()).isEqualTo("custom_scalars");
    assertThat(value.getTensor().getStringVal(0).toByteArray())
        .isEqualTo(HexFormat.of().parseHex(theirs));
  }

  @Property(tries = 200, seed = "20260131")
  void aHistogramCountsEveryValueOnce(
      @ForAll @Size(min = 1, max = 100) float @FloatRange(min = -1e6f, max = 1e6f) [] values) {
    HistogramProto histogram = Histograms.of(array(values));
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    assertThat(histogram.getMin()).isEqualTo((double) sorted[0]);
    assertThat(histogram.getMax()).isEqualTo((double) sorted[sorted.length - 1]);
    assertThat(histogram.getNum()).isEqualTo(values.length);
    int last = histogram.getBucketCount() - 1;
    assertThat(histogram.getBucketLimitCount()).isEqualTo(last + 1);
    assertThat(histogram.getBucketLimit(last)).isEqualTo(histogram.getMax());
    double from = Double.NEGATIVE_INFINITY;
    for (int i = 0; i <= last; i++) {
      double left = from;
      double right = i == last ? Double.POSITIVE_INFINITY : histogram.getBucketLimit(i);
      assertThat(right).isGreaterThan(left);
      long inside = count(values, left, right);
      assertThat(histogram.getBucket(i)).as("bucket %d", i).isEqualTo(inside);
      from = right;
    }
  }

  @Test
  void aHistogramsSumsAreThoseOfTheValues() {
    HistogramProto histogram = Histograms.of(array(1, 2, -4));
    assertThat(histogram.getSum()).isEqualTo(-1);
    assertThat(histogram.getSumSquares()).isEqualTo(21);
    assertThat(histogram.getBucketCount()).isEqualTo(30);
    assertThat(histogram.getBucketLimit(0)).isCloseTo(-3.8, within(1e-12));
  }

  @Test
  void valuesThatAreAllTheSameAreOneBucket() {
    HistogramProto histogram = Histograms.of(array(0.5f, 0.5f));
    assertThat(histogram.getBucketList()).containsExactly(2.0);
    assertThat(histogram.getBucketLimitList()).containsExactly(0.5);
  }

  @Test
  void aScalarVariableHasAHistogramToo() {
    assertThat(Histograms.of(NdArrays.scalarOf(3f)).getNum()).isEqualTo(1);
  }

  @Test
  void aValueThatIsNotFiniteIsRefusedByName() {
    assertThatThrownBy(() -> Events.histogram("C1/kernel", array(1, Float.NaN)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("C1/kernel: a value is NaN");
    assertThatThrownBy(() -> Histograms.of(array())).isInstanceOf(IllegalArgumentException.class);
  }

  private static long count(float[] values, double from, double to) {
    long inside = 0;
    for (float value : values) {
      if (value >= from && value < to) {
        inside++;
      }
    }
    return inside;
  }

  private static FloatNdArray array(float... values) {
    return StdArrays.ndCopyOf(values);
  }
}
