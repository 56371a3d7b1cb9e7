package org.lenet5.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lenet5.image.ImageShape;
import org.lenet5.io.Sha256;

/**
 * A data set. Immutable and thread-safe.
 *
 * @param name as the flag has it, such as {@code sample} or {@code cifar10}
 * @param train images to train on, in the order of the files
 * @param validation images held out of training by the data itself, which the best checkpoint is
 *     chosen by; of the same shape
 * @param test images to measure on, in the order of the file; of the same shape
 * @param classNames the label's words, by class
 * @param sha256 identifies the data: the SHA-256, in hexadecimal, of the files' own SHA-256s in
 *     hexadecimal, one a line, training files first. {@code sha256sum data_batch_?.bin
 *     test_batch.bin | cut -c1-64 | sha256sum} prints it for {@code cifar10}
 */
public record Dataset(
    String name,
    LabeledImages train,
    Optional<LabeledImages> validation,
    LabeledImages test,
    List<String> classNames,
    String sha256) {

  public Dataset {
    classNames = List.copyOf(classNames);
    int classes = classNames.size();
    if (!train.shape().equals(test.shape())) {
      throw new IllegalArgumentException(
          "test images (%s) must have the shape of the training images (%s)"
              .formatted(test.shape(), train.shape()));
    }
    requireClasses("training", train, classes);
    requireClasses("test", test, classes);
    validation.ifPresent(images -> requireClasses("validation", images, classes));
  }

  /** A data set that holds out no validation images itself. */
  public Dataset(
      String name,
      LabeledImages train,
      LabeledImages test,
      List<String> classNames,
      String sha256) {
    this(name, train, Optional.empty(), test, classNames, sha256);
  }

  private static void requireClasses(String which, LabeledImages images, int classes) {
    for (int i = 0; i < images.size(); i++) {
      if (images.label(i) >= classes) {
        throw new IllegalArgumentException(
            "label (%d) of %s image %d must be below %d, the number of classes"
                .formatted(images.label(i), which, i, classes));
      }
    }
  }

  /**
   * A data set that no file holds: a program's own. It is identified by its images, their labels
   * and the classes' names.
   *
   * @throws IllegalArgumentException if shapes differ or a label is no class
   */
  public static Dataset of(
      String name, LabeledImages train, LabeledImages test, List<String> classNames) {
    return of(name, train, Optional.empty(), test, classNames);
  }

  /** The same with validation images of its own. */
  static Dataset of(
      String name,
      LabeledImages train,
      Optional<LabeledImages> validation,
      LabeledImages test,
      List<String> classNames) {
    List<String> digests = new ArrayList<>(List.of(sha256(train), sha256(test)));
    validation.ifPresent(images -> digests.add(sha256(images)));
    digests.add(sha256(classNames));
    return new Dataset(name, train, validation, test, classNames, DataDigest.ofFiles(digests));
  }

  private static String sha256(LabeledImages images) {
    MessageDigest digest = Sha256.digest();
    digest.update((images.shape() + "\n").getBytes(StandardCharsets.UTF_8));
    byte[] image = new byte[images.shape().bytes()];
    for (int i = 0; i < images.size(); i++) {
      images.copyTo(i, image, 0);
      digest.update((images.label(i) + "\n").getBytes(StandardCharsets.UTF_8));
      digest.update(image);
    }
    return Sha256.hex(digest);
  }

  private static String sha256(List<String> names) {
    return Sha256.of(String.join("\n", names).getBytes(StandardCharsets.UTF_8));
  }

  /** The shape of every image. */
  public ImageShape shape() {
    return train.shape();
  }

  /**
   * Mean and deviation of the pixels of all training images, held out or not. Looks at every pixel
   * (a second for 500 MB): ask once.
   */
  public PixelStatistics pixelStatistics() {
    return PixelStatistics.of(train);
  }
}
