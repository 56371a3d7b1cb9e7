package org.lenet5.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.ChartRenderingInfo;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * The test accuracy of several runs over the epochs, and below it their test loss. Each curve's
 * name stands at its end, in its colour; where colours come again, dashes differ. Thread-safe.
 */
public final class RunsChart {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 560;
  private static final int NAMES = 300;
  private static final int LINE = 20;
  private static final int POINTS = 14;
  private static final int MOST_MARKERS = 40;
  private static final float[] DASHES = {9, 5};
  private static final float[] DOTS = {3, 4};

  private RunsChart() {}

  /**
   * A run's curves.
   *
   * @param name of the run
   * @param accuracies by epoch, from the first; fractions, 0 to 1; at least one
   * @param losses by epoch, as many
   */
  public record Curve(String name, List<Double> accuracies, List<Double> losses) {
    public Curve {
      accuracies = List.copyOf(accuracies);
      losses = List.copyOf(losses);
      if (accuracies.isEmpty() || accuracies.size() != losses.size()) {
        throw new IllegalArgumentException(
            "run %s has %d accuracies and %d losses: as many of both, at least one"
                .formatted(name, accuracies.size(), losses.size()));
      }
    }
  }

  /** What a panel shows. */
  private enum Figure {
    ACCURACY("Test accuracy") {
      @Override
      List<Double> of(Curve curve) {
        return curve.accuracies();
      }

      @Override
      String text(double value) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * value);
      }

      @Override
      DecimalFormat ticks(double range) {
        return new DecimalFormat(range > 0.15 ? "0%" : "0.0%", SYMBOLS);
      }
    },
    LOSS("Test loss") {
      @Override
      List<Double> of(Curve curve) {
        return curve.losses();
      }

      @Override
      String text(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
      }

      @Override
      DecimalFormat ticks(double range) {
        return new DecimalFormat(range > 0.15 ? "0.00" : "0.0000", SYMBOLS);
      }
    };

    private static final DecimalFormatSymbols SYMBOLS =
        DecimalFormatSymbols.getInstance(Locale.ROOT);

    private final String title;

    Figure(String title) {
      this.title = title;
    }

    abstract List<Double> of(Curve curve);

    abstract String text(double value);

    abstract DecimalFormat ticks(double range);

    double last(Curve curve) {
      List<Double> values = of(curve);
      return values.get(values.size() - 1);
    }
  }

  /**
   * Draws the curves.
   *
   * @param subject below the title: what the runs were measured on
   * @param curves at least one
   */
  public static BufferedImage draw(String subject, List<Curve> curves) {
    if (curves.isEmpty()) {
      throw new IllegalArgumentException("a chart needs at least one run");
    }
    int height = Math.max(HEIGHT, 130 + LINE * curves.size());
    BufferedImage sheet = Canvas.sheet(WIDTH, height * Figure.values().length);
    Graphics2D pen = Canvas.pen(sheet, POINTS);
    try {
      int top = 0;
      for (Figure figure : Figure.values()) {
        JFreeChart chart = chart(figure, subject, curves);
        ChartRenderingInfo info = new ChartRenderingInfo();
        chart.draw(pen, new Rectangle2D.Double(0, top, WIDTH, height), info);
        pen.setClip(null);
        names(pen, figure, chart.getXYPlot(), info.getPlotInfo().getDataArea(), curves);
        top += height;
      }
    } finally {
      pen.dispose();
    }
    return sheet;
  }

  private static Color color(int index) {
    return Palette.LINES.get(index % Palette.LINES.size());
  }

  private static JFreeChart chart(Figure figure, String subject, List<Curve> curves) {
    XYSeriesCollection data = new XYSeriesCollection();
    int epochs = curves.stream().mapToInt(each -> each.accuracies().size()).max().orElseThrow();
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, epochs <= MOST_MARKERS);
    for (int i = 0; i < curves.size(); i++) {
      // By number: two runs of one name may lie in two folders.
      XYSeries series = new XYSeries(i);
      List<Double> values = figure.of(curves.get(i));
      for (int e = 0; e < values.size(); e++) {
        series.add(e + 1, values.get(e));
      }
      data.addSeries(series);
      renderer.setSeriesPaint(i, color(i));
      renderer.setSeriesShape(i, new Ellipse2D.Double(-3.5, -3.5, 7, 7));
      renderer.setSeriesStroke(
          i, new BasicStroke(2.4f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes(i), 0));
    }
    JFreeChart chart =
        ChartFactory.createXYLineChart(figure.title + " over epochs", "Epoch", figure.title, data);
    chart.removeLegend();
    chart.addSubtitle(0, new TextTitle(subject, new Font(Font.SANS_SERIF, Font.PLAIN, 14)));
    chart.setBackgroundPaint(Color.WHITE);
    chart.setPadding(new RectangleInsets(10, 10, 8, NAMES));
    chart.getTitle().setFont(new Font(Font.SANS_SERIF, Font.BOLD, 20));
    chart.getTitle().setPaint(Canvas.INK);
    XYPlot plot = chart.getXYPlot();
    plot.setRenderer(renderer);
    plot.setBackgroundPaint(Color.WHITE);
    plot.setOutlineVisible(false);
    plot.setDomainGridlinesVisible(false);
    plot.setRangeGridlinePaint(Palette.GRID);
    plot.setRangeGridlineStroke(new BasicStroke(1f));
    scale(figure, plot, epochs);
    return chart;
  }

  private static float[] dashes(int index) {
    return switch (index / Palette.LINES.size() % 3) {
      case 0 -> null;
      case 1 -> DASHES;
      default -> DOTS;
    };
  }

  private static void scale(Figure figure, XYPlot plot, int epochs) {
    NumberAxis across = (NumberAxis) plot.getDomainAxis();
    NumberAxis up = (NumberAxis) plot.getRangeAxis();
    for (NumberAxis axis : List.of(across, up)) {
      axis.setLabelFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
      axis.setTickLabelFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
      axis.setTickLabelInsets(new RectangleInsets(8, 4, 8, 4));
      axis.setLabelPaint(Canvas.INK);
      axis.setTickLabelPaint(Canvas.INK);
    }
    across.setStandardTickUnits(NumberAxis.createIntegerTickUnits());
    double margin = epochs == 1 ? 0.5 : Math.min(0.9, (epochs - 1) * 0.02);
    across.setRange(1 - margin, epochs + margin);
    up.setAutoRangeIncludesZero(false);
    up.setAutoRangeMinimumSize(0.01);
    up.setStandardTickUnits(NumberAxis.createStandardTickUnits(Locale.ROOT));
    up.setNumberFormatOverride(figure.ticks(up.getRange().getLength()));
  }

  /** Names beside the curves' ends, moved apart where they would cover each other. */
  private static void names(
      Graphics2D pen, Figure figure, XYPlot plot, Rectangle2D area, List<Curve> curves) {
    List<Integer> order =
        IntStream.range(0, curves.size())
            .boxed()
            .sorted(
                (a, b) -> Double.compare(figure.last(curves.get(b)), figure.last(curves.get(a))))
            .toList();
    double[] middle = new double[order.size()];
    double free = area.getMinY();
    for (int i = 0; i < middle.length; i++) {
      middle[i] = Math.max(free, y(figure, plot, area, curves.get(order.get(i))));
      free = middle[i] + LINE;
    }
    double end = area.getMaxY();
    for (int i = middle.length - 1; i >= 0; i--) {
      middle[i] = Math.min(middle[i], end);
      end = middle[i] - LINE;
    }
    double left = area.getMaxX() + 24;
    for (int i = 0; i < middle.length; i++) {
      Curve curve = curves.get(order.get(i));
      double x =
          plot.getDomainAxis().valueToJava2D(curve.accuracies().size(), area, RectangleEdge.BOTTOM);
      pen.setColor(color(order.get(i)));
      pen.setStroke(new BasicStroke(1f));
      double elbow = left - 16;
      pen.draw(new Line2D.Double(x, y(figure, plot, area, curve), elbow, middle[i]));
      pen.draw(new Line2D.Double(elbow, middle[i], left - 4, middle[i]));
      String value = figure.text(figure.last(curve)) + " ";
      double room = WIDTH - left - 8;
      Canvas.writeFitting(pen, value + curve.name(), left, middle[i], (int) room);
    }
  }

  private static double y(Figure figure, XYPlot plot, Rectangle2D area, Curve curve) {
    return plot.getRangeAxis().valueToJava2D(figure.last(curve), area, RectangleEdge.LEFT);
  }
}
