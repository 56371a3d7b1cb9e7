package org.lenet5.summary;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.lenet5.io.AtomicFiles;
import org.lenet5.training.Setting;
import org.lenet5.training.Settings;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Summary;
import org.tensorflow.proto.SummaryMetadata;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * What TensorBoard's HPARAMS page reads: each run's settings, and over several runs which settings
 * and which scalars are columns of its table.
 *
 * <p>TensorFlow Java has no classes for the messages ({@code plugin_data.proto} and {@code
 * api.proto} in TensorBoard's {@code plugins/hparams}), so they are written by field numbers into
 * the plugin data of a value without content:
 *
 * <pre>
 * HParamsPluginData  1 version (int32; 0, so left out)
 *                    2 experiment | 3 session_start_info | 4 session_end_info
 * Experiment         3 time_created_secs (double)  4 hparam_infos (HParamInfo, repeated)
 *                    5 metric_infos (MetricInfo, repeated)
 * HParamInfo         1 name (string)   4 type (enum: 1 string, 3 float64)   7 differs (bool)
 * MetricInfo         1 name (MetricName)  3 display_name (string)
 * MetricName         2 tag (string; 1 group is empty: the run's own folder)
 * SessionStartInfo   1 hparams (map: entries of 1 key string, 2 google.protobuf.Value)
 *                    5 start_time_secs (double)
 * SessionEndInfo     1 status (enum: 1 success)  2 end_time_secs (double)
 * </pre>
 */
public final class HParams {
  static final String EXPERIMENT = "_hparams_/experiment";
  static final String SESSION_START = "_hparams_/session_start_info";
  static final String SESSION_END = "_hparams_/session_end_info";

  private static final List<String> IMPORTANT =
      List.of(
          "optimizer",
          "learning-rate",
          "loss",
          "dropout",
          "augment",
          "batch-size",
          "epochs",
          "normalize",
          "subset",
          "validation",
          "dataset");
  private static final int SHOWN = 5;
  private static final int STRING = 1;
  private static final int FLOAT64 = 3;
  private static final int SUCCESS = 1;

  private HParams() {}

  /** Writes a message's fields. */
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  /**
   * Writes the event file that makes one table of the runs below {@code folder}; the same table
   * written again replaces it.
   *
   * @param runs each run's settings by flag, all with the same flags; at least one
   * @throws UncheckedIOException if it cannot be written
   */
  public static void writeExperiment(Path folder, List<Map<String, String>> runs, Instant time) {
    for (Path earlier : EventFiles.list(folder)) {
      delete(earlier);
    }
    Summary summary = Summary.newBuilder().addValue(experiment(runs, time)).build();
    EventFileWriter.create(folder, time, List.of(Events.at(time, 0).setSummary(summary).build()))
        .close();
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot replace", file, e);
    }
  }

  /**
   * The columns of a table of runs: their settings, then losses, accuracies and the classes' means.
   */
  static Summary.Value experiment(List<Map<String, String>> runs, Instant time) {
    List<String> shown = shown(runs);
    ByteString message =
        message(
            out -> {
              out.writeDouble(3, seconds(time));
              for (String setting : runs.get(0).keySet()) {
                int type = isNumber(setting) ? FLOAT64 : STRING;
                out.writeBytes(
                    4,
                    message(
                        info -> {
                          info.writeString(1, setting);
                          info.writeEnum(4, type);
                          info.writeBool(7, shown.contains(setting));
                        }));
              }
              for (String tag : metrics(runs)) {
                ByteString name = message(metric -> metric.writeString(2, tag));
                out.writeBytes(
                    5,
                    message(
                        info -> {
                          info.writeBytes(1, name);
                          info.writeString(3, tag);
                        }));
              }
            });
    return value(EXPERIMENT, 2, message);
  }

  /**
   * The settings that the table opens with. TensorBoard takes five: first those that are said to
   * differ, then the others, each in the order of their letters. So five are said to differ: those
   * that do, and where these are fewer, what people look for first.
   */
  private static List<String> shown(List<Map<String, String>> runs) {
    List<String> settings =
        Stream.concat(IMPORTANT.stream(), runs.get(0).keySet().stream())
            .filter(runs.get(0)::containsKey)
            .distinct()
            .toList();
    return Stream.concat(
            settings.stream().filter(setting -> differs(setting, runs)), settings.stream())
        .distinct()
        .limit(SHOWN)
        .toList();
  }

  private static boolean differs(String setting, List<Map<String, String>> runs) {
    return runs.stream().map(run -> run.get(setting)).distinct().count() > 1;
  }

  /** TensorBoard opens with the first five. */
  private static List<String> metrics(List<Map<String, String>> runs) {
    boolean validated =
        runs.stream().anyMatch(run -> Double.parseDouble(run.getOrDefault("validation", "0")) > 0);
    if (runs.stream().allMatch(run -> "held-out".equals(run.get("measure-on")))) {
      return List.of( // "test" would be the same images
          TrainingSummaries.VALIDATION_ACCURACY,
          TrainingSummaries.TRAIN_ACCURACY,
          TrainingSummaries.VALIDATION_LOSS,
          TrainingSummaries.TRAIN_LOSS,
          TrainingSummaries.VALIDATION_BALANCED,
          TrainingSummaries.VALIDATION_F1);
    }
    return validated
        ? List.of(
            TrainingSummaries.VALIDATION_ACCURACY,
            TrainingSummaries.TEST_ACCURACY,
            TrainingSummaries.TRAIN_ACCURACY,
            TrainingSummaries.VALIDATION_LOSS,
            TrainingSummaries.TEST_LOSS,
            TrainingSummaries.TRAIN_LOSS,
            TrainingSummaries.VALIDATION_BALANCED,
            TrainingSummaries.VALIDATION_F1,
            TrainingSummaries.TEST_BALANCED,
            TrainingSummaries.TEST_F1)
        : List.of(
            TrainingSummaries.TEST_ACCURACY,
            TrainingSummaries.TRAIN_ACCURACY,
            TrainingSummaries.TEST_LOSS,
            TrainingSummaries.TRAIN_LOSS,
            TrainingSummaries.TEST_BALANCED,
            TrainingSummaries.TEST_F1);
  }

  /** A run begins with these settings. */
  static Summary.Value sessionStart(Map<String, String> settings, Instant time) {
    ByteString message =
        message(
            out -> {
              for (Map.Entry<String, String> setting : settings.entrySet()) {
                ByteString held = held(setting).toByteString();
                out.writeBytes(
                    1,
                    message(
                        entry -> {
                          entry.writeString(1, setting.getKey());
                          entry.writeBytes(2, held);
                        }));
              }
              out.writeDouble(5, seconds(time));
            });
    return value(SESSION_START, 3, message);
  }

  /** A run has ended well. */
  static Summary.Value sessionEnd(Instant time) {
    ByteString message =
        message(
            out -> {
              out.writeEnum(1, SUCCESS);
              out.writeDouble(2, seconds(time));
            });
    return value(SESSION_END, 4, message);
  }

  // What TensorBoard then sorts and filters by size; all others are words.
  private static boolean isNumber(String setting) {
    return Settings.find(setting).map(Setting::isNumber).orElse(false);
  }

  private static Value held(Map.Entry<String, String> setting) {
    Value.Builder value = Value.newBuilder();
    return (isNumber(setting.getKey())
            ? value.setNumberValue(Double.parseDouble(setting.getValue()))
            : value.setStringValue(setting.getValue()))
        .build();
  }

  private static Summary.Value value(String tag, int field, ByteString message) {
    return Summary.Value.newBuilder()
        .setTag(tag)
        .setMetadata(
            SummaryMetadata.newBuilder()
                .setPluginData(
                    SummaryMetadata.PluginData.newBuilder()
                        .setPluginName("hparams")
                        .setContent(message(out -> out.writeBytes(field, message)))))
        .setTensor(
            TensorProto.newBuilder()
                .setDtype(DataType.DT_FLOAT)
                .setTensorShape(
                    TensorShapeProto.newBuilder()
                        .addDim(TensorShapeProto.Dim.getDefaultInstance())))
        .build();
  }

  private static double seconds(Instant time) {
    return time.toEpochMilli() / 1e3;
  }

  private static ByteString message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      fields.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to memory", e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }
}
