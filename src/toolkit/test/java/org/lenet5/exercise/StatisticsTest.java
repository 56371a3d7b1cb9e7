package org.lenet5.exercise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  // Agresti, Categorical Data Analysis, approval of the prime minister in two surveys: 150 who
  // approved at first disapproved later, 86 the other way round. Fay's exact2x2 gives its exact p.
  @Test
  void mcnemarOfTheApprovalRatings() {
    assertThat(Statistics.mcnemar(150, 86)).isCloseTo(3.716e-5, within(5e-9));
    assertThat(Statistics.mcnemar(86, 150)).isCloseTo(3.716e-5, within(5e-9));
  }

  @Test
  void mcnemarOfSmallCountsByHand() {
    assertThat(Statistics.mcnemar(0, 5)).isCloseTo(2 / 32.0, within(1e-12));
    assertThat(Statistics.mcnemar(1, 5)).isCloseTo(14 / 64.0, within(1e-12));
    assertThat(Statistics.mcnemar(3, 3)).isEqualTo(1);
    assertThat(Statistics.mcnemar(0, 0)).isEqualTo(1);
  }

  @Property
  void mcnemarIsTheSumOfBothTails(
      @ForAll @IntRange(max = 300) int onlyFirst, @ForAll @IntRange(max = 300) int onlySecond) {
    int images = onlyFirst + onlySecond;
    BigInteger term = BigInteger.ONE;
    BigInteger tail = BigInteger.ZERO;
    for (int i = 0; i <= Math.min(onlyFirst, onlySecond); i++) {
      tail = tail.add(term);
      term = term.multiply(BigInteger.valueOf(images - i)).divide(BigInteger.valueOf(i + 1));
    }
    double p =
        new BigDecimal(tail.shiftLeft(1))
            .divide(new BigDecimal(BigInteger.TWO.pow(images)), MathContext.DECIMAL64)
            .doubleValue();
    assertThat(Statistics.mcnemar(onlyFirst, onlySecond))
        .isCloseTo(Math.min(1, p), withinPercentage(1e-8));
  }

  @Property
  void mcnemarOfOneImageMoreIsNoDifference(@ForAll @IntRange(max = 5000) int images) {
    assertThat(Statistics.mcnemar(images, images + 1)).isCloseTo(1, within(1e-9));
  }

  // Student 1908: extra hours of sleep under two drugs; R's documentation of t.test has p 0.07939.
  @Test
  void welchOfTheSleepData() {
    double[] first = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
    double[] second = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
    assertThat(Statistics.welch(first, second)).isCloseTo(0.07939, within(5e-6));
    assertThat(Statistics.mean(first)).isCloseTo(0.75, within(1e-12));
    assertThat(Statistics.deviation(first)).isCloseTo(1.789010, within(5e-7));
  }

  // R's documentation has the interval from -3.3654832 to 0.2054832, first minus second.
  @Test
  void welchsIntervalOfTheSleepData() {
    double[] first = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
    double[] second = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
    Statistics.Interval interval = Statistics.welchInterval(first, second);
    assertThat(interval.low()).isCloseTo(-0.2054832, within(5e-8));
    assertThat(interval.high()).isCloseTo(3.3654832, within(5e-8));
  }

  @Test
  void welchWithoutSpread() {
    assertThat(Statistics.welch(new double[] {1, 1, 1}, new double[] {1, 1, 1})).isEqualTo(1);
    assertThat(Statistics.welch(new double[] {1, 1, 1}, new double[] {2, 2, 2})).isZero();
  }

  // The common worked example of the method: 0.01, 0.04, 0.03, 0.005.
  @Test
  void holmOfFour() {
    double[] adjusted = Statistics.holm(new double[] {0.01, 0.04, 0.03, 0.005});
    double[] wanted = {0.03, 0.06, 0.06, 0.02};
    for (int i = 0; i < wanted.length; i++) {
      assertThat(adjusted[i]).isCloseTo(wanted[i], within(1e-12));
    }
  }

  @Property
  void holmLiesBetweenThePlainAndBonferroni(
      @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = 0, max = 1) Double> given) {
    double[] p = given.stream().mapToDouble(Double::doubleValue).toArray();
    double[] adjusted = Statistics.holm(p);
    for (int i = 0; i < p.length; i++) {
      assertThat(adjusted[i]).isBetween(p[i], Math.min(1, p.length * p[i]) + 1e-12);
    }
  }

  @Property(tries = 20)
  void bootstrapIsNearTheNormalInterval(
      @ForAll @IntRange(min = 100, max = 400) int onlyFirst,
      @ForAll @IntRange(min = 100, max = 400) int onlySecond) {
    int images = 2000;
    boolean[] first = new boolean[images];
    boolean[] second = new boolean[images];
    Arrays.fill(first, 0, onlyFirst, true);
    Arrays.fill(second, onlyFirst, onlyFirst + onlySecond, true);
    double difference = (double) (onlySecond - onlyFirst) / images;
    double error =
        Math.sqrt(((double) (onlyFirst + onlySecond) / images - difference * difference) / images);
    Statistics.Interval interval = Statistics.bootstrap(first, second);
    assertThat(interval.low()).isCloseTo(difference - 1.96 * error, within(0.15 * error * 1.96));
    assertThat(interval.high()).isCloseTo(difference + 1.96 * error, within(0.15 * error * 1.96));
    assertThat(Statistics.bootstrap(first, second)).isEqualTo(interval);
  }
}
