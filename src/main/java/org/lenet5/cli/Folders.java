package org.lenet5.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where things lie. A default is in the project, a given path is relative to where one stands. */
final class Folders {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where data sets are kept. Default: the project's data folder.")
  private Path data;

  @Option(
      names = "--graphs-dir",
      paramLabel = "DIR",
      description = "Where runs are looked at. Default: the project's graphs folder.")
  private Path graphs;

  @Option(
      names = "--checkpoints-dir",
      paramLabel = "DIR",
      description = "Where runs are loaded from. Default: the project's checkpoints folder.")
  private Path checkpoints;

  Path data() {
    return data == null ? home("data") : data;
  }

  Path graphs() {
    return graphs == null ? home("graphs") : graphs;
  }

  Path checkpoints() {
    return checkpoints == null ? home("checkpoints") : checkpoints;
  }

  /** A folder of the project; scripts/lenet5 says where that is. */
  static Path home(String folder) {
    return Path.of(System.getProperty("lenet5.home", ""), folder);
  }
}
