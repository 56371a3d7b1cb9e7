package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lenet5.checkpoint.Manifest;

class TrainingEndTest {
  private static List<String> lines(Double... validation) {
    return lines(Map.of(), validation);
  }

  private static List<String> lines(Map<String, String> settings, Double... validation) {
    List<Manifest.Epoch> epochs = new ArrayList<>();
    for (Double each : validation) {
      epochs.add(
          new Manifest.Epoch(
              epochs.size() + 1, "", 2, 2, 0.25, 0.5, each, each, 0.001, 1, 1, 1, ""));
    }
    int held = validation[0] == null ? 0 : 5;
    Manifest manifest =
        new Manifest(
            "r",
            "",
            settings,
            new Manifest.Data("sample", "", 10, held, 10, List.of("a", "b"), null, null),
            Map.of(),
            "CPU",
            1,
            epochs,
            List.of());
    return TrainingEnd.lines("r", manifest, 83.4, " --checkpoints-dir 'my runs'");
  }

  @Test
  void theBestEpochAndHowToExportIt() {
    assertThat(lines(0.1, 0.4, 0.4, 0.3))
        .containsExactly(
            "Ended after 1:23; epoch 2 of 4 is the best, with a validation accuracy of 40.00 % and a"
                + " test accuracy of 50.00 %",
            "The SavedModel is its own; to have the last epoch's: scripts/lenet5 export r --epoch"
                + " last --checkpoints-dir 'my runs'");
  }

  @Test
  void theLastIsExportedWhereThatIsAskedFor() {
    assertThat(lines(Map.of("export", "last"), 0.1, 0.4, 0.3))
        .last()
        .isEqualTo(
            "The SavedModel is the last epoch's; to have the best: scripts/lenet5 export r --epoch"
                + " best --checkpoints-dir 'my runs'");
  }

  @Test
  void theLastMayBeTheBest() {
    assertThat(lines(0.1, 0.4)).last().isEqualTo("It is the last, and the SavedModel is its own");
  }

  // The test images are not for choosing.
  @Test
  void withoutHeldOutImagesThereIsNoBest() {
    assertThat(lines(new Double[2]))
        .containsExactly(
            "Ended after 1:23; epoch 2 of 2, the last, has a test accuracy of 50.00 %",
            "Test images are not for choosing: to have a best epoch, train with --validation F");
  }
}
