package org.lenet5.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.TestModel;

/** In processes of their own: what they do to stderr cannot be undone. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no /dev/fd")
class TensorFlowLogTest {
  @TempDir private Path folder;

  /** What an app does: MODEL, and "silence" if it is to be quiet. */
  static final class App {
    private App() {}

    public static void main(String[] args) {
      System.err.println("before");
      if (args.length > 1) {
        boolean silenced = TensorFlowLog.silence();
        System.err.println("silenced: " + silenced);
      }
      Classifier.load(Path.of(args[0])).close();
      System.err.println("äfter");
    }
  }

  private ProcessBuilder app(String... more) {
    Path model = TestModel.write(folder.resolve("model/1"), 1);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                App.class.getName(),
                model.toString()));
    command.addAll(List.of(more));
    ProcessBuilder app = new ProcessBuilder(command);
    app.environment().remove("TF_CPP_MIN_LOG_LEVEL"); // the tests' own
    return app;
  }

  private static List<String> stderr(ProcessBuilder app) throws IOException, InterruptedException {
    app.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process process = app.start();
    List<String> lines = process.errorReader().lines().toList();
    assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
    return lines;
  }

  @Test
  void tensorFlowPrintsUnlessItIsSilenced() throws Exception {
    assertThat(stderr(app())).hasSizeGreaterThan(2).anyMatch(line -> line.contains("SavedModel"));
    assertThat(stderr(app("silence"))).containsExactly("before", "silenced: true", "äfter");
  }

  // Standard output's descriptor then serves both, so that a file has one position.
  @Test
  void whereBothGoToOneFile() throws Exception {
    Path log = folder.resolve("log");
    Process process = app("silence").redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor()).isZero();
    assertThat(Files.readAllLines(log)).containsExactly("before", "silenced: true", "äfter");
  }

  // A file of stderr alone may have other writers, who would overwrite what is appended.
  @Test
  void aFileOfItsOwnIsLeftAlone() throws Exception {
    Path log = folder.resolve("log");
    Process process =
        app("silence")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(log.toFile())
            .start();
    assertThat(process.waitFor()).isZero();
    assertThat(Files.readAllLines(log))
        .startsWith("before", "silenced: false")
        .endsWith("äfter")
        .hasSizeGreaterThan(3);
  }
}
