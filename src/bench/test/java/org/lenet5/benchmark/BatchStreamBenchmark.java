package org.lenet5.benchmark;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.lenet5.data.Augmentation;
import org.lenet5.data.BatchStream;
import org.lenet5.data.DataStore;
import org.lenet5.data.LabeledImages;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Varied images a second. The toolkit's own figures with one worker: at least 500,000 flipped and
 * cropped, 150,000 with all moves at once.
 *
 * <pre>
 *   mvn -q test-compile
 *   java -cp target/test-classes:target/classes:CLASSPATH org.openjdk.jmh.Main BatchStreamBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BatchStreamBenchmark {
  private static final int IMAGES = 50_000;

  @Param({"1", "2"})
  public int workers;

  @Param({"10", "128"})
  public int batchSize;

  @Param({"flip,crop", "flip,crop,shift:0.1", "flip,crop,shift:0.1,rotate:15", "flip,crop,trivial"})
  public String augment;

  private LabeledImages images;
  private Augmentation augmentation;
  private int epoch;

  /** As many images as CIFAR-10 has, the sample's ten times over. */
  @Setup
  public void load() {
    LabeledImages sample = new DataStore(Path.of("data")).load("sample").train();
    int[] indices = new int[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      indices[i] = i % sample.size();
    }
    images = sample.select(indices);
    augmentation = Augmentation.parse(augment);
  }

  /** One epoch, threads and shuffling included. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public long augmentedImages() {
    long labels = 0;
    try (BatchStream stream =
        BatchStream.shuffled(images, batchSize, augmentation, 42, epoch++, workers)) {
      while (stream.hasNext()) {
        labels += stream.next().labels().getInt(0);
      }
    }
    return labels;
  }
}
