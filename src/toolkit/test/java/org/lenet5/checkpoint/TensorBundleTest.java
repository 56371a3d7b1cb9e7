package org.lenet5.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;

/** A checkpoint of which no run.json keeps digests. */
class TensorBundleTest {
  private static final Map<String, Shape> SHAPES =
      Map.of("a/kernel", Shape.of(2, 3), "b", Shape.of(2), "step", Shape.scalar());

  @TempDir Path folder;
  private Path prefix;
  private Path index;
  private Path data;
  private Map<String, FloatNdArray> written;

  @BeforeEach
  void write() {
    prefix = folder.resolve("ckpt");
    index = Path.of(prefix + ".index");
    data = Path.of(prefix + ".data-00000-of-00001");
    written =
        Map.of(
            "a/kernel", StdArrays.ndCopyOf(new float[][] {{1, -2, 3}, {4, Float.MIN_VALUE, -0f}}),
            "b", StdArrays.ndCopyOf(new float[] {Float.NEGATIVE_INFINITY, 1e38f}),
            "step", NdArrays.scalarOf(10f));
    CheckpointFile.write(prefix.toString(), written);
  }

  @Test
  void readsWhatTensorFlowWrote() {
    assertThat(CheckpointFile.load(prefix, SHAPES)).isEqualTo(written);
  }

  @Test
  void everyFlippedByteIsNoticedOrChangesNothing() throws IOException {
    for (Path file : List.of(index, data)) {
      byte[] good = Files.readAllBytes(file);
      int refused = 0;
      for (int i = 0; i < good.length; i++) {
        byte[] bad = good.clone();
        bad[i] ^= 0x10;
        Files.write(file, bad);
        try {
          // Between the footer's handles and its last bytes are zeros that nobody reads.
          assertThat(CheckpointFile.load(prefix, SHAPES)).isEqualTo(written);
        } catch (RunException e) {
          assertThat(e).hasMessageContaining(prefix.toString());
          refused++;
        }
      }
      assertThat(refused).isGreaterThan(good.length * 7 / 10);
      Files.write(file, good);
    }
  }

  @Test
  void whatWasCutIsNoticed() throws IOException {
    for (Path file : List.of(index, data)) {
      byte[] good = Files.readAllBytes(file);
      for (int length = 0; length < good.length; length++) {
        Files.write(file, Arrays.copyOf(good, length));
        assertThatThrownBy(() -> CheckpointFile.load(prefix, SHAPES))
            .isInstanceOf(RunException.class)
            .hasMessageContaining(file + " is damaged");
      }
      Files.write(file, good);
    }
  }

  @Test
  void anotherCheckpointsDataIsNoticed() throws IOException {
    Path other = folder.resolve("other");
    CheckpointFile.write(
        other.toString(),
        Map.of(
            "a/kernel", StdArrays.ndCopyOf(new float[][] {{1, 2, 3}, {4, 5, 6}}),
            "b", StdArrays.ndCopyOf(new float[] {1, 2}),
            "step", NdArrays.scalarOf(11f)));
    Files.move(
        Path.of(other + ".data-00000-of-00001"),
        data,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> CheckpointFile.load(prefix, SHAPES))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(data + " is damaged")
        .hasMessageContaining("does not fit its checksum");
  }

  @Test
  void aMissingDataFileIsNamed() throws IOException {
    Files.delete(data);
    assertThatThrownBy(() -> CheckpointFile.load(prefix, SHAPES))
        .isInstanceOf(RunException.class)
        .hasMessage("the checkpoint " + prefix + " lacks its file " + data);
  }
}
