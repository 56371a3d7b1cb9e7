package org.lenet5.exercise;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.training.TrainingConfig;

class JobsTest {
  // Says what reached it: SIGTERM, or the end of its standard input.
  private static final String CHILD =
      """
      exec 3<&0
      (cat <&3; echo end > input) >/dev/null 2>&1 & # the cat may live on; it holds no output
      trap 'echo asked > term; kill $!; exit 143' TERM
      echo ready
      wait
      """;

  @TempDir Path folder;

  @Test
  void whatIsStoppedIsAskedAndKeepsItsInputAndIsNoFailure() {
    List<String> command = List.of("sh", "-c", "cd '" + folder + "'\n" + CHILD);
    Suite.Run run =
        new Suite.Run(
            "a", new Experiment("a", "Mine", Map.of()), TrainingConfig.of(Map.of("epochs", "1")));
    try (Jobs jobs = new Jobs(new Processes(each -> command))) {
      jobs.train(
          List.of(run, run),
          1,
          new Jobs.Listener() {
            @Override
            public void epoch(Suite.Run run, Manifest.Epoch epoch) {}

            @Override
            public void message(Suite.Run run, String line) {}

            @Override
            public void started(Suite.Run each) {}

            @Override
            public void line(Suite.Run each) {
              jobs.stop();
            }

            @Override
            public void done(Suite.Run each) {
              throw new AssertionError("done");
            }

            @Override
            public void failed(Suite.Run each, int exitCode, String message) {
              throw new AssertionError(message);
            }
          });
    }
    assertThat(folder.resolve("term")).hasContent("asked");
    assertThat(folder.resolve("input")).doesNotExist();
  }
}
