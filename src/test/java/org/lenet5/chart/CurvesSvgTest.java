package org.lenet5.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurvesSvgTest {
  @Test
  void aNameStandsWhereItsCurveEnds() {
    String svg =
        CurvesSvg.draw(
            "c",
            "Accuracy",
            "%.2f",
            List.of(
                new CurvesSvg.Curve("low", List.of(0.0, 0.1)),
                new CurvesSvg.Curve("high", List.of(0.0, 0.9))));
    assertThat(heights(svg, "low").get(0)).isCloseTo(dot(svg, 0) + 4, within(0.2));
    assertThat(heights(svg, "high").get(0)).isCloseTo(dot(svg, 1) + 4, within(0.2));
    assertThat(svg).contains("class=\"lead c0\"", "class=\"lead c1\"");
  }

  @Test
  void namesOfManyCurvesThatEndTogetherLieOnNoOther() {
    List<CurvesSvg.Curve> curves =
        IntStream.range(0, 25)
            .mapToObj(i -> new CurvesSvg.Curve("run" + i, List.of(0.1, 0.5 + i * 1e-4)))
            .toList();
    String svg = CurvesSvg.draw("c", "Accuracy", "%.2f", curves);
    List<Double> heights = new java.util.ArrayList<>(heights(svg, "run\\d+"));
    assertThat(heights).hasSize(25);
    Collections.sort(heights);
    for (int i = 1; i < heights.size(); i++) {
      assertThat(heights.get(i) - heights.get(i - 1)).isGreaterThanOrEqualTo(17.9);
    }
    Matcher height = Pattern.compile("viewBox=\"0 0 880 (\\d+)\"").matcher(svg);
    assertThat(height.find()).isTrue();
    assertThat(heights.get(0)).isPositive();
    assertThat(heights.get(24)).isLessThan(Double.parseDouble(height.group(1)));
  }

  private static List<Double> heights(String svg, String name) {
    return Pattern.compile("y=\"([0-9.-]+)\" text-anchor=\"start\">" + name + "</text>")
        .matcher(svg)
        .results()
        .map(found -> Double.parseDouble(found.group(1)))
        .toList();
  }

  private static double dot(String svg, int curve) {
    Matcher dot =
        Pattern.compile("<circle class=\"dot c" + curve + "\" cx=\"[0-9.]+\" cy=\"([0-9.]+)\"")
            .matcher(svg);
    assertThat(dot.find()).isTrue();
    return Double.parseDouble(dot.group(1));
  }
}
