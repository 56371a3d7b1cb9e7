package org.lenet5.serve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Scores;
import org.lenet5.serve.TinyModel;

/** Batches form under load, keep their answers apart, and leave out what nobody waits for. */
class BatcherTest {
  @TempDir private static Path folder;
  private static Classifier classifier;

  @BeforeAll
  static void load() {
    classifier = Classifier.load(TinyModel.write(folder.resolve("1"), 0));
  }

  @AfterAll
  static void close() {
    classifier.close();
  }

  private static long never() {
    return System.nanoTime() + Long.MAX_VALUE / 2;
  }

  private static BatchOptions options(int most, int wait, int queue, int threads) {
    return new BatchOptions(most, wait, queue, threads);
  }

  /** Computes with a real model, and stops before each batch until it may go on. */
  private static final class Gate implements Scorer {
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());

    @Override
    public int imageBytes() {
      return TinyModel.SHAPE.bytes();
    }

    @Override
    public Scores scores(byte[] pixels, boolean logits) {
      batches.add(pixels.length / imageBytes());
      arrived.countDown();
      await(open);
      return classifier.scores(pixels, logits);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final Scorer MODEL = model(pixels -> {});

  /** A real model, and what is done each time before it computes. */
  private static Scorer model(Consumer<byte[]> before) {
    return new Scorer() {
      @Override
      public int imageBytes() {
        return TinyModel.SHAPE.bytes();
      }

      @Override
      public Scores scores(byte[] pixels, boolean logits) {
        before.accept(pixels);
        return classifier.scores(pixels, logits);
      }
    };
  }

  private static byte[] images(int first, int count) {
    byte[] all = new byte[count * TinyModel.SHAPE.bytes()];
    for (int i = 0; i < count; i++) {
      System.arraycopy(
          TinyModel.image(first + i), 0, all, i * TinyModel.SHAPE.bytes(), TinyModel.SHAPE.bytes());
    }
    return all;
  }

  private static void assertAnswers(Scores scores, int first, int count) {
    assertThat(scores.probabilities()).hasNumberOfRows(count);
    for (int i = 0; i < count; i++) {
      float yes = TinyModel.yes(first + i);
      assertThat(scores.probabilities()[i]).containsExactly(yes, 1 - yes);
    }
  }

  @Test
  void aHundredThousandRequestsKeepTheirAnswers() throws Exception {
    int clients = 8;
    int each = 12_500;
    AtomicInteger batches = new AtomicInteger();
    AtomicInteger computed = new AtomicInteger();
    ServeEvents events =
        new ServeEvents() {
          @Override
          public void batch(Scorer scorer, int requests, int images, long nanos) {
            batches.incrementAndGet();
            computed.addAndGet(images);
          }
        };
    AtomicInteger asked = new AtomicInteger();
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    try (Batcher batcher = new Batcher(options(64, 0, 1_000_000, 2), events)) {
      CyclicBarrier start = new CyclicBarrier(clients);
      List<Thread> threads = new ArrayList<>();
      for (int c = 0; c < clients; c++) {
        Random random = new Random(c);
        int client = c;
        Executor caller = c % 2 == 0 ? null : Runnable::run;
        Thread thread =
            new Thread(
                () -> {
                  try {
                    start.await();
                    List<CompletableFuture<?>> answers = new ArrayList<>();
                    for (int i = 0; i < each; i++) {
                      // Mostly one image; now and then more than a batch takes.
                      int count = i % 1000 == 999 ? 150 : i % 10 == 9 ? 1 + random.nextInt(8) : 1;
                      int first = random.nextInt((1 << 24) - count);
                      boolean logits = random.nextInt(4) == 0;
                      asked.addAndGet(count);
                      answers.add(
                          batcher
                              .submit(MODEL, images(first, count), logits, never(), caller)
                              .thenAccept(
                                  scores -> {
                                    assertAnswers(scores, first, count);
                                    assertThat(scores.logits() != null).isEqualTo(logits);
                                  }));
                    }
                    for (CompletableFuture<?> answer : answers) {
                      answer.get();
                    }
                  } catch (Throwable e) {
                    failures.add(e);
                  }
                },
                "client-" + client);
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(failures).isEmpty();
    assertThat(computed).hasValue(asked.get());
    assertThat(batches.get()).as("batches").isLessThan(clients * each);
  }

  @Test
  void batchesFormWhileTheProcessorIsBusy() throws Exception {
    Gate gate = new Gate();
    try (Batcher batcher = new Batcher(options(4, 0, 100, 1), ServeEvents.NONE)) {
      List<CompletableFuture<Scores>> answers = new ArrayList<>();
      answers.add(batcher.submit(gate, images(0, 1), false, never(), null));
      await(gate.arrived); // the first is computed alone, at once
      for (int i = 1; i <= 9; i++) {
        answers.add(batcher.submit(gate, images(i, 1), false, never(), null));
      }
      assertThat(batcher.waiting()).isEqualTo(9);
      gate.open.countDown();
      for (int i = 0; i <= 9; i++) {
        assertAnswers(answers.get(i).get(), i, 1);
      }
    }
    assertThat(gate.batches).containsExactly(1, 4, 4, 1);
  }

  @Test
  void modelsTakeTurns() throws Exception {
    Gate one = new Gate();
    Gate two = new Gate();
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    try (Batcher batcher = new Batcher(options(2, 0, 100, 1), ServeEvents.NONE)) {
      List<CompletableFuture<?>> answers = new ArrayList<>();
      answers.add(batcher.submit(one, images(0, 1), false, never(), null));
      await(one.arrived);
      for (int i = 0; i < 6; i++) {
        answers.add(
            batcher
                .submit(one, images(0, 1), false, never(), null)
                .thenRun(() -> order.add("one")));
      }
      answers.add(
          batcher.submit(two, images(0, 1), false, never(), null).thenRun(() -> order.add("two")));
      one.open.countDown();
      two.open.countDown();
      for (CompletableFuture<?> answer : answers) {
        answer.get();
      }
    }
    assertThat(order).containsExactly("one", "one", "two", "one", "one", "one", "one");
  }

  @Test
  void aFullQueueRefuses() throws Exception {
    Gate gate = new Gate();
    AtomicInteger refused = new AtomicInteger();
    ServeEvents events =
        new ServeEvents() {
          @Override
          public void refused() {
            refused.incrementAndGet();
          }
        };
    try (Batcher batcher = new Batcher(options(4, 0, 5, 1), events)) {
      CompletableFuture<Scores> first = batcher.submit(gate, images(0, 1), false, never(), null);
      await(gate.arrived);
      CompletableFuture<Scores> rest = batcher.submit(gate, images(1, 5), false, never(), null);
      assertThatThrownBy(() -> batcher.submit(gate, images(6, 1), false, never(), null))
          .isInstanceOf(ServeException.class)
          .hasMessage("5 images wait and 1 more would exceed the limit of 5 (--queue)")
          .extracting(e -> ((ServeException) e).reason())
          .isEqualTo(Reason.RESOURCE_EXHAUSTED);
      assertThat(refused).hasValue(1);
      gate.open.countDown();
      assertAnswers(first.get(), 0, 1);
      assertAnswers(rest.get(), 1, 5);
      // A request of more than the queue takes is not refused for ever.
      assertAnswers(batcher.submit(gate, images(7, 20), false, never(), null).get(), 7, 20);
    }
  }

  @Test
  void whatNobodyWaitsForIsNotComputed() throws Exception {
    Gate gate = new Gate();
    try (Batcher batcher = new Batcher(options(4, 0, 100, 1), ServeEvents.NONE)) {
      CompletableFuture<Scores> first = batcher.submit(gate, images(0, 1), false, never(), null);
      await(gate.arrived);
      CompletableFuture<Scores> cancelled =
          batcher.submit(gate, images(1, 1), false, never(), null);
      CompletableFuture<Scores> late =
          batcher.submit(gate, images(2, 3), false, System.nanoTime() - 1, null);
      CompletableFuture<Scores> last = batcher.submit(gate, images(5, 1), false, never(), null);
      cancelled.cancel(false);
      gate.open.countDown();
      assertAnswers(first.get(), 0, 1);
      assertAnswers(last.get(), 5, 1);
      assertThatThrownBy(late::get)
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("the request's deadline is past");
    }
    assertThat(gate.batches).containsExactly(1, 1);
  }

  @Test
  void aBadRequestFailsAlone() throws Exception {
    byte bad = (byte) 200;
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch open = new CountDownLatch(1);
    Scorer delicate =
        model(
            pixels -> {
              for (int i = 0; i < pixels.length; i += TinyModel.SHAPE.bytes()) {
                if (pixels[i] == bad) {
                  throw new IllegalStateException("cannot compute this");
                }
              }
              arrived.countDown();
              await(open);
            });
    try (Batcher batcher = new Batcher(options(8, 0, 100, 1), ServeEvents.NONE)) {
      CompletableFuture<Scores> first =
          batcher.submit(delicate, images(0, 1), false, never(), null);
      await(arrived);
      CompletableFuture<Scores> before =
          batcher.submit(delicate, images(1, 2), false, never(), null);
      CompletableFuture<Scores> failing =
          batcher.submit(delicate, images((bad & 0xFF) << 16, 1), false, never(), null);
      CompletableFuture<Scores> after =
          batcher.submit(delicate, images(3, 1), false, never(), null);
      open.countDown();
      assertAnswers(first.get(), 0, 1);
      assertAnswers(before.get(), 1, 2);
      assertAnswers(after.get(), 3, 1);
      assertThatThrownBy(failing::get).hasMessageContaining("cannot compute this");
    }
  }

  @Test
  void aBatchMayWaitForMore() throws Exception {
    Gate gate = new Gate();
    gate.open.countDown();
    // As long as can be asked for: only a full batch goes before that.
    try (Batcher batcher = new Batcher(options(3, 1_000_000, 100, 2), ServeEvents.NONE)) {
      CompletableFuture<Scores> one = batcher.submit(gate, images(0, 1), false, never(), null);
      CompletableFuture<Scores> two = batcher.submit(gate, images(1, 2), false, never(), null);
      assertAnswers(one.get(), 0, 1);
      assertAnswers(two.get(), 1, 2);
    }
    assertThat(gate.batches).containsExactly(3);
  }

  /** A task for the thread that asks, kept until the test runs it. */
  private static CompletableFuture<Scores> quick(Batcher batcher, Scorer scorer, List<Runnable> to)
      throws Exception {
    while (true) { // at first, and after a moment in which the machine stood still, it is not given
      int before = to.size();
      CompletableFuture<Scores> answer =
          batcher.submit(scorer, images(1, 1), false, never(), to::add);
      if (to.size() > before) {
        return answer;
      }
      assertAnswers(answer.get(), 1, 1);
    }
  }

  @Test
  void theThreadThatAsksComputesWhatIsQuick() throws Exception {
    Thread here = Thread.currentThread();
    List<Integer> batchesHere = new ArrayList<>();
    ServeEvents events =
        new ServeEvents() {
          @Override
          public void batch(Scorer scorer, int requests, int images, long nanos) {
            if (Thread.currentThread() == here) {
              batchesHere.add(requests);
            }
          }
        };
    try (Batcher batcher = new Batcher(options(64, 0, 100, 1), events)) {
      // A thread that has just computed may take them: then once more.
      for (int i = 0; i < 1000 && !batchesHere.contains(2); i++) {
        List<Runnable> tasks = new ArrayList<>();
        CompletableFuture<Scores> one = quick(batcher, MODEL, tasks);
        CompletableFuture<Scores> two = quick(batcher, MODEL, tasks);
        tasks.forEach(Runnable::run); // the first does both, the second finds nothing any more
        assertAnswers(one.get(), 1, 1);
        assertAnswers(two.get(), 1, 1);
      }
      assertThat(batchesHere).contains(2);
      // More than is quick.
      int many = 60_000;
      List<Runnable> tasks = new ArrayList<>();
      assertAnswers(
          batcher.submit(MODEL, images(2, many), false, never(), tasks::add).get(), 2, many);
      assertThat(tasks).isEmpty();
    }
  }

  @Test
  void whatTakesLongIsNotForTheThreadThatAsks() throws Exception {
    Scorer slow =
        model(
            pixels -> {
              long end = System.nanoTime() + 2_000_000L * (pixels.length / TinyModel.SHAPE.bytes());
              while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
              }
            });
    try (Batcher batcher = new Batcher(options(64, 0, 100, 1), ServeEvents.NONE)) {
      List<Runnable> tasks = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        assertAnswers(batcher.submit(slow, images(i, 1), false, never(), tasks::add).get(), i, 1);
      }
      assertThat(tasks).isEmpty();
      // Nor if it is the turn of another model than the one that was asked for.
      Gate gate = new Gate();
      CompletableFuture<Scores> before = batcher.submit(gate, images(0, 1), false, never(), null);
      await(gate.arrived);
      CompletableFuture<Scores> first = batcher.submit(slow, images(4, 1), false, never(), null);
      gate.open.countDown();
      CompletableFuture<Scores> second = quick(batcher, MODEL, tasks);
      tasks.forEach(Runnable::run);
      assertAnswers(before.get(), 0, 1);
      assertAnswers(first.get(), 4, 1);
      assertAnswers(second.get(), 1, 1);
    }
  }

  @Test
  void whoAsksComputesNoMoreThanTheThreadsThatMay() throws Exception {
    Gate gate = new Gate();
    try (Batcher batcher = new Batcher(options(64, 0, 100, 1), ServeEvents.NONE)) {
      List<Runnable> tasks = new ArrayList<>();
      CompletableFuture<Scores> one = quick(batcher, MODEL, tasks);
      CompletableFuture<Scores> running = batcher.submit(gate, images(0, 1), false, never(), null);
      tasks.get(0).run(); // does the first, or finds that the only thread has taken both
      await(gate.arrived);
      CompletableFuture<Scores> two =
          batcher.submit(MODEL, images(2, 1), false, never(), tasks::add);
      tasks.forEach(Runnable::run);
      assertThat(two).isNotDone();
      gate.open.countDown();
      assertAnswers(one.get(), 1, 1);
      assertAnswers(running.get(), 0, 1);
      assertAnswers(two.get(), 2, 1);
    }
  }

  @Test
  void whoAsksMayBeEnding() throws Exception {
    try (Batcher batcher = new Batcher(options(64, 0, 100, 1), ServeEvents.NONE)) {
      quick(batcher, MODEL, new ArrayList<>());
      CompletableFuture<Scores> answer =
          batcher.submit(
              MODEL,
              images(3, 1),
              false,
              never(),
              task -> {
                throw new RejectedExecutionException("ending");
              });
      assertAnswers(answer.get(), 3, 1);
    }
  }

  @Test
  void closingComputesWhatWaits() throws Exception {
    Gate gate = new Gate();
    Batcher batcher = new Batcher(options(2, 1_000_000, 100, 1), ServeEvents.NONE);
    List<CompletableFuture<Scores>> answers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      answers.add(batcher.submit(gate, images(i, 1), false, never(), null));
    }
    gate.open.countDown();
    batcher.close();
    for (int i = 0; i < 5; i++) {
      assertThat(answers.get(i)).isDone();
      assertAnswers(answers.get(i).get(), i, 1);
    }
    assertThatThrownBy(() -> batcher.submit(gate, images(0, 1), false, never(), null))
        .hasMessage("the server is shutting down");
  }

  @Test
  void wrongOptions() {
    for (int[] each :
        List.of(
            new int[] {0, 0, 1, 1},
            new int[] {4097, 0, 1, 1},
            new int[] {1, -1, 1, 1},
            new int[] {1, 60_000_001, 1, 1},
            new int[] {1, 0, 0, 1},
            new int[] {1, 0, 1, 0})) {
      assertThatThrownBy(() -> options(each[0], each[1], each[2], each[3]))
          .as(Arrays.toString(each))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(".* \\(-?\\d+\\) must be .*");
    }
  }
}
