package org.lenet5.cli;

import java.io.IOException;

/** Watches the process that started this one. */
final class Parent {
  private Parent() {}

  /** Runs {@code stop} when standard input ends: even a parent that is killed closes it. */
  static void watch(Runnable stop) {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nobody writes; the end is what is waited for.
                }
              } catch (IOException e) {
                // A broken pipe is an end, too.
              }
              stop.run();
            },
            "parent");
    watch.setDaemon(true);
    watch.start();
  }
}
