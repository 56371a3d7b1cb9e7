package org.lenet5.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.io.AtomicFiles;

/** Finds the model that a command is to use: a run's, a folder's, or the newest. */
final class NamedModel {
  private NamedModel() {}

  /**
   * A run's folder, or another that may hold a SavedModel.
   *
   * @param subject how a message begins: the flag and its value, or the argument
   */
  static Path of(String subject, String name, Folders folders) {
    Path run = folders.checkpoints().resolve(name);
    if (Files.isDirectory(run)) {
      return run;
    }
    if (!Files.isDirectory(Path.of(name))) {
      throw UnknownRun.of(subject, name, folders, "nor such a folder");
    }
    return Path.of(name);
  }

  /** The run whose SavedModel was written last; empty if no run has one. */
  static Optional<Path> newest(Folders folders) {
    Path checkpoints = folders.checkpoints();
    if (!Files.isDirectory(checkpoints)) {
      return Optional.empty();
    }
    // A run's name may have parts: exercise-1/adam.
    try (Stream<Path> tree = Files.walk(checkpoints, 4)) {
      return tree.filter(each -> Files.isRegularFile(each.resolve(Manifest.FILE)))
          .filter(NamedModel::hasModel)
          .max(Comparator.comparing(NamedModel::modified));
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", checkpoints, e);
    } catch (UncheckedIOException e) {
      throw AtomicFiles.failed("cannot list", checkpoints, e.getCause());
    }
  }

  // A run that is about to write its first has the folder already.
  private static boolean hasModel(Path run) {
    Path saved = run.resolve("saved_model");
    if (!Files.isDirectory(saved)) {
      return false;
    }
    try (Stream<Path> versions = Files.list(saved)) {
      return versions.anyMatch(each -> each.getFileName().toString().matches("\\d+"));
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", saved, e);
    }
  }

  private static FileTime modified(Path run) {
    try {
      return Files.getLastModifiedTime(run.resolve("saved_model"));
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", run, e);
    }
  }
}
