package org.lenet5.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.DataStore;
import org.lenet5.data.Dataset;
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

  /**
   * What a command must be given to find the runs of this one: nothing, or a flag after a space.
   */
  String checkpointsFlag() {
    return checkpoints == null ? "" : " --checkpoints-dir " + Words.quoted(checkpoints);
  }

  /** The folder of a run that is named, or whose folder is given; empty if there is none. */
  Optional<Path> run(String nameOrFolder) {
    return Stream.of(checkpoints().resolve(nameOrFolder), Path.of(nameOrFolder))
        .filter(folder -> Files.isRegularFile(folder.resolve(Manifest.FILE)))
        .findFirst();
  }

  /**
   * The folder of a run's charts and events: named below graphs as the run's own is below
   * checkpoints, as the runs of a suite are; by the run's name if that lies elsewhere.
   */
  Path graphs(Path run, String name) {
    Path home = checkpoints().toAbsolutePath().normalize();
    Path folder = run.toAbsolutePath().normalize();
    boolean below = folder.startsWith(home) && !folder.equals(home);
    return graphs().resolve(below ? home.relativize(folder).toString() : name);
  }

  /** Reads a data set if all its files are here; fetches nothing. */
  Optional<Dataset> present(String dataset) {
    DataStore store = new DataStore(data());
    return store.list().stream()
        .filter(each -> each.name().equals(dataset))
        .filter(
            each ->
                each.state() == DataStore.State.EMBEDDED || each.state() == DataStore.State.PRESENT)
        .findFirst()
        .map(each -> store.load(dataset));
  }

  /** Reads a data set, fetching it first if it is absent. */
  Dataset load(String dataset) {
    if (!DataStore.NAMES.contains(dataset)) {
      throw new WrongUsage(
          "--dataset " + dataset + ": must be one of " + String.join(", ", DataStore.NAMES));
    }
    DataStore store = new DataStore(data());
    DataStore.State state =
        store.list().stream()
            .filter(each -> each.name().equals(dataset))
            .findFirst()
            .orElseThrow()
            .state();
    // What is there but damaged is the user's to decide on: loading it says how to mend it.
    if (state == DataStore.State.ABSENT) {
      try (Terminal.Fetching progress = new Terminal.Fetching()) {
        store.fetch(dataset, progress);
      }
    }
    return store.load(dataset);
  }

  /** A folder of the project; scripts/lenet5 says where that is. */
  static Path home(String folder) {
    return Path.of(System.getProperty("lenet5.home", ""), folder);
  }
}
