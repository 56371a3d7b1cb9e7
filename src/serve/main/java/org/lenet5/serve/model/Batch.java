package org.lenet5.serve.model;

import java.util.List;
import org.lenet5.classify.Scores;

/**
 * Parts of requests to one model that are computed together.
 *
 * @param parts at least one
 */
record Batch(List<Waiting.Part> parts) {
  Scorer scorer() {
    return parts.get(0).ticket().scorer;
  }

  /** Images of all requests. */
  int images() {
    return parts.stream().mapToInt(Waiting.Part::count).sum();
  }

  Scores compute() {
    boolean logits = parts.stream().anyMatch(each -> each.ticket().logits);
    return scorer().scores(pixels(), logits);
  }

  private byte[] pixels() {
    Waiting.Part first = parts.get(0);
    if (parts.size() == 1 && first.count() == first.ticket().images()) {
      return first.ticket().pixels;
    }
    int bytes = scorer().imageBytes();
    byte[] all = new byte[images() * bytes];
    int at = 0;
    for (Waiting.Part each : parts) {
      int length = each.count() * bytes;
      System.arraycopy(each.ticket().pixels, each.first() * bytes, all, at, length);
      at += length;
    }
    return all;
  }

  /** Gives each request its own results. */
  void answer(Scores scores) {
    int at = 0;
    for (Waiting.Part each : parts) {
      each.ticket().found(each.first(), each.count(), scores, at);
      at += each.count();
    }
  }

  /** The only request has failed. */
  void fail(Throwable cause) {
    parts.get(0).ticket().answer.completeExceptionally(cause);
  }

  /** Each request alone. */
  List<Batch> divided() {
    return parts.stream().map(each -> new Batch(List.of(each))).toList();
  }
}
