package org.lenet5.classify;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * Runs a model on images for some of its outputs. The tensors of the sizes that come again and
 * again, one image and a whole part, are kept and filled anew. Thread-safe.
 */
final class Runs implements AutoCloseable {
  private final Path model;
  private final SavedModelBundle bundle;
  private final ServingSignature signature;
  private final List<String> outputs;
  private final int part;
  private final Queue<Feed> singles = new ConcurrentLinkedQueue<>();
  private final Queue<Feed> parts = new ConcurrentLinkedQueue<>();

  /** A tensor that is filled again for each call, and the run that feeds it. */
  private record Feed(TUint8 images, Session.Runner runner) {}

  /**
   * For a model that stays open as long as this.
   *
   * @param part images that are computed at a time
   * @param outputs names of the tensors to fetch, float32 [-1,classes]
   */
  Runs(
      Path model,
      SavedModelBundle bundle,
      ServingSignature signature,
      int part,
      List<String> outputs) {
    this.model = model;
    this.bundle = bundle;
    this.signature = signature;
    this.part = part;
    this.outputs = outputs;
  }

  /**
   * Runs the model on {@code count} images from {@code first} on.
   *
   * @param found takes each output's rows: by output, then by image
   */
  void run(byte[] pixels, int first, int count, float[][][] found) {
    int bytes = signature.shape().bytes();
    Queue<Feed> idle = count == 1 ? singles : count == part ? parts : null;
    Feed feed = idle == null ? null : idle.poll();
    if (feed == null) {
      feed = newFeed(count);
    }
    try {
      feed.images().asRawTensor().data().write(pixels, first * bytes, count * bytes);
      try (Result result = feed.runner().run()) {
        for (int i = 0; i < outputs.size(); i++) {
          read((TFloat32) result.get(i), first, count, found[i]);
        }
      }
    } finally {
      if (idle == null) {
        feed.images().close();
      } else {
        idle.add(feed);
      }
    }
  }

  private void read(TFloat32 tensor, int first, int count, float[][] found) {
    Shape shape = tensor.shape();
    if (shape.numDimensions() != 2 || shape.get(0) != count || shape.get(1) < 2) {
      throw new ModelException(
          model + " gives " + count + " images probabilities of shape " + shape);
    }
    int width = (int) shape.get(1);
    float[] all = new float[count * width];
    tensor.copyTo(DataBuffers.of(all));
    for (int i = 0; i < count; i++) {
      found[first + i] = Arrays.copyOfRange(all, i * width, (i + 1) * width);
    }
  }

  private Feed newFeed(int count) {
    var shape = signature.shape();
    TUint8 images =
        TUint8.tensorOf(Shape.of(count, shape.height(), shape.width(), shape.channels()));
    Session.Runner runner =
        bundle
            .session()
            .runner()
            // On the caller's thread: handing over to a pool takes longer than half the model.
            .setOptions(RunOptions.newBuilder().setInterOpThreadPool(-1).build())
            .feed(signature.images(), images);
    outputs.forEach(runner::fetch);
    return new Feed(images, runner);
  }

  /** Frees the tensors. Nothing may run meanwhile or afterwards. */
  @Override
  public void close() {
    singles.forEach(feed -> feed.images().close());
    parts.forEach(feed -> feed.images().close());
  }
}
