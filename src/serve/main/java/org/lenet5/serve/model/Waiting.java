package org.lenet5.serve.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Images that wait to be computed, by model. Models take turns, requests of one model come in their
 * order. Not thread-safe: {@link Batcher} holds a lock.
 */
final class Waiting {
  private final Map<Scorer, ArrayDeque<Part>> byModel = new LinkedHashMap<>();
  private int images;

  /** Some of a request's images, all of them if they fit into a batch. */
  record Part(Ticket ticket, int first, int count, long since) {}

  /** Images that wait, those included that nobody waits for any longer. */
  int images() {
    return images;
  }

  boolean isEmpty() {
    return byModel.isEmpty();
  }

  /** The model whose turn it is; there must be one. */
  Scorer nextScorer() {
    return byModel.keySet().iterator().next();
  }

  /** Images of the part that comes next; there must be one. */
  int nextCount() {
    return byModel.values().iterator().next().peek().count();
  }

  /** Adds a request, in parts of at most {@code most} images. */
  void add(Ticket ticket, int most, long now) {
    ArrayDeque<Part> parts = byModel.computeIfAbsent(ticket.scorer, any -> new ArrayDeque<>());
    for (int first = 0; first < ticket.images(); first += most) {
      parts.add(new Part(ticket, first, Math.min(most, ticket.images() - first), now));
    }
    images += ticket.images();
  }

  /** Nanoseconds until the next batch is due: 0 if it is full or has waited long enough. */
  long due(int most, long wait, long now) {
    ArrayDeque<Part> parts = byModel.values().iterator().next();
    long waited = now - parts.peek().since();
    int ready = 0;
    for (Iterator<Part> i = parts.iterator(); i.hasNext() && ready < most; ) {
      ready += i.next().count();
    }
    return ready >= most ? 0 : Math.max(0, wait - waited);
  }

  /**
   * Takes the next batch. Requests that are over are dropped on the way; so it may be empty.
   *
   * @param most images
   */
  List<Part> take(int most, long now) {
    Iterator<Map.Entry<Scorer, ArrayDeque<Part>>> models = byModel.entrySet().iterator();
    Map.Entry<Scorer, ArrayDeque<Part>> next = models.next();
    ArrayDeque<Part> parts = next.getValue();
    List<Part> batch = new ArrayList<>();
    int taken = 0;
    while (!parts.isEmpty() && (taken == 0 || taken + parts.peek().count() <= most)) {
      Part part = parts.poll();
      images -= part.count();
      if (!part.ticket().isOver(now)) {
        batch.add(part);
        taken += part.count();
      }
    }
    models.remove();
    if (!parts.isEmpty()) { // after the other models
      byModel.put(next.getKey(), parts);
    }
    return batch;
  }
}
