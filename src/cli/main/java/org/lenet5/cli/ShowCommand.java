package org.lenet5.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lenet5.chart.AugmentedRows;
import org.lenet5.chart.ImageGridPicture;
import org.lenet5.chart.Png;
import org.lenet5.data.Augmentation;
import org.lenet5.data.BatchStream;
import org.lenet5.data.DataStore;
import org.lenet5.data.Dataset;
import org.lenet5.data.OpenedData;
import org.lenet5.data.PathSource;
import org.lenet5.io.AtomicFiles;
import org.lenet5.training.Settings;
import org.lenet5.training.TrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws images of a data set, and what augmentation makes of them. */
@Command(
    name = "show",
    description =
        "Draw some training images of a data set into a picture, and below them what each way of"
            + " --augment makes of them, as a training with that seed has them in its first epoch.")
final class ShowCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private PictureFlags pictures;
  @Mixin private DataFolder folder;

  @Parameters(
      paramLabel = "PATH|NAME",
      description = "One that data list names, or a path as train takes it.")
  private String dataset;

  @Option(
      names = "--augment",
      paramLabel = "HOW",
      description = "As train takes it. Default: none.")
  private String augment = "none";

  @Option(names = "--seed", paramLabel = "N", description = "As train takes it. Default: 42.")
  private String seed = "42";

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The picture, a PNG. Default: augmentation.png in the project's graphs folder.")
  private Path out;

  @Override
  public void run() {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put(Settings.AUGMENT.name(), augment);
    flags.put(Settings.SEED.name(), seed);
    TrainingConfig config = WrongUsage.unless(() -> TrainingConfig.of(flags));
    Augmentation augmentation = config.augmentation();
    Dataset data = opened().data();
    WrongUsage.unless(
        () -> {
          augmentation.requireFits(data.shape());
          return augmentation;
        });
    Path target = out != null ? out : Folders.home("graphs").resolve("augmentation.png");
    byte[] picture =
        Png.encode(
            ImageGridPicture.draw(
                "Augmentation",
                "%s, --augment %s, --seed %d".formatted(data.name(), augmentation, config.seed()),
                AugmentedRows.of(augmentation, each -> batches(data, each, config.seed()))));
    AtomicFiles.write(target, file -> file.write(picture));
    PrintWriter stdout = spec.commandLine().getOut();
    stdout.println(target);
    stdout.flush();
  }

  private static BatchStream batches(Dataset data, Augmentation augmentation, long seed) {
    return BatchStream.shuffled(
        data.train(), ImageGridPicture.MOST, augmentation, seed, 0, /* workers= */ 1);
  }

  private OpenedData opened() {
    DataStore store = new DataStore(folder.path());
    String name = store.named(dataset);
    try (Terminal.Fetching progress = new Terminal.Fetching()) {
      return DataStore.isPath(name)
          ? new PathSource(Path.of(name), pictures.options(), folder.path()).open(progress)
          : DataCommand.known(name, folder).open(name, pictures.options(), folder.path(), progress);
    }
  }
}
