package org.lenet5.summary;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.proto.Summary;

/** Read by field numbers, as {@link HParams} lists them; check_hparams.py has TensorBoard read. */
class HParamsTest {
  private static final Instant TIME = Instant.parse("2026-01-31T11:59:00Z");

  @TempDir private Path folder;

  @Test
  void whatDiffersIsShownFirstThenWhatPeopleLookFor() throws InvalidProtocolBufferException {
    assertThat(shown(run(Map.of()), run(Map.of("seed", "7", "optimizer", "sgd"))))
        .containsExactly("dropout", "learning-rate", "loss", "optimizer", "seed");
    assertThat(shown(run(Map.of())))
        .containsExactly("augment", "dropout", "learning-rate", "loss", "optimizer");
    // More than TensorBoard shows: the ones that people look for.
    Map<String, String> all =
        Map.of(
            "optimizer", "sgd",
            "learning-rate", "0.1",
            "loss", "l1",
            "dropout", "0.5",
            "augment", "flip",
            "batch-size", "32",
            "seed", "7");
    assertThat(shown(run(Map.of()), run(all)))
        .containsExactly("augment", "dropout", "learning-rate", "loss", "optimizer");
  }

  @Test
  void whereImagesAreHeldOutTheirFiguresAreColumns() throws InvalidProtocolBufferException {
    assertThat(metrics(run(Map.of())))
        .containsExactly(
            "Test Accuracy",
            "Train Accuracy",
            "Loss test",
            "Loss train",
            "Accuracy/test balanced",
            "Accuracy/test macro F1");
    assertThat(metrics(run(Map.of()), run(Map.of("validation", "0.1"))))
        .startsWith("Validation Accuracy", "Test Accuracy")
        .contains("Loss validation")
        .endsWith(
            "Accuracy/validation balanced",
            "Accuracy/validation macro F1",
            "Accuracy/test balanced",
            "Accuracy/test macro F1")
        .hasSize(10);
    assertThat(metrics(run(Map.of("validation", "0.1", "measure-on", "held-out"))))
        .containsExactly(
            "Validation Accuracy",
            "Train Accuracy",
            "Loss validation",
            "Loss train",
            "Accuracy/validation balanced",
            "Accuracy/validation macro F1");
  }

  @Test
  void aTableWrittenAgainReplacesTheFirst() {
    HParams.writeExperiment(folder, List.of(run(Map.of())), TIME);
    HParams.writeExperiment(folder, List.of(run(Map.of("seed", "7"))), TIME.plusSeconds(1));
    assertThat(EventFiles.list(folder)).hasSize(1);
    assertThat(EventFileReader.readAll(EventFiles.list(folder).get(0)).get(1).getSummary())
        .isEqualTo(
            Summary.newBuilder()
                .addValue(
                    HParams.experiment(List.of(run(Map.of("seed", "7"))), TIME.plusSeconds(1)))
                .build());
  }

  private static Map<String, String> run(Map<String, String> changed) {
    Map<String, String> settings = new LinkedHashMap<>(TrainingConfig.builder().build().flags());
    settings.putAll(changed);
    return settings;
  }

  /** The columns that TensorBoard 2.21 opens with: those that differ first, then by name. */
  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  private static List<String> shown(Map<String, String>... runs)
      throws InvalidProtocolBufferException {
    Map<String, String> sorted = new TreeMap<>();
    for (ByteString info : experiment(runs).getField(4).getLengthDelimitedList()) {
      UnknownFieldSet fields = UnknownFieldSet.parseFrom(info);
      String name = fields.getField(1).getLengthDelimitedList().get(0).toStringUtf8();
      boolean differs = fields.getField(7).getVarintList().equals(List.of(1L));
      sorted.put((differs ? "0" : "1") + name, name);
    }
    assertThat(sorted).hasSize(runs[0].size());
    return sorted.values().stream().limit(5).toList();
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  private static List<String> metrics(Map<String, String>... runs)
      throws InvalidProtocolBufferException {
    List<String> metrics = new ArrayList<>();
    for (ByteString info : experiment(runs).getField(5).getLengthDelimitedList()) {
      metrics.add(
          UnknownFieldSet.parseFrom(info)
              .getField(3)
              .getLengthDelimitedList()
              .get(0)
              .toStringUtf8());
    }
    return metrics;
  }

  private static UnknownFieldSet experiment(Map<String, String>[] runs)
      throws InvalidProtocolBufferException {
    ByteString content =
        HParams.experiment(List.of(runs), TIME).getMetadata().getPluginData().getContent();
    return UnknownFieldSet.parseFrom(
        UnknownFieldSet.parseFrom(content).getField(2).getLengthDelimitedList().get(0));
  }
}
