package org.lenet5.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.lenet5.data.DataStore;
import org.lenet5.data.PathSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Gives pictures a name. */
@Command(
    name = "import",
    description =
        "Pack a folder or list of pictures, or IDX files, under a name: --dataset NAME then takes"
            + " them wherever it is called from, and the pictures may go.")
final class ImportCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private PictureFlags pictures;
  @Mixin private DataFolder folder;

  @Parameters(index = "0", paramLabel = "PATH", description = "As train --dataset takes it.")
  private Path path;

  @Parameters(index = "1", paramLabel = "NAME", description = "A new one.")
  private String name;

  @Override
  public void run() {
    PathSource source = new PathSource(path, pictures.options(), folder.path());
    DataStore.Entry entry;
    try (Terminal.Fetching progress = new Terminal.Fetching()) {
      entry = WrongUsage.unless(() -> DataStore.importing(source, name, folder.path(), progress));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%s: %s and %,d to measure on, %s, in %s%n",
        name,
        Words.count(entry.training(), "training image"),
        entry.test(),
        Words.count(entry.classes(), "class").replaceFirst("classs$", "classes"),
        entry.location());
    out.flush();
  }
}
