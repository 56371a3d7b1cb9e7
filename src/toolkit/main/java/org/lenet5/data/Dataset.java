package org.lenet5.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.lenet5.io.Sha256;

/**
 * A data set in memory. Immutable and thread-safe.
 *
 * @param name as the flag has it: {@code sample} or {@code cifar10}
 * @param train images to train on, in the order of the files
 * @param test images to measure on, in the order of the file
 * @param classNames the label's words, by class
 * @param sha256 identifies the data: the SHA-256, in hexadecimal, of the files' own SHA-256s in
 *     hexadecimal, one a line, training files first. {@code sha256sum data_batch_?.bin
 *     test_batch.bin | cut -c1-64 | sha256sum} prints it for {@code cifar10}
 */
public record Dataset(
    String name, LabeledImages train, LabeledImages test, List<String> classNames, String sha256) {

  public Dataset {
    classNames = List.copyOf(classNames);
  }

  /**
   * A data set that no file holds: a program's own. It is identified by its images, their labels
   * and the classes' names.
   *
   * @throws IllegalArgumentException if a label is no class
   */
  public static Dataset of(
      String name, LabeledImages train, LabeledImages test, List<String> classNames) {
    requireClasses("training", train, classNames.size());
    requireClasses("test", test, classNames.size());
    return new Dataset(
        name,
        train,
        test,
        classNames,
        DataDigest.ofFiles(List.of(sha256(train), sha256(test), sha256(classNames))));
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

  private static String sha256(LabeledImages images) {
    MessageDigest digest = Sha256.digest();
    byte[] image = new byte[LabeledImages.IMAGE_BYTES];
    for (int i = 0; i < images.size(); i++) {
      images.copyTo(i, image, 0);
      digest.update((images.label(i) + "\n").getBytes(StandardCharsets.UTF_8));
      digest.update(image);
    }
    return Sha256.hex(digest);
  }

  private static String sha256(List<String> names) {
    MessageDigest digest = Sha256.digest();
    digest.update(String.join("\n", names).getBytes(StandardCharsets.UTF_8));
    return Sha256.hex(digest);
  }
}
