package org.lenet5.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Results in order, failures in their places, memory bounded. */
class ImagePipelineTest {
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private static Iterator<Integer> numbers(int count) {
    return IntStream.range(0, count).iterator();
  }

  @Property(tries = 100)
  void everyResultComesOnceAndInOrder(
      @ForAll @IntRange(min = 0, max = 300) int count,
      @ForAll @IntRange(min = 1, max = 9) int bad) {
    List<String> found = new ArrayList<>();
    try (ImagePipeline<Integer> pipeline =
        ImagePipeline.of(
            numbers(count),
            i -> {
              if (i % bad == 0) {
                throw new IllegalArgumentException("bad " + i);
              }
              return i;
            })) {
      while (pipeline.hasNext()) {
        try {
          found.add("" + pipeline.next());
        } catch (IllegalArgumentException e) {
          found.add(e.getMessage());
        }
      }
      assertThatThrownBy(pipeline::next).isInstanceOf(NoSuchElementException.class);
    }
    assertThat(found)
        .isEqualTo(
            IntStream.range(0, count).mapToObj(i -> i % bad == 0 ? "bad " + i : "" + i).toList());
  }

  /** Without a call of next: so many are computed, and not many more are even looked at. */
  @Test
  @Timeout(60)
  void asManyAsIsSaidAreComputedAhead() throws InterruptedException {
    int most = 16 * CORES * ImagePipeline.MOST_AHEAD;
    int fewer = most - 56 * CORES; // the first tasks are of less than 8
    CountDownLatch computed = new CountDownLatch(fewer);
    AtomicInteger taken = new AtomicInteger();
    Iterator<Integer> sources =
        IntStream.generate(taken::getAndIncrement).limit(3 * most).iterator();
    try (ImagePipeline<Integer> pipeline =
        ImagePipeline.of(
            sources,
            i -> {
              computed.countDown();
              return i;
            })) {
      pipeline.begin(most);
      assertThat(taken.get()).isBetween(fewer, most);
      computed.await();
      for (int i = 0; i < 3 * most; i++) {
        assertThat(pipeline.next()).isEqualTo(i);
      }
      assertThat(pipeline.hasNext()).isFalse();
    }
  }

  /** Each waits until as many threads as there are cores are at work. */
  @Test
  @Timeout(60)
  void allCoresWork() {
    CountDownLatch together = new CountDownLatch(CORES);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    try (ImagePipeline<Boolean> pipeline =
        ImagePipeline.of(
            numbers(CORES),
            i -> {
              threads.add(Thread.currentThread());
              together.countDown();
              try {
                together.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return true;
            })) {
      for (int i = 0; i < CORES; i++) {
        assertThat(pipeline.next()).isTrue();
      }
    }
    assertThat(threads).hasSize(CORES);
  }

  @Test
  void onlySoManyAreTakenAhead() {
    AtomicInteger taken = new AtomicInteger();
    Iterator<Integer> endless =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public Integer next() {
            return taken.getAndIncrement();
          }
        };
    try (ImagePipeline<Integer> pipeline = ImagePipeline.of(endless, i -> i)) {
      for (int i = 0; i < 1000; i++) {
        assertThat(pipeline.next()).isEqualTo(i);
        assertThat(taken.get() - i - 1).isLessThanOrEqualTo(CORES * ImagePipeline.MOST_AHEAD);
      }
    }
  }

  @Test
  void oneImageNeedsNoOtherThread() {
    try (ImagePipeline<Thread> pipeline =
        ImagePipeline.of(numbers(1), i -> Thread.currentThread())) {
      assertThat(pipeline.next()).isSameAs(Thread.currentThread());
    }
  }

  @Test
  @Timeout(60)
  void aPipelineWithinTheWorkOfAnother() {
    try (ImagePipeline<Integer> outer =
        ImagePipeline.of(
            numbers(100),
            i -> {
              int sum = 0;
              try (ImagePipeline<Integer> inner = ImagePipeline.of(numbers(20), k -> k)) {
                while (inner.hasNext()) {
                  sum += inner.next();
                }
              }
              return sum;
            })) {
      while (outer.hasNext()) {
        assertThat(outer.next()).isEqualTo(190);
      }
    }
  }

  @Test
  @Timeout(60)
  void anInterruptEndsTheWait() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    List<Object> seen = new ArrayList<>();
    Thread waiting =
        new Thread(
            () -> {
              try (ImagePipeline<Integer> pipeline =
                  ImagePipeline.of(
                      numbers(50),
                      i -> {
                        begun.countDown();
                        try {
                          never.await();
                        } catch (InterruptedException e) {
                          // as reading a file does: the status stays, the work fails
                          Thread.currentThread().interrupt();
                          throw new IllegalStateException("its work was interrupted", e);
                        }
                        return i;
                      })) {
                pipeline.next();
              } catch (RuntimeException e) {
                seen.add(e.getClass());
                seen.add(Thread.currentThread().isInterrupted());
              }
            });
    waiting.start();
    begun.await();
    waiting.interrupt();
    waiting.join();
    never.countDown();
    assertThat(seen).containsExactly(CancellationException.class, true);
  }

  @Test
  void anInterruptedThreadGetsNothing() {
    try (ImagePipeline<Integer> pipeline = ImagePipeline.of(numbers(5), i -> i)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(pipeline::next)
          .isInstanceOf(CancellationException.class)
          .hasMessage("interrupted while waiting for an image");
      assertThat(Thread.interrupted()).isTrue();
      assertThatThrownBy(pipeline::next).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void errorsAreThrownToo() {
    try (ImagePipeline<Integer> pipeline =
        ImagePipeline.of(
            numbers(2),
            i -> {
              throw new AssertionError("number " + i);
            })) {
      assertThatThrownBy(pipeline::next).isInstanceOf(AssertionError.class).hasMessage("number 0");
      assertThatThrownBy(pipeline::next).isInstanceOf(AssertionError.class).hasMessage("number 1");
    }
  }
}
