package org.lenet5.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.MaskedCrc32c;

/**
 * The sorted table of names and values that a checkpoint's {@code .index} file is, in LevelDB's
 * format without compression. Every checksum is compared and every length checked before it is
 * used.
 *
 * <pre>
 *   data blocks, an empty meta block, an index block   each followed by a trailer
 *   last 48 bytes   handles of the meta and the index block, zeros, 8 bytes 0xdb4775248b80fb57
 *
 *   handle    varint offset, varint length of a block
 *   trailer   1 byte compression (0: none), 4 bytes masked CRC-32C of block and compression
 *   block     entries, then offsets of 4 bytes, then how many offsets in 4 bytes
 *   entry     varint bytes that its key shares with the key before, varint bytes of the rest of
 *             the key, varint bytes of the value, the rest of the key, the value
 * </pre>
 *
 * Numbers are little-endian; the values of the index block are the data blocks' handles.
 */
final class IndexTable {
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER = 48;
  private static final int TRAILER = 1 + Integer.BYTES;

  // LeNet5's are under 4 kB. Keys share beginnings, so few bytes can stand for very many.
  private static final int MOST_BYTES = 16 << 20;
  private static final int LONGEST_KEY = 1 << 12;
  private static final long MOST_KEY_BYTES = 64L << 20;

  private final Path file;
  private final byte[] bytes;
  private long keyBytes;

  private IndexTable(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /**
   * Reads all entries, in their order.
   *
   * @throws RunException if the file is damaged or no such table
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  static Map<String, byte[]> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      return new IndexTable(file, bytes).entries();
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
  }

  private Map<String, byte[]> entries() {
    require(bytes.length <= MOST_BYTES, "it has more than " + MOST_BYTES + " bytes");
    require(bytes.length >= FOOTER, "it has " + bytes.length + " bytes, fewer than its footer");
    ByteBuffer footer = at(bytes.length - FOOTER, FOOTER);
    require(footer.getLong(FOOTER - Long.BYTES) == MAGIC, "its last bytes are not an index file's");
    block(footer); // the meta block, which only has to be sound
    Map<String, byte[]> entries = new LinkedHashMap<>();
    byte[][] last = {null};
    forEach(
        block(footer),
        (unused, handle) ->
            forEach(
                block(little(ByteBuffer.wrap(handle))),
                (key, value) -> {
                  require(
                      last[0] == null || Arrays.compareUnsigned(last[0], key) < 0,
                      "its names are not in order");
                  last[0] = key;
                  entries.put(new String(key, StandardCharsets.UTF_8), value);
                }));
    return entries;
  }

  /** The block that the next handle names, without its trailer. */
  private ByteBuffer block(ByteBuffer handle) {
    long offset = varint(handle);
    long length = varint(handle);
    long most = bytes.length - FOOTER - TRAILER;
    require(
        offset >= 0 && length >= Integer.BYTES && length <= most && offset <= most - length,
        "a block at byte " + offset + " of " + length + " bytes lies outside");
    int end = (int) (offset + length);
    require(
        MaskedCrc32c.of(bytes, (int) offset, (int) length + 1)
            == at(end + 1, Integer.BYTES).getInt(),
        "the block at byte " + offset + " does not fit its checksum");
    require(bytes[end] == 0, "its compression " + bytes[end] + " is not supported");
    return at((int) offset, (int) length);
  }

  private void forEach(ByteBuffer block, BiConsumer<byte[], byte[]> action) {
    int restarts = block.getInt(block.limit() - Integer.BYTES);
    long end = block.limit() - Integer.BYTES - (long) Integer.BYTES * restarts;
    require(restarts >= 0 && end >= 0, "a block counts " + restarts + " restarts");
    block.limit((int) end);
    byte[] key = new byte[0];
    while (block.hasRemaining()) {
      long shared = varint(block);
      long rest = varint(block);
      long length = varint(block);
      require(
          shared >= 0 && shared <= key.length && rest >= 0 && rest <= LONGEST_KEY - shared,
          "a name is damaged or longer than " + LONGEST_KEY + " bytes");
      key = Arrays.copyOf(key, (int) (shared + rest));
      keyBytes += key.length;
      require(keyBytes <= MOST_KEY_BYTES, "its names take more than " + MOST_KEY_BYTES + " bytes");
      take(block, key, (int) shared, rest);
      require(length >= 0 && length <= block.remaining(), "a value ends outside its block");
      byte[] value = new byte[(int) length];
      take(block, value, 0, length);
      action.accept(key, value);
    }
  }

  private void take(ByteBuffer from, byte[] to, int at, long count) {
    require(count <= from.remaining(), "an entry ends outside its block");
    from.get(to, at, (int) count);
  }

  private long varint(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      require(from.hasRemaining(), "a number is cut off");
      byte next = from.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw damaged("a number is too long");
  }

  private ByteBuffer at(int offset, int length) {
    return little(ByteBuffer.wrap(bytes, offset, length).slice());
  }

  private static ByteBuffer little(ByteBuffer buffer) {
    return buffer.order(ByteOrder.LITTLE_ENDIAN);
  }

  private void require(boolean sound, String otherwise) {
    if (!sound) {
      throw damaged(otherwise);
    }
  }

  private RunException damaged(String complaint) {
    return new RunException(file + " is damaged: " + complaint);
  }
}
