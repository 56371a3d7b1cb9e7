package org.lenet5.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lenet5.data.CheckReport;
import org.lenet5.data.DataStore;
import org.lenet5.data.Finding;
import org.lenet5.data.PathSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Opens every picture of a data set. */
@Command(
    name = "check",
    description =
        "Open all pictures of a folder or list, or read IDX files, and say everything that is"
            + " wrong. Exit code 3 if train would refuse them.")
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PictureFlags pictures;
  @Mixin private DataFolder folder;

  @Parameters(paramLabel = "PATH", description = "As train --dataset takes it.")
  private Path path;

  @Override
  public Integer call() {
    WrongUsage.require(
        Files.exists(path) || !new DataStore(folder.path()).names().contains(path.toString()),
        path + ": is a data set by its name, which data verify checks; data check takes a path");
    PathSource source = new PathSource(path, pictures.options(), folder.path());
    CheckReport report;
    try (Terminal.Fetching progress = new Terminal.Fetching()) {
      report = source.check(progress);
    }
    PrintWriter out = spec.commandLine().getOut();
    Finding.report(report.findings(), Integer.MAX_VALUE).forEach(out::println);
    out.println(
        report.refusal().orElse(source.path() + ": nothing that would keep a training from it"));
    out.flush();
    return report.refusal().isPresent() ? Errors.BAD_DATA : 0;
  }
}
