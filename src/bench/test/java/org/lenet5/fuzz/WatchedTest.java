package org.lenet5.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.checkpoint.RunException;

/** The corpus proves something only if what it looks for would be found. */
class WatchedTest {
  @TempDir Path folder;

  private static volatile byte[] held;

  private boolean watch(Reader.Action action) throws Exception {
    Reader reader = new Reader("mine", List.of(), action, Set.of(RunException.class));
    try (Watched watched = new Watched(reader, folder, 1)) {
      return watched.accepts(new byte[0]);
    }
  }

  @Test
  void whatReadsIsAcceptedAndItsOwnErrorIsARefusal() throws Exception {
    assertThat(watch((input, folder) -> {})).isTrue();
    // Made and thrown by the project's code, as its readers' are.
    assertThat(
            watch(
                (input, folder) -> {
                  throw new RunException("a is damaged");
                }))
        .isFalse();
  }

  @Test
  void aHangIsFound() {
    assertThatThrownBy(
            () ->
                watch(
                    (input, folder) -> {
                      while (!Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                      }
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessage("mine is not done after 1 s");
    assertThat(Watched.MOST_SECONDS).isEqualTo(10);
  }

  @Test
  void tooMuchMemoryIsFoundThoughItIsFreedAgain() {
    assertThatThrownBy(
            () ->
                watch(
                    (input, folder) -> {
                      for (int i = 0; i < 401; i++) {
                        held = new byte[1_000_000];
                      }
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageMatching("mine took 40\\d{7} bytes of memory");
  }

  @Test
  void anotherErrorOrOneThatSaysNothingIsFound() {
    for (RuntimeException wrong :
        List.of(new IllegalStateException("not its own"), new RunException(" "))) {
      assertThatThrownBy(
              () ->
                  watch(
                      (input, folder) -> {
                        throw wrong;
                      }))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("mine ended with another error than its own");
    }
    assertThatThrownBy(
            () ->
                watch(
                    (input, folder) -> {
                      throw new OutOfMemoryError("too much");
                    }))
        .isInstanceOf(OutOfMemoryError.class);
  }
}
