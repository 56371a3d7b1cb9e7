package org.lenet5.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.lenet5.classify.Classifier;

/**
 * Images a second of rows of pixels in Parquet, against the same classifier's batches; for
 * scripts/benchmark, which calls it with {@code make RECORDS PARQUET ROWS} and {@code measure MODEL
 * PARQUET RECORDS ROUNDS}.
 */
final class PixelsBenchmark {
  private static final int RECORD = 3073;
  private static final int BATCH = 256;
  private static final int THREADS = 2;

  private PixelsBenchmark() {}

  public static void main(String[] args) throws Exception {
    SparkSession spark = LocalSpark.start("Pixels", THREADS);
    byte[] records = Files.readAllBytes(Path.of(args[0].equals("make") ? args[1] : args[3]));
    if (args[0].equals("make")) {
      make(spark, records, args[2], Long.parseLong(args[3]));
      return;
    }
    byte[] batch = new byte[BATCH * (RECORD - 1)];
    for (int i = 0; i < BATCH; i++) {
      System.arraycopy(records, i * RECORD + 1, batch, i * (RECORD - 1), RECORD - 1);
    }
    for (int round = 0; round <= Integer.parseInt(args[4]); round++) { // the first warms up
      double alone = alone(args[1], batch);
      double rows = rows(spark, args[1], args[2]);
      System.out.printf(
          Locale.ROOT,
          "{\"round\": %d, \"batches_per_s\": %.0f, \"rows_per_s\": %.0f}%n",
          round,
          alone,
          rows);
    }
  }

  private static void make(SparkSession spark, byte[] records, String parquet, long rows) {
    Broadcast<byte[]> all = new JavaSparkContext(spark.sparkContext()).broadcast(records);
    int count = records.length / RECORD;
    spark
        .range(0, rows, 1, 16)
        .map(
            (MapFunction<Long, Row>)
                id -> {
                  int at = (int) (id % count) * RECORD + 1;
                  byte[] pixels = Arrays.copyOfRange(all.value(), at, at + RECORD - 1);
                  return RowFactory.create(id, pixels);
                },
            Encoders.row(
                new StructType().add("id", DataTypes.LongType).add("pixels", DataTypes.BinaryType)))
        .write()
        .option("compression", "none")
        .parquet(parquet);
  }

  /** Batches of 256 that two threads ask for, for three seconds. */
  private static double alone(String model, byte[] batch) throws InterruptedException {
    try (Classifier classifier = Classifier.load(Path.of(model))) {
      long[] done = new long[THREADS];
      long begin = System.nanoTime();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int mine = i;
        threads.add(
            new Thread(
                () -> {
                  while (System.nanoTime() - begin < 3_000_000_000L) {
                    done[mine] += classifier.classifyPixels(batch).size();
                  }
                }));
      }
      threads.forEach(Thread::start);
      for (Thread each : threads) {
        each.join();
      }
      return (done[0] + done[1]) * 1e9 / (System.nanoTime() - begin);
    }
  }

  // All columns are computed, and none is kept.
  private static double rows(SparkSession spark, String model, String parquet) {
    long begin = System.nanoTime();
    Classification.of(spark.read().parquet(parquet))
        .model(model)
        .pixels("pixels")
        .keep(List.of("id"))
        .run()
        .write()
        .format("noop")
        .mode("overwrite")
        .save();
    long count = spark.read().parquet(parquet).count();
    return count * 1e9 / (System.nanoTime() - begin);
  }
}
