package org.lenet5.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A data set, and what is known of it besides. Immutable.
 *
 * @param trainingNames the file of each training image, below the data set's folder or as its list
 *     has it; empty if the images lie in no files of their own
 * @param testNames those of the test images
 * @param findings of the check
 * @param packed the folder that holds its images, packed; empty if they are not
 */
public record OpenedData(
    Dataset data,
    List<String> trainingNames,
    List<String> testNames,
    List<Finding> findings,
    Optional<Path> packed) {
  public OpenedData {
    trainingNames = List.copyOf(trainingNames);
    testNames = List.copyOf(testNames);
    findings = List.copyOf(findings);
  }

  /** A data set of which nothing else is known. */
  public static OpenedData of(Dataset data) {
    return new OpenedData(data, List.of(), List.of(), List.of(), Optional.empty());
  }

  /** What was left out, with the reason, a line each; empty if nothing was. */
  public List<String> skipped() {
    return findings.stream()
        .filter(each -> each.kind().spoils())
        .map(each -> each.kind().words() + ": " + each.what())
        .toList();
  }
}
