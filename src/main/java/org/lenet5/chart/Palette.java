package org.lenet5.chart;

import java.awt.Color;
import java.util.List;
import java.util.Locale;

/**
 * The colours of all charts: those of Okabe and Ito, "Color Universal Design" (2008), which
 * colour-blind readers tell apart. Their yellow is left out: on white paper nobody sees it.
 */
final class Palette {
  static final Color BLACK = new Color(0x000000);
  static final Color BLUE = new Color(0x0072B2);
  static final Color VERMILLION = new Color(0xD55E00);
  static final Color GREEN = new Color(0x009E73);
  static final Color PURPLE = new Color(0xCC79A7);
  static final Color ORANGE = new Color(0xE69F00);
  static final Color SKY_BLUE = new Color(0x56B4E9);

  /** In the order in which a chart takes them; each differs well from the one before it. */
  static final List<Color> ALL = List.of(BLACK, BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY_BLUE);

  private Palette() {}

  /** The colour as CSS writes it: {@code #0072b2}. */
  static String css(Color color) {
    return String.format(Locale.ROOT, "#%06x", color.getRGB() & 0xFFFFFF);
  }
}
