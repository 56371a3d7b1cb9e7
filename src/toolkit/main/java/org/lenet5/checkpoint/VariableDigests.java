package org.lenet5.checkpoint;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.GrowingFile;
import org.lenet5.io.Sha256;
import org.lenet5.training.EpochResult;
import org.tensorflow.ndarray.FloatNdArray;

/**
 * {@code digests.csv} in checkpoints/RUN: the SHA-256 of each variable after each epoch, so that a
 * run that is repeated can say which variable differs first. Each epoch appends its own. Not
 * thread-safe.
 */
public final class VariableDigests implements RunArtifact {
  /** The file's name. */
  public static final String FILE = "digests.csv";

  private static final CSVFormat FORMAT = CSVFormat.RFC4180;

  private final Path file;
  private final TreeMap<Integer, Map<String, String>> epochs; // before the first that is appended
  private GrowingFile written; // null until these are

  /**
   * Writes into {@code folder}, nothing before the first epoch ends.
   *
   * @param earlier epochs before a resume, whose lines are kept
   */
  public VariableDigests(Path folder, int earlier) {
    file = folder.resolve(FILE);
    epochs = new TreeMap<>(read(folder).headMap(earlier, true));
  }

  @Override
  public void onEpoch(EpochResult result) {
    Map<String, String> digests = of(result.variables());
    if (written == null) {
      epochs.put(result.epoch(), digests);
      publish();
    } else {
      StringBuilder lines = new StringBuilder();
      print(result.epoch(), digests, lines);
      written.append(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public void recall(
      int epoch, Map<String, FloatNdArray> variables, Supplier<int[]> testPredictions) {
    restore(epoch, variables);
  }

  @Override
  public void resume(Consumer<String> remarks) {
    publish();
  }

  /** Restores the lines of an earlier epoch from its variables; call it before {@link #publish}. */
  public void restore(int epoch, Map<String, FloatNdArray> variables) {
    epochs.put(epoch, of(variables));
  }

  /**
   * Writes the epochs before a resume, in place of what a run that was killed has left; with none
   * there is no file.
   */
  public void publish() {
    if (epochs.isEmpty()) {
      AtomicFiles.delete(file);
    } else if (written == null) {
      StringBuilder lines = new StringBuilder("epoch,variable,sha256\n");
      epochs.forEach((epoch, digests) -> print(epoch, digests, lines));
      written = new GrowingFile(file, 0);
      written.append(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void print(int epoch, Map<String, String> digests, StringBuilder lines) {
    digests.forEach(
        (name, digest) -> lines.append(FORMAT.format(epoch, name, digest)).append('\n'));
  }

  /** The digest of each variable, in the order of their names. */
  public static Map<String, String> of(Map<String, FloatNdArray> variables) {
    Map<String, String> digests = new TreeMap<>();
    variables.forEach((name, value) -> digests.put(name, sha256(Map.of(name, value))));
    return digests;
  }

  /**
   * The digests by epoch and variable. The file is only used to explain differences, so malformed
   * lines are left out and a missing file has no lines.
   *
   * @throws UncheckedIOException if the file cannot be read
   */
  public static TreeMap<Integer, Map<String, String>> read(Path folder) {
    Path file = folder.resolve(FILE);
    TreeMap<Integer, Map<String, String>> epochs = new TreeMap<>();
    if (!Files.exists(file)) {
      return epochs;
    }
    // Latin-1 reads any bytes; names and digests are ASCII.
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (CSVRecord line : FORMAT.parse(reader)) {
        if (line.size() == 3
            && line.get(0).matches("[1-9]\\d{0,8}")
            && line.get(2).matches("[0-9a-f]{64}")) {
          epochs
              .computeIfAbsent(Integer.parseInt(line.get(0)), epoch -> new TreeMap<>())
              .put(line.get(1), line.get(2));
        }
      }
    } catch (UncheckedIOException | IllegalStateException e) {
      return epochs; // How Commons CSV reports a broken quote: the lines before it count.
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
    return epochs;
  }

  /** Of all variables in the order of their names: name, then the values' bits, little-endian. */
  public static String sha256(Map<String, FloatNdArray> variables) {
    MessageDigest sha256 = Sha256.digest();
    new TreeMap<>(variables)
        .forEach(
            (name, value) -> {
              sha256.update(name.getBytes(StandardCharsets.UTF_8));
              ByteBuffer bytes =
                  ByteBuffer.allocate(Math.toIntExact(value.size() * Float.BYTES))
                      .order(ByteOrder.LITTLE_ENDIAN);
              value.scalars().forEach(scalar -> bytes.putFloat(scalar.getFloat()));
              sha256.update(bytes.array());
            });
    return Sha256.hex(sha256);
  }
}
