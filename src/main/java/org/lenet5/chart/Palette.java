package org.lenet5.chart;

import java.awt.Color;
import java.util.List;

/**
 * The pictures' colours. Those that stand for training, testing and validation are told apart by
 * readers who see no red, no green or no blue as well, and stand out from white paper; lines differ
 * in dashes and markers, too.
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

  private Palette() {}
}
