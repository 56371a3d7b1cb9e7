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
    description = "List, describe, check, fetch, verify, import, show and audit data sets.",
    subcommands = {
      DescribeCommand.class,
      CheckCommand.class,
      ImportCommand.class,
      AuditCommand.class,
      ShowCommand.class,
      GcCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class DataCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new WrongUsage(
        "data: one of list, describe, check, fetch, verify, import, audit, show or gc is missing");
  }

  /** The data sets of a folder, with one of that name among them. */
  static DataStore known(String name, DataFolder folder) {
    DataStore store = new DataStore(folder.path());
    WrongUsage.require(
        store.names().contains(name),
        "data set " + name + ": must be one of " + String.join(", ", store.names()));
    return store;
  }

  /** Lists the data sets and where they lie. */
  @Command(name = "list", description = "Say which data sets there are, and where.")
  void list(@Mixin DataFolder folder) {
    PrintWriter out = spec.commandLine().getOut();
    DataStore store = new DataStore(folder.path());
    int width = store.names().stream().mapToInt(String::length).max().orElseThrow();
    String row = "%-" + width + "s  %-10s  %8s  %8s  %7s  %s%n";
    out.printf(Locale.ROOT, row, "Name", "State", "Training", "Test", "MB", "Where");
    for (DataStore.Entry each : store.list()) {
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
    DataStore store = known(name, folder);
    boolean fetched;
    try (Terminal.Fetching progress = new Terminal.Fetching()) {
      fetched = store.fetch(name, progress);
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
    String sha256 = known(name, folder).verify(name);
    PrintWriter out = spec.commandLine().getOut();
    out.println(name + ": intact, SHA-256 " + sha256);
    out.flush();
  }
}
