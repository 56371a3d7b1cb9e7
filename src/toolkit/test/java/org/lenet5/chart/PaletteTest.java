package org.lenet5.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Training, testing and validation, as they look without one of the eye's three receptors: G. M.
 * Machado et al., "A physiologically-based model for simulation of color vision deficiency" (2009),
 * severity 1, on linear RGB.
 */
class PaletteTest {
  private static final Map<String, double[][]> EYES =
      Map.of(
          "all receptors",
          new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
          "protanopia",
          new double[][] {
            {0.152286, 1.052583, -0.204868},
            {0.114503, 0.786281, 0.099216},
            {-0.003882, -0.048116, 1.051998}
          },
          "deuteranopia",
          new double[][] {
            {0.367322, 0.860646, -0.227968},
            {0.280085, 0.672501, 0.047413},
            {-0.011820, 0.042940, 0.968881}
          },
          "tritanopia",
          new double[][] {
            {1.255528, -0.076749, -0.178779},
            {-0.078411, 0.930809, 0.147602},
            {0.004733, 0.691367, 0.303900}
          });

  @Test
  void theThreeCurvesAreToldApartByEveryEye() {
    List<Color> colors = List.of(Palette.TRAINING, Palette.TESTING, Palette.VALIDATION);
    EYES.forEach(
        (eye, matrix) -> {
          for (int i = 0; i < 3; i++) {
            for (int j = 0; j < i; j++) {
              // 1 is just seen; green and red come to 13 under deuteranopia.
              assertThat(distance(seen(colors.get(i), matrix), seen(colors.get(j), matrix)))
                  .as("%s: %s and %s", eye, colors.get(i), colors.get(j))
                  .isGreaterThan(35);
            }
          }
        });
  }

  /** 3 to 1 is what the Web Content Accessibility Guidelines ask of lines in a chart. */
  @Test
  void allStandOutFromWhitePaper() {
    List<Color> colors = new java.util.ArrayList<>(Palette.LINES);
    colors.addAll(List.of(Palette.TRAINING, Palette.TESTING, Palette.VALIDATION));
    for (Color color : colors) {
      double[] rgb = linear(color);
      double light = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
      assertThat(1.05 / (light + 0.05)).as("%s", color).isGreaterThan(3);
    }
  }

  private static double[] linear(Color color) {
    double[] linear = new double[3];
    int[] bytes = {color.getRed(), color.getGreen(), color.getBlue()};
    for (int i = 0; i < 3; i++) {
      double part = bytes[i] / 255.0;
      linear[i] = part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
    }
    return linear;
  }

  private static double[] seen(Color color, double[][] eye) {
    double[] rgb = times(eye, linear(color));
    for (int i = 0; i < 3; i++) {
      rgb[i] = Math.max(0, Math.min(1, rgb[i]));
    }
    return rgb;
  }

  private static double[] times(double[][] matrix, double[] vector) {
    double[] product = new double[3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        product[i] += matrix[i][j] * vector[j];
      }
    }
    return product;
  }

  /** Of linear RGB in CIE Lab under daylight, where a distance of about 1 is just seen. */
  private static double distance(double[] one, double[] other) {
    double[] a = lab(one);
    double[] b = lab(other);
    return Math.sqrt(
        (a[0] - b[0]) * (a[0] - b[0])
            + (a[1] - b[1]) * (a[1] - b[1])
            + (a[2] - b[2]) * (a[2] - b[2]));
  }

  private static double[] lab(double[] rgb) {
    double[][] toXyz = {
      {0.4124564, 0.3575761, 0.1804375},
      {0.2126729, 0.7151522, 0.0721750},
      {0.0193339, 0.1191920, 0.9503041}
    };
    double[] xyz = times(toXyz, rgb);
    double x = root(xyz[0] / 0.95047);
    double y = root(xyz[1]);
    double z = root(xyz[2] / 1.08883);
    return new double[] {116 * y - 16, 500 * (x - y), 200 * (y - z)};
  }

  private static double root(double t) {
    return t > 216.0 / 24389 ? Math.cbrt(t) : (24389.0 / 27 * t + 16) / 116;
  }
}
