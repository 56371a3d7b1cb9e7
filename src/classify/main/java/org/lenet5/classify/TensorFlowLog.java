package org.lenet5.classify;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps a program's stderr free of what TensorFlow's native code prints there: some ten lines when
 * the first model is loaded. The environment variable {@code TF_CPP_MIN_LOG_LEVEL=1}, set before
 * Java starts, leaves two of them, which come before TensorFlow's log is set up.
 */
public final class TensorFlowLog {
  private TensorFlowLog() {}

  /**
   * Leads {@link System#err} past the process's stderr to where that went, and the process's stderr
   * to nobody. Native code is silent from then on, a crash of the JVM too. Call it once, before
   * anything prints and before the first {@link Classifier} is loaded; a logging library that holds
   * the old {@code System.err} must be set up afterwards.
   *
   * @return false if nothing was changed: on Windows, and where stderr can only be written to
   *     through the descriptor itself, a file of its own or a socket
   */
  public static boolean silence() {
    Path out = Path.of("/dev/fd/1");
    Path err = Path.of("/dev/fd/2");
    try {
      FileOutputStream own;
      if (!Files.exists(err)) {
        return false;
      } else if (Files.exists(out) && Files.isSameFile(out, err)) {
        own = new FileOutputStream(FileDescriptor.out);
      } else if (!Files.isRegularFile(err) && Files.isWritable(err)) {
        // Opened anew. A file would have a second position then, and what others write to it would
        // be overwritten.
        own = new FileOutputStream(err.toFile());
      } else {
        return false;
      }
      System.err.flush();
      System.setErr(new PrintStream(own, true, Charset.forName(encoding())));
      // Java never closes the descriptors 0 to 2, it leads them to the null device.
      new FileOutputStream(FileDescriptor.err).close();
      return true;
    } catch (IOException e) {
      return false; // a socket cannot be opened by its name
    }
  }

  private static String encoding() {
    return System.getProperty("stderr.encoding", System.getProperty("native.encoding"));
  }
}
