package org.lenet5.chart;

import java.awt.Color;
import java.util.List;
import java.util.Locale;

/**
 * The colours of all charts, which colour-blind readers tell apart: those of Okabe and Ito, "Color
 * Universal Design" (2008), and for the notebook's blue and red two that they tell apart as well.
 * Lines differ in dashes and markers, too.
 */
final class Palette {
  static final Color TRAINING = new Color(0x1F5FD0);
  static final Color TESTING = new Color(0xD62728);
  static final Color VALIDATION = new Color(0xB8629A);
  static final Color GRID = new Color(0xDDDDDD);

  /** For lines that carry their names; after Okabe and Ito, the light ones darkened. */
  static final List<Color> LINES =
      List.of(
          new Color(0x0072B2),
          new Color(0xC04E00),
          new Color(0x00805E),
          new Color(0xA9558A),
          new Color(0x8A6D00));

  static final Color BLACK = new Color(0x000000);
  static final Color BLUE = new Color(0x0072B2);
  static final Color VERMILLION = new Color(0xD55E00);
  static final Color GREEN = new Color(0x009E73);
  static final Color PURPLE = new Color(0xCC79A7);
  static final Color ORANGE = new Color(0xE69F00);
  static final Color SKY_BLUE = new Color(0x56B4E9);

  static final Color YELLOW = new Color(0xF0E442);

  /** For many curves on white, in the order to take them. Yellow cannot be seen there. */
  static final List<Color> ON_WHITE =
      List.of(BLACK, BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY_BLUE);

  /** The same on black, where black and the dark blue cannot be seen. */
  static final List<Color> ON_BLACK =
      List.of(Color.WHITE, SKY_BLUE, VERMILLION, GREEN, PURPLE, ORANGE, YELLOW);

  private Palette() {}

  /** The colour as CSS writes it: {@code #0072b2}. */
  static String css(Color color) {
    return String.format(Locale.ROOT, "#%06x", color.getRGB() & 0xFFFFFF);
  }
}
