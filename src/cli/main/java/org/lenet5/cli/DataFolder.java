package org.lenet5.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where data sets lie; by default in the project, a given path is relative to where one stands. */
final class DataFolder {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where data sets are kept. Default: the project's data folder.")
  private Path path;

  boolean isGiven() {
    return path != null;
  }

  Path path() {
    return path == null ? Folders.home("data") : path;
  }
}
