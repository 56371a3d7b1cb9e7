package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
  @ParameterizedTest
  @CsvSource({"0,0 epochs", "1,1 epoch", "2,2 epochs", "5000,'5,000 epochs'"})
  void counts(long number, String text) {
    assertThat(Words.count(number, "epoch")).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0:00",
    "0.6,0:01",
    "59.4,0:59",
    "60,1:00",
    "3599,59:59",
    "3600,1:00:00",
    "90061,25:01:01"
  })
  void durations(double seconds, String text) {
    assertThat(Words.duration(seconds)).isEqualTo(text);
  }

  @Test
  void onlyWhatNeedsQuotesHasThem() {
    assertThat(Words.quoted("graphs/a-1_b.c")).isEqualTo("graphs/a-1_b.c");
    assertThat(Words.quoted("my graphs")).isEqualTo("'my graphs'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b", "it's", "$HOME", "a\\b", "[x]*?", "`id`", "a\nb", "\"q\"", "", "ü", "~", "a;b"
      })
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no sh")
  void aShellReadsAWordAsItWas(String word) throws Exception {
    Process shell =
        new ProcessBuilder(List.of("sh", "-c", "printf %s " + Words.quoted(word))).start();
    assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(word);
  }
}
