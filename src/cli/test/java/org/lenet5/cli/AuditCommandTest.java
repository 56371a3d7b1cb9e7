package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandTest {
  @TempDir private Path home;

  private Cli.Outcome run(String... args) {
    List<String> all = new java.util.ArrayList<>(List.of(args));
    all.add("--graphs-dir=" + home.resolve("graphs"));
    all.add("--checkpoints-dir=" + home.resolve("checkpoints"));
    return Cli.run(all.toArray(String[]::new));
  }

  @Test
  void aRunsData() throws Exception {
    assertThat(run("train", "--run=a", "--epochs=1", "--batch-size=100").exit()).isZero();
    Cli.Outcome outcome = run("data", "audit", "a");
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .containsPattern("\\d+ of 1,000 test labels are suspect")
        .containsPattern("\\d+ of 5,000 training labels are suspect")
        .containsPattern(" {2}image \\d+: labelled [a-z]+ \\(\\d+\\.\\d %\\), looks like [a-z]+ ");
    Path folder = home.resolve("graphs/a/audit");
    assertThat(outcome.err())
        .contains("Training twice 1 epoch on half of the 5,000 training images of sample")
        .contains("All of them, with pictures: " + folder.resolve("audit.html"));
    assertThat(Files.readAllLines(folder.resolve("audit.csv")).size()).isGreaterThan(10);
    assertThat(folder.resolve("audit.html")).isNotEmptyFile();
  }

  @Test
  void noSuchRun() {
    Cli.Outcome outcome = run("data", "audit", "nobody");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("error: nobody: there is no");
  }
}
