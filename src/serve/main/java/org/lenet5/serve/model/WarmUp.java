package org.lenet5.serve.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lenet5.classify.Classifier;
import org.lenet5.io.MaskedCrc32c;
import org.lenet5.serve.proto.tensorflow.PredictionLog;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/**
 * The requests that a model brings to be run before it answers anybody, so that no client waits for
 * a first run: TensorFlow Serving's {@code assets.extra/tf_serving_warmup_requests}, a TFRecord
 * file (length, its checksum, bytes, their checksum; little-endian) of PredictionLog messages. A
 * model without them is run on black images, one and a few.
 */
final class WarmUp {
  static final String FILE = "assets.extra/tf_serving_warmup_requests";

  // TensorFlow Serving's own limits are 1000 requests; the file is read into memory.
  private static final int MOST_REQUESTS = 1000;
  private static final long MOST_BYTES = 100_000_000;
  private static final int HEAD = Long.BYTES + Integer.BYTES;

  private WarmUp() {}

  /**
   * Runs the requests.
   *
   * @throws IOException if the file is none, or asks for something else than this model's images
   */
  static void run(Path folder, Classifier classifier) throws IOException {
    int bytes = classifier.imageShape().bytes();
    Path file = folder.resolve(FILE);
    if (Files.notExists(file)) {
      classifier.scores(new byte[bytes], true);
      classifier.scores(new byte[32 * bytes], true);
      return;
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException(FILE + " has more than " + MOST_BYTES + " bytes");
    }
    byte[] all = Files.readAllBytes(file);
    int at = 0;
    for (int i = 1; at < all.length && i <= MOST_REQUESTS; i++) {
      int length = length(all, at, i);
      classifier.scores(pixels(all, at + HEAD, length, i, bytes), true);
      at += HEAD + length + Integer.BYTES;
    }
  }

  private static int length(byte[] all, int at, int request) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    long rest = all.length - at;
    if (rest < HEAD || in.getInt(at + Long.BYTES) != MaskedCrc32c.of(all, at, Long.BYTES)) {
      throw damaged(request);
    }
    long length = in.getLong(at);
    if (length < 0 || length > rest - HEAD - Integer.BYTES) {
      throw damaged(request);
    }
    int end = at + HEAD + (int) length;
    if (in.getInt(end) != MaskedCrc32c.of(all, at + HEAD, (int) length)) {
      throw damaged(request);
    }
    return (int) length;
  }

  private static IOException damaged(int request) {
    return new IOException(FILE + ": request " + request + " is damaged");
  }

  private static byte[] pixels(byte[] all, int from, int length, int request, int imageBytes)
      throws IOException {
    TensorProto images =
        PredictionLog.parser()
            .parseFrom(all, from, length)
            .getPredictLog()
            .getRequest()
            .getInputsMap()
            .get(LoadedModel.INPUT);
    if (images == null
        || images.getDtype() != DataType.DT_UINT8
        || images.getTensorContent().isEmpty()
        || images.getTensorContent().size() % imageBytes != 0) {
      throw new IOException(
          FILE + ": request " + request + " has no input images of uint8 in the model's shape");
    }
    return images.getTensorContent().toByteArray();
  }
}
