package org.lenet5.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.junit.jupiter.api.Test;

class LocalSparkTest {
  @Test
  void runsTasks() {
    List<Long> squares =
        Shared.SPARK
            .range(0, 1000, 1, 4)
            .map((MapFunction<Long, Long>) each -> each * each, Encoders.LONG())
            .collectAsList();
    assertThat(squares).hasSize(1000).contains(998_001L);
    assertThat(Shared.SPARK.sparkContext().uiWebUrl().isEmpty()).isTrue();
  }

  @Test
  void refusesNoThreads() {
    assertThatThrownBy(() -> LocalSpark.start("none", 0))
        .hasMessage("threads (0) must be at least 1");
  }
}
