package org.lenet5.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the recipes, or prints one. */
@Command(
    name = "recipes",
    description =
        "List the recipes that train --recipe can name, with what each reached and in what time; or"
            + " print one, to start one's own from.")
final class RecipesCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The recipe to print.")
  private String name;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (name == null) {
      table().lines().forEach(out::println);
    } else {
      out.print(
          Recipe.embedded(name)
              .orElseThrow(
                  () ->
                      new WrongUsage(
                          "%s: must be one of %s%s"
                              .formatted(
                                  name,
                                  String.join(", ", Recipe.NAMES),
                                  Suggestions.text(name, Recipe.NAMES, ""))))
              .text());
    }
    out.flush();
  }

  private static TextTable table() {
    TextTable table =
        new TextTable(5, List.of("Recipe", "Data set", "Test accuracy", "Time", "For"));
    for (String each : Recipe.NAMES) {
      Map<String, String> about = Recipe.embedded(each).orElseThrow().about();
      table.add(
          List.of(
              each,
              about.get("data set"),
              about.get("reached"),
              about.get("time"),
              about.get("for")));
    }
    return table;
  }
}
