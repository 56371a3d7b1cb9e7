package org.lenet5.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * A quantity over the epochs: training blue, testing red and, where images are held out, validation
 * purple; each with a marker and a dash of its own. Thread-safe.
 */
public enum EpochChart {
  /** "Loss over epochs". */
  LOSS("Loss", EpochPoint.Figures::loss),
  /** "Accuracy over epochs", as percentages. */
  ACCURACY("Accuracy", EpochPoint.Figures::accuracy);

  /** The picture's size in pixels, 16:9. */
  public static final int WIDTH = 900;

  /** See {@link #WIDTH}. */
  public static final int HEIGHT = 506;

  // Beyond this many epochs the markers would hide the line.
  private static final int MOST_MARKERS = 40;

  private static final float[] SOLID = null;
  private static final float[] DASHES = {10, 5};
  private static final float[] DOTS = {2, 5};

  private final String quantity;
  private final ToDoubleFunction<EpochPoint.Figures> value;

  EpochChart(String quantity, ToDoubleFunction<EpochPoint.Figures> value) {
    this.quantity = quantity;
    this.value = value;
  }

  /**
   * Draws the chart, {@link #WIDTH} by {@link #HEIGHT}.
   *
   * @param subject whose curves these are, such as the run's name and the data set
   * @param points in the epochs' order, at least one
   */
  public BufferedImage draw(String subject, List<EpochPoint> points) {
    return chart(subject, points).createBufferedImage(WIDTH, HEIGHT);
  }

  JFreeChart chart(String subject, List<EpochPoint> points) {
    if (points.isEmpty()) {
      throw new IllegalArgumentException("a chart needs at least one epoch");
    }
    XYSeriesCollection data = new XYSeriesCollection();
    XYLineAndShapeRenderer renderer =
        new XYLineAndShapeRenderer(true, points.size() <= MOST_MARKERS);
    add(
        data,
        renderer,
        "Training",
        Palette.TRAINING,
        SOLID,
        dot(),
        points,
        p -> Optional.of(p.train()));
    add(
        data,
        renderer,
        "Testing",
        Palette.TESTING,
        DASHES,
        square(),
        points,
        p -> Optional.of(p.test()));
    if (points.stream().anyMatch(p -> p.validation().isPresent())) {
      add(
          data,
          renderer,
          "Validation",
          Palette.VALIDATION,
          DOTS,
          diamond(),
          points,
          EpochPoint::validation);
    }
    JFreeChart chart =
        ChartFactory.createXYLineChart(quantity + " over epochs", "Epoch", quantity, data);
    chart.addSubtitle(0, new TextTitle(subject, new Font(Font.SANS_SERIF, Font.PLAIN, 14)));
    XYPlot plot = chart.getXYPlot();
    plot.setRenderer(renderer);
    style(chart, plot);
    scale(plot, points);
    return chart;
  }

  private void add(
      XYSeriesCollection data,
      XYLineAndShapeRenderer renderer,
      String whose,
      Color color,
      float[] dashes,
      Shape marker,
      List<EpochPoint> points,
      Function<EpochPoint, Optional<EpochPoint.Figures>> figures) {
    XYSeries series = new XYSeries(whose + " " + quantity.toLowerCase(Locale.ROOT));
    for (EpochPoint point : points) {
      figures
          .apply(point)
          .map(value::applyAsDouble)
          // An axis cannot reach infinity: such an epoch is left out of the line.
          .filter(Double::isFinite)
          .ifPresent(y -> series.add(point.epoch(), y));
    }
    int index = data.getSeriesCount();
    data.addSeries(series);
    renderer.setSeriesPaint(index, color);
    renderer.setSeriesStroke(
        index, new BasicStroke(2.4f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 10, dashes, 0));
    renderer.setSeriesShape(index, marker);
    // Longer than usual, so that the legend shows each line's dashes.
    renderer.setLegendLine(new Line2D.Double(-18, 0, 18, 0));
  }

  private static void style(JFreeChart chart, XYPlot plot) {
    chart.setBackgroundPaint(Color.WHITE);
    chart.setPadding(new RectangleInsets(10, 10, 8, 22));
    chart.getTitle().setFont(new Font(Font.SANS_SERIF, Font.BOLD, 20));
    chart.getTitle().setPaint(Canvas.INK);
    chart.getTitle().setMargin(new RectangleInsets(0, 0, 6, 0));
    chart.getLegend().setPosition(RectangleEdge.BOTTOM);
    chart.getLegend().setFrame(BlockBorder.NONE);
    chart.getLegend().setItemFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15));
    chart.getLegend().setItemLabelPadding(new RectangleInsets(2, 4, 2, 16));
    plot.setBackgroundPaint(Color.WHITE);
    plot.setOutlineVisible(false);
    plot.setDomainGridlinesVisible(false);
    plot.setRangeGridlinePaint(Palette.GRID);
    plot.setRangeGridlineStroke(new BasicStroke(1f));
    for (NumberAxis axis :
        List.of((NumberAxis) plot.getDomainAxis(), (NumberAxis) plot.getRangeAxis())) {
      axis.setLabelFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
      axis.setTickLabelFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
      // Room around the numbers: fewer of them, and fewer grid lines.
      axis.setTickLabelInsets(new RectangleInsets(8, 4, 8, 4));
      axis.setLabelPaint(Canvas.INK);
      axis.setTickLabelPaint(Canvas.INK);
    }
  }

  private void scale(XYPlot plot, List<EpochPoint> points) {
    NumberAxis epochs = (NumberAxis) plot.getDomainAxis();
    epochs.setStandardTickUnits(NumberAxis.createIntegerTickUnits());
    int first = points.get(0).epoch();
    int last = points.get(points.size() - 1).epoch();
    // A single epoch stands in the middle. Less than 1, so that no epoch 0 shows.
    double margin = first == last ? 0.5 : Math.min(0.9, (last - first) * 0.02);
    epochs.setRange(first - margin, last + margin);
    NumberAxis values = (NumberAxis) plot.getRangeAxis();
    values.setAutoRangeIncludesZero(false);
    // Noise on a flat curve should look flat.
    values.setAutoRangeMinimumSize(0.01);
    values.setStandardTickUnits(NumberAxis.createStandardTickUnits(Locale.ROOT));
    values.setNumberFormatOverride(
        new DecimalFormat(
            format(values.getRange().getLength()), DecimalFormatSymbols.getInstance(Locale.ROOT)));
  }

  // As many decimals as the grid lines of such a range need, and on all of them the same.
  private String format(double range) {
    if (this == ACCURACY) {
      return range > 0.15 ? "0%" : "0.0%";
    }
    return range > 1 ? "0.0" : range > 0.1 ? "0.00" : "0.000";
  }

  private static Shape dot() {
    return new Ellipse2D.Double(-4, -4, 8, 8);
  }

  private static Shape square() {
    return new Rectangle2D.Double(-3.5, -3.5, 7, 7);
  }

  private static Shape diamond() {
    Path2D diamond = new Path2D.Double();
    diamond.moveTo(0, -5);
    diamond.lineTo(5, 0);
    diamond.lineTo(0, 5);
    diamond.lineTo(-5, 0);
    diamond.closePath();
    return diamond;
  }
}
