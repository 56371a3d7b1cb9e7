package org.lenet5.checkpoint;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.MaskedCrc32c;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Reads a TensorFlow checkpoint (SaveV2) from an untrusted source: read in Java, every length and
 * checksum compared, so that native code never sees a byte of it. Thread-safe.
 *
 * <p>PREFIX.index is an {@link IndexTable}: under the empty name a BundleHeaderProto (number of
 * data files, byte order), under each variable's name a BundleEntryProto (type, shape, data file,
 * offset, size, masked CRC-32C of its bytes). The values stand in PREFIX.data-00000-of-00001 and so
 * on, little-endian, row by row.
 */
final class TensorBundle {
  // Far above any model of this program; more values would not fit one float array.
  private static final long MOST_FLOATS = 1L << 28;
  private static final int MOST_DIMENSIONS = 16;

  private final Path prefix;
  private final int shards;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** A variable's entry in the index. */
  private record Entry(
      int type, Shape shape, int shard, long offset, long size, int crc, boolean sliced) {}

  private TensorBundle(Path prefix, int shards) {
    this.prefix = prefix;
    this.shards = shards;
  }

  /**
   * Reads the index and compares it with the lengths of the data files.
   *
   * @throws RunException naming the file that is missing, damaged, or no checkpoint's
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  static TensorBundle open(Path prefix) {
    Path index = Path.of(prefix + ".index");
    if (!Files.isRegularFile(index)) {
      throw new RunException("there is no checkpoint " + prefix + " (no " + index + ")");
    }
    Map<String, byte[]> table = IndexTable.read(index);
    byte[] header = table.remove("");
    if (header == null) {
      throw damaged(index, "it has no header");
    }
    String reading = "the header";
    try {
      TensorBundle bundle = new TensorBundle(prefix, shards(index, header));
      for (Map.Entry<String, byte[]> each : table.entrySet()) {
        reading = each.getKey();
        bundle.entries.put(reading, entry(index, reading, each.getValue()));
      }
      bundle.checkBounds(index);
      return bundle;
    } catch (IOException e) {
      throw damaged(index, reading + ": " + AtomicFiles.reason(e));
    }
  }

  /** True if the checkpoint has a variable. */
  boolean contains(String name) {
    return entries.containsKey(name);
  }

  /** The shapes of all variables by name. */
  Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    entries.forEach((name, entry) -> shapes.put(name, entry.shape()));
    return shapes;
  }

  /**
   * A variable's shape.
   *
   * @throws IllegalArgumentException if the checkpoint lacks it
   */
  Shape shape(String name) {
    return known(name).shape();
  }

  private Entry known(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(name + " is not in it");
    }
    return entry;
  }

  /**
   * The values of a variable, float32.
   *
   * @throws IllegalArgumentException if the checkpoint lacks it or it is of another type
   * @throws RunException if its values are damaged
   */
  FloatNdArray floats(String name) {
    Entry entry = known(name);
    if (entry.type() != DataType.DT_FLOAT_VALUE || entry.sliced()) {
      throw new IllegalArgumentException(
          name
              + (entry.sliced() ? " is stored in slices" : " has " + typeName(entry.type()))
              + ", expected one piece of float32");
    }
    byte[] bytes = bytes(name, entry);
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return NdArrays.wrap(entry.shape(), DataBuffers.of(values));
  }

  private byte[] bytes(String name, Entry entry) {
    Path file = shard(entry.shard());
    ByteBuffer bytes = ByteBuffer.allocate((int) entry.size());
    try (FileChannel channel = FileChannel.open(file)) {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, entry.offset() + bytes.position()) < 0) {
          throw new EOFException("it ends within " + name);
        }
      }
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
    if (MaskedCrc32c.of(bytes.array(), 0, bytes.capacity()) != entry.crc()) {
      throw damaged(file, name + " does not fit its checksum");
    }
    return bytes.array();
  }

  // Checked before any memory is allocated for what the index announces.
  private void checkBounds(Path index) throws IOException {
    long[] lengths = new long[shards];
    for (int i = 0; i < shards; i++) {
      if (!Files.isRegularFile(shard(i))) {
        throw new RunException("the checkpoint " + prefix + " lacks its file " + shard(i));
      }
      lengths[i] = Files.size(shard(i));
    }
    entries.forEach(
        (name, entry) -> {
          if (entry.shard() < 0 || entry.shard() >= shards) {
            throw damaged(index, name + " lies in data file " + entry.shard() + " of " + shards);
          }
          if (entry.offset() < 0
              || entry.size() < 0
              || entry.offset() > lengths[entry.shard()] - entry.size()) {
            throw damaged(
                shard(entry.shard()),
                "it has %d bytes, but %s is %d bytes from byte %d"
                    .formatted(lengths[entry.shard()], name, entry.size(), entry.offset()));
          }
          if (entry.type() == DataType.DT_FLOAT_VALUE
              && !entry.sliced()
              && entry.size() != Float.BYTES * entry.shape().size()) {
            throw damaged(
                index,
                name + " of shape " + entry.shape() + " has a size of " + entry.size() + " bytes");
          }
        });
  }

  private Path shard(int number) {
    return Path.of("%s.data-%05d-of-%05d".formatted(prefix, number, shards));
  }

  private static int shards(Path index, byte[] header) throws IOException {
    int shards = 0;
    CodedInputStream in = CodedInputStream.newInstance(header);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> shards = in.readInt32();
        case 2 -> {
          if (in.readEnum() != 0) {
            throw new RunException(index + ": its numbers are big-endian, which is not supported");
          }
        }
        default -> skip(in, tag);
      }
    }
    if (shards < 1 || shards > 1000) {
      throw damaged(index, "it counts " + shards + " data files");
    }
    return shards;
  }

  private static Entry entry(Path index, String name, byte[] bytes) throws IOException {
    int type = 0;
    Shape shape = Shape.scalar();
    int shard = 0;
    long offset = 0;
    long size = 0;
    int crc = 0;
    boolean sliced = false;
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> type = in.readEnum();
        case 2 -> shape = shape(index, name, TensorShapeProto.parseFrom(in.readByteArray()));
        case 3 -> shard = in.readInt32();
        case 4 -> offset = in.readInt64();
        case 5 -> size = in.readInt64();
        case 6 -> crc = in.readFixed32();
        case 7 -> {
          sliced = true;
          skip(in, tag);
        }
        default -> skip(in, tag);
      }
    }
    return new Entry(type, shape, shard, offset, size, crc, sliced);
  }

  private static void skip(CodedInputStream in, int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new InvalidProtocolBufferException("a field ends that did not begin");
    }
  }

  private static Shape shape(Path index, String name, TensorShapeProto proto) {
    long[] sizes = proto.getDimList().stream().mapToLong(TensorShapeProto.Dim::getSize).toArray();
    long floats = 1;
    for (long size : sizes) {
      // Compared by division, as a product could overflow.
      boolean fits = size >= 0 && (size == 0 || floats <= MOST_FLOATS / size);
      if (proto.getUnknownRank() || !fits || sizes.length > MOST_DIMENSIONS) {
        throw damaged(index, name + " has a shape that no variable has");
      }
      floats *= size;
    }
    return Shape.of(sizes);
  }

  private static String typeName(int number) {
    DataType type = DataType.forNumber(number);
    return type == null ? "type " + number : type.name();
  }

  private static RunException damaged(Path file, String complaint) {
    return new RunException(file + " is damaged: " + complaint);
  }
}
