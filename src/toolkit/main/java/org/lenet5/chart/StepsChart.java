package org.lenet5.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.ChartRenderingInfo;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/**
 * The test accuracy that steps reach, from the first at the top to the last: a dot for the mean, a
 * whisker from the lowest to the highest seed. Thread-safe.
 */
public final class StepsChart {
  private static final int WIDTH = 1000;
  private static final int AROUND = 150; // heading and axis
  private static final int ROW = 44;
  private static final int POINTS = 14;
  private static final int VALUES = 90; // room for the numbers on the right
  private static final DecimalFormatSymbols SYMBOLS = DecimalFormatSymbols.getInstance(Locale.ROOT);

  private StepsChart() {}

  /**
   * What a step reached; fractions, 0 to 1.
   *
   * @param name of the step
   * @param low the lowest seed's
   * @param mean over the seeds
   * @param high the highest seed's
   */
  public record Step(String name, double low, double mean, double high) {
    public Step {
      if (!(low <= mean && mean <= high)) {
        throw new IllegalArgumentException(
            "step %s: the mean (%s) must lie from %s to %s".formatted(name, mean, low, high));
      }
    }
  }

  /**
   * Draws the steps.
   *
   * @param subject below the title: what was measured
   * @param steps in their order, at least one
   */
  public static BufferedImage draw(String subject, List<Step> steps) {
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a chart needs at least one step");
    }
    int height = AROUND + ROW * steps.size();
    BufferedImage sheet = Canvas.sheet(WIDTH, height);
    Graphics2D pen = Canvas.pen(sheet, POINTS);
    try {
      JFreeChart chart = chart(subject, steps);
      ChartRenderingInfo info = new ChartRenderingInfo();
      chart.draw(pen, new Rectangle2D.Double(0, 0, WIDTH, height), info);
      pen.setClip(null);
      values(pen, chart.getXYPlot(), info.getPlotInfo().getDataArea(), steps);
    } finally {
      pen.dispose();
    }
    return sheet;
  }

  private static JFreeChart chart(String subject, List<Step> steps) {
    XYIntervalSeries series = new XYIntervalSeries("steps");
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      series.add(step.mean(), step.low(), step.high(), i, i, i);
    }
    XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
    data.addSeries(series);
    XYErrorRenderer renderer = new XYErrorRenderer();
    renderer.setDrawYError(false);
    renderer.setCapLength(10);
    renderer.setErrorPaint(Palette.TESTING);
    renderer.setErrorStroke(new BasicStroke(2f));
    renderer.setSeriesPaint(0, Palette.TESTING);
    renderer.setSeriesShape(0, new Ellipse2D.Double(-5, -5, 10, 10));
    NumberAxis across = new NumberAxis("Test accuracy");
    across.setAutoRangeIncludesZero(false);
    across.setAutoRangeMinimumSize(0.02);
    SymbolAxis down = new SymbolAxis("", steps.stream().map(Step::name).toArray(String[]::new));
    down.setInverted(true);
    down.setGridBandsVisible(false);
    down.setTickMarksVisible(false);
    XYPlot plot = new XYPlot(data, across, down, renderer);
    across.setNumberFormatOverride(
        new DecimalFormat(across.getRange().getLength() > 0.15 ? "0%" : "0.0%", SYMBOLS));
    for (NumberAxis axis : List.of(across, down)) {
      axis.setLabelFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
      axis.setTickLabelFont(new Font(Font.SANS_SERIF, Font.PLAIN, POINTS));
      axis.setTickLabelInsets(new RectangleInsets(8, 4, 8, 4));
      axis.setLabelPaint(Canvas.INK);
      axis.setTickLabelPaint(Canvas.INK);
    }
    plot.setBackgroundPaint(Color.WHITE);
    plot.setOutlineVisible(false);
    plot.setDomainGridlinePaint(Palette.GRID);
    plot.setDomainGridlineStroke(new BasicStroke(1f));
    plot.setRangeGridlinesVisible(false);
    JFreeChart chart =
        new JFreeChart(
            "Test accuracy, step by step", new Font(Font.SANS_SERIF, Font.BOLD, 20), plot, false);
    chart.getTitle().setPaint(Canvas.INK);
    chart.addSubtitle(0, new TextTitle(subject, new Font(Font.SANS_SERIF, Font.PLAIN, POINTS)));
    chart.setBackgroundPaint(Color.WHITE);
    chart.setPadding(new RectangleInsets(10, 10, 8, VALUES));
    return chart;
  }

  /** The means, right of the whiskers. */
  private static void values(Graphics2D pen, XYPlot plot, Rectangle2D area, List<Step> steps) {
    pen.setColor(Canvas.INK);
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      double x = plot.getDomainAxis().valueToJava2D(step.high(), area, RectangleEdge.BOTTOM);
      double y = plot.getRangeAxis().valueToJava2D(i, area, RectangleEdge.LEFT);
      Canvas.write(pen, String.format(Locale.ROOT, "%.1f%%", 100 * step.mean()), x + 12, y, 0);
    }
  }
}
