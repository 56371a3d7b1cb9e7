package org.lenet5.spark;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.Loader;
import org.tensorflow.TensorFlow;

/** TensorFlow's native libraries in a JVM that others stand beside, on the same machine. */
final class Natives {
  private static final String UNLIMITED = "org.bytedeco.javacpp.maxPhysicalBytes";

  private Natives() {}

  /**
   * Loads them, if they are not loaded yet. Where they come in a jar they are unpacked first, 650
   * MB, into a folder that all of the user's JVMs share: one at a time, under a lock, as JavaCPP
   * alone lets one load what another has not finished writing.
   *
   * @throws IllegalStateException if they are not there, saying where to get them
   */
  static synchronized void load() {
    // Else JavaCPP asks for the process's memory in every call, one thread at a time.
    if (System.getProperty(UNLIMITED) == null) {
      System.setProperty(UNLIMITED, "0");
    }
    try {
      File cache = Loader.getCacheDir();
      Files.createDirectories(cache.toPath());
      try (FileChannel channel =
              FileChannel.open(
                  cache.toPath().resolve("lenet5.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        assert lock.isValid();
        TensorFlow.version();
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "TensorFlow's libraries cannot be unpacked: " + e.getMessage(), e);
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "TensorFlow's libraries for "
              + Loader.getPlatform()
              + " cannot be loaded: hand tensorflow-core-native-VERSION-"
              + Loader.getPlatform()
              + ".jar to Spark by --jars ("
              + e.getMessage()
              + ")",
          e);
    }
  }
}
