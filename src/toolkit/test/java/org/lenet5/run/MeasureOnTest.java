package org.lenet5.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.SmallSample;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.Predictions;
import org.lenet5.data.Dataset;
import org.lenet5.training.EpochResult;
import org.lenet5.training.TrainingConfig;

class MeasureOnTest {
  private static final Dataset DATA = SmallSample.of(60, 37);

  @TempDir private Path folder;

  private static TrainingConfig config(String... more) {
    Map<String, String> flags =
        new HashMap<>(Map.of("epochs", "1", "batch-size", "20", "validation", "0.2"));
    for (int i = 0; i < more.length; i += 2) {
      flags.put(more[i], more[i + 1]);
    }
    return TrainingConfig.of(flags);
  }

  private RunResult train(String name, TrainingConfig config, Dataset data) {
    RunListener listener =
        new RunListener() {
          @Override
          public void onEpoch(EpochResult result) {
            assertThat(result.epoch()).isEqualTo(1);
          }
        };
    return new TrainingRun(RunData.of(data), listener)
        .start(name, config, new RunFolders(folder.resolve("g"), folder.resolve("c")));
  }

  @Test
  void theTestImagesAreNotLookedAtAndTheWeightsAreTheSame() {
    RunResult usual = train("usual", config(), DATA);
    RunResult heldOut = train("held-out", config("measure-on", "held-out"), DATA);
    Manifest.Epoch epoch = heldOut.manifest().epochs().get(0);
    assertThat(epoch.testAccuracy()).isEqualTo(epoch.validationAccuracy());
    assertThat(epoch.testLoss()).isEqualTo(epoch.validationLoss());
    assertThat(epoch.variablesSha256())
        .isEqualTo(usual.manifest().epochs().get(0).variablesSha256());
    int images = heldOut.manifest().data().validation();
    assertThat(heldOut.manifest().data().test()).isEqualTo(images).isNotEqualTo(37);
    assertThat(heldOut.manifest().settings()).containsEntry("measure-on", "held-out");
    assertThat(heldOut.checkpoints().resolve(Predictions.FILE)).hasSize(images);

    // What goes out with the model claims nothing about test images.
    assertThat(heldOut.checkpoints().resolve("saved_model/README.md"))
        .content()
        .contains("split: validation", "images held out of training: accuracy ")
        .doesNotContain("test images");
    assertThat(heldOut.model().orElseThrow().resolve("assets.extra/model.properties"))
        .content()
        .contains("validation_accuracy=")
        .doesNotContain("test_accuracy");

    // Other test images leave no trace: it is as if they were not there.
    Dataset others =
        new Dataset(
            DATA.name(),
            DATA.train(),
            SmallSample.of(60, 5).test(),
            DATA.classNames(),
            DATA.sha256());
    RunResult other = train("others", config("measure-on", "held-out"), others);
    assertThat(withoutTime(other.manifest().epochs().get(0))).isEqualTo(withoutTime(epoch));
  }

  private static List<Object> withoutTime(Manifest.Epoch epoch) {
    return List.of(
        epoch.trainLoss(),
        epoch.testLoss(),
        epoch.testAccuracy(),
        epoch.trainAccuracy(),
        epoch.variablesSha256());
  }

  @Test
  void withoutImagesHeldOutItIsRefusedBeforeAnythingIsWritten() {
    assertThatThrownBy(
            () -> train("none", config("measure-on", "held-out", "validation", "0"), DATA))
        .isInstanceOf(RunUsageException.class)
        .hasMessage("--measure-on held-out: needs images held out of training: --validation F");
    assertThat(folder).isEmptyDirectory();
  }
}
