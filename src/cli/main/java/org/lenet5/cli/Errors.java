package org.lenet5.cli;

import java.util.function.BooleanSupplier;
import org.lenet5.data.DataException;
import org.lenet5.io.OneLine;
import org.lenet5.training.DivergedException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

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
    print(line, e, " (see " + line.getCommandSpec().qualifiedName() + " --help)");
    return WRONG_USAGE;
  }

  int failed(Exception e, CommandLine line, ParseResult parsed) {
    if (e instanceof StopSignal.StoppedException stopped) {
      line.getErr().println(e.getMessage());
      return stopped.exitCode();
    }
    print(line, e, "");
    if (verbose.getAsBoolean()) {
      e.printStackTrace(line.getErr());
    }
    if (e instanceof WrongUsage) {
      return WRONG_USAGE;
    }
    if (e instanceof DataException) {
      return BAD_DATA;
    }
    return e instanceof DivergedException ? DIVERGED : FAILED;
  }

  /** What is no exception and yet has a cause that can be mended. */
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

  private static void print(CommandLine line, Exception e, String hint) {
    String message = e.getMessage();
    String first =
        message == null || message.isBlank()
            ? e.getClass().getSimpleName()
            : OneLine.of(message.strip());
    line.getErr().println(line.getColorScheme().errorText("error: " + first + hint));
  }
}
