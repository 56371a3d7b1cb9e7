package org.lenet5.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code scripts/chaos}. */
class ChaosTest {
  @TempDir Path folder;

  @Test
  void aRunKilledFiveTimesEndsAsIfItWereNot() throws Exception {
    Chaos chaos = new Chaos(folder, 3);
    chaos.killAbout(5, 3);
    assertThat(chaos.kills()).isEqualTo(5);
    assertThat(chaos.differences()).isEmpty();
  }
}
