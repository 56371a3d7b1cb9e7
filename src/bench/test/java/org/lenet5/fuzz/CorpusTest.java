package org.lenet5.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damaged inputs, the same ones each time, for every reader of bytes from outside: it reads them or
 * refuses them with its own error, and nothing else.
 */
class CorpusTest {
  private static final int TIMES = Integer.getInteger("lenet5.mutations", 600);

  // TensorFlow takes a tenth of a second to load each that the checks in Java let pass.
  private static final int FOREIGN_TIMES = Math.min(TIMES, 60);

  @TempDir Path folder;

  static Stream<String> readers() {
    return Readers.names().stream();
  }

  @Test
  void thereAreAtLeastTenThousand() {
    assertThat(TIMES * (Readers.names().size() - 1)).isGreaterThanOrEqualTo(10_000);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("readers")
  void readsOrRefuses(String name) throws Exception {
    Reader reader = Readers.named(name);
    try (Watched watched = new Watched(reader, folder)) {
      assertThat(watched.accepts(reader.seeds().get(0))).as("the first seed").isTrue();
      for (byte[] seed : reader.seeds()) {
        check(watched, seed);
      }
      Mutations mutations = new Mutations(reader.seeds(), 42);
      int times = name.equals("model-foreign") ? FOREIGN_TIMES : TIMES;
      for (int i = 0; i < times; i++) {
        check(watched, mutations.next());
      }
    }
  }

  private static void check(Watched watched, byte[] input) throws Exception {
    try {
      watched.accepts(input);
    } catch (AssertionError e) {
      String bytes = Base64.getEncoder().encodeToString(input);
      throw new AssertionError(
          e.getMessage()
              + "; the input in Base64: "
              + (bytes.length() > 4000 ? bytes.length() + " characters" : bytes),
          e);
    }
  }

  @Test
  void theSameSeedDamagesTheSame() {
    List<byte[]> seeds = List.of(Seeds.text("abc"), Seeds.text("some more"));
    Mutations one = new Mutations(seeds, 1);
    Mutations other = new Mutations(seeds, 1);
    for (int i = 0; i < 100; i++) {
      assertThat(one.next()).isEqualTo(other.next());
    }
  }
}
