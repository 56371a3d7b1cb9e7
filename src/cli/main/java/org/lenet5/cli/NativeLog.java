package org.lenet5.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps what TensorFlow's native code prints off the terminal. Its log levels do not reach all of
 * it: some lines come from before its log is set up.
 */
final class NativeLog {
  private NativeLog() {}

  /**
   * Gives Java a stream of its own to where stderr goes, and the process's stderr to nobody. Where
   * the system has no name for stderr, all stays as it is.
   */
  static void silence() {
    Path stderr = Path.of("/dev/fd/2");
    if (!Files.isWritable(stderr)) {
      return;
    }
    try {
      // Where both go to one place ("> log 2>&1") stdout's descriptor serves both: one opened anew
      // has a position of its own in a file, and each would write over the other's lines. For the
      // same reason a file of stderr alone is appended to.
      FileOutputStream own =
          Files.isSameFile(Path.of("/dev/fd/1"), stderr)
              ? new FileOutputStream(FileDescriptor.out)
              : new FileOutputStream(stderr.toFile(), true);
      System.setErr(new PrintStream(own, true));
      // Java never closes the descriptors 0 to 2, it leads them to the null device.
      new FileOutputStream(FileDescriptor.err).close();
    } catch (IOException e) {
      System.err.println("TensorFlow's log is shown: " + e.getMessage());
    }
  }
}
