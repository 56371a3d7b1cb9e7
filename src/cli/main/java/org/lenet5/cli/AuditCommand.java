package org.lenet5.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.Dataset;
import org.lenet5.data.OpenedData;
import org.lenet5.evaluation.ConfidentLearning.Suspect;
import org.lenet5.report.AuditFiles;
import org.lenet5.run.LabelAudit;
import org.lenet5.training.TrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Finds labels that are likely wrong. */
@Command(
    name = "audit",
    description =
        "Find labels of a run's data set that are likely wrong. Trains two models with the run's"
            + " settings, each on one half of the training images, and lets each judge what it has"
            + " not seen. It takes as long as the run did.")
final class AuditCommand implements Runnable {
  private static final int LISTED = 10;

  @Spec private CommandSpec spec;
  @Mixin private Folders folders;

  @Parameters(paramLabel = "RUN", description = "A run's name: its data and settings are taken.")
  private String run;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where audit.html and audit.csv go. Default: graphs/RUN/audit.")
  private Path out;

  @Override
  public void run() {
    PrintWriter err = spec.commandLine().getErr();
    Path folder = folders.run(run).orElseThrow(() -> UnknownRun.of(run, run, folders, ""));
    Manifest manifest = Manifest.read(folder);
    OpenedData opened = folders.open(manifest, err::println);
    Dataset data = opened.data();
    TrainingConfig config = TrainingConfig.of(manifest.settings());
    PassBar bar = new PassBar();
    bar.show(config.epochs());
    err.println(
        "Training twice %s on half of the %,d training images of %s"
            .formatted(Words.count(config.epochs(), "epoch"), data.train().size(), data.name()));
    err.flush();
    int workers = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
    LabelAudit audit = LabelAudit.of(config, data, workers, bar);
    String name = folders.name(folder, manifest.run());
    Path target = out != null ? out : folders.graphs().resolve(name).resolve("audit");
    print("test", audit.test(), data, data.test().size(), opened.testNames());
    print("training", audit.training(), data, data.train().size(), opened.trainingNames());
    AuditFiles.write(
        target,
        "Judged by two models with the settings of run "
            + name
            + ": one trained on the even training images, one on the odd ones.",
        opened,
        audit.training(),
        audit.test());
    err.println("All of them, with pictures: " + target.resolve("audit.html"));
  }

  private void print(
      String which, List<Suspect> suspects, Dataset data, int images, List<String> names) {
    PrintWriter stdout = spec.commandLine().getOut();
    stdout.printf(
        Locale.ROOT, "%,d of %,d %s labels are suspect%n", suspects.size(), images, which);
    for (Suspect each : suspects.subList(0, Math.min(LISTED, suspects.size()))) {
      stdout.printf(
          Locale.ROOT,
          "  %s: labelled %s (%.1f %%), looks like %s (%.1f %%)%n",
          names.isEmpty() ? "image " + each.image() : names.get(each.image()),
          data.classNames().get(each.label()),
          100 * each.labelProbability(),
          data.classNames().get(each.suggested()),
          100 * each.suggestedProbability());
    }
    stdout.flush();
  }
}
