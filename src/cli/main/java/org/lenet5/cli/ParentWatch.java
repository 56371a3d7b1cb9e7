package org.lenet5.cli;

import java.io.IOException;
import org.jline.utils.Signals;

/** Ends this process with the one that started it, and not before. */
final class ParentWatch {
  private static final int STOPPED = 143;

  private ParentWatch() {}

  /**
   * From now on the process ends when its standard input does: even a killed parent closes it. And
   * SIGINT has no effect: Ctrl-C in a terminal reaches this process as well as its parent, which
   * then sends SIGTERM.
   */
  static void begin() {
    Signals.register("INT", () -> {});
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nothing is ever written to it; only its end matters.
                }
              } catch (IOException e) {
                // A broken pipe is an end, too.
              }
              end();
            },
            "parent");
    watch.setDaemon(true);
    watch.start();
  }

  // System.exit has C++ destroy what TensorFlow's threads, in the middle of a step, still compute
  // with, and they crash. What is written is published whole, so that to be killed loses nothing.
  private static void end() {
    String self = Long.toString(ProcessHandle.current().pid());
    try {
      new ProcessBuilder("sh", "-c", "kill -9 \"$0\"", self).start().waitFor();
    } catch (IOException | InterruptedException e) {
      // No shell here, or no time for it: below.
    }
    System.exit(STOPPED);
  }
}
