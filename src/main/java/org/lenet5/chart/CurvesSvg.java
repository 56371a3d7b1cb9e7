package org.lenet5.chart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Several runs' curves over the epochs in one SVG, which follows the reader's light or dark screen
 * and prints on white. Each name stands beside its curve's end, which a thin line leads to.
 * Thread-safe.
 */
public final class CurvesSvg {
  private static final int WIDTH = 880;
  private static final int HEIGHT = 330;
  private static final int LEFT = 62;
  private static final int RIGHT = 560;
  private static final int TOP = 38;
  private static final int BOTTOM = 285;
  private static final int BELOW = 40;
  private static final int LINE = 18;

  // After Okabe and Ito, told apart by colour-blind readers; lighter ones for a dark screen.
  private static final String[] LIGHT = {
    "#333333", "#0072b2", "#d55e00", "#009e73", "#b5488a", "#8a6d00", "#3b9bd6", "#6a3d9a"
  };
  private static final String[] DARK = {
    "#f0f0f0", "#4aa8e0", "#ff8c42", "#2fcf9f", "#e59ac4", "#d9b92e", "#9ad4ff", "#b79ce8"
  };

  /**
   * A curve.
   *
   * @param name beside the chart
   * @param values by epoch, from the first; at least one, all finite
   */
  public record Curve(String name, List<Double> values) {
    public Curve {
      values = List.copyOf(values);
    }

    private double last() {
      return values.get(values.size() - 1);
    }
  }

  private CurvesSvg() {}

  /**
   * Draws curves, the first as the one that the others are compared with.
   *
   * @param id of the picture, to keep the styles of several in one page apart
   * @param format of a value, as {@link String#format} takes it
   */
  public static String draw(String id, String title, String format, List<Curve> curves) {
    double low = all(curves).min(Comparator.naturalOrder()).orElseThrow();
    double high = all(curves).max(Comparator.naturalOrder()).orElseThrow();
    double step = step(Math.max(high - low, 1e-6) / 5);
    double bottom = Math.floor(low / step) * step;
    double top = Math.ceil(high / step) * step;
    if (top == bottom) {
      top += step;
    }
    int epochs = curves.stream().mapToInt(c -> c.values().size()).max().orElseThrow();
    StringBuilder svg = new StringBuilder();
    print(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"%s\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " height=\"%d\" role=\"img\" aria-label=\"%s\">%n",
        id,
        WIDTH,
        height(curves.size()),
        WIDTH,
        height(curves.size()),
        title);
    style(svg, id, curves.size());
    print(
        svg, "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>%n", WIDTH, height(curves.size()));
    text(svg, "title", LEFT, 20, "start", title);
    for (int i = 0; bottom + i * step <= top + step / 2; i++) {
      double value = bottom + i * step;
      double y = y(value, bottom, top);
      print(svg, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>%n", LEFT, y, RIGHT);
      text(svg, "", LEFT - 8, y + 4, "end", String.format(Locale.ROOT, format, value));
    }
    int every = Math.max(1, (int) Math.ceil(epochs / 15.0));
    for (int epoch = 1; epoch <= epochs; epoch += every) {
      text(svg, "", x(epoch, epochs), BOTTOM + 18, "middle", Integer.toString(epoch));
    }
    text(svg, "", (LEFT + RIGHT) / 2.0, BOTTOM + 36, "middle", "epoch");
    // The first on top of the others; dashes let a curve below another be seen.
    for (int i = curves.size() - 1; i >= 0; i--) {
      StringBuilder path = new StringBuilder();
      List<Double> values = curves.get(i).values();
      for (int e = 0; e < values.size(); e++) {
        print(
            path,
            "%s%.1f %.1f",
            e == 0 ? "M" : "L",
            x(e + 1, epochs),
            y(values.get(e), bottom, top));
      }
      print(svg, "<path class=\"curve c%d\" d=\"%s\"/>%n", i, path);
      print(
          svg,
          "<circle class=\"dot c%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>%n",
          i,
          x(values.size(), epochs),
          y(values.get(values.size() - 1), bottom, top));
    }
    names(svg, format, curves, bottom, top, epochs);
    return svg.append("</svg>").toString();
  }

  /** Names at the height of their curves' ends, moved apart where they would lie on each other. */
  private static void names(
      StringBuilder svg, String format, List<Curve> curves, double bottom, double top, int epochs) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < curves.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble(i -> -curves.get(i).last()));
    List<Double> ends = order.stream().map(i -> y(curves.get(i).last(), bottom, top)).toList();
    double[] heights = apart(ends, TOP + 4, height(curves.size()) - BELOW);
    for (int place = 0; place < order.size(); place++) {
      int i = order.get(place);
      Curve curve = curves.get(i);
      print(
          svg,
          "<path class=\"lead c%d\" d=\"M%.1f %.1fL%d %.1fh8\"/>%n",
          i,
          x(curve.values().size(), epochs) + 5,
          ends.get(place),
          RIGHT + 16,
          heights[place]);
      text(svg, "", RIGHT + 28, heights[place] + 4, "start", curve.name());
      String last = String.format(Locale.ROOT, format, curve.last());
      text(svg, "", WIDTH - 4, heights[place] + 4, "end", last);
    }
  }

  /**
   * Heights near {@code wanted}, in its order, a line of text or more apart.
   *
   * @param wanted from the top of the picture downwards
   */
  static double[] apart(List<Double> wanted, double first, double last) {
    double[] heights = new double[wanted.size()];
    for (int i = 0; i < heights.length; i++) {
      heights[i] = Math.max(wanted.get(i), i == 0 ? first : heights[i - 1] + LINE);
    }
    for (int i = heights.length - 1; i >= 0; i--) {
      heights[i] = Math.min(heights[i], i == heights.length - 1 ? last : heights[i + 1] - LINE);
    }
    return heights;
  }

  /** Of the picture: more where there are more names than fit beside the curves. */
  private static int height(int names) {
    return Math.max(HEIGHT, TOP + names * LINE + BELOW);
  }

  private static java.util.stream.Stream<Double> all(List<Curve> curves) {
    return curves.stream().flatMap(curve -> curve.values().stream());
  }

  private static void style(StringBuilder svg, String id, int curves) {
    svg.append("<style>\n");
    rules(svg, id, LIGHT, "#1b1f24", "#ffffff", "#dddddd", curves);
    svg.append("@media screen and (prefers-color-scheme: dark) {\n");
    rules(svg, id, DARK, "#e6e8eb", "#15181c", "#3a4048", curves);
    svg.append("}\n");
    print(
        svg,
        "#%1$s text { font: 13px system-ui, sans-serif; } #%1$s .title { font-size: 15px;"
            + " font-weight: 600; }%n#%1$s .curve { fill: none; stroke-width: 2.2; stroke-linejoin:"
            + " round; }%n#%1$s .grid { stroke-width: 1; }%n#%1$s .lead { fill: none; stroke-width: 1; opacity: .6; }%n",
        id);
    for (int i = 1; i < curves; i++) {
      print(svg, "#%s .curve.c%d { stroke-dasharray: %d 3; }%n", id, i, i % 2 == 1 ? 9 : 4);
    }
    svg.append("</style>\n");
  }

  private static void rules(
      StringBuilder svg,
      String id,
      String[] colors,
      String ink,
      String paper,
      String grid,
      int curves) {
    print(
        svg,
        "#%1$s text { fill: %2$s; } #%1$s .paper { fill: %3$s; } #%1$s .grid { stroke: %4$s;"
            + " }%n",
        id,
        ink,
        paper,
        grid);
    for (int i = 0; i < curves; i++) {
      String color = colors[i % colors.length];
      print(
          svg,
          "#%1$s .curve.c%2$d, #%1$s .lead.c%2$d { stroke: %3$s; } #%1$s .dot.c%2$d { fill: %3$s; }%n",
          id,
          i,
          color);
    }
  }

  private static void text(
      StringBuilder svg, String style, double x, double y, String anchor, String text) {
    print(
        svg,
        "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
        style,
        x,
        y,
        anchor,
        text.replace("&", "&amp;").replace("<", "&lt;"));
  }

  private static double x(int epoch, int epochs) {
    return epochs == 1
        ? (LEFT + RIGHT) / 2.0
        : LEFT + 12 + (double) (epoch - 1) / (epochs - 1) * (RIGHT - LEFT - 24);
  }

  private static double y(double value, double bottom, double top) {
    return BOTTOM - (value - bottom) / (top - bottom) * (BOTTOM - TOP);
  }

  /** The smallest of 1, 2, 5 times a power of ten that is not below {@code least}. */
  private static double step(double least) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (int factor : new int[] {1, 2, 5}) {
      if (factor * power >= least) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static void print(StringBuilder to, String format, Object... values) {
    to.append(String.format(Locale.ROOT, format, values).replace("\r", ""));
  }
}
