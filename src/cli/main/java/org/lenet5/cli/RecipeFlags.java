package org.lenet5.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lenet5.training.Setting;
import org.lenet5.training.Settings;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Puts the flags of {@code train --recipe NAME} where they would stand if they had been typed, but
 * for those that were typed: these count, wherever they stand.
 */
final class RecipeFlags {
  private static final String TRAIN = "train";
  private static final String FLAG = "--recipe";
  // Of a start, not of a training.
  private static final Set<String> NOT_THERE =
      Set.of(FLAG, "--resume", "--help", "--version", "--with-parent", "--until");

  private final CommandLine line;
  private final Recipe recipe;
  private final ParseResult typed;

  private RecipeFlags(CommandLine line, Recipe recipe, ParseResult typed) {
    this.line = line;
    this.recipe = recipe;
    this.typed = typed;
  }

  /**
   * The arguments with the recipe's, if they name one for a new run.
   *
   * @throws ParameterException naming the recipe and the line that cannot be used
   */
  static String[] expand(CommandLine line, String... args) {
    if (Arrays.stream(args).noneMatch(each -> each.startsWith(FLAG))) {
      return args;
    }
    ParseResult typed;
    try {
      typed = Main.line(args).parseArgs(args).subcommand();
    } catch (ParameterException e) {
      return args; // what is wrong is said when they are parsed to be run
    }
    if (typed == null
        || !typed.commandSpec().name().equals(TRAIN)
        || !typed.hasMatchedOption(FLAG)
        || typed.hasMatchedOption("--resume")) {
      return args;
    }
    CommandLine train = line.getSubcommands().get(TRAIN);
    Recipe recipe = Recipe.find(train, typed.matchedOptionValue(FLAG, ""));
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(all.indexOf(TRAIN) + 1, new RecipeFlags(train, recipe, typed).words());
    return all.toArray(String[]::new);
  }

  /** The recipe's flags with their values, without those that were typed. */
  private List<String> words() {
    List<String> words = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    List<String> lines = recipe.text().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      try {
        for (OptionSpec each : flags(lines.get(i))) {
          String flag = each.longestName();
          Integer before = seen.put(flag, i + 1);
          require(!NOT_THERE.contains(flag), flag + " has no place in a recipe");
          require(before == null, flag + " stands in line " + before + " already");
          if (!isOverridden(flag)) {
            words.add(flag);
            words.addAll(each.arity().max() == 0 ? List.of() : each.originalStringValues());
          }
        }
      } catch (ParameterException | IllegalArgumentException e) {
        String message =
            e instanceof ParameterException parsing ? Errors.message(parsing) : e.getMessage();
        throw new ParameterException(
            line, "--recipe %s, line %d: %s".formatted(recipe.name(), i + 1, message), e);
      }
    }
    return words;
  }

  // Whoever types a number of epochs or steps wants these, in whatever time.
  private boolean isOverridden(String flag) {
    return typed.hasMatchedOption(flag)
        || flag.equals("--minutes")
            && (typed.hasMatchedOption("--epochs") || typed.hasMatchedOption("--steps"));
  }

  /** The flags of a line, each with a value that could be used by itself. */
  private List<OptionSpec> flags(String text) {
    List<String> words = new ArrayList<>(ArgumentFiles.words(text));
    if (words.isEmpty()) {
      return List.of();
    }
    words.add(0, TRAIN);
    String[] args = ArgumentFiles.expand(line, words.toArray(String[]::new));
    ParseResult parsed = Main.line(args).parseArgs(args).subcommand();
    for (OptionSpec each : parsed.matchedOptions()) {
      Settings.find(each.longestName().substring(2))
          .filter(setting -> !setting.isSwitch())
          .ifPresent(setting -> check(setting, each));
    }
    ((TrainCommand) parsed.commandSpec().userObject()).options();
    return parsed.matchedOptions();
  }

  private static void check(Setting<?> setting, OptionSpec flag) {
    setting.parse(flag.originalStringValues().get(0));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
