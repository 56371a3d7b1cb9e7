package org.lenet5.serve.model;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.lenet5.classify.Scores;

/**
 * A request's images on their way through the batches, and its answer. Cancelling the answer takes
 * the images out of what is to be computed.
 */
final class Ticket {
  final Scorer scorer;
  final byte[] pixels;
  final boolean logits;
  final CompletableFuture<Scores> answer = new CompletableFuture<>();

  private final long deadline;
  private final float[][] probabilities;
  private final float[][] foundLogits;
  private final AtomicInteger missing;

  /**
   * A request.
   *
   * @param deadline in {@link System#nanoTime}'s time; after it nobody waits for the answer
   */
  Ticket(Scorer scorer, byte[] pixels, int images, boolean logits, long deadline) {
    this.scorer = scorer;
    this.pixels = pixels;
    this.logits = logits;
    this.deadline = deadline;
    probabilities = new float[images][];
    foundLogits = logits ? new float[images][] : null;
    missing = new AtomicInteger(images);
  }

  int images() {
    return probabilities.length;
  }

  /** True if nobody waits for the answer any longer: it is not to be computed. */
  boolean isOver(long now) {
    if (!answer.isDone() && now - deadline > 0) {
      answer.completeExceptionally(
          new ServeException(Reason.DEADLINE_EXCEEDED, "the request's deadline is past"));
    }
    return answer.isDone();
  }

  /** Takes the results of images of this request; the last ones complete its answer. */
  void found(int first, int count, Scores scores, int at) {
    System.arraycopy(scores.probabilities(), at, probabilities, first, count);
    boolean hasLogits = logits && scores.logits() != null;
    if (hasLogits) {
      System.arraycopy(scores.logits(), at, foundLogits, first, count);
    }
    if (missing.addAndGet(-count) == 0) {
      answer.complete(new Scores(probabilities, hasLogits ? foundLogits : null));
    }
  }
}
