package org.lenet5.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.DataException;
import org.lenet5.data.DataSource;
import org.lenet5.data.DataStore;
import org.lenet5.data.Dataset;
import org.lenet5.data.OpenedData;
import org.lenet5.data.PathSource;
import org.lenet5.data.Progress;
import org.lenet5.training.TrainingConfig;

/** Where a run gets its images. Called once a run, on its thread, before anything is written. */
public interface RunData {
  /**
   * A data set and where it was.
   *
   * @param folder absolute, as {@code run.json} keeps it; empty if the data lies in no folder
   * @param dataset as the flag has it: a name, or an absolute path
   * @param skipped what was left out of it, with the reason
   */
  record Found(Dataset data, Optional<Path> folder, String dataset, List<String> skipped) {
    public Found {
      skipped = List.copyOf(skipped);
    }

    /** A data set that is known by its name, whole. */
    public Found(Dataset data, Optional<Path> folder) {
      this(data, folder, data.name(), List.of());
    }

    /** A data set by its path. */
    public static Found at(PathSource source, Progress progress) {
      OpenedData opened = source.open(progress);
      return new Found(
          opened.data(), Optional.of(source.path()), source.path().toString(), opened.skipped());
    }
  }

  /**
   * The data of a new run.
   *
   * @throws org.lenet5.data.DataException if it is missing or damaged
   */
  Found find(TrainingConfig config);

  /**
   * The data of a run that goes on. The caller checks that it is still the same data.
   *
   * @param remarks told, in a line, of a place that might surprise
   * @throws org.lenet5.data.DataException if it is missing or damaged
   */
  Found find(Manifest run, Consumer<String> remarks);

  /**
   * Refuses a run whose pictures have been moved away.
   *
   * @throws org.lenet5.data.DataException saying how to go on
   */
  static void requireThere(Manifest run) {
    String dataset = TrainingConfig.of(run.settings()).dataset();
    if (DataStore.isPath(dataset) && Files.notExists(Path.of(dataset))) {
      throw new DataException(
          "run %s took its pictures from %s, which is gone: --dataset NEWPATH tells train --resume and evaluate where they are now"
              .formatted(run.run(), dataset));
    }
  }

  /** A program's own images, or any that are in memory. The run takes their name as its dataset. */
  static RunData of(Dataset data) {
    return of(DataSource.of(data));
  }

  /** A program's own source, whatever the settings name; it is opened when the run begins. */
  static RunData of(DataSource source) {
    return new RunData() {
      @Override
      public Found find(TrainingConfig config) {
        return new Found(source.open(), Optional.empty());
      }

      @Override
      public Found find(Manifest run, Consumer<String> remarks) {
        return new Found(source.open(), Optional.empty());
      }
    };
  }

  /**
   * The data set that the settings name, in a data folder, fetched first if it is absent; or by its
   * path, packed below that folder.
   */
  static RunData in(Path folder) {
    return new RunData() {
      @Override
      public Found find(TrainingConfig config) {
        return find(new DataStore(folder).named(config.dataset()), config);
      }

      @Override
      public Found find(Manifest run, Consumer<String> remarks) {
        TrainingConfig config = TrainingConfig.of(run.settings());
        return find(
            DataStore.isPath(config.dataset()) ? config.dataset() : run.data().name(), config);
      }

      private Found find(String name, TrainingConfig config) {
        if (DataStore.isPath(name)) {
          return Found.at(new PathSource(Path.of(name), config.pictures(), folder), Progress.NONE);
        }
        DataStore store = new DataStore(folder);
        if (!store.names().contains(name)) {
          throw new RunUsageException(
              "--dataset " + name + ": must be one of " + String.join(", ", store.names()));
        }
        DataSource source = store.source(name);
        DataStore.State state = source.describe().state();
        if (state == DataStore.State.ABSENT) {
          source.fetch(Progress.NONE);
        }
        return new Found(
            store.open(name, config.pictures(), folder, Progress.NONE).data(),
            state == DataStore.State.EMBEDDED
                ? Optional.empty()
                : Optional.of(folder.toAbsolutePath().normalize()));
      }
    };
  }
}
