package org.lenet5.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Jobs for Apache Spark, on the cores of this machine. They are in a module of their own that this
 * one does not know: nobody who does not use Spark is to fetch its 320 MB.
 */
@Command(
    name = "spark",
    description = "Work as Apache Spark does, on this machine's cores: spark classify.")
final class SparkCommand implements Callable<Integer> {
  private static final String CLASSIFY = "org.lenet5.spark.ClassifyJob";

  @Spec private CommandSpec spec;

  /** Adds the jobs, if Spark is there. */
  static void addJobs(CommandLine spark) {
    try {
      spark.addSubcommand("classify", Class.forName(CLASSIFY));
    } catch (ClassNotFoundException e) {
      spark.setUnmatchedArgumentsAllowed(true); // whatever it is, it cannot be done
    }
  }

  @Override
  public Integer call() {
    if (spec.subcommands().isEmpty()) {
      throw new IllegalStateException(
          "spark: Spark is not here; scripts/lenet5 in a checkout fetches it, and"
              + " lenet5-spark-VERSION-job.jar goes to a cluster (docs/spark.md)");
    }
    spec.commandLine().usage(spec.commandLine().getErr());
    return Errors.WRONG_USAGE;
  }
}
