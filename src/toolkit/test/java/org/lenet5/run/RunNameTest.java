package org.lenet5.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.training.TrainingConfig;

class RunNameTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|sample-adam-0.001",
        "--epochs 40|sample-adam-0.001",
        "--optimizer sgd --learning-rate 0.0001|sample-sgd-0.0001",
        "--learning-rate 1e-30|sample-adam-1.0e-30",
        "--augment flip,crop --normalize cifar10 --dropout 0.25"
            + "|sample-adam-0.001_augment-flip+crop_normalize-cifar10_dropout-0.25",
        "--augment mixup:0.20,rotate:15,crop:2|sample-adam-0.001_augment-crop2+rotate15+mixup0.2",
        "--dataset cifar10 --subset odd --validation 0.1 --batch-size 64 --loss l1 --seed -7"
            + "|cifar10-adam-0.001_subset-odd_validation-0.1_batch-size-64_loss-l1_seed--7",
      })
  void aMadeUpNameSaysWhatIsNotTheDefault(String flags, String name) {
    String[] words = flags == null ? new String[0] : flags.split(" ");
    Map<String, String> settings = new HashMap<>();
    for (int i = 0; i < words.length; i += 2) {
      settings.put(words[i].substring(2), words[i + 1]);
    }
    assertThat(RunName.of(TrainingConfig.of(settings))).isEqualTo(name).matches(RunName.PART);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "../up", "/root", "a//b", "a/", "-a", "a b", "a\nb"})
  void whatWouldLeadElsewhereIsNoName(String name) {
    assertThatThrownBy(() -> RunName.require(name))
        .isInstanceOf(RunUsageException.class)
        .hasMessageContaining("must be letters, digits");
  }

  @Test
  void namesMayStandInFolders() {
    RunName.require("exercises/adam_2/seed-7+x.1");
  }
}
