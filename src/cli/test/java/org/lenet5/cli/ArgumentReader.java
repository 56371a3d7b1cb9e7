package org.lenet5.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.lenet5.training.TrainingConfig;
import picocli.CommandLine;

/** Reads an argument file as {@code train @FILE} and {@code train --recipe FILE} do. */
public final class ArgumentReader {
  private ArgumentReader() {}

  /**
   * Parses and checks, without training.
   *
   * @throws AssertionError if it ends otherwise than done or refused in a line
   */
  public static void read(Path file) {
    read("@" + file);
    read("--recipe=" + file);
  }

  private static void read(String argument) {
    StringWriter err = new StringWriter();
    CommandLine line = Main.line();
    line.setOut(new PrintWriter(new StringWriter()));
    line.setErr(new PrintWriter(err));
    line.setExecutionStrategy(
        parsed -> {
          while (parsed.hasSubcommand()) {
            parsed = parsed.subcommand();
          }
          TrainingFlags flags =
              (TrainingFlags) parsed.commandSpec().mixins().get("flags").userObject();
          try {
            WrongUsage.unless(() -> TrainingConfig.of(flags.given()));
            return 0;
          } catch (WrongUsage e) {
            line.getErr().println("error: " + e.getMessage());
            return Errors.WRONG_USAGE;
          }
        });
    int exit = Main.run(line, "train", argument);
    boolean refused = exit == Errors.WRONG_USAGE && err.toString().startsWith("error: ");
    if (exit != 0 && !refused) {
      throw new AssertionError("exit code " + exit + ", said: " + err);
    }
  }
}
