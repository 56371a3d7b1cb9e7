package org.lenet5.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.Golden;
import org.lenet5.SmallSample;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.LogitsModel;
import org.lenet5.data.BatchStream;
import org.lenet5.data.Dataset;
import org.lenet5.export.SavedModels;
import org.lenet5.model.Model;
import org.lenet5.model.Normalization;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;

/**
 * Counts what JavaCPP holds of native memory before and after: a tensor or a result that is left
 * open stays in the count until the garbage collector comes, which long runs must not depend on.
 */
class NativeMemoryTest {
  private static final Dataset DATA = SmallSample.of(60, 30);

  // More than one, for what the first left open may be freed meanwhile after all.
  private static final int CALLS = 2;

  // Bounds that a machine under load does not reach.
  private static final int ATTEMPTS = 100;
  private static final int COLLECTIONS = 120;
  private static final long WAIT_MILLIS = 500;

  @TempDir static Path folder;
  private static Path model;
  private static Path checkpoint;

  @BeforeAll
  static void export() {
    checkpoint = folder.resolve("weights");
    CheckpointFile.write(checkpoint.toString(), Golden.arrays("weights.f32"));
    model = folder.resolve("1");
    export(model);
  }

  private static void export(Path target) {
    SavedModels.write(
        new SavedModels.Source(
            Model.leNet5(10, Normalization.NONE),
            DATA.classNames(),
            checkpoint,
            images(),
            Golden.arrays("outputs.f32").get("probabilities")),
        target);
  }

  private static ByteNdArray images() {
    try (BatchStream all = BatchStream.inOrder(Golden.images(), 20)) {
      ByteNdArray copy = NdArrays.ofBytes(Shape.of(20, 32, 32, 3));
      all.next().images().copyTo(copy);
      return copy;
    }
  }

  /** How many native allocations each call of {@code work} leaves open, after a first one. */
  private static long leftOpen(Runnable work) throws InterruptedException {
    work.run();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      settle();
      long collections = collections();
      long before = Pointer.totalCount();
      for (int i = 0; i < CALLS; i++) {
        work.run();
      }
      long left = Pointer.totalCount() - before;
      // The collector frees what was left open: then nothing was seen.
      if (collections() == collections) {
        return Math.floorDiv(left + CALLS - 1, CALLS);
      }
    }
    throw new AssertionError(
        "a garbage collection came in between in all " + ATTEMPTS + " attempts");
  }

  // What others left open is freed by threads of their own, some time after the collection. One
  // object is seen to have gone that way, then another that only a later collection found.
  private static void settle() throws InterruptedException {
    for (int round = 0; round < 2; round++) {
      ReferenceQueue<Object> gone = new ReferenceQueue<>();
      Reference<Object> seen = new PhantomReference<>(new Object(), gone);
      boolean isGone = false;
      for (int collection = 0; collection < COLLECTIONS && !isGone; collection++) {
        // JUnit interrupts a test that takes too long: this has to end then.
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        System.gc();
        Pointer.deallocateReferences();
        isGone = gone.remove(WAIT_MILLIS) == seen;
      }
      assertThat(isGone).as("an object that nobody holds is collected").isTrue();
    }
    Pointer.deallocateReferences();
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  @Test
  void endsWhenItIsInterrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> leftOpen(() -> {})).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void countsWhatIsLeftOpen() throws InterruptedException {
    assertThat(leftOpen(() -> org.tensorflow.types.TFloat32.scalarOf(1f))).isPositive();
  }

  @Test
  void trainingAndEvaluating() throws InterruptedException {
    for (String optimizer : List.of("adam", "sgd")) {
      TrainingConfig config =
          TrainingConfig.of(
              Map.of(
                  "epochs", "1",
                  "batch-size", "25", // the last batch is smaller
                  "validation", "0.2",
                  "augment", "flip,crop",
                  "dropout", "0.5",
                  "threads", "2",
                  "optimizer", optimizer));
      try (Trainer trainer = new Trainer(config, DATA, 1, PassListener.NONE)) {
        assertThat(leftOpen(() -> trainer.train(0, List.of()))).as(optimizer).isNotPositive();
        assertThat(leftOpen(() -> trainer.probabilities(images()))).as(optimizer).isNotPositive();
        assertThat(leftOpen(() -> trainer.restore(trainer.variables())))
            .as(optimizer)
            .isNotPositive();
      }
      assertThat(leftOpen(() -> new Trainer(config, DATA, 1, PassListener.NONE).close()))
          .as(optimizer)
          .isNotPositive();
    }
  }

  @Test
  void learningFromATeacher() throws InterruptedException {
    TrainingConfig config =
        TrainingConfig.of(
            Map.of("epochs", "1", "batch-size", "25", "threads", "2", "teacher", "x"));
    LogitsModel found = LogitsModel.find(model);
    assertThat(leftOpen(() -> Teacher.of(found, DATA.classNames(), 2).close())).isNotPositive();
    assertThat(leftOpen(() -> teacher().close())).isNotPositive();
    try (Teacher teacher = teacher();
        Trainer trainer = new Trainer(config, DATA, 1, PassListener.NONE, Optional.of(teacher))) {
      assertThat(leftOpen(() -> trainer.train(0, List.of()))).isNotPositive();
    }
  }

  private static Teacher teacher() {
    return Teacher.of(
        Model.leNet5(10, Normalization.NONE),
        Golden.arrays("weights.f32"),
        DATA.classNames(),
        DATA.classNames(),
        2);
  }

  @Test
  void checkpoints() throws InterruptedException {
    Map<String, FloatNdArray> variables = Golden.arrays("weights.f32");
    assertThat(leftOpen(() -> CheckpointFile.write(checkpoint.toString(), variables)))
        .isNotPositive();
    Map<String, Shape> shapes = Model.leNet5(10, Normalization.NONE).variables();
    assertThat(leftOpen(() -> CheckpointFile.load(checkpoint, shapes))).isNotPositive();
  }

  @Test
  void exporting() throws InterruptedException {
    // Session.restore leaves its prefix and its result to the collector: two for each export.
    assertThat(leftOpen(() -> export(folder.resolve("2")))).isLessThanOrEqualTo(2);
  }

  @Test
  void classifying() throws InterruptedException {
    assertThat(leftOpen(() -> Classifier.load(model).close())).isNotPositive();
    try (Classifier classifier = Classifier.load(model)) {
      for (int images : List.of(1, 20, 200)) {
        byte[] pixels = new byte[images * 3072];
        assertThat(leftOpen(() -> classifier.classifyPixels(pixels)))
            .as(images + "")
            .isNotPositive();
      }
    }
  }
}
