package org.lenet5.spark;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.lenet5.classify.ModelException;
import org.lenet5.io.OneLine;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Labels images as a Spark job: {@code spark-submit --class org.lenet5.spark.ClassifyJob
 * lenet5-spark-VERSION-job.jar --model M --input DIR --output OUT}. Without spark-submit it runs on
 * the cores of this machine.
 */
@Command(
    name = "classify",
    description = "Label images, as many as there are, and write a row for each.",
    footer = {
      "",
      "A row has the picture's path or the input's other columns, and label, probability,"
          + " probabilities, model (its SHA-256) and error: a picture that cannot be read is a row"
          + " without a label."
    })
public final class ClassifyJob implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "PATH",
      description =
          "A SavedModel's folder, that above its versions, or a run's (checkpoints/RUN); without a"
              + " cluster also a run's name.")
  private String model;

  @Option(
      names = "--checkpoints-dir",
      paramLabel = "DIR",
      description =
          "Without a cluster: where --model finds a run by its name. Default: the project's"
              + " checkpoints folder.")
  private Path checkpoints = Path.of(System.getProperty("lenet5.home", ""), "checkpoints");

  @Option(
      names = "--input",
      arity = "1..*",
      paramLabel = "PATH",
      description =
          "Folders of pictures, with all below them, patterns such as 'photos/2024-*', or Parquet.")
  private List<String> input;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "A table of Spark's catalogue, instead of --input.")
  private String table;

  @Option(
      names = "--column",
      paramLabel = "NAME",
      description =
          "Of Parquet and tables: the column of the images, binary, or of their paths. Default: the"
              + " only binary one, else path.")
  private String column;

  @Option(
      names = "--pixels",
      description = "The column holds pixels of the model's shape, not image files.")
  private boolean pixels;

  @Option(
      names = "--glob",
      paramLabel = "PATTERN",
      description = "Names of the files in folders. Default: those of pictures.")
  private String glob = ClassifyInput.PICTURES;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "PATH",
      description = "A folder for the results.")
  private String output;

  @Option(
      names = "--format",
      paramLabel = "HOW",
      defaultValue = "parquet",
      description = "parquet, csv or json. Default: ${DEFAULT-VALUE}.")
  private String format;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "5",
      description = "Classes that probabilities names. Default: ${DEFAULT-VALUE}.")
  private int top;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "What the names of the new columns begin with. Default: nothing.")
  private String prefix;

  @Option(
      names = "--resume",
      description = "Go on with an output that is there: skip what has a row.")
  private boolean resume;

  @Option(
      names = "--key",
      paramLabel = "NAME",
      description =
          "With --resume: the input's column that tells rows apart. Default: that of the paths.")
  private String key;

  @Option(
      names = "--group",
      paramLabel = "N",
      defaultValue = "256",
      description = "Images computed at a time, 1 to 4096. Default: ${DEFAULT-VALUE}.")
  private int group;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Without a cluster: cores to use. Default: all.")
  private Integer threads;

  private final SparkSession given;

  /** For who parses the command line. */
  public ClassifyJob() {
    this(null);
  }

  private ClassifyJob(SparkSession given) {
    this.given = given;
  }

  /** Runs the job; the process's exit code is 0 if it ended well. */
  public static void main(String[] args) {
    int exit = line(null).execute(args);
    if (exit != 0) {
      System.exit(exit);
    }
  }

  /**
   * The job's command line.
   *
   * @param session to run in, which stays; null for one of its own
   */
  static CommandLine line(SparkSession session) {
    return new CommandLine(new ClassifyJob(session))
        .setParameterExceptionHandler(
            (e, ignored) -> {
              e.getCommandLine().getErr().println("error: " + OneLine.of(e.getMessage()));
              return JobException.WRONG_USAGE;
            })
        .setExecutionExceptionHandler(
            (e, line, parsed) -> {
              line.getErr().println("error: " + OneLine.of(e.getMessage()));
              return e instanceof JobException job ? job.getExitCode() : JobException.FAILED;
            });
  }

  @Override
  public Integer call() {
    Format written =
        Arrays.stream(Format.values())
            .filter(each -> each.source().equals(format))
            .findFirst()
            .orElseThrow(() -> wrong("--format " + format + ": must be parquet, csv or json"));
    require(top >= 1, "--top " + top + ": must be at least 1");
    require(group >= 1 && group <= 4096, "--group " + group + ": must be from 1 to 4096");
    require(threads == null || threads >= 1, "--threads " + threads + ": must be at least 1");
    require((input == null) != (table == null), "--input or --table: must be given, one of them");
    require(key == null || resume, "--key: belongs to --resume");
    SparkSession spark = given == null ? session() : given;
    try {
      return run(spark, written);
    } catch (JobException | ParameterException | ModelException e) {
      throw e;
    } catch (Exception e) { // Spark's own are checked, but Scala does not say so
      throw failure(e);
    } finally {
      spark.sparkContext().setJobDescription(null);
      spark.sparkContext().clearCallSite();
      if (given == null) {
        spark.stop();
      }
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void require(boolean holds, String message) {
    if (!holds) {
      throw wrong(message);
    }
  }

  private static JobException failure(Exception e) {
    return JobException.failed(JobException.reason(e), e);
  }

  private SparkSession session() {
    return isSubmitted()
        ? SparkSession.builder().getOrCreate()
        : LocalSpark.start(
            "Classify images",
            threads == null ? Runtime.getRuntime().availableProcessors() : threads);
  }

  // spark-submit says which master; without it there is none but this process.
  private static boolean isSubmitted() {
    return System.getProperty("spark.master") != null;
  }

  private int run(SparkSession spark, Format written) throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    ShippedModel shipped = shipped(spark);
    said(spark, "Look at " + source());
    ClassifyInput images =
        table == null
            ? ClassifyInput.of(spark, input, glob, column, pixels)
            : ClassifyInput.table(spark, table, column, pixels);
    Classification classification =
        Classification.of(images.rows())
            .images(images.kind(), images.column())
            .keep(images.kept())
            .prefix(prefix)
            .top(top)
            .group(group);
    ClassifyOutput results;
    try {
      results = new ClassifyOutput(spark, output, written, classification.schema(), prefix);
    } catch (IllegalArgumentException e) {
      throw JobException.wrongUsage("--prefix " + prefix + ": " + e.getMessage());
    }
    Dataset<Row> left = images.rows();
    long before = 0;
    if (results.exists()) {
      require(resume, "--output " + output + ": is there already; --resume goes on with it");
      said(spark, "Look at what is done in " + output);
      before = results.count(shipped.sha256());
      left = left(images, results);
      err.printf(Locale.ROOT, "%,d images were done before%n", before);
    }
    LongAccumulator done = spark.sparkContext().longAccumulator("images");
    LongAccumulator failed = spark.sparkContext().longAccumulator("images with an error");
    said(
        spark,
        "Classify "
            + (images.files() < 0
                ? "the images"
                : String.format(Locale.ROOT, "%,d pictures", images.files() - before))
            + " of "
            + source()
            + " with "
            + model);
    ProgressLine line = line(err, images.files() - before, done);
    try {
      results.write(classification.with(left).counting(done, failed).run(shipped));
    } catch (Exception e) { // Spark's own are checked, but Scala does not say so
      throw JobException.failed(
          "the job to "
              + output
              + " stopped: "
              // After Ctrl-C what fails first, and how, is chance.
              + (spark.sparkContext().isStopped() ? "Spark was ended" : JobException.reason(e))
              + "; --resume goes on with it",
          e);
    } finally {
      if (line != null) {
        line.close();
      }
    }
    return ended(err, done.value(), failed.value());
  }

  private int ended(PrintWriter err, long images, long bad) {
    err.printf(
        Locale.ROOT,
        "%,d images labelled%s: %s%n",
        images - bad,
        bad == 0 ? "" : String.format(Locale.ROOT, ", %,d could not be read (error says why)", bad),
        output);
    err.flush();
    if (images > 0 && bad == images) {
      throw JobException.badData("no image of " + source() + " could be read", null);
    }
    return 0;
  }

  private ShippedModel shipped(SparkSession spark) {
    String path = isSubmitted() ? model : NamedModel.of(model, checkpoints);
    said(spark, "Pack the model " + model);
    ShippedModel shipped;
    try {
      shipped = ShippedModel.pack(spark, path);
      // Here, before anything begins; and then on each executor.
      ExecutorModels.lease(shipped).close();
    } catch (ModelException | UncheckedIOException e) {
      throw JobException.failed("--model " + model + ": " + brief(path, e.getMessage()), e);
    }
    return shipped;
  }

  // What begins with the path need not say it twice.
  private String brief(String path, String message) {
    return path.equals(model) && message.startsWith(path + ": ")
        ? message.substring(path.length() + 2)
        : message;
  }

  private Dataset<Row> left(ClassifyInput images, ClassifyOutput results) {
    String by = key != null ? key : images.kind() == ImageKind.PATH ? images.column() : "path";
    require(
        images.kept().contains(by),
        key == null
            ? "--resume: needs --key NAME, a column that tells the input's rows apart"
            : "--key " + key + ": is no column of the results, which have " + images.kept());
    Dataset<Row> missing = results.missing(images.rows(), by);
    // Paths are short: what is left would come into few tasks, each of very many pictures.
    return images.kind() == ImageKind.PATH
        ? missing.repartition(images.rows().javaRDD().getNumPartitions())
        : missing;
  }

  private String source() {
    return table == null ? String.join(" ", input) : table;
  }

  // The name under which the user interface and the event log show jobs and stages from now on.
  private static void said(SparkSession spark, String what) {
    spark.sparkContext().setJobDescription(OneLine.of(what));
    spark.sparkContext().setCallSite(OneLine.of(what));
  }

  private static ProgressLine line(PrintWriter err, long images, LongAccumulator done) {
    boolean drawn = Boolean.getBoolean("lenet5.terminal") && !"dumb".equals(System.getenv("TERM"));
    return drawn && images > 0 ? new ProgressLine(err, "Classifying", images, done::value) : null;
  }
}
