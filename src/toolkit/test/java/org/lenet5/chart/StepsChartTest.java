package org.lenet5.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepsChartTest {
  private static final StepsChart.Step FIRST = new StepsChart.Step("first", 0.5, 0.52, 0.55);
  private static final StepsChart.Step LAST = new StepsChart.Step("last", 0.7, 0.71, 0.72);
  private static final int RED = Palette.TESTING.getRGB();

  /** How many rows of a picture have the whiskers' and dots' colour, from a column on. */
  private static List<Integer> redColumns(BufferedImage picture, int top, int bottom) {
    return java.util.stream.IntStream.range(0, picture.getWidth())
        .filter(
            x ->
                java.util.stream.IntStream.range(top, bottom)
                    .anyMatch(y -> picture.getRGB(x, y) == RED))
        .boxed()
        .toList();
  }

  @Test
  void theFirstIsAtTheTopAndWhiskersReachFromTheLowestToTheHighest() {
    BufferedImage picture = StepsChart.draw("sample", List.of(FIRST, LAST));
    int middle = 75 + 44; // heading, and half of the rows
    List<Integer> first = redColumns(picture, 0, middle);
    List<Integer> last = redColumns(picture, middle, picture.getHeight());
    int right = first.get(first.size() - 1);
    assertThat(right).as("50 to 55 % lies left of 70 to 72 %").isLessThan(last.get(0));
    double perPoint = (last.get(0) - first.get(0)) / 20.0;
    assertThat((right - first.get(0)) / perPoint).isBetween(4.5, 5.5);
    assertThat((last.get(last.size() - 1) - last.get(0)) / perPoint).isBetween(1.5, 2.6);
  }

  @Test
  void oneSeedHasADotAndManyStepsMoreRoom() {
    BufferedImage one =
        StepsChart.draw("sample", List.of(new StepsChart.Step("only", 0.5, 0.5, 0.5)));
    assertThat(redColumns(one, 0, one.getHeight())).hasSizeBetween(8, 14);
    assertThat(StepsChart.draw("sample", List.of(FIRST, LAST)).getHeight())
        .isGreaterThan(one.getHeight());
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> new StepsChart.Step("a", 0.5, 0.4, 0.6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("step a: the mean (0.4) must lie from 0.5 to 0.6");
    assertThatThrownBy(() -> StepsChart.draw("sample", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a chart needs at least one step");
  }
}
