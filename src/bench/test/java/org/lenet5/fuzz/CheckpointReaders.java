package org.lenet5.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.checkpoint.RunException;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.MaskedCrc32c;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;

/** Readers of TensorFlow checkpoints of which no run.json keeps digests. */
final class CheckpointReaders {
  private static final Map<String, Shape> SHAPES =
      Map.of("a/kernel", Shape.of(2, 3), "a/bias", Shape.of(3), "step", Shape.scalar());
  private static final int FOOTER = 48;

  private static final byte[] INDEX;
  private static final byte[] DATA;

  static {
    try {
      Path folder = Files.createTempDirectory("checkpoint");
      Path prefix = folder.resolve("a");
      CheckpointFile.write(
          prefix.toString(),
          Map.of(
              "a/kernel", StdArrays.ndCopyOf(new float[][] {{1, 2, 3}, {4, 5, 6}}),
              "a/bias", StdArrays.ndCopyOf(new float[] {7, 8, 9}),
              "step", NdArrays.scalarOf(10f)));
      INDEX = Files.readAllBytes(Path.of(prefix + ".index"));
      DATA = Files.readAllBytes(Path.of(prefix + ".data-00000-of-00001"));
      AtomicFiles.deleteTree(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CheckpointReaders() {}

  /** Reads PREFIX.index as it is. */
  static Reader index() {
    return reader("checkpoint-index", INDEX, (input, folder) -> read(input, DATA, folder));
  }

  /** Reads a data block of the index, with sound checksums around it. */
  static Reader table() {
    // It is the first block; the meta block, the index block and their trailers follow it.
    byte[] block = Arrays.copyOf(INDEX, (int) handle(INDEX, indexBlock())[1]);
    return reader(
        "checkpoint-table", block, (input, folder) -> read(aroundBlock(input), DATA, folder));
  }

  /** Reads PREFIX.data-00000-of-00001 as it is. */
  static Reader data() {
    return reader("checkpoint-data", DATA, (input, folder) -> read(INDEX, input, folder));
  }

  private static Reader reader(String name, byte[] seed, Reader.Action action) {
    return new Reader(name, Seeds.of(name, seed), action, Set.of(RunException.class));
  }

  private static void read(byte[] index, byte[] data, Path folder) throws IOException {
    Path prefix = folder.resolve("a");
    Files.write(Path.of(prefix + ".index"), index);
    Files.write(Path.of(prefix + ".data-00000-of-00001"), data);
    CheckpointFile.load(prefix, SHAPES);
  }

  /** Where the index block's first value begins: the handle of the data block. */
  private static int indexBlock() {
    long[] meta = handle(INDEX, INDEX.length - FOOTER);
    long[] index = handle(INDEX, INDEX.length - FOOTER + (int) meta[2]);
    int at = (int) index[0];
    return at + 3 + INDEX[at + 1]; // three lengths of one byte, then the key
  }

  /** Offset, length, and how many bytes the handle takes. */
  private static long[] handle(byte[] bytes, int at) {
    long[] found = new long[3];
    int i = at;
    for (int number = 0; number < 2; number++) {
      for (int shift = 0; ; shift += 7) {
        found[number] |= (long) (bytes[i] & 0x7f) << shift;
        if (bytes[i++] >= 0) {
          break;
        }
      }
    }
    found[2] = i - at;
    return found;
  }

  private static byte[] aroundBlock(byte[] block) {
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    ByteArrayOutputStream handles = new ByteArrayOutputStream();
    byte[] data = append(table, block);
    byte[] meta = append(table, new byte[] {0, 0, 0, 0, 1, 0, 0, 0}); // no entry, one restart
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    entry.writeBytes(new byte[] {0, 1, (byte) data.length, 'z'});
    entry.writeBytes(data);
    entry.writeBytes(new byte[] {0, 0, 0, 0, 1, 0, 0, 0});
    byte[] index = append(table, entry.toByteArray());
    handles.writeBytes(meta);
    handles.writeBytes(index);
    table.writeBytes(
        ByteBuffer.allocate(FOOTER)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(Arrays.copyOf(handles.toByteArray(), FOOTER - Long.BYTES))
            .putLong(0xdb4775248b80fb57L)
            .array());
    return table.toByteArray();
  }

  /** Adds a block with its trailer; returns its handle. */
  private static byte[] append(ByteArrayOutputStream table, byte[] block) {
    ByteArrayOutputStream handle = new ByteArrayOutputStream();
    varint(handle, table.size());
    varint(handle, block.length);
    byte[] typed = Arrays.copyOf(block, block.length + 1);
    table.writeBytes(typed);
    table.writeBytes(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(MaskedCrc32c.of(typed, 0, typed.length))
            .array());
    return handle.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value;
    for (; rest >= 0x80; rest >>>= 7) {
      out.write(rest & 0x7f | 0x80);
    }
    out.write(rest);
  }
}
