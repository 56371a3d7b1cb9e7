package org.lenet5.data;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes the embedded sample out of the six files of CIFAR-10; {@code scripts/make-sample} starts
 * it. It needs no other class, so that it runs from its source.
 */
final class MakeSample {
  private static final int RECORD = 3073;
  private static final int CLASSES = 10;

  private MakeSample() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("usage: make-sample CIFAR_FOLDER [TARGET_FOLDER]");
      System.exit(2);
    }
    Path cifar = Path.of(arguments[0]);
    Path target = Path.of(arguments[1]);
    Files.createDirectories(target);
    List<Path> training =
        IntStream.rangeClosed(1, 5)
            .mapToObj(i -> cifar.resolve("data_batch_" + i + ".bin"))
            .toList();
    write(training, 500, target.resolve("train.bin"));
    write(List.of(cifar.resolve("test_batch.bin")), 100, target.resolve("test.bin"));
  }

  /** Copies the first {@code each} records of every class, in their order. */
  static void write(List<Path> files, int each, Path target) throws IOException {
    int[] left = new int[CLASSES];
    Arrays.fill(left, each);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target))) {
      for (Path file : files) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
          byte[] record = in.readNBytes(RECORD);
          for (; record.length == RECORD; record = in.readNBytes(RECORD)) {
            if (left[record[0]]-- > 0) {
              out.write(record);
            }
          }
        }
      }
    }
    if (IntStream.of(left).anyMatch(n -> n > 0)) {
      throw new IOException(files + " have not " + each + " images of every class");
    }
  }
}
