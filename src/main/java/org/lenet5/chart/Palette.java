package org.lenet5.chart;

import java.awt.Color;
import java.util.List;
import java.util.Locale;

/**
 * The colours of all charts: those of Okabe and Ito, "Color Universal Design" (2008), which
 * colour-blind readers tell apart.
 */
final class Palette {
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
