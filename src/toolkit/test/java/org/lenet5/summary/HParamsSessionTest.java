package org.lenet5.summary;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.proto.Summary;

/**
 * Reads the messages by the field numbers of TensorBoard's {@code plugins/hparams}: {@code
 * plugin_data.proto} and {@code api.proto}.
 */
class HParamsSessionTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.250Z");
  private static final double SECONDS = TIME.toEpochMilli() / 1e3;

  /** The message in HParamsPluginData's field, which must be the only one. */
  private static UnknownFieldSet content(Summary.Value value, int field) throws Exception {
    assertThat(value.getMetadata().getPluginData().getPluginName()).isEqualTo("hparams");
    UnknownFieldSet data =
        UnknownFieldSet.parseFrom(value.getMetadata().getPluginData().getContent());
    assertThat(data.asMap()).containsOnlyKeys(field);
    return message(data, field);
  }

  private static UnknownFieldSet message(UnknownFieldSet in, int field)
      throws InvalidProtocolBufferException {
    return UnknownFieldSet.parseFrom(in.getField(field).getLengthDelimitedList().get(0));
  }

  private static double number(UnknownFieldSet in, int field) {
    return Double.longBitsToDouble(in.getField(field).getFixed64List().get(0));
  }

  private static Map<String, Value> settings(UnknownFieldSet start) throws Exception {
    Map<String, Value> settings = new HashMap<>();
    for (var entry : start.getField(1).getLengthDelimitedList()) {
      UnknownFieldSet pair = UnknownFieldSet.parseFrom(entry);
      settings.put(
          pair.getField(1).getLengthDelimitedList().get(0).toStringUtf8(),
          Value.parseFrom(pair.getField(2).getLengthDelimitedList().get(0)));
    }
    return settings;
  }

  @Test
  void aRunBeginsWithAllItsSettings() throws Exception {
    Map<String, String> flags =
        TrainingConfig.of(Map.of("optimizer", "sgd", "learning-rate", "0.01")).flags();
    Summary.Value value = HParams.sessionStart(flags, TIME);
    assertThat(value.getTag()).isEqualTo("_hparams_/session_start_info");
    UnknownFieldSet start = content(value, 3);
    assertThat(number(start, 5)).isEqualTo(SECONDS);
    Map<String, Value> settings = settings(start);
    assertThat(settings).containsOnlyKeys(flags.keySet());
    // Numbers are numbers, so that TensorBoard sorts 0.001 before 0.01 and 9 before 10.
    assertThat(settings.get("learning-rate").getNumberValue()).isEqualTo(0.01);
    assertThat(settings.get("epochs").getNumberValue()).isEqualTo(15);
    assertThat(settings.get("optimizer").getStringValue()).isEqualTo("sgd");
    assertThat(settings.get("augment").getStringValue()).isEqualTo("none");
  }

  @Test
  void everySettingOfATrainingCanBeWritten() throws Exception {
    Map<String, String> flags = new LinkedHashMap<>(TrainingConfig.of(Map.of()).flags());
    Map<String, Value> settings = settings(content(HParams.sessionStart(flags, TIME), 3));
    flags.forEach(
        (flag, text) -> {
          Value value = settings.get(flag);
          boolean isNumber = value.getKindCase() == Value.KindCase.NUMBER_VALUE;
          if (isNumber) {
            assertThat(value.getNumberValue()).as(flag).isEqualTo(Double.parseDouble(text));
          } else {
            assertThat(value.getStringValue()).as(flag).isEqualTo(text);
          }
        });
  }

  @Test
  void aRunEndsWell() throws Exception {
    Summary.Value value = HParams.sessionEnd(TIME);
    assertThat(value.getTag()).isEqualTo("_hparams_/session_end_info");
    UnknownFieldSet end = content(value, 4);
    assertThat(end.getField(1).getVarintList()).as("STATUS_SUCCESS").containsExactly(1L);
    assertThat(number(end, 2)).isEqualTo(SECONDS);
  }

  // TensorBoard passes over values that have neither a plugin's name nor a tensor.
  @Test
  void eachValueHasAnEmptyTensor() {
    for (Summary.Value value :
        new Summary.Value[] {HParams.sessionStart(Map.of(), TIME), HParams.sessionEnd(TIME)}) {
      assertThat(value.hasTensor()).isTrue();
      assertThat(value.getTensor().getTensorShape().getDim(0).getSize()).isZero();
    }
  }
}
