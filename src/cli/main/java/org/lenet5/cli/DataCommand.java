package org.lenet5.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.lenet5.data.DataStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists, fetches and verifies data sets. */
@Command(
    name = "data",
    description = "List, fetch, verify and audit data sets.",
    subcommands = AuditCommand.class,
    synopsisSubcommandLabel = "(list | fetch NAME | verify NAME | audit RUN)")
final class DataCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new WrongUsage("data: one of list, fetch, verify or audit is missing");
  }

  private static void known(String name) {
    WrongUsage.require(
        DataStore.NAMES.contains(name),
        "data set " + name + ": must be one of " + String.join(", ", DataStore.NAMES));
  }

  /** Lists the data sets and where they lie. */
  @Command(name = "list", description = "Say which data sets there are, and where.")
  void list(@Mixin DataFolder folder) {
    PrintWriter out = spec.commandLine().getOut();
    String row = "%-15s  %-10s  %8s  %8s  %7s  %s%n";
    out.printf(Locale.ROOT, row, "Name", "State", "Training", "Test", "MB", "Where");
    for (DataStore.Entry each : new DataStore(folder.path()).list()) {
      out.printf(
          Locale.ROOT,
          row,
          each.name(),
          each.state().name().toLowerCase(Locale.ROOT),
          String.format(Locale.ROOT, "%,d", each.training()),
          String.format(Locale.ROOT, "%,d", each.test()),
          String.format(Locale.ROOT, "%.1f", each.bytes() / 1e6),
          each.location());
    }
    out.flush();
  }

  /** Brings a data set. */
  @Command(name = "fetch", description = "Bring a data set, unless it is there and intact.")
  void fetch(
      @Parameters(
              paramLabel = "NAME",
              description = "cifar10, cifar100, cifar100-coarse, mnist or fashion-mnist")
          String name,
      @Mixin DataFolder folder) {
    known(name);
    boolean fetched;
    try (Terminal.Fetching progress = new Terminal.Fetching()) {
      fetched = new DataStore(folder.path()).fetch(name, progress);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(name + (fetched ? ": fetched and verified" : ": already there and intact"));
    out.flush();
  }

  /** Checks every byte. */
  @Command(name = "verify", description = "Check every byte of a data set by SHA-256.")
  void verify(
      @Parameters(paramLabel = "NAME", description = "As data list names it.") String name,
      @Mixin DataFolder folder) {
    known(name);
    String sha256 = new DataStore(folder.path()).verify(name);
    PrintWriter out = spec.commandLine().getOut();
    out.println(name + ": intact, SHA-256 " + sha256);
    out.flush();
  }
}
