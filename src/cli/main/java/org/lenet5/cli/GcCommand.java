package org.lenet5.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.lenet5.data.PackedFolders;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Deletes packed pictures. */
@Command(
    name = "gc",
    description =
        "Delete packed pictures that nobody is going to use: their folder or list is gone or has"
            + " changed. Lists them, and asks. Imported data sets stay.")
final class GcCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private DataFolder folder;

  @Option(
      names = "--all",
      description = "All packed pictures: they are packed again when they are needed.")
  private boolean all;

  @Option(names = "--yes", description = "Delete without asking.")
  private boolean yes;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    List<PackedFolders.Entry> waste =
        PackedFolders.list(folder.path()).stream()
            .filter(each -> all || each.waste().isPresent())
            .toList();
    waste.forEach(each -> out.println((yes ? "delete " : "would delete ") + said(each)));
    out.flush();
    if (waste.isEmpty()) {
      err.println("There is nothing to delete below " + folder.path());
    } else if (yes || isWanted(waste, err)) {
      waste.forEach(PackedFolders.Entry::delete);
      err.println("Deleted " + size(waste));
    }
    err.flush();
  }

  private static boolean isWanted(List<PackedFolders.Entry> waste, PrintWriter err) {
    if (!Question.isPossible()) {
      err.println("Nothing was deleted: there is no terminal to ask on; --yes deletes");
      return false;
    }
    boolean wanted = Question.isYes(err, "Delete " + size(waste) + "?");
    if (!wanted) {
      err.println("Nothing was deleted");
    }
    return wanted;
  }

  private static String said(PackedFolders.Entry each) {
    return String.format(
        Locale.ROOT,
        "%s: %.1f MB, %s",
        each.folder(),
        each.bytes() / 1e6,
        each.waste().orElse("of " + each.path()));
  }

  private static String size(List<PackedFolders.Entry> entries) {
    return String.format(
        Locale.ROOT,
        "%s of packed pictures, %.1f MB",
        Words.count(entries.size(), "folder"),
        entries.stream().mapToLong(PackedFolders.Entry::bytes).sum() / 1e6);
  }
}
