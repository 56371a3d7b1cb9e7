package org.lenet5.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.PictureFiles;
import org.lenet5.io.AtomicFiles;
import org.lenet5.training.EpochResult;
import org.lenet5.training.TrainingConfig;

/** Pictures that change and vanish while a training runs on them. */
class VanishingPicturesTest {
  @TempDir private Path home;

  private Manifest train(String name, Path pictures, RunListener listener) {
    RunFolders folders = new RunFolders(home.resolve("graphs"), home.resolve("checkpoints"));
    TrainingConfig config = TrainingConfig.builder().dataset(pictures.toString()).epochs(2).build();
    new TrainingRun(RunData.in(home.resolve("data")), listener).start(name, config, folders);
    return Manifest.read(home.resolve("checkpoints").resolve(name));
  }

  @Test
  void theTrainingGoesOnWithWhatItHas() throws IOException {
    Path pictures = PictureFiles.folder(home.resolve("pets"), 10, "cat", "dog");
    Manifest undisturbed = train("undisturbed", pictures, new RunListener() {});
    AtomicInteger epochs = new AtomicInteger();
    Manifest disturbed =
        train(
            "disturbed",
            pictures,
            new RunListener() {
              @Override
              public void onEpoch(EpochResult result) {
                if (epochs.incrementAndGet() == 1) {
                  spoil(pictures);
                }
              }
            });
    assertThat(epochs).hasValue(2);
    assertThat(pictures.resolve("dog")).doesNotExist();
    assertThat(disturbed.epochs().get(1).variablesSha256())
        .isEqualTo(undisturbed.epochs().get(1).variablesSha256());
    assertThat(home.resolve("checkpoints/disturbed/saved_model/1")).isDirectory();
  }

  /** One picture becomes another, a class goes, and so does what was packed. */
  private void spoil(Path pictures) {
    try {
      PictureFiles.write(pictures.resolve("cat/0.png"), 77);
      AtomicFiles.deleteTree(pictures.resolve("dog"));
      AtomicFiles.deleteTree(home.resolve("data"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
