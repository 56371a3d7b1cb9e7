package org.lenet5.exercise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SamplingTest {
  private static List<double[]> points(Sampling sampling, int dimensions, long seed, int count) {
    Supplier<double[]> points = sampling.points(dimensions, seed);
    return Stream.generate(points).limit(count).toList();
  }

  @Property(tries = 50)
  void pointsLieInTheUnitCubeAndFollowFromTheSeed(
      @ForAll Sampling sampling,
      @ForAll @IntRange(min = 1, max = 12) int dimensions,
      @ForAll long seed) {
    List<double[]> all = points(sampling, dimensions, seed, 20);
    assertThat(all)
        .allSatisfy(
            point -> {
              assertThat(point).hasSize(dimensions);
              for (double each : point) {
                assertThat(each).isGreaterThanOrEqualTo(0).isLessThan(1);
              }
            });
    assertThat(points(sampling, dimensions, seed, 20).toArray(double[][]::new))
        .isDeepEqualTo(all.toArray(double[][]::new));
    assertThat(points(sampling, dimensions, seed + 1, 20).get(0)).isNotEqualTo(all.get(0));
  }

  // What sets Sobol's sequence apart, and a digital shift must keep: of the first 16 points each
  // sixteenth of every axis has one, and each square of the first two axes' quarters.
  @Property(tries = 50)
  void quasiRandomPointsLeaveNoGap(@ForAll long seed) {
    List<double[]> all = points(Sampling.QUASI, 6, seed, 16);
    for (int axis = 0; axis < 6; axis++) {
      BitSet parts = new BitSet();
      for (double[] point : all) {
        parts.set((int) (16 * point[axis]));
      }
      assertThat(parts.cardinality()).isEqualTo(16);
    }
    BitSet squares = new BitSet();
    for (double[] point : all) {
      squares.set(4 * (int) (4 * point[0]) + (int) (4 * point[1]));
    }
    assertThat(squares.cardinality()).isEqualTo(16);
  }

  @Example
  void theFlagNamesThem() {
    assertThat(Sampling.of("quasi")).isEqualTo(Sampling.QUASI);
    assertThatThrownBy(() -> Sampling.of("grid"))
        .hasMessage("--sampling grid: must be random or quasi");
  }
}
