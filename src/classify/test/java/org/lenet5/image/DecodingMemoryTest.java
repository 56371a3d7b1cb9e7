package org.lenet5.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Never more than all is taken, and everybody gets their turn. */
class DecodingMemoryTest {
  private static final long MEGABYTE = 1 << 20;

  @Test
  @Timeout(60)
  void noMoreThanAllIsTakenAtATime() {
    DecodingMemory memory = new DecodingMemory(10 * MEGABYTE);
    AtomicLong taken = new AtomicLong();
    AtomicLong most = new AtomicLong();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 1; i <= 200; i++) {
      long bytes = i % 7 * MEGABYTE;
      all.add(
          CompletableFuture.runAsync(
              () ->
                  with(
                      memory,
                      bytes,
                      () -> {
                        most.accumulateAndGet(taken.addAndGet(bytes), Math::max);
                        Thread.yield();
                        taken.addAndGet(-bytes);
                      })));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    assertThat(most.get()).isBetween(6 * MEGABYTE, 10 * MEGABYTE);
    assertThat(taken).hasValue(0);
  }

  @Test
  @Timeout(60)
  void whoNeedsMoreThanAllGetsAllAlone() {
    DecodingMemory memory = new DecodingMemory(10 * MEGABYTE);
    List<CompletableFuture<Void>> second = new ArrayList<>();
    with(
        memory,
        Long.MAX_VALUE / 2,
        () -> {
          second.add(CompletableFuture.runAsync(() -> with(memory, 1, () -> {})));
          assertThat(second.get(0)).isNotDone();
        });
    second.get(0).join();
    with(memory, Long.MAX_VALUE / 2, () -> {}); // all is free again
  }

  private static void with(DecodingMemory memory, long bytes, Runnable work) {
    try {
      memory.with(
          bytes,
          () -> {
            work.run();
            return null;
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
