package org.lenet5.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What scripts/fuzz has Jazzer call with one input after the other, for one reader. */
public final class FuzzTarget {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static Reader reader;
  private static Path folder;

  private FuzzTarget() {}

  /** Jazzer's call before the first input; the argument is the reader's name. */
  public static void fuzzerInitialize(String[] args) throws IOException {
    reader = Readers.named(args[0]);
    folder = Files.createTempDirectory("fuzz");
    // Jazzer instruments classes when they are met, which takes longer than an input may.
    reader.seeds().forEach(seed -> reader.accepts(seed, folder));
  }

  /** Jazzer's call for each input. What it throws is a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    // Three times: what Jazzer takes for a class that is met for the first time is counted too, and
    // a second try may meet others.
    for (int i = 0; i < 3; i++) {
      if (taken(input) <= Reader.MOST_BYTES) {
        return;
      }
    }
    throw new AssertionError(reader + " took more than " + Reader.MOST_BYTES + " bytes");
  }

  private static long taken(byte[] input) {
    long thread = Thread.currentThread().getId();
    long before = THREADS.getThreadAllocatedBytes(thread);
    reader.accepts(input, folder);
    return THREADS.getThreadAllocatedBytes(thread) - before;
  }

  /** Prints the readers' names, or writes a reader's seeds: READER FOLDER. */
  public static void main(String[] args) throws IOException {
    if (args.length == 0) {
      Readers.names().forEach(System.out::println);
      return;
    }
    List<byte[]> seeds = Readers.named(args[0]).seeds();
    Path target = Files.createDirectories(Path.of(args[1]));
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(target.resolve("seed-" + i), seeds.get(i));
    }
  }
}
