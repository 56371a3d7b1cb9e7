package org.lenet5.exercise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.training.TrainingConfig;

class SpaceTest {
  private static final String TEXT =
      """
      # mine
      optimizer      adam|nesterov   # two
      learning-rate  1e-4..1e-2 log

      --batch-size   8..64 log integer
      dropout        0..0.5
      augment        none | flip,crop
      """;

  private static Space space(String text) {
    return Space.parse("x.conf", text);
  }

  @Test
  void isReadLineByLine() {
    assertThat(space(TEXT).dimensions())
        .extracting(Dimension::line)
        .containsExactly(
            "optimizer adam|nesterov",
            "learning-rate 0.0001..0.01 log",
            "batch-size 8..64 log integer",
            "dropout 0..0.5",
            "augment none|flip,crop");
    assertThat(space("normalize dataset").draw(Sampling.QUASI, 1, Map.of(), 5))
        .singleElement()
        .satisfies(
            only -> assertThat(only.differences()).isEqualTo(Map.of("normalize", "dataset")));
  }

  @Test
  void theEmbeddedOneDrawsWhatCanBeTrained() {
    List<Experiment> trials = Space.standard().draw(Sampling.QUASI, 42, Map.of(), 30);
    assertThat(trials).hasSize(30);
    assertThat(trials.get(29).name()).isEqualTo("trial-0030");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '/',
      textBlock =
          """
          dropuot 0..0.5            / x.conf, line 2: dropuot: is no setting of train
          dropout                   / x.conf, line 2: dropout: needs values, as A|B|C or LOW..HIGH
          dropout 0..1              / x.conf, line 2: --dropout 1.0: must be from 0 to below 1
          dropout 0.5..0.1          / x.conf, line 2: dropout: the range must go from a number to a higher one
          dropout 0..0.5 log        / x.conf, line 2: dropout: a range with log must begin above 0
          dropout 0..0.5 linear     / x.conf, line 2: dropout linear: behind a range there may be log and integer
          dropout 0.1 .. 0.5        / x.conf, line 2: --dropout 0.1 .. 0.5: must be a number
          dropout 0.1|0.2|          / x.conf, line 2: dropout 0.1|0.2|: a choice is missing beside |
          dropout 0.1|0.10          / x.conf, line 2: dropout 0.10: stands twice
          dropout 0..1e999          / x.conf, line 2: dropout: the range must go from a number to a higher one
          batch-size 16..256        / x.conf, line 2: batch-size: takes whole numbers: add integer
          batch-size 1.5..8 integer / x.conf, line 2: batch-size: a range with integer must go from a whole number to a whole number
          optimizer 1..2            / x.conf, line 2: optimizer: is no number: must be choices, as A|B|C
          optimizer adam|speed      / x.conf, line 2: --optimizer speed: must be
          seed 1..9 integer         / x.conf, line 2: seed: is the same for all trials
          epochs 5|10               / x.conf, line 2: epochs: is the same for all trials
          loss l1|cross-entropy     / x.conf, line 2: loss: stands twice
          """)
  void whatIsWrongIsNamedWithItsLine(String line, String message) {
    assertThatThrownBy(() -> space("loss l1\n" + line + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aSpaceWithoutSettingsIsRefused() {
    assertThatThrownBy(() -> space("# nothing\n")).hasMessage("x.conf: names no setting to search");
    assertThatThrownBy(() -> space("loss l1").without(Set.of("loss")))
        .hasMessage("--space: flags fix all of its settings");
    assertThat(space(TEXT).without(Set.of("dropout")).dimensions()).hasSize(4);
  }

  @Example
  void whatDoesNotGoTogetherIsPassedOver() {
    Space both = space("class-weights none|balanced\nsampler none|balanced\n");
    List<Experiment> trials = both.draw(Sampling.RANDOM, 3, Map.of(), 100);
    assertThat(trials)
        .extracting(Experiment::differences)
        .containsExactlyInAnyOrder(
            Map.of("class-weights", "none", "sampler", "none"),
            Map.of("class-weights", "none", "sampler", "balanced"),
            Map.of("class-weights", "balanced", "sampler", "none"));
    assertThatThrownBy(
            () ->
                space("sampler balanced")
                    .draw(Sampling.RANDOM, 3, Map.of("class-weights", "balanced"), 9))
        .hasMessageStartingWith("--space: none of it can be trained: --class-weights balanced");
    assertThatThrownBy(
            () ->
                space("sampler balanced\nclass-weights balanced")
                    .draw(Sampling.RANDOM, 3, Map.of(), 9))
        .hasMessageStartingWith("--space: none of it can be trained: --class-weights balanced");
  }

  @Property(tries = 60)
  void trialsDifferStayInTheSpaceAndFewerAreTheFirst(
      @ForAll Sampling sampling,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int count) {
    Space space = space(TEXT);
    List<Experiment> trials = space.draw(sampling, seed, Map.of(), count);
    assertThat(trials).hasSize(count);
    assertThat(new HashSet<>(trials.stream().map(Experiment::differences).toList())).hasSize(count);
    assertThat(space.draw(sampling, seed, Map.of(), 40).subList(0, count)).isEqualTo(trials);
    for (Experiment each : trials) {
      TrainingConfig config = TrainingConfig.of(each.differences());
      assertThat(config.flags()).containsAllEntriesOf(each.differences());
      assertThat(config.learningRate()).isBetween(1e-4f, 1e-2f);
      assertThat(config.batchSize()).isBetween(8, 64);
      assertThat(config.dropout()).isBetween(0f, 0.5f);
      for (Dimension dimension : space.dimensions()) {
        assertThat(dimension.place(each.differences().get(dimension.setting()))).isBetween(0., 1.);
      }
    }
  }

  @Property(tries = 300)
  void anyTextIsASpaceOrRefusedInOneLine(@ForAll @StringLength(max = 60) String text) {
    try {
      assertThat(space(text).dimensions()).isNotEmpty();
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).startsWith("x.conf").hasLineCount(1);
    }
  }
}
