package org.lenet5.summary;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.lenet5.chart.ConfusionMatrixPicture;
import org.lenet5.evaluation.ClassificationReport;
import org.lenet5.io.AtomicFiles;
import org.tensorflow.proto.DataClass;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Summary;
import org.tensorflow.proto.SummaryMetadata;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Shows an evaluation in TensorBoard: a precision-recall curve for each class (of more than 40, for
 * the 30 with the lowest F1), and the confusion matrix.
 *
 * <p>The plugin {@code pr_curves} reads a float32 tensor [6, thresholds]: true positives, false
 * positives, true negatives, false negatives, precision and recall at thresholds spread evenly from
 * 0 to 1. Its metadata is a message of two numbers: 1 version (0), 2 thresholds.
 */
public final class EvaluationSummaries {
  private static final int THRESHOLDS = 201;

  // TensorBoard draws each curve into a card of its own.
  private static final int MOST_CLASSES = 40;
  private static final int WORST_CLASSES = 30;

  private EvaluationSummaries() {}

  /**
   * Writes a new event file, and deletes the one of an earlier evaluation at the same step on the
   * same data set: TensorBoard would show both.
   *
   * @param folder the run's, {@code graphs/RUN}
   * @param step epochs that the model was trained for
   * @param dataset the images' name, part of the tags
   * @param subject what was measured, below the picture's title
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void write(
      Path folder,
      Instant time,
      int step,
      String dataset,
      String subject,
      ClassificationReport report) {
    Summary.Builder summary = Summary.newBuilder();
    List<Integer> classes =
        report.classes().size() > MOST_CLASSES
            ? report.worstClasses(WORST_CLASSES)
            : IntStream.range(0, report.classes().size()).boxed().toList();
    for (int c : classes) {
      summary.addValue(
          curve("Precision-recall " + dataset + "/" + report.classes().get(c), report, c));
    }
    summary.addValue(
        Events.image(
            "Pictures/Confusion matrix of " + dataset,
            ConfusionMatrixPicture.draw(subject, report.confusion(), report.classes())));
    String ending = ".evaluation-epoch-" + step + "-" + dataset;
    List<Path> earlier =
        EventFiles.list(folder).stream().filter(file -> file.toString().endsWith(ending)).toList();
    EventFileWriter.create(
            folder, time, ending, List.of(Events.at(time, step).setSummary(summary).build()))
        .close();
    earlier.forEach(AtomicFiles::delete);
  }

  private static Summary.Value curve(String tag, ClassificationReport report, int c) {
    long[] hits = new long[THRESHOLDS];
    long[] alarms = new long[THRESHOLDS];
    for (int i = 0; i < report.size(); i++) {
      // The last threshold that the image's probability reaches.
      int last = (int) Math.floor(report.probabilities()[i][c] * (THRESHOLDS - 1));
      (report.labels()[i] == c ? hits : alarms)[Math.max(0, Math.min(THRESHOLDS - 1, last))]++;
    }
    for (int t = THRESHOLDS - 2; t >= 0; t--) {
      hits[t] += hits[t + 1];
      alarms[t] += alarms[t + 1];
    }
    float[][] rows = new float[6][THRESHOLDS];
    for (int t = 0; t < THRESHOLDS; t++) {
      rows[0][t] = hits[t];
      rows[1][t] = alarms[t];
      rows[2][t] = alarms[0] - alarms[t];
      rows[3][t] = hits[0] - hits[t];
      // Where nothing counts as the class, TensorBoard's own writer has 0.
      rows[4][t] = (float) hits[t] / Math.max(1, hits[t] + alarms[t]);
      rows[5][t] = (float) hits[t] / Math.max(1, hits[0]);
    }
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(
                TensorShapeProto.newBuilder()
                    .addDim(TensorShapeProto.Dim.newBuilder().setSize(rows.length))
                    .addDim(TensorShapeProto.Dim.newBuilder().setSize(THRESHOLDS)));
    for (float[] row : rows) {
      for (float value : row) {
        tensor.addFloatVal(value);
      }
    }
    return Summary.Value.newBuilder()
        .setTag(tag)
        .setMetadata(
            SummaryMetadata.newBuilder()
                .setDataClass(DataClass.DATA_CLASS_TENSOR)
                .setPluginData(
                    SummaryMetadata.PluginData.newBuilder()
                        .setPluginName("pr_curves")
                        .setContent(content())))
        .setTensor(tensor)
        .build();
  }

  private static ByteString content() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeUInt32(2, THRESHOLDS); // A version of 0 is not written.
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to memory", e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }
}
