package org.lenet5.summary;

import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.time.Instant;
import java.util.Map;
import org.lenet5.chart.Png;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;
import org.tensorflow.proto.SummaryMetadata;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Makes events and the tagged values in them. Within a run a tag belongs to one kind of value:
 * TensorBoard shows the others' under it nowhere. Thread-safe.
 */
public final class Events {
  private static final int RGB = 3;

  private Events() {}

  /** An event at {@code time} and {@code step}, still without content. */
  public static Event.Builder at(Instant time, long step) {
    return Event.newBuilder()
        .setWallTime(time.getEpochSecond() + time.getNano() / 1e9)
        .setStep(step);
  }

  /** An event of step 0 that holds a serialized {@code GraphDef}. */
  public static Event graph(Instant time, byte[] graphDef) {
    return at(time, 0).setGraphDef(ByteString.copyFrom(graphDef)).build();
  }

  /**
   * A number, kept in single precision. It is written as a plain value, which every reader of event
   * files knows, not as the tensor of the newer scalar plugin.
   */
  public static Summary.Value scalar(String tag, double value) {
    return Summary.Value.newBuilder().setTag(tag).setSimpleValue((float) value).build();
  }

  /** A picture, kept as an RGB PNG. */
  public static Summary.Value image(String tag, BufferedImage picture) {
    return Summary.Value.newBuilder()
        .setTag(tag)
        .setImage(
            Summary.Image.newBuilder()
                .setHeight(picture.getHeight())
                .setWidth(picture.getWidth())
                .setColorspace(RGB)
                .setEncodedImageString(ByteString.copyFrom(Png.encode(picture))))
        .build();
  }

  /**
   * The distribution of {@code values}; see {@link Histograms#of}.
   *
   * @throws IllegalArgumentException if a value is not finite; the message names the tag
   */
  public static Summary.Value histogram(String tag, FloatNdArray values) {
    try {
      return Summary.Value.newBuilder().setTag(tag).setHisto(Histograms.of(values)).build();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(tag + ": " + e.getMessage(), e);
    }
  }

  /** Settings as a table in Markdown, in the map's order. */
  public static Summary.Value table(String tag, Map<String, String> settings) {
    StringBuilder table = new StringBuilder("| Setting | Value |\n|---|---|\n");
    settings.forEach(
        (name, value) -> table.append("| %s | %s |\n".formatted(cell(name), cell(value))));
    return text(tag, ByteString.copyFromUtf8(table.toString()), "text");
  }

  /** What the Custom Scalars page shows; see {@link CustomScalarsLayout}. */
  public static Summary.Value layout() {
    return text(CustomScalarsLayout.TAG, CustomScalarsLayout.bytes(), "custom_scalars");
  }

  private static Summary.Value text(String tag, ByteString text, String plugin) {
    return Summary.Value.newBuilder()
        .setTag(tag)
        .setMetadata(
            SummaryMetadata.newBuilder()
                .setPluginData(SummaryMetadata.PluginData.newBuilder().setPluginName(plugin)))
        .setTensor(
            TensorProto.newBuilder()
                .setDtype(DataType.DT_STRING)
                .setTensorShape(TensorShapeProto.getDefaultInstance())
                .addStringVal(text))
        .build();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replaceAll("\\R", " ");
  }
}
