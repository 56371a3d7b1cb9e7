package org.lenet5.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lenet5.evaluation.ConfidentLearning.Suspect;

class ConfidentLearningTest {
  /** Worked out by hand: thresholds are (.9 + .6 + .3) / 3 = .6 for a, (.9 + .1) / 2 = .5 for b. */
  @Test
  void aSmallCase() {
    ClassificationReport report =
        new ClassificationReport(
            List.of("a", "b", "c"),
            new int[] {0, 0, 0, 1, 1},
            new float[][] {
              {.9f, .1f, 0},
              {.6f, .4f, 0}, // reaches a's threshold
              {.3f, .7f, 0}, // reaches b's
              {.05f, .9f, .05f},
              {.5f, .1f, .4f} // reaches none: only unsure; c has no images, so no threshold
            });
    assertThat(ConfidentLearning.suspects(report)).containsExactly(new Suspect(2, 0, 1, .3f, .7f));
  }

  /** Of 100 labels changed on purpose more than half are found, and they come first. */
  @Test
  void findsLabelsThatWereChanged() {
    Random random = new Random(5);
    int[] truth = IntStream.range(0, 2000).map(i -> i % 4).toArray();
    int[] labels = truth.clone();
    float[][] probabilities = new float[truth.length][4];
    for (int i = 0; i < truth.length; i++) {
      labels[i] = i % 20 == 0 ? (truth[i] + 1) % 4 : truth[i];
      double sum = 0;
      double[] odds = new double[4];
      for (int c = 0; c < 4; c++) {
        odds[c] = Math.exp(random.nextGaussian() + (c == truth[i] ? 4 : 0));
        sum += odds[c];
      }
      for (int c = 0; c < 4; c++) {
        probabilities[i][c] = (float) (odds[c] / sum);
      }
    }
    List<Suspect> suspects =
        ConfidentLearning.suspects(
            new ClassificationReport(List.of("a", "b", "c", "d"), labels, probabilities));
    List<Suspect> first = suspects.subList(0, 50);
    assertThat(first).allMatch(each -> each.image() % 20 == 0);
    assertThat(first).allMatch(each -> each.suggested() == truth[each.image()]);
    assertThat(suspects.stream().filter(each -> each.image() % 20 == 0).count()).isGreaterThan(50);
    assertThat(suspects)
        .extracting(Suspect::margin)
        .isSortedAccordingTo((a, b) -> Float.compare(b, a));
  }
}
