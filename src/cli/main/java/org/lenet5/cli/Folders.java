package org.lenet5.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.DataException;
import org.lenet5.data.DataStore;
import org.lenet5.data.Dataset;
import org.lenet5.data.OpenedData;
import org.lenet5.data.PathSource;
import org.lenet5.data.PictureOptions;
import org.lenet5.run.RunData;
import org.lenet5.run.RunFolders;
import org.lenet5.training.Settings;
import org.lenet5.training.TrainingConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where things lie. A default is in the project, a given path is relative to where one stands. */
final class Folders implements RunData {
  // Flags that name a run or the path of a model.
  private static final List<String> MODELS = List.of(Settings.FROM.name(), Settings.TEACHER.name());

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

  /** Both folders of runs. */
  RunFolders runs() {
    return new RunFolders(graphs(), checkpoints());
  }

  /**
   * The flag, after a space, that another command needs to find this command's runs; empty if none.
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
   * A run's name with the folders that it lies in below checkpoints, as the runs of a suite do; the
   * name alone if the run lies elsewhere. Its charts and events are in that folder below graphs.
   */
  String name(Path run, String name) {
    Path home = checkpoints().toAbsolutePath().normalize();
    Path folder = run.toAbsolutePath().normalize();
    boolean below = folder.startsWith(home) && !folder.equals(home);
    return below ? home.relativize(folder).toString() : name;
  }

  /**
   * The data that a run was trained on, if it is where the run took it from, or in the data folder,
   * and unchanged. Fetches nothing.
   */
  Optional<Dataset> present(Manifest run) {
    Manifest.Data used = run.data();
    TrainingConfig config = TrainingConfig.of(run.settings());
    if (DataStore.isPath(config.dataset())) {
      return Optional.of(Path.of(config.dataset()))
          .filter(Files::exists)
          .map(path -> pictures(path, config.pictures()).data())
          .filter(found -> found.sha256().equals(used.sha256()));
    }
    Stream<Path> places =
        data.isGiven() || used.folder() == null
            ? Stream.of(data())
            : Stream.of(Path.of(used.folder()), data());
    return places
        .filter(place -> new DataStore(place).isThere(used.name()))
        .map(place -> loaded(used.name(), place, config.pictures()).data())
        .filter(found -> found.sha256().equals(used.sha256()))
        .findFirst();
  }

  /** Reads a data set, fetching it first if it is absent. */
  Dataset load(String dataset) {
    return load(dataset, PictureOptions.DEFAULT).data();
  }

  /** The same with images of the shape that the options ask for. */
  OpenedData load(String dataset, PictureOptions options) {
    return DataStore.isPath(dataset)
        ? pictures(Path.of(dataset), options)
        : loaded(dataset, data(), options);
  }

  /** A data set by its name from a data folder, fetched first if it is absent. */
  private OpenedData loaded(String dataset, Path folder, PictureOptions options) {
    requireKnown(dataset, folder);
    DataStore store = new DataStore(folder);
    try (Terminal.Fetching progress = new Terminal.Fetching()) {
      // Damaged data is for the user to decide on: loading it says how to mend it.
      if (state(dataset, folder) == DataStore.State.ABSENT) {
        store.fetch(dataset, progress);
      }
      return store.open(dataset, options, data(), progress);
    }
  }

  @Override
  public Found find(TrainingConfig config) {
    return DataStore.isPath(config.dataset())
        ? pictures(config)
        : found(config.dataset(), data(), config.pictures());
  }

  @Override
  public Found find(Manifest run, Consumer<String> remarks) {
    TrainingConfig config = TrainingConfig.of(run.settings());
    if (DataStore.isPath(config.dataset())) {
      return pictures(config);
    }
    return found(run.data().name(), dataOf(run, remarks), config.pictures());
  }

  /** Pictures to train on, packed now if they are not. */
  OpenedData pictures(Path path, PictureOptions options) {
    return opened(new PathSource(path, options, data()));
  }

  /** Pictures to measure a model on that knows these classes. */
  OpenedData pictures(Path path, PictureOptions options, List<String> classes) {
    return opened(new PathSource(path, options, data()).measuring(classes));
  }

  private static OpenedData opened(PathSource source) {
    try (Terminal.Fetching progress = new Terminal.Fetching()) {
      return WrongUsage.unless(() -> source.open(progress));
    }
  }

  private Found pictures(TrainingConfig config) {
    PathSource source = new PathSource(Path.of(config.dataset()), config.pictures(), data());
    try (Terminal.Fetching progress = new Terminal.Fetching()) {
      return WrongUsage.unless(() -> Found.at(source, progress));
    }
  }

  /** Flags of a training, with paths as they can be found from any folder. */
  Map<String, String> settings(Map<String, String> given) {
    Map<String, String> settings = new LinkedHashMap<>(given);
    settings.computeIfPresent("dataset", (flag, dataset) -> absolute(dataset));
    MODELS.forEach(flag -> settings.computeIfPresent(flag, (name, model) -> model(model)));
    return settings;
  }

  /** The same for runs that lie in a folder of their own below that of all runs. */
  Map<String, String> settingsBelow(Map<String, String> given) {
    Map<String, String> settings = new LinkedHashMap<>(given);
    for (String flag : MODELS) {
      settings.computeIfPresent(
          flag,
          (name, model) -> {
            Path run = checkpoints().resolve(model);
            return Manifest.isIn(run) ? run.toAbsolutePath().normalize().toString() : model;
          });
    }
    return settings;
  }

  /** A run's name as it is, a model's path as it can be found from any folder. */
  private String model(String nameOrPath) {
    Path path = Path.of(nameOrPath);
    boolean isPath =
        !Manifest.isIn(checkpoints().resolve(nameOrPath))
            && (Files.exists(path) || Files.exists(Path.of(nameOrPath + ".index")));
    return isPath ? path.toAbsolutePath().normalize().toString() : nameOrPath;
  }

  /** What {@code --dataset} says, as it can be found from any folder. */
  String absolute(String dataset) {
    return new DataStore(data()).named(dataset);
  }

  private Found found(String dataset, Path folder, PictureOptions options) {
    return new Found(
        loaded(dataset, folder, options).data(), Optional.ofNullable(recordable(dataset, folder)));
  }

  /** The data set of a run that there is: from {@link #dataOf}. */
  Dataset load(Manifest run, Consumer<String> remarks) {
    return open(run, remarks).data();
  }

  /** The same with the names of its files. */
  OpenedData open(Manifest run, Consumer<String> remarks) {
    RunData.requireThere(run);
    TrainingConfig config = TrainingConfig.of(run.settings());
    return DataStore.isPath(config.dataset())
        ? pictures(Path.of(config.dataset()), config.pictures())
        : loaded(run.data().name(), dataOf(run, remarks), config.pictures());
  }

  /**
   * Where the data set of a run is taken from: what --data-dir says, else where the run took it
   * from, else, if it is there alone, the default.
   *
   * @param remarks told, in a line, of a place that might surprise
   * @throws DataException if the run's own place no longer holds it
   */
  Path dataOf(Manifest run, Consumer<String> remarks) {
    String name = run.data().name();
    if (data.isGiven() || isEmbedded(name)) {
      return data();
    }
    boolean here = state(name, data()) != DataStore.State.ABSENT;
    if (run.data().folder() == null) {
      if (!here) {
        remarks.accept(
            "run.json does not say where run %s took %s from, and %s does not hold it; --data-dir DIR"
                    .formatted(run.run(), name, data())
                + " says where it is");
      }
      return data();
    }
    Path recorded = Path.of(run.data().folder());
    if (recorded.equals(recordable(name, data()))) {
      return data();
    }
    if (state(name, recorded) != DataStore.State.ABSENT) {
      remarks.accept("Taking " + name + " from " + recorded + ", as run " + run.run() + " did");
      return recorded;
    }
    if (!here) {
      throw new DataException(
          "run %s took %s from %s, which no longer holds it: --data-dir DIR says where it is now"
              .formatted(run.run(), name, recorded));
    }
    remarks.accept(
        "%s no longer holds %s, which run %s took from there: taking it from %s"
            .formatted(recorded, name, run.run(), data()));
    return data();
  }

  /** The folder as {@code run.json} keeps it; null for an embedded data set, which needs none. */
  private static Path recordable(String dataset, Path folder) {
    return isEmbedded(dataset) ? null : folder.toAbsolutePath().normalize();
  }

  private static void requireKnown(String dataset, Path folder) {
    List<String> names = new DataStore(folder).names();
    WrongUsage.require(
        names.contains(dataset),
        "--dataset %s: must be one of %s, or a path".formatted(dataset, String.join(", ", names)));
  }

  private static boolean isEmbedded(String dataset) {
    return state(dataset, Path.of("")) == DataStore.State.EMBEDDED;
  }

  private static DataStore.State state(String dataset, Path folder) {
    return new DataStore(folder)
        .list().stream()
            .filter(each -> each.name().equals(dataset))
            .findFirst()
            .map(DataStore.Entry::state)
            .orElse(DataStore.State.ABSENT);
  }

  /** A folder of the project; scripts/lenet5 says where that is. */
  static Path home(String folder) {
    return Path.of(System.getProperty("lenet5.home", ""), folder);
  }
}
