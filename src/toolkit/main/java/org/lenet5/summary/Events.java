package org.lenet5.summary;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import org.lenet5.chart.Png;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.RunMetadata;
import org.tensorflow.proto.Summary;
import org.tensorflow.proto.SummaryMetadata;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Makes events and the tagged values in them. Within a run a tag must have one kind of value:
 * TensorBoard does not show values of another kind under it. Thread-safe.
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

  /** When an event was, to the microsecond. */
  static Instant time(Event event) {
    long micros = Math.round(event.getWallTime() * 1e6);
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), 1_000 * Math.floorMod(micros, 1_000_000L));
  }

  /** An event of step 0 that holds the graph that TensorBoard's GRAPHS opens with. */
  public static Event graph(Instant time, GraphDef graph) {
    return at(time, 0).setGraphDef(inFixedOrder(graph)).build();
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

  /**
   * A further graph, in TensorBoard's GRAPHS under the tag's name beside that of {@link #graph}.
   * TensorBoard takes it out of a serialized {@code RunMetadata} with this plugin's name and
   * version (its {@code plugins/graph/metadata.py}).
   */
  public static Summary.Value furtherGraph(String tag, GraphDef graph) {
    RunMetadata metadata =
        RunMetadata.newBuilder()
            .addFunctionGraphs(
                RunMetadata.FunctionGraphs.newBuilder().setPreOptimizationGraph(graph))
            .build();
    Summary.Value.Builder value =
        text(tag, inFixedOrder(metadata), "graph_run_metadata_graph").toBuilder();
    value.getMetadataBuilder().getPluginDataBuilder().setContent(ByteString.copyFromUtf8("1"));
    return value.build();
  }

  /** The message's bytes, the same each time: a map's entries have no order of their own. */
  private static ByteString inFixedOrder(MessageLite message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to memory", e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
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
