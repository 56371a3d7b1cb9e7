package org.lenet5.chart;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Several experiments' curves over the epochs in one SVG, which follows the reader's light or dark
 * screen and prints on white. Each curve's name stands at its end; curves that are the same to the
 * last bit are drawn once, with all their names. Thread-safe.
 */
public final class CurvesSvg {
  // Narrow and high, so that it can still be read on a telephone's screen.
  private static final int WIDTH = 592;
  private static final int LEFT = 44;
  private static final int RIGHT = 292;
  private static final int NAMES = 316;
  private static final int TOP = 44;
  private static final int BOTTOM = 330;
  private static final int BELOW = 44;
  private static final int LINE = 18;

  // What a letter takes in the widest of the usual fonts.
  private static final double LETTER = 7.2;

  // How curves that share a colour, or lie on each other, are told apart.
  private static final List<String> DASHES = List.of("none", "9 3", "4 3", "12 3 3 3");

  /**
   * A curve.
   *
   * @param name of what it shows
   * @param values by epoch, from the first; at least one, all finite
   * @param low the lowest of the values that each is the mean of
   * @param high the highest of them
   */
  public record Curve(String name, List<Double> values, List<Double> low, List<Double> high) {
    public Curve {
      values = List.copyOf(values);
      low = List.copyOf(low);
      high = List.copyOf(high);
    }

    /** A curve of single values. */
    public Curve(String name, List<Double> values) {
      this(name, values, values, values);
    }

    private double last() {
      return values.get(values.size() - 1);
    }

    private boolean coincidesWith(Curve other) {
      return values.equals(other.values) && low.equals(other.low) && high.equals(other.high);
    }

    private boolean hasRange() {
      return !low.equals(high);
    }
  }

  /** Curves that coincide: drawn once, named together. */
  private record Group(int index, List<Curve> curves) {
    private Curve curve() {
      return curves.get(0);
    }

    private int height() {
      return LINE * curves.size();
    }
  }

  /** Where values and epochs lie in the picture. */
  private record Scale(double bottom, double top, double step, int epochs) {
    static Scale of(List<Curve> curves) {
      double low = all(curves).min(Comparator.naturalOrder()).orElseThrow();
      double high = all(curves).max(Comparator.naturalOrder()).orElseThrow();
      double step = step(Math.max(high - low, 1e-6) / 5);
      double bottom = Math.floor(low / step) * step;
      double top = Math.ceil(high / step) * step;
      int epochs = curves.stream().mapToInt(c -> c.values().size()).max().orElseThrow();
      return new Scale(bottom, top == bottom ? top + step : top, step, epochs);
    }

    private static Stream<Double> all(List<Curve> curves) {
      return curves.stream()
          .flatMap(c -> Stream.of(c.values(), c.low(), c.high()))
          .flatMap(List::stream);
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

    private double x(int epoch) {
      return epochs == 1
          ? (LEFT + RIGHT) / 2.0
          : LEFT + 10 + (double) (epoch - 1) / (epochs - 1) * (RIGHT - LEFT - 20);
    }

    private double y(double value) {
      return BOTTOM - (value - bottom) / (top - bottom) * (BOTTOM - TOP);
    }
  }

  private CurvesSvg() {}

  /**
   * Draws curves, the first as the one that the others are compared with.
   *
   * @param id of the picture, to keep the styles of several in one page apart
   * @param format of a value, as {@link String#format} takes it
   * @param curves at least one
   */
  public static String draw(String id, String title, String format, List<Curve> curves) {
    Scale scale = Scale.of(curves);
    List<Group> groups = groups(curves);
    int height = Math.max(BOTTOM, TOP + LINE * curves.size()) + BELOW;
    StringBuilder svg = new StringBuilder();
    print(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"%s\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " height=\"%d\" role=\"img\" aria-label=\"%s\">\n",
        id,
        WIDTH,
        height,
        WIDTH,
        height,
        escape(title));
    style(svg, id, groups.size());
    print(svg, "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", WIDTH, height);
    text(svg, "title", 8, 20, "start", title);
    axes(svg, scale, format);
    // The first on top of the others; dashes let a curve below another be seen.
    for (int i = groups.size() - 1; i >= 0; i--) {
      range(svg, scale, groups.get(i));
    }
    for (int i = groups.size() - 1; i >= 0; i--) {
      curve(svg, scale, groups.get(i));
    }
    names(svg, scale, format, groups, height - BELOW);
    return svg.append("</svg>").toString();
  }

  private static List<Group> groups(List<Curve> curves) {
    List<Group> groups = new ArrayList<>();
    for (Curve each : curves) {
      groups.stream()
          .filter(group -> group.curve().coincidesWith(each))
          .findFirst()
          .ifPresentOrElse(
              group -> group.curves().add(each),
              () -> groups.add(new Group(groups.size(), new ArrayList<>(List.of(each)))));
    }
    return groups;
  }

  private static void axes(StringBuilder svg, Scale scale, String format) {
    for (int i = 0; scale.bottom + i * scale.step <= scale.top + scale.step / 2; i++) {
      double value = scale.bottom + i * scale.step;
      double y = scale.y(value);
      print(svg, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>\n", LEFT, y, RIGHT);
      text(svg, "", LEFT - 6, y + 4, "end", String.format(Locale.ROOT, format, value));
    }
    int every = Math.max(1, (int) Math.ceil(scale.epochs / 10.0));
    for (int epoch = 1; epoch <= scale.epochs; epoch += every) {
      text(svg, "", scale.x(epoch), BOTTOM + 18, "middle", Integer.toString(epoch));
    }
    text(svg, "", (LEFT + RIGHT) / 2.0, BOTTOM + 36, "middle", "epoch");
  }

  private static void range(StringBuilder svg, Scale scale, Group group) {
    Curve curve = group.curve();
    if (!curve.hasRange()) {
      return;
    }
    StringBuilder path = new StringBuilder();
    int epochs = curve.values().size();
    for (int e = 0; e < epochs; e++) {
      point(path, scale, e, curve.high().get(e), e == 0);
    }
    for (int e = epochs - 1; e >= 0; e--) {
      point(path, scale, e, curve.low().get(e), false);
    }
    // An area of a single epoch would have no width.
    print(
        svg,
        "<path class=\"%s c%d\" d=\"%sZ\"/>\n",
        epochs == 1 ? "bar" : "range",
        group.index(),
        path);
  }

  private static void curve(StringBuilder svg, Scale scale, Group group) {
    List<Double> values = group.curve().values();
    StringBuilder path = new StringBuilder();
    for (int e = 0; e < values.size(); e++) {
      point(path, scale, e, values.get(e), e == 0);
    }
    print(svg, "<path class=\"curve c%d\" d=\"%s\"/>\n", group.index(), path);
    print(
        svg,
        "<circle class=\"dot c%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>\n",
        group.index(),
        scale.x(values.size()),
        scale.y(group.curve().last()));
  }

  private static void point(
      StringBuilder path, Scale scale, int index, double value, boolean first) {
    print(path, "%s%.1f %.1f", first ? "M" : "L", scale.x(index + 1), scale.y(value));
  }

  /** Names beside the curves' ends, moved apart where they would cover each other. */
  private static void names(
      StringBuilder svg, Scale scale, String format, List<Group> groups, int bottom) {
    List<Group> order = new ArrayList<>(groups);
    order.sort(Comparator.comparingDouble(group -> -group.curve().last()));
    double[] top = new double[order.size()];
    double free = TOP - LINE;
    for (int i = 0; i < top.length; i++) {
      top[i] = Math.max(free, scale.y(order.get(i).curve().last()) - LINE / 2.0);
      free = top[i] + order.get(i).height();
    }
    double end = bottom + LINE / 2.0;
    for (int i = top.length - 1; i >= 0; i--) {
      top[i] = Math.min(top[i], end - order.get(i).height());
      end = top[i];
    }
    for (int i = 0; i < top.length; i++) {
      Group group = order.get(i);
      double last = group.curve().last();
      double middle = top[i] + LINE / 2.0;
      print(
          svg,
          "<path class=\"lead c%d\" d=\"M%.1f %.1fL%d %.1fH%d\"/>\n",
          group.index(),
          scale.x(group.curve().values().size()),
          scale.y(last),
          NAMES - 14,
          middle,
          NAMES - 4);
      for (int n = 0; n < group.curves().size(); n++) {
        String name = group.curves().get(n).name();
        name(
            svg,
            middle + 4 + n * LINE,
            n == 0 ? String.format(Locale.ROOT, format, last) + " " + name : "= " + name);
      }
    }
  }

  /** A name, squeezed if it is too long for its place. */
  private static void name(StringBuilder svg, double y, String name) {
    int width = WIDTH - NAMES - 2;
    print(
        svg,
        "<text class=\"\" x=\"%d\" y=\"%.1f\"%s>%s</text>\n",
        NAMES,
        y,
        name.length() * LETTER > width
            ? " textLength=\"" + width + "\" lengthAdjust=\"spacingAndGlyphs\""
            : "",
        escape(name));
  }

  private static void style(StringBuilder svg, String id, int groups) {
    svg.append("<style>\n");
    rules(svg, id, "#1b1f24", "#ffffff", "#dddddd", Palette.ON_WHITE);
    svg.append("@media screen and (prefers-color-scheme: dark) {\n");
    rules(svg, id, "#e6e8eb", "#15181c", "#3a4048", Palette.ON_BLACK);
    svg.append("}\n");
    print(
        svg,
        "#%1$s text { font: 13px system-ui, sans-serif; fill: var(--chart-ink); }\n"
            + "#%1$s .title { font-size: 15px; font-weight: 600; }\n"
            + "#%1$s .paper { fill: var(--chart-paper); }\n"
            + "#%1$s .grid { stroke: var(--chart-grid); }\n"
            + "#%1$s .curve { stroke-width: 2.2; stroke-linejoin: round; }\n"
            + "#%1$s .range { fill-opacity: .16; }\n"
            + "#%1$s .bar { stroke-width: 8; stroke-opacity: .3; }\n",
        id);
    for (int i = 0; i < groups; i++) {
      print(
          svg,
          "#%1$s .c%2$d { stroke: var(--chart-%3$d); fill: var(--chart-%3$d); stroke-dasharray:"
              + " %4$s; }\n",
          id,
          i,
          i % Palette.ON_WHITE.size(),
          DASHES.get(i % DASHES.size()));
    }
    // After the colours, which these take back.
    print(
        svg,
        "#%1$s .curve, #%1$s .lead { fill: none; }\n"
            + "#%1$s .range { stroke: none; }\n"
            + "#%1$s .dot, #%1$s .bar, #%1$s .lead { stroke-dasharray: none; }\n",
        id);
    svg.append("</style>\n");
  }

  private static void rules(
      StringBuilder svg, String id, String ink, String paper, String grid, List<Color> colors) {
    print(svg, "#%s { --chart-ink: %s; --chart-paper: %s; --chart-grid: %s;", id, ink, paper, grid);
    for (int i = 0; i < colors.size(); i++) {
      print(svg, " --chart-%d: %s;", i, Palette.css(colors.get(i)));
    }
    svg.append(" }\n");
  }

  private static void text(
      StringBuilder svg, String style, double x, double y, String anchor, String text) {
    print(
        svg,
        "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
        style,
        x,
        y,
        anchor,
        escape(text));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  private static void print(StringBuilder to, String format, Object... values) {
    to.append(String.format(Locale.ROOT, format, values));
  }
}
