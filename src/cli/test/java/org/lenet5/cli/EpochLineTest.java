package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Evaluation;

class EpochLineTest {
  private static EpochResult result(int epoch, boolean validation) {
    Evaluation evaluation = new Evaluation(2.30412, 1, new int[0], new int[0][]);
    return new EpochResult(
        epoch,
        Instant.EPOCH,
        2.30614,
        evaluation,
        evaluation,
        validation ? Optional.of(evaluation) : Optional.empty(),
        0.001,
        1,
        1,
        1,
        false,
        Map.of());
  }

  @Test
  void isTheNotebooksToTheLetter() {
    assertThat(EpochLine.of(result(1, false), EpochLine.ENDLESS))
        .matches(
            "\\d\\d:\\d\\d:\\d\\d --- Epoch: 0\tTrain loss: 2\\.3061\tTest loss: 2\\.3041"
                + "\tTrain accuracy: 100\\.00\tTest accuracy: 100\\.00");
    assertThat(EpochLine.of(result(1, true), EpochLine.ENDLESS))
        .endsWith("\tValidation loss: 2.3041\tValidation accuracy: 100.00");
  }

  @ParameterizedTest
  @CsvSource({"1,false", "1,true", "100,true", "1000,false"})
  void isNoWiderThanAHundredColumnsOnATerminalOfSoMany(int epoch, boolean validation) {
    String text = EpochLine.of(result(epoch, validation), 100);
    assertThat(text.lines()).hasSize(2).allMatch(line -> EpochLine.width(line) <= 100);
    assertThat(text.replaceFirst("\\R\t\t", ""))
        .as("the same figures, each whole")
        .contains("\tTrain loss: 2.3061\tTest loss: 2.3041", "\tTrain accuracy: 100.00\tTest");
  }

  @Test
  void staysOneLineWhereThereIsRoom() {
    assertThat(EpochLine.of(result(1, false), 120).lines()).hasSize(1);
    assertThat(EpochLine.of(result(1, true), 200).lines()).hasSize(1);
  }

  @Test
  void aTabGoesToTheNextEighthColumn() {
    assertThat(EpochLine.width("1234567\t")).isEqualTo(8);
    assertThat(EpochLine.width("12345678\t9")).isEqualTo(17);
  }
}
