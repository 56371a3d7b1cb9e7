package org.lenet5.exercise;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lenet5.chart.ParallelCoordinatesPicture;
import org.lenet5.chart.ParallelCoordinatesPicture.Axis;
import org.lenet5.chart.ParallelCoordinatesPicture.Line;
import org.lenet5.chart.ParallelCoordinatesPicture.Tick;
import org.lenet5.chart.Png;

/** The trials as lines through their settings to what they reached at each rung. */
final class TrialsPicture {
  private static final double STEP = 0.05;
  private static final int MOST_TICKS = 6;

  private final TuneResults results;
  private final double low;
  private final double high;

  private TrialsPicture(TuneResults results) {
    this.results = results;
    double[] reached =
        IntStream.range(0, results.trials().size())
            .boxed()
            .flatMap(
                trial ->
                    IntStream.rangeClosed(0, results.halving().last())
                        .mapToObj(rung -> accuracy(trial, rung))
                        .flatMap(Optional::stream))
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    // All rungs have the same scale, or a line's way through them would say nothing.
    low = reached.length == 0 ? 0 : STEP * Math.floor(reached[0] / STEP);
    high =
        reached.length == 0
            ? 1
            : Math.max(low + STEP, STEP * Math.ceil(reached[reached.length - 1] / STEP));
  }

  /** As a PNG. */
  static byte[] of(TuneResults results, String subject) {
    TrialsPicture picture = new TrialsPicture(results);
    return Png.encode(
        ParallelCoordinatesPicture.draw(
            subject,
            picture.axes(),
            picture.lines(),
            "Right of the settings: accuracy on the images held out, in percent. Numbers: the best trials."));
  }

  private Optional<Double> accuracy(int trial, int rung) {
    return results.atRung(trial, rung).filter(each -> !each.isFailed()).map(Score::accuracy);
  }

  private List<Axis> axes() {
    List<Axis> axes = new ArrayList<>();
    for (Dimension each : results.tuning().space()) {
      axes.add(new Axis(each.setting(), ticks(each)));
    }
    int steps = (int) Math.round((high - low) / STEP);
    int every = (steps + MOST_TICKS - 1) / MOST_TICKS;
    for (Halving.Rung rung : results.halving().rungs()) {
      List<Tick> ticks =
          IntStream.iterate(0, i -> i <= steps, i -> i + every)
              .mapToObj(
                  i ->
                      new Tick(
                          (double) i / steps,
                          String.format(Locale.ROOT, "%.0f", 100 * (low + STEP * i))))
              .toList();
      axes.add(new Axis(Numbers.count(rung.epochs(), "epoch"), ticks));
    }
    return axes;
  }

  private static List<Tick> ticks(Dimension of) {
    return of.hasChoices()
        ? of.choices().stream().map(each -> new Tick(of.place(each), of.label(each))).toList()
        : IntStream.rangeClosed(0, 2)
            .mapToObj(i -> of.at(Math.min(i / 2.0, Math.nextDown(1.0))))
            .distinct()
            .map(each -> new Tick(of.place(each), of.label(each)))
            .toList();
  }

  private List<Line> lines() {
    List<Integer> best = results.finalists().stream().map(TuneResults.Finalist::trial).toList();
    List<Line> lines = new ArrayList<>();
    for (int trial = 0; trial < results.trials().size(); trial++) {
      List<Double> places = new ArrayList<>();
      for (Dimension each : results.tuning().space()) {
        places.add(each.place(results.trials().get(trial).differences().get(each.setting())));
      }
      for (int rung = 0; rung <= results.rung(trial); rung++) {
        places.add((accuracy(trial, rung).orElseThrow() - low) / (high - low));
      }
      lines.add(new Line(places, best.indexOf(trial) + 1));
    }
    return lines;
  }
}
