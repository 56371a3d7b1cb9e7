package org.lenet5.summary;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;

/**
 * The layout of TensorBoard's Custom Scalars page: training and testing in one chart, once for the
 * loss, once for the accuracy.
 *
 * <p>TensorFlow Java has no class for the message ({@code layout.proto} in TensorBoard's {@code
 * plugins/custom_scalar}), so it is put together by field numbers:
 *
 * <pre>
 * Layout                 1 version (int32; 0, so left out)  2 category (Category, repeated)
 * Category               1 title (string)                   2 chart (Chart, repeated)
 * Chart                  1 title (string)                   2 multiline (MultilineChartContent)
 * MultilineChartContent  1 tag (string, repeated; a regular expression matched from a tag's start)
 * </pre>
 */
final class CustomScalarsLayout {
  /** The tag under which TensorBoard looks for it. */
  static final String TAG = "custom_scalars__config__";

  private CustomScalarsLayout() {}

  static ByteString bytes() {
    ByteString loss = chart("Loss", TrainingSummaries.TRAIN_LOSS, TrainingSummaries.TEST_LOSS);
    ByteString accuracy =
        chart("Accuracy", TrainingSummaries.TRAIN_ACCURACY, TrainingSummaries.TEST_ACCURACY);
    ByteString category = message(field(text("Training and testing")), field(loss, accuracy));
    return UnknownFieldSet.newBuilder().addField(2, field(category)).build().toByteString();
  }

  private static ByteString chart(String title, String train, String test) {
    ByteString lines =
        UnknownFieldSet.newBuilder()
            .addField(1, field(text(train), text(test)))
            .build()
            .toByteString();
    return message(field(text(title)), field(lines));
  }

  private static ByteString message(Field first, Field second) {
    return UnknownFieldSet.newBuilder()
        .addField(1, first)
        .addField(2, second)
        .build()
        .toByteString();
  }

  private static Field field(ByteString... values) {
    Field.Builder field = Field.newBuilder();
    for (ByteString value : values) {
      field.addLengthDelimited(value);
    }
    return field.build();
  }

  private static ByteString text(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
