package org.lenet5.cli;

import java.io.IOException;

/** Ends this process with the one that started it. */
final class Parent {
  private static final int STOPPED = 143;

  private Parent() {}

  /** From now on the process ends when its standard input does: even a killed parent closes it. */
  static void watch() {
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
              System.exit(STOPPED);
            },
            "parent");
    watch.setDaemon(true);
    watch.start();
  }
}
