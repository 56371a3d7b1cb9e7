package org.lenet5.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;

/**
 * What the process holds at a moment (Linux).
 *
 * @param steps trained so far
 * @param seconds since the start
 * @param residentMb memory of the process in RAM
 * @param nativeMb what TensorFlow Java has allocated through JavaCPP and not closed
 * @param nativeCount in how many pieces
 * @param handles open files
 * @param threads of the process, native ones too
 */
record Sample(
    long steps,
    double seconds,
    double residentMb,
    double nativeMb,
    long nativeCount,
    long handles,
    long threads) {
  static final String HEADER = "steps,seconds,resident_mb,native_mb,native_count,handles,threads";

  static Sample now(long steps, double seconds) {
    return new Sample(
        steps,
        seconds,
        residentKb() / 1024.0,
        Pointer.totalBytes() / 1048576.0,
        Pointer.totalCount(),
        entries("/proc/self/fd"),
        entries("/proc/self/task"));
  }

  private static long residentKb() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long entries(String folder) {
    try (Stream<Path> all = Files.list(Path.of(folder))) {
      return all.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String csv() {
    return String.format(
        Locale.ROOT,
        "%d,%.1f,%.2f,%.3f,%d,%d,%d",
        steps,
        seconds,
        residentMb,
        nativeMb,
        nativeCount,
        handles,
        threads);
  }
}
