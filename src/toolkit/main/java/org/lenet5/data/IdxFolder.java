package org.lenet5.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lenet5.io.AtomicFiles;

/**
 * A folder with {@code train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte} and the same
 * for {@code t10k} or {@code test}, plain or {@code .gz}. Classes are the numbers from 0 to the
 * greatest in the training labels.
 */
record IdxFolder(Path folder) {
  private static final Pattern IMAGES = Pattern.compile("(.*)-images[-.]idx3-ubyte(\\.gz)?");
  private static final String TRAIN = "train";

  /** True if there are files of images in a folder. */
  static boolean isAt(Path folder) {
    return Files.isDirectory(folder) && !new IdxFolder(folder).images().isEmpty();
  }

  /** Files of images by what stands before "-images"; of two the plain one. */
  private TreeMap<String, Path> images() {
    TreeMap<String, Path> images = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path each : files.sorted().toList()) {
        Matcher name = IMAGES.matcher(each.getFileName().toString());
        if (name.matches()) {
          images.putIfAbsent(name.group(1), each);
        }
      }
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", folder, e);
    }
    return images;
  }

  /**
   * Reads it.
   *
   * @param name of the data set
   * @throws DataException if a file is missing, damaged or holds labels that the training has not
   */
  Dataset read(String name) {
    TreeMap<String, Path> files = images();
    Path training = files.remove(TRAIN);
    if (training == null || files.size() != 1) {
      throw new DataException(
          "%s must hold train-images-idx3-ubyte and one other such file to measure on (t10k-images-idx3-ubyte), each with its labels"
              .formatted(folder));
    }
    LabeledImages train = read(training);
    LabeledImages test = read(files.firstEntry().getValue());
    int classes = 1 + IntStream.range(0, train.size()).map(train::label).max().orElse(0);
    List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    try {
      return Dataset.of(name, train, Optional.empty(), test, names);
    } catch (IllegalArgumentException e) {
      throw new DataException(folder + ": " + e.getMessage(), e);
    }
  }

  private LabeledImages read(Path images) {
    String labels =
        images.getFileName().toString().replaceFirst("-images([-.])idx3-", "-labels$1idx1-");
    Path plain = folder.resolve(labels.replaceFirst("\\.gz$", ""));
    Path packed = folder.resolve(plain.getFileName() + ".gz");
    return IdxFile.read(images, Files.exists(plain) || !Files.exists(packed) ? plain : packed);
  }
}
