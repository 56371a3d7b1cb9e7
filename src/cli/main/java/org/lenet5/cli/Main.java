package org.lenet5.cli;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.tensorflow.TensorFlow;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** Entry point: {@code lenet5 COMMAND}. */
@Command(
    name = "lenet5",
    description = "Trains LeNet5 on CIFAR-10 with TensorFlow Java.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    abbreviateSynopsis = true,
    commandListHeading = "",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "  0:done",
      "  1:failed",
      "  2:wrong usage",
      "  3:bad or missing data",
      "  4:training diverged",
      "130:stopped by SIGINT",
      "143:stopped by SIGTERM"
    },
    footer = {
      "",
      "\"COMMAND --help\" and \"help COMMAND\" say what a command takes; @FILE reads arguments from a"
          + " file."
    })
public final class Main {
  private static final List<Class<?>> COMMANDS =
      List.of(
          TrainCommand.class,
          ExercisesCommand.class,
          TuneCommand.class,
          EvaluateCommand.class,
          ClassifyCommand.class,
          ServeCommand.class,
          ExportCommand.class,
          ReplayCommand.class,
          SparkCommand.class,
          RunsCommand.class,
          NetworksCommand.class,
          RecipesCommand.class,
          SummaryCommand.class,
          DataCommand.class);

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Show the causes of errors, and TensorFlow's own log.")
  private boolean verbose;

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    if (Arrays.stream(args).noneMatch(arg -> arg.equals("-v") || arg.equals("--verbose"))) {
      NativeLog.silence();
    }
    if (Terminal.isDumb()) {
      System.setProperty("picocli.ansi", "false");
    }
    CompletableFuture<?> natives = loadNatives(args);
    int exit = run(args);
    System.exit(natives.handle((done, failure) -> exit).join()); // not in the middle of loading
  }

  // TensorFlow's natives take a third of what classifying an image takes: loaded beside what Java
  // does meanwhile. A failure here happens again, and is reported, when the model is loaded.
  private static CompletableFuture<?> loadNatives(String... args) {
    boolean needed =
        (args.length > 1 && args[0].equals("classify")
                || args.length > 0 && args[0].equals("serve"))
            && Arrays.stream(args).noneMatch(arg -> arg.equals("-h") || arg.equals("--help"));
    return needed
        ? CompletableFuture.runAsync(TensorFlow::version)
        : CompletableFuture.completedFuture(null);
  }

  /** Runs a command; returns its exit code. */
  public static int run(String... args) {
    String[] asked = helpAsFlag(args);
    return run(line(asked), asked);
  }

  /** {@code help train} as {@code train --help}; what is no command stays, to be refused. */
  private static String[] helpAsFlag(String... args) {
    if (args.length == 0 || !args[0].equals("help")) {
      return args;
    }
    if (args.length > 1 && COMMANDS.stream().noneMatch(each -> name(each).equals(args[1]))) {
      return Arrays.copyOfRange(args, 1, args.length);
    }
    String[] asked = Arrays.copyOfRange(args, 1, args.length + 1);
    asked[args.length - 1] = "--help";
    return asked;
  }

  static int run(CommandLine line, String... args) {
    try {
      return line.execute(RecipeFlags.expand(line, ArgumentFiles.expand(line, args)));
    } catch (ParameterException e) {
      return Errors.wrongUsage(e, args);
    } catch (OutOfMemoryError | LinkageError e) {
      return Errors.fatal(e, line);
    }
  }

  /**
   * The command line, ready to parse. Where the first argument is a command's name the others are
   * left out: to read how all are to be called takes a twelfth of the time to classify an image.
   */
  static CommandLine line(String... args) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    List<Class<?>> named =
        COMMANDS.stream().filter(each -> args.length > 0 && args[0].equals(name(each))).toList();
    boolean isListed = args.length == 1 && List.of("-h", "--help").contains(args[0]);
    for (Class<?> each : named.isEmpty() ? COMMANDS : named) {
      line.addSubcommand(name(each), isListed ? described(each) : each);
    }
    CommandLine export = line.getSubcommands().get("export");
    if (export != null && !isListed) {
      ExportCommand.nameVersion(export.getCommandSpec());
    }
    CommandLine spark = line.getSubcommands().get("spark");
    if (spark != null && !isListed) {
      SparkCommand.addJobs(spark);
    }
    line.setExpandAtFiles(false); // ArgumentFiles does
    HelpText.set(line);
    Errors errors = new Errors(() -> main.verbose);
    line.setParameterExceptionHandler(Errors::wrongUsage);
    line.setExecutionExceptionHandler(errors::failed);
    line.setExecutionStrategy(
        parsed -> {
          // Without a command the help is printed.
          if (parsed.subcommand() == null && parsed.originalArgs().isEmpty()) {
            line.usage(System.err);
            return Errors.WRONG_USAGE;
          }
          Integer helped = CommandLine.executeHelpRequest(parsed);
          if (helped != null) {
            return helped;
          }
          StopSignal.endAtOnce();
          return new CommandLine.RunLast().execute(parsed);
        });
    return line;
  }

  /** The command as the list of all shows it: its flags are not read. */
  private static CommandSpec described(Class<?> command) {
    CommandSpec spec = CommandSpec.create();
    spec.usageMessage().description(command.getAnnotation(Command.class).description());
    return spec;
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }
}
