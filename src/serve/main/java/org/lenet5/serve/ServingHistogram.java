package org.lenet5.serve;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Durations by model, in microseconds and in the buckets that TensorFlow Serving has: 33 of them,
 * the first up to 10, each 1.8 times as wide as the one before. Thread-safe.
 */
final class ServingHistogram {
  private static final int BUCKETS = 33;
  private static final double[] BOUNDS = bounds();

  private final String name;
  private final Map<String, Series> byModel = new ConcurrentHashMap<>();

  ServingHistogram(String name) {
    this.name = name;
  }

  private static double[] bounds() {
    double[] bounds = new double[BUCKETS];
    for (int i = 0; i < BUCKETS; i++) {
      bounds[i] = 10 * Math.pow(1.8, i);
    }
    return bounds;
  }

  private static final class Series {
    private final LongAdder[] counts = new LongAdder[BUCKETS + 1];
    private final LongAdder micros = new LongAdder();

    Series() {
      for (int i = 0; i < counts.length; i++) {
        counts[i] = new LongAdder();
      }
    }
  }

  void add(String model, long nanos) {
    Series series = byModel.computeIfAbsent(model, any -> new Series());
    long micros = nanos / 1000;
    int bucket = 0;
    while (bucket < BUCKETS && micros > BOUNDS[bucket]) {
      bucket++;
    }
    series.counts[bucket].increment();
    series.micros.add(micros);
  }

  /** Writes it in Prometheus' text form. */
  void write(StringBuilder out) {
    out.append("# TYPE ").append(name).append(" histogram\n");
    new TreeMap<>(byModel)
        .forEach(
            (model, series) -> {
              String label = "{model_name=\"" + model + "\"";
              long sum = 0;
              for (int i = 0; i <= BUCKETS; i++) {
                sum += series.counts[i].sum();
                out.append(name).append("_bucket").append(label).append(",le=\"");
                out.append(i < BUCKETS ? Double.toString(BOUNDS[i]) : "+Inf");
                out.append("\"} ").append(sum).append('\n');
              }
              long micros = series.micros.sum();
              out.append(name)
                  .append("_sum")
                  .append(label)
                  .append("} ")
                  .append(micros)
                  .append('\n');
              out.append(name).append("_count").append(label).append("} ").append(sum).append('\n');
            });
  }
}
