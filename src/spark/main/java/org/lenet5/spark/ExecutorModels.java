package org.lenet5.spark;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lenet5.classify.Classifier;

/**
 * The models that this JVM holds: one classifier for all tasks with the same model. Those that come
 * first load it, the others wait for them. A model that nobody uses stays for the next task, and
 * goes when there are more than {@link #MOST_IDLE} of these. Thread-safe.
 */
final class ExecutorModels {
  /** Models that stay without being used. */
  static final int MOST_IDLE = 4;

  private static final Map<String, Held> HELD = new LinkedHashMap<>(); // used last, last

  private ExecutorModels() {}

  private static final class Held {
    private final Classifier classifier;
    private int users;

    Held(Classifier classifier) {
      this.classifier = classifier;
    }
  }

  /** A model in use. Closing it gives it back; closing again does nothing. */
  static final class Lease implements AutoCloseable {
    private final String key;
    private final Classifier classifier;
    private boolean closed;

    private Lease(String key, Classifier classifier) {
      this.key = key;
      this.classifier = classifier;
    }

    Classifier classifier() {
      return classifier;
    }

    @Override
    public void close() {
      synchronized (ExecutorModels.class) {
        if (!closed) {
          closed = true;
          HELD.get(key).users--;
          closeIdle();
        }
      }
    }
  }

  /** Gives the classifier of a model, which is loaded and has proven itself. */
  static synchronized Lease lease(ShippedModel model) {
    String key = model.archiveSha256();
    Held held = HELD.remove(key);
    if (held == null) {
      Natives.load();
      held = new Held(model.load());
    }
    HELD.put(key, held);
    held.users++;
    return new Lease(key, held.classifier);
  }

  /** How many models this JVM holds. */
  static synchronized int size() {
    return HELD.size();
  }

  private static void closeIdle() {
    long idle = HELD.values().stream().filter(each -> each.users == 0).count();
    Iterator<Held> all = HELD.values().iterator();
    while (idle > MOST_IDLE) {
      Held held = all.next();
      if (held.users == 0) {
        all.remove();
        held.classifier.close();
        idle--;
      }
    }
  }
}
