package org.lenet5.serve.model;

import java.util.Map;
import java.util.WeakHashMap;

/**
 * How long models take for an image, as their last batches did. Not thread-safe: {@link Batcher}
 * holds a lock.
 */
final class Pace {
  /** What a thread that has other work, too, may spend on a batch. */
  private static final double QUICK_NANOS = 1e6;

  // Of each new batch an eighth: a single one that the system held up changes little.
  private static final double WEIGHT = 0.125;

  // Weak: a version that is gone is forgotten.
  private final Map<Scorer, Double> nanosPerImage = new WeakHashMap<>();

  /** A batch has taken so long. */
  void measured(Scorer scorer, int images, long nanos) {
    nanosPerImage.merge(
        scorer, (double) nanos / images, (before, now) -> before + WEIGHT * (now - before));
  }

  /** Images that are computed quickly; 0 as long as nothing was measured. */
  int quick(Scorer scorer) {
    Double nanos = nanosPerImage.get(scorer);
    return nanos == null ? 0 : (int) (QUICK_NANOS / nanos);
  }
}
