package org.lenet5.cli;

import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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
    subcommands = {
      TrainCommand.class,
      ExercisesCommand.class,
      EvaluateCommand.class,
      ClassifyCommand.class,
      ExportCommand.class,
      ReplayCommand.class,
      SummaryCommand.class,
      DataCommand.class
    },
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
    footer = {"", "@FILE reads arguments from a file."})
public final class Main {
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
    System.exit(run(args));
  }

  /** Runs a command; returns its exit code. */
  public static int run(String... args) {
    return run(line(), args);
  }

  static int run(CommandLine line, String... args) {
    try {
      ArgumentFiles.check(line, args);
      return line.execute(args);
    } catch (ParameterException e) {
      return Errors.wrongUsage(e, args);
    } catch (OutOfMemoryError | LinkageError e) {
      return Errors.fatal(e, line);
    }
  }

  /** The command line, ready to parse. */
  static CommandLine line() {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    ExportCommand.nameVersion(line.getSubcommands().get("export").getCommandSpec());
    line.setUsageHelpAutoWidth(true);
    Errors errors = new Errors(() -> main.verbose);
    line.setParameterExceptionHandler(Errors::wrongUsage);
    line.setExecutionExceptionHandler(errors::failed);
    line.setExecutionStrategy(
        parsed -> {
          // Without a command there is nothing to do but to say what there is.
          if (parsed.subcommand() == null && parsed.originalArgs().isEmpty()) {
            line.usage(System.err);
            return Errors.WRONG_USAGE;
          }
          return new CommandLine.RunLast().execute(parsed);
        });
    return line;
  }
}
