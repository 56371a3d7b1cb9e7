package org.lenet5.cli;

import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where things lie. A default is in the project, a given path is relative to where one stands. */
final class Folders {
  @Mixin private DataFolder data;

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
    return data.path();
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
