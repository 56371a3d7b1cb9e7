package org.lenet5.cli;

import java.util.List;
import java.util.Locale;
import org.lenet5.data.Cifar10;
import org.lenet5.model.Model;
import org.lenet5.model.Networks;
import org.lenet5.model.PixelScaling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the networks. */
@Command(
    name = "networks",
    description =
        "List the networks that --network can name, with parameters and multiply-adds for ten"
            + " classes of 32x32 pixels in colour; served is without batch normalization.")
final class NetworksCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    TextTable table =
        new TextTable(1, List.of("Network", "Layers", "Parameters", "Served", "Multiply-adds"));
    for (String name : Networks.NAMES) {
      Model model = new Model(Networks.find(name), Cifar10.SHAPE, 10, PixelScaling.NONE);
      table.add(
          List.of(
              name,
              Integer.toString(model.table().size()),
              grouped(model.parameters()),
              grouped(model.folded().parameters()),
              grouped(model.table().stream().mapToLong(Model.Row::multiplyAdds).sum())));
    }
    table.lines().forEach(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().flush();
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
