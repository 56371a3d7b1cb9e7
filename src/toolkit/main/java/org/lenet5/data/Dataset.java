package org.lenet5.data;

import java.util.List;

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
}
