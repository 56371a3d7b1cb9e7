package org.lenet5.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataBuffers;

/** Where the pixels of images lie, one image after the other. Immutable and thread-safe. */
abstract class PixelStore {
  // Java maps no more at once than an array can hold.
  private static final int MOST_MAPPED = 1 << 30;

  /** Copies image {@code row} to {@code target} from {@code offset} on. */
  abstract void copyTo(int row, byte[] target, int offset);

  /** Image {@code row}, read-only. */
  abstract ByteDataBuffer view(int row);

  /** All pixels if they lie in one array, else null. */
  abstract byte[] array();

  /**
   * In memory.
   *
   * @param bytes of an image
   */
  static PixelStore of(byte[] pixels, int bytes) {
    return new PixelStore() {
      @Override
      void copyTo(int row, byte[] target, int offset) {
        System.arraycopy(pixels, row * bytes, target, offset, bytes);
      }

      @Override
      ByteDataBuffer view(int row) {
        return DataBuffers.of(pixels, true, false).slice((long) row * bytes, bytes);
      }

      @Override
      byte[] array() {
        return pixels;
      }
    };
  }

  /**
   * In a file.
   *
   * @param offset where image 0 begins
   * @param count of images
   * @param bytes of an image
   */
  static PixelStore mapped(Path file, long offset, int count, int bytes) throws IOException {
    int together = MOST_MAPPED / bytes; // images that one buffer holds
    List<ByteBuffer> buffers = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file)) {
      if (offset < 0 || channel.size() - offset < (long) count * bytes) {
        throw new DataException(
            "%s has %d bytes, should have %d images of %d bytes from byte %d on"
                .formatted(file, channel.size(), count, bytes, offset));
      }
      for (int first = 0; first < count; first += together) {
        long from = offset + (long) first * bytes;
        long length = (long) Math.min(together, count - first) * bytes;
        buffers.add(channel.map(MapMode.READ_ONLY, from, length));
      }
    }
    return new PixelStore() {
      @Override
      void copyTo(int row, byte[] target, int offset) {
        buffers.get(row / together).get(row % together * bytes, target, offset, bytes);
      }

      @Override
      ByteDataBuffer view(int row) {
        ByteBuffer all = buffers.get(row / together);
        return DataBuffers.of(all.slice(row % together * bytes, bytes));
      }

      @Override
      byte[] array() {
        return null;
      }
    };
  }
}
