package org.lenet5.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against numbers worked out by hand, or published. */
class ClassificationReportTest {
  private static final List<String> CLASSES = List.of("a", "b", "c");

  // Six images: a called a, a, b; b called b, a; c called b.
  private static final ClassificationReport SIX =
      new ClassificationReport(
          CLASSES,
          new int[] {0, 0, 0, 1, 1, 2},
          new float[][] {
            {.8f, .1f, .1f},
            {.5f, .3f, .2f},
            {.2f, .7f, .1f},
            {.1f, .9f, 0},
            {.6f, .3f, .1f},
            {.3f, .4f, .3f}
          });

  @Test
  void confusionAndScores() {
    assertThat(SIX.confusion()).isDeepEqualTo(new int[][] {{2, 1, 0}, {1, 1, 0}, {0, 1, 0}});
    assertThat(SIX.accuracy()).isEqualTo(.5);
    List<ClassificationReport.ClassScore> scores = SIX.scores();
    // a: 2 of the 3 called so are, 2 of its 3 are found; F1 = 2·2/(3+3).
    assertThat(scores.get(0).precision()).isEqualTo(2 / 3.0, within(1e-12));
    assertThat(scores.get(0).recall()).isEqualTo(2 / 3.0, within(1e-12));
    assertThat(scores.get(0).f1()).isEqualTo(2 / 3.0, within(1e-12));
    // b: 1 of the 3 called so, 1 of its 2; F1 = 2·1/(3+2).
    assertThat(scores.get(1).precision()).isEqualTo(1 / 3.0, within(1e-12));
    assertThat(scores.get(1).recall()).isEqualTo(.5);
    assertThat(scores.get(1).f1()).isEqualTo(.4);
    // c: nobody is called so.
    assertThat(scores.get(2).precision()).isNaN();
    assertThat(scores.get(2).recall()).isZero();
    assertThat(scores.get(2).f1()).isZero();
    assertThat(scores.stream().map(ClassificationReport.ClassScore::support))
        .containsExactly(3, 2, 1);
  }

  @Test
  void meansOverTheClasses() {
    assertThat(SIX.balancedAccuracy()).isEqualTo((2 / 3.0 + .5 + 0) / 3, within(1e-12));
    assertThat(SIX.macroF1()).isEqualTo((2 / 3.0 + .4 + 0) / 3, within(1e-12));
    assertThat(SIX.worstClasses(2)).containsExactly(2, 1);
    // Nine of ten are a, and all are called so: right nine times of ten, and useless.
    int[] labels = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    float[][] same = new float[10][];
    Arrays.fill(same, new float[] {.9f, .1f, 0});
    ClassificationReport lazy = new ClassificationReport(CLASSES, labels, same);
    assertThat(lazy.accuracy()).isEqualTo(.9);
    // c has no image, and none is called so: it counts nowhere.
    assertThat(lazy.balancedAccuracy()).isEqualTo(.5);
    assertThat(lazy.macroF1()).isEqualTo((18 / 19.0 + 0) / 2, within(1e-12));
    assertThat(lazy.worstClasses(3)).containsExactly(1, 0);
  }

  /** SIX's confidences are .9 right, .8 right, .7 wrong, .6 wrong, .5 right, .4 wrong. */
  @Test
  void coverage() {
    Coverage coverage = SIX.coverage();
    assertThat(coverage.points())
        .extracting(Coverage.Point::answered)
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(coverage.points())
        .extracting(Coverage.Point::right)
        .containsExactly(1, 2, 2, 2, 3, 3);
    assertThat(coverage.at(.75)).isEqualTo(new Coverage.Point(.75, 6, 2, 2));
    assertThat(coverage.at(.7).answered()).as("as confident is confident enough").isEqualTo(3);
    assertThat(coverage.at(.7).risk()).isEqualTo(1 / 3.0, within(1e-12));
    assertThat(coverage.at(0).coverage()).isEqualTo(1);
    assertThat(coverage.at(0).accuracy()).isEqualTo(SIX.accuracy());
    assertThat(coverage.at(.95).answered()).isZero();
    assertThat(coverage.at(.95).accuracy()).isNaN();
    ClassificationReport same =
        new ClassificationReport(
            List.of("a", "b"), new int[] {0, 1}, new float[][] {{.6f, .4f}, {.6f, .4f}});
    assertThat(same.coverage().points()).as("equal ones together").hasSize(1);
  }

  @Test
  void loss() {
    assertThat(SIX.loss(0)).isEqualTo(-Math.log(.8), within(1e-7));
    assertThat(SIX.loss())
        .isEqualTo(
            -(Math.log(.8)
                    + Math.log(.5)
                    + Math.log(.2)
                    + Math.log(.9)
                    + Math.log(.3)
                    + Math.log(.3))
                / 6,
            within(1e-7));
    assertThat(SIX.worst(2)).containsExactly(2, 4); // .2, then .3, the first of two
    ClassificationReport sure =
        new ClassificationReport(List.of("a", "b"), new int[] {0}, new float[][] {{0, 1}});
    assertThat(sure.loss()).isEqualTo(103.28, within(.01));
  }

  /** Wilson's interval for 95 %; the first three from Newcombe (1998), table I, method 3. */
  @ParameterizedTest
  @CsvSource({
    "81, 263, .2553, .3662",
    "15, 148, .0624, .1605",
    "0, 20, 0, .1611",
    "1, 29, .0061, .1718",
    "29, 29, .8830, 1",
    "5050, 10000, .4952, .5148"
  })
  void wilson(long successes, long trials, double low, double high) {
    ClassificationReport.Interval interval = ClassificationReport.wilson(successes, trials);
    assertThat(interval.low()).isEqualTo(low, within(5e-5));
    assertThat(interval.high()).isEqualTo(high, within(5e-5));
  }

  @Property(tries = 200)
  void wilsonHoldsTheShareAndItsMirrorImage(
      @ForAll @IntRange(min = 1, max = 100_000) int trials,
      @ForAll @IntRange(max = 1000) int permille) {
    int successes = (int) ((long) trials * permille / 1000);
    ClassificationReport.Interval interval = ClassificationReport.wilson(successes, trials);
    ClassificationReport.Interval mirror = ClassificationReport.wilson(trials - successes, trials);
    double share = (double) successes / trials;
    assertThat(interval.low()).isBetween(0.0, share + 1e-12);
    assertThat(interval.high()).isBetween(share - 1e-12, 1.0);
    assertThat(interval.low()).isEqualTo(1 - mirror.high(), within(1e-12));
  }

  @Test
  void calibration() {
    // Of ten images called with .75, 6 are right; of five called with .55, 5 are.
    float[][] probabilities = new float[15][];
    int[] labels = new int[15];
    for (int i = 0; i < 15; i++) {
      float p = i < 10 ? .75f : .55f;
      probabilities[i] = new float[] {p, 1 - p};
      labels[i] = i < 4 ? 1 : 0;
    }
    Calibration calibration =
        new ClassificationReport(List.of("a", "b"), labels, probabilities).calibration();
    assertThat(calibration.expectedError())
        .isEqualTo((10 * (.75 - .6) + 5 * (1 - .55)) / 15, within(1e-7));
    // .75 lies in the bin from 11/15 to 12/15.
    Calibration.Bin bin = calibration.bins().get(11);
    assertThat(bin.images()).isEqualTo(10);
    assertThat(bin.confidence()).isEqualTo(.75, within(1e-7));
    assertThat(bin.accuracy()).isEqualTo(.6, within(1e-12));
    assertThat(calibration.bins().get(0).images()).isZero();
    assertThat(calibration.bins().stream().mapToInt(Calibration.Bin::images).sum()).isEqualTo(15);
  }

  @Test
  void theEdgesOfTheBins() {
    ClassificationReport report =
        new ClassificationReport(
            List.of("a", "b"), new int[] {0, 0}, new float[][] {{1, 0}, {.5f, .5f}});
    assertThat(report.calibration().bins().get(14).images()).isEqualTo(1);
    assertThat(report.calibration().expectedError()).isEqualTo(.25, within(1e-12));
  }

  @Test
  void precisionAgainstRecall() {
    // By falling probability of a: yes .9, no .8, yes .7, yes and no .4.
    ClassificationReport report =
        new ClassificationReport(
            List.of("a", "b"),
            new int[] {0, 1, 0, 0, 1},
            new float[][] {{.9f, .1f}, {.8f, .2f}, {.7f, .3f}, {.4f, .6f}, {.4f, .6f}});
    PrecisionRecallCurve curve = report.precisionRecall(0);
    assertThat(curve.points())
        .extracting(PrecisionRecallCurve.Point::recall)
        .containsExactly(1 / 3.0, 1 / 3.0, 2 / 3.0, 1.0);
    assertThat(curve.points())
        .extracting(PrecisionRecallCurve.Point::precision)
        .containsExactly(1.0, .5, 2 / 3.0, .6);
    // 1/3·1 + 1/3·2/3 + 1/3·3/5
    assertThat(curve.averagePrecision()).isEqualTo((1 + 2 / 3.0 + .6) / 3, within(1e-12));
  }

  @Test
  void nothingToReport() {
    assertThatThrownBy(() -> new ClassificationReport(CLASSES, new int[0], new float[0][]))
        .hasMessageContaining("labels (0)");
    assertThatThrownBy(() -> new ClassificationReport(CLASSES, new int[2], new float[1][]))
        .hasMessageContaining("labels (2)");
    assertThat(Arrays.asList(SIX.correct(0), SIX.correct(2))).containsExactly(true, false);
  }
}
