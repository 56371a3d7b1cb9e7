package org.lenet5.serve.model;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.lenet5.classify.Scores;
import org.lenet5.image.DecodedImage;
import org.lenet5.image.ImageDecoder;
import org.lenet5.image.ImageException;
import org.lenet5.image.ImageOptions;

/** From a request's images to their scores: decodes what is encoded, then computes in batches. */
public final class Predictor implements AutoCloseable {
  private final ImageOptions options;
  private final Batcher batcher;
  private final Decoding decoding;

  /** A picture, or why there is none. */
  public record Decoded(DecodedImage image, String failure) {}

  /**
   * Starts the threads.
   *
   * @param options how pictures are read, and their limits
   * @param decoders threads that decode
   */
  public Predictor(BatchOptions batches, ImageOptions options, int decoders, ServeEvents events) {
    this.options = options;
    batcher = new Batcher(batches, events);
    decoding = new Decoding(decoders, batches.queue(), events);
  }

  /**
   * Computes the scores of all images.
   *
   * @param model leased by the caller until the answer is there
   * @param logits whether they are wanted, too
   * @param deadline in {@link System#nanoTime}'s time
   * @param caller runs what it is given on the thread that asks, if that one may compute; else null
   * @return the answer; cancelling it takes back what is not begun. A picture that cannot be read
   *     fails it with an {@link ServeException} that names its place
   * @throws ServeException if too much waits
   */
  public CompletableFuture<Scores> predict(
      LoadedModel model, ImageList images, boolean logits, long deadline, Executor caller) {
    if (images.encoded().isEmpty()) {
      return batcher.submit(model, images.pixels(), logits, deadline, caller);
    }
    CompletableFuture<Scores> answer = new CompletableFuture<>();
    List<Integer> places = List.copyOf(images.encoded().keySet());
    decode(model, List.copyOf(images.encoded().values()), answer, deadline)
        .thenCompose(
            decoded -> {
              for (int i = 0; i < places.size(); i++) {
                put(decoded.get(i), places.get(i), images, model.imageBytes());
              }
              CompletableFuture<Scores> computed =
                  batcher.submit(model, images.pixels(), logits, deadline, null);
              answer.whenComplete((any, e) -> computed.cancel(false));
              return computed;
            })
        .whenComplete((scores, e) -> complete(answer, scores, e));
    return answer;
  }

  private static void put(Decoded decoded, int place, ImageList images, int bytes) {
    if (decoded.failure() != null) {
      throw ServeException.invalid("image " + place + ": " + decoded.failure());
    }
    System.arraycopy(decoded.image().pixels(), 0, images.array(), place * bytes, bytes);
  }

  private static <T> void complete(CompletableFuture<T> answer, T result, Throwable e) {
    if (e == null) {
      answer.complete(result);
    } else {
      answer.completeExceptionally(e);
    }
  }

  /**
   * Decodes pictures for a model.
   *
   * @param asker when it is done, what is not begun is not decoded
   * @return for each its pixels or why there are none, in their order
   * @throws ServeException if too many wait
   */
  public CompletableFuture<List<Decoded>> decode(
      LoadedModel model, List<byte[]> pictures, CompletableFuture<?> asker, long deadline) {
    ImageDecoder decoder = new ImageDecoder(model.shape(), options);
    decoding.reserve(pictures.size());
    List<CompletableFuture<Decoded>> all = new ArrayList<>();
    for (byte[] each : pictures) {
      all.add(decoding.run(() -> decode(decoder, each, asker, deadline)));
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> all.stream().map(CompletableFuture::join).toList());
  }

  private Decoded decode(
      ImageDecoder decoder, byte[] picture, CompletableFuture<?> asker, long deadline) {
    if (asker.isDone()) {
      throw new CancellationException("nobody waits for it any longer");
    }
    if (System.nanoTime() - deadline > 0) {
      throw new ServeException(Reason.DEADLINE_EXCEEDED, "the request's deadline is past");
    }
    try {
      return new Decoded(decoder.read(picture), null);
    } catch (ImageException e) {
      boolean isTooLarge = e.getMessage().endsWith("pixels, the limit is " + options.maxPixels());
      return new Decoded(null, e.getMessage() + (isTooLarge ? " (--max-pixels)" : ""));
    }
  }

  /** Images that wait to be computed. */
  public int waiting() {
    return batcher.waiting();
  }

  /** Takes nothing more, does what waits, and ends the threads. */
  @Override
  public void close() {
    decoding.close();
    batcher.close();
  }
}
