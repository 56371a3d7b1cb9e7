package org.lenet5.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.lenet5.classify.Classifier;
import org.lenet5.data.Cifar10;

/**
 * What a classifier takes, as lines of JSON. scripts/benchmark runs it in turn with the same work
 * in other frameworks.
 *
 * <p>usage: ClassifierBenchmark MODEL TEST_RECORDS latency|threads|million
 */
public final class ClassifierBenchmark {
  private static final int WARM_UP = 20_000;
  private static final int CALLS = 20_000;
  private static final int BATCH = 256;

  private final Classifier classifier;
  private final byte[][] images;
  private long sum;

  private ClassifierBenchmark(Classifier classifier, byte[][] images) {
    this.classifier = classifier;
    this.images = images;
  }

  public static void main(String[] args) throws Exception {
    try (Classifier classifier = Classifier.load(Path.of(args[0]))) {
      ClassifierBenchmark benchmark = new ClassifierBenchmark(classifier, read(Path.of(args[1])));
      switch (args[2]) {
        case "latency" -> benchmark.latency();
        case "threads" -> benchmark.threads();
        case "million" -> benchmark.million();
        default -> throw new IllegalArgumentException("must be latency, threads or million");
      }
    }
  }

  // A record is a label and the planes of red, green and blue.
  private static byte[][] read(Path records) throws IOException {
    byte[] bytes = Files.readAllBytes(records);
    int plane = Cifar10.SHAPE.bytes() / 3;
    byte[][] images = new byte[bytes.length / (1 + 3 * plane)][3 * plane];
    for (int i = 0; i < images.length; i++) {
      for (int p = 0; p < 3 * plane; p++) {
        images[i][p] = bytes[i * (1 + 3 * plane) + 1 + p % 3 * plane + p / 3];
      }
    }
    return images;
  }

  private void one(int i) {
    sum += classifier.classifyPixels(images[i % images.length]).get(0).classId();
  }

  private void latency() {
    for (int i = 0; i < WARM_UP; i++) {
      one(i);
    }
    long[] nanos = timed(this::one);
    long median = nanos[CALLS / 2];
    // What the machine itself does to work of this length that needs no memory and no library.
    long[] loop = timed(i -> add(WARM_UP));
    int additions = (int) (WARM_UP * median / loop[CALLS / 2]);
    loop = timed(i -> add(additions));
    byte[] batch = new byte[BATCH * Cifar10.SHAPE.bytes()];
    for (int i = 0; i < BATCH; i++) {
      System.arraycopy(images[i], 0, batch, i * Cifar10.SHAPE.bytes(), Cifar10.SHAPE.bytes());
    }
    long[] each = new long[200];
    for (int i = -100; i < each.length; i++) {
      long begin = System.nanoTime();
      sum += classifier.classifyPixels(batch).size();
      each[Math.max(0, i)] = System.nanoTime() - begin;
    }
    System.out.printf(
        Locale.ROOT,
        "{\"peer\": \"this program\", \"single_p50_us\": %.1f, \"single_p99_us\": %.1f,"
            + " \"loop_p50_us\": %.1f, \"loop_p99_us\": %.1f, \"batch256_images_per_s\": %.0f}%n",
        median / 1e3,
        nanos[CALLS * 99 / 100] / 1e3,
        loop[CALLS / 2] / 1e3,
        loop[CALLS * 99 / 100] / 1e3,
        1e9 * BATCH * each.length / LongStream.of(each).sum());
  }

  /** Times of {@link #CALLS} calls, sorted. */
  private static long[] timed(IntConsumer call) {
    long[] nanos = new long[CALLS];
    for (int i = 0; i < CALLS; i++) {
      long begin = System.nanoTime();
      call.accept(i);
      nanos[i] = System.nanoTime() - begin;
    }
    Arrays.sort(nanos);
    return nanos;
  }

  private void add(int additions) {
    for (int i = 0; i < additions; i++) {
      sum = sum * 31 + i;
    }
  }

  // For two seconds at a time, one thread and two in turn: a slow minute strikes both.
  private void threads() throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      one(i);
    }
    for (int round = 0; round < 5; round++) {
      for (int threads = 1; threads <= 2; threads++) {
        System.out.printf(
            Locale.ROOT,
            "{\"round\": %d, \"threads\": %d, \"images_per_s\": %.0f}%n",
            round,
            threads,
            imagesASecond(threads));
      }
    }
  }

  private double imagesASecond(int threads) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    AtomicBoolean stop = new AtomicBoolean();
    try {
      Callable<Long> work =
          () -> {
            long done = 0;
            for (; !stop.get(); done++) {
              classifier.classifyPixels(images[(int) (done % images.length)]);
            }
            return done;
          };
      long begin = System.nanoTime();
      var running = IntStream.range(0, threads).mapToObj(t -> pool.submit(work)).toList();
      Thread.sleep(2000);
      stop.set(true);
      long done = 0;
      for (Future<Long> each : running) {
        done += each.get();
      }
      return 1e9 * done / (System.nanoTime() - begin);
    } finally {
      pool.shutdownNow();
    }
  }

  // One by one and in batches, as a service would.
  private void million() throws IOException {
    byte[] batch = new byte[BATCH * Cifar10.SHAPE.bytes()];
    for (int done = 0; done <= 1_000_000; done += 50_000) {
      System.out.printf(
          Locale.ROOT, "{\"images\": %d, \"resident_mib\": %.1f}%n", done, residentMebibytes());
      for (int i = 0; i < 25_000; i++) {
        one(i);
      }
      for (int i = 0; i < 25_000; i += BATCH) {
        sum += classifier.classifyPixels(batch).size();
      }
    }
  }

  private static double residentMebibytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(Double.NaN);
  }
}
