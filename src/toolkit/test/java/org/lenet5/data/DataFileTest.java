package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.image.ImageShape;

class DataFileTest {
  private static final ImageShape SHAPE = new ImageShape(16, 17, 1);

  @TempDir private Path folder;

  private static LabeledImages images(int count, int from) {
    byte[] pixels = new byte[count * SHAPE.bytes()];
    int[] labels = new int[count];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (from + i * 7);
      labels[i / SHAPE.bytes()] = (i / SHAPE.bytes() + from) % 3;
    }
    return LabeledImages.copyOf(SHAPE, pixels, labels);
  }

  private static void assertSame(LabeledImages one, LabeledImages other) {
    assertThat(one.size()).isEqualTo(other.size());
    assertThat(one.shape()).isEqualTo(other.shape());
    byte[] first = new byte[SHAPE.bytes()];
    byte[] second = new byte[SHAPE.bytes()];
    for (int i = 0; i < one.size(); i++) {
      one.copyTo(i, first, 0);
      other.copyTo(i, second, 0);
      assertThat(first).isEqualTo(second);
      assertThat(one.label(i)).isEqualTo(other.label(i));
    }
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    Dataset data =
        new Dataset(
            "tiny",
            images(9, 1).select(new int[] {8, 0, 0, 3}),
            Optional.of(images(2, 5)),
            images(3, 9),
            List.of("a", "b", "ç"),
            "5ha");
    Path file = folder.resolve("tiny.data");
    Dataset read = DataFile.read(file, DataFile.write(data, file));
    assertThat(read.name()).isEqualTo("tiny");
    assertThat(read.sha256()).isEqualTo("5ha");
    assertThat(read.classNames()).containsExactly("a", "b", "ç");
    assertSame(read.train(), data.train());
    assertSame(read.validation().orElseThrow(), data.validation().orElseThrow());
    assertSame(read.test(), data.test());
  }

  @Test
  void anotherFileIsRefused() throws IOException {
    Dataset data = Dataset.of("tiny", images(4, 1), images(1, 2), List.of("a", "b", "c"));
    Path file = folder.resolve("tiny.data");
    String sha256 = DataFile.write(data, file);
    assertThat(DataFile.read(file, sha256).validation()).isEmpty();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1]++;
    Files.write(file, bytes);
    assertThatThrownBy(() -> DataFile.read(file, sha256))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("tiny.data is not the data that was sent: its SHA-256 is ");
  }
}
