package org.lenet5.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.Charset;

/**
 * Keeps what TensorFlow's native code prints off the terminal. Its log levels do not reach all of
 * it: some lines come from before its log is set up.
 */
final class NativeLog {
  /**
   * The starter names here another descriptor of stderr. It is a duplicate: to open a name of
   * stderr anew instead, such as /dev/fd/2, gives a file a second position, where each writer
   * overwrites the other, needs the right to write to it, and cannot be done with a socket.
   */
  private static final String DUPLICATE = "lenet5.stderr";

  private static final int STDOUT = 1;

  private NativeLog() {}

  /**
   * Sends Java's messages to the duplicate, and the process's own stderr to the null device.
   * Without a duplicate, or where Java does not allow it, nothing changes.
   */
  static void silence() {
    Integer duplicate = Integer.getInteger(DUPLICATE);
    if (duplicate == null) {
      return;
    }
    try {
      FileOutputStream own = new FileOutputStream(descriptor(duplicate));
      System.setErr(new PrintStream(own, true, Charset.forName(encoding())));
      // Java never closes the descriptors 0 to 2, it leads them to the null device.
      new FileOutputStream(FileDescriptor.err).close();
    } catch (IOException | ReflectiveOperationException | RuntimeException e) {
      System.err.println("TensorFlow's log is shown: " + e.getMessage());
    }
  }

  // Java gives access to three descriptors only; the others need --add-opens
  // java.base/java.io=ALL-UNNAMED, which scripts/lenet5 passes.
  private static FileDescriptor descriptor(int number) throws ReflectiveOperationException {
    if (number == STDOUT) {
      return FileDescriptor.out;
    }
    Constructor<FileDescriptor> constructor =
        FileDescriptor.class.getDeclaredConstructor(int.class);
    constructor.setAccessible(true);
    return constructor.newInstance(number);
  }

  private static String encoding() {
    return System.getProperty("native.encoding");
  }
}
