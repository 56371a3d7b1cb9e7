package org.lenet5.cli;

import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.lenet5.data.DataException;
import org.lenet5.io.OneLine;
import org.lenet5.training.DivergedException;
import picocli.CommandLine;
import picocli.CommandLine.IExitCodeGenerator;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what a command throws into one line on stderr and an exit code. */
final class Errors {
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;
  static final int BAD_DATA = 3;
  static final int DIVERGED = 4;

  private final BooleanSupplier verbose;

  Errors(BooleanSupplier verbose) {
    this.verbose = verbose;
  }

  static int wrongUsage(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    print(line, e, message(e, args), " (see " + line.getCommandSpec().qualifiedName() + " --help)");
    return WRONG_USAGE;
  }

  /** What is wrong with arguments. */
  static String message(ParameterException e, String... args) {
    return e instanceof UnmatchedArgumentException unmatched
        ? unmatched(e.getCommandLine(), unmatched.getUnmatched().get(0), args)
        : e.getMessage();
  }

  /** Reports an unknown flag or command, with a suggestion. */
  private static String unmatched(CommandLine line, String argument, String... args) {
    String command = line.getCommandSpec().name();
    if (argument.startsWith("-") && argument.length() > 1) {
      String flag = argument.replaceFirst("(?s)=.*", "");
      List<String> flags =
          line.getCommandSpec().options().stream()
              .filter(each -> !each.hidden())
              .flatMap(each -> Stream.of(each.names()))
              .toList();
      return command + " has no flag " + flag + Suggestions.text(flag, flags, "");
    }
    if (command.equals("train") && List.of(args).contains("--resume")) {
      return "%s: --resume takes no name; did you mean --run %1$s --resume?"
          .formatted(Words.quoted(argument));
    }
    Set<String> commands = line.getSubcommands().keySet();
    return commands.isEmpty()
        ? argument + ": " + command + " takes no such argument, or not so many"
        : command
            + " has no command "
            + argument
            + Suggestions.text(argument, commands, "; there are " + String.join(", ", commands));
  }

  int failed(Exception e, CommandLine line, ParseResult parsed) {
    if (e instanceof StopSignal.StoppedException stopped) {
      line.getErr().println(e.getMessage());
      return stopped.exitCode();
    }
    print(line, e, e.getMessage(), "");
    if (verbose.getAsBoolean()) {
      e.printStackTrace(line.getErr());
    }
    if (e instanceof WrongUsage) {
      return WRONG_USAGE;
    }
    if (e instanceof IExitCodeGenerator job) {
      return job.getExitCode();
    }
    if (e instanceof DataException) {
      return BAD_DATA;
    }
    return e instanceof DivergedException ? DIVERGED : FAILED;
  }

  /** Handles errors of Java itself that the user can do something about, and says what. */
  static int fatal(Error e, CommandLine line) {
    String what =
        e instanceof OutOfMemoryError
            ? "out of memory: JAVA_OPTS=-Xmx2g gives the program more"
            : "a library cannot be loaded on this machine";
    line.getErr()
        .println(
            line.getColorScheme()
                .errorText("error: " + what + " (" + OneLine.of(e.getMessage()) + ")"));
    return FAILED;
  }

  private static void print(CommandLine line, Exception e, String message, String hint) {
    String first =
        message == null || message.isBlank()
            ? e.getClass().getSimpleName()
            : OneLine.of(message.strip());
    line.getErr().println(line.getColorScheme().errorText("error: " + first + hint));
  }
}
