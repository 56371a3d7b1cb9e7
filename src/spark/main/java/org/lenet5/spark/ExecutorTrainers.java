package org.lenet5.spark;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.lenet5.training.PassListener;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;

/**
 * The trainers that this JVM holds for tasks to come: to make one takes as long as hundreds of
 * steps. Each is one task's at a time. Thread-safe.
 */
final class ExecutorTrainers {
  private static final int MOST_IDLE = Math.max(2, Runtime.getRuntime().availableProcessors());
  private static final Deque<Idle> IDLE = new ArrayDeque<>(); // used last, first

  /** What a trainer is made from: another of the same computes the same. */
  record Key(Map<String, String> settings, SentData data) {}

  private record Idle(Key key, Trainer trainer) {}

  private ExecutorTrainers() {}

  /** One that nobody uses, or a new one. */
  static Trainer take(Key key) {
    synchronized (IDLE) {
      for (Iterator<Idle> all = IDLE.iterator(); all.hasNext(); ) {
        Idle each = all.next();
        if (each.key().equals(key)) {
          all.remove();
          return each.trainer();
        }
      }
    }
    Natives.load();
    return new Trainer(
        TrainingConfig.of(key.settings()),
        key.data().open(),
        1,
        PassListener.NONE,
        Optional.empty(),
        true);
  }

  /** Keeps one for the next task. */
  static void giveBack(Key key, Trainer trainer) {
    synchronized (IDLE) {
      IDLE.addFirst(new Idle(key, trainer));
      while (IDLE.size() > MOST_IDLE) {
        IDLE.removeLast().trainer().close();
      }
    }
  }

  /** Closes those of a training that has ended, where it was in this JVM. */
  static void close(Key key) {
    synchronized (IDLE) {
      IDLE.removeIf(
          each -> {
            if (each.key().equals(key)) {
              each.trainer().close();
              return true;
            }
            return false;
          });
    }
  }
}
