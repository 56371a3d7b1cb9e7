package org.lenet5.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.io.AtomicFiles;

/** A named run that does not exist: wrong usage in every command, like any wrong value. */
final class UnknownRun {
  // A run's name may have parts: exercises/adam.
  private static final int DEEPEST = 4;

  private UnknownRun() {}

  /**
   * The exception to throw.
   *
   * @param subject how the message begins: the flag and its value, or the argument
   * @param otherwise what else it could have been ("nor such a folder"), or nothing
   */
  static WrongUsage of(String subject, String name, Folders folders, String otherwise) {
    String where = " in " + folders.checkpoints();
    String similar = Suggestions.text(name, runs(folders.checkpoints()), "");
    return new WrongUsage(
        subject
            + (otherwise.isEmpty()
                ? ": there is no such run" + where
                : ": there is neither such a run" + where + " " + otherwise)
            + similar);
  }

  private static List<String> runs(Path checkpoints) {
    if (!Files.isDirectory(checkpoints)) {
      return List.of();
    }
    try (Stream<Path> tree = Files.find(checkpoints, DEEPEST, (path, seen) -> seen.isDirectory())) {
      return tree.filter(Manifest::isIn)
          .map(run -> checkpoints.relativize(run).toString())
          .toList();
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", checkpoints, e);
    }
  }
}
