package org.lenet5.reliability;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code scripts/lenet5} with the descriptors, locale and folders that a caller can give it. */
class StarterTest {
  @TempDir private Path folder;

  private record Outcome(int exit, String out) {}

  // A project that is built, and whose one library stands for all that this test runs with.
  @BeforeEach
  void build() throws IOException {
    Path root = folder.resolve("project");
    Files.createDirectories(root.resolve("scripts"));
    Path target = root.resolve("src/cli/target");
    Files.createDirectories(target.resolve("lib"));
    Files.writeString(root.resolve("pom.xml"), "");
    for (String module : List.of("classify", "toolkit", "serve", "cli")) {
      Files.createDirectories(root.resolve("src").resolve(module).resolve("main"));
      Files.writeString(root.resolve("src").resolve(module).resolve("pom.xml"), "");
    }
    Path launch = root.resolve("src/cli/main/dist/launch.sh");
    Files.createDirectories(launch.getParent());
    Files.copy(Path.of("src/cli/main/dist/launch.sh"), launch);
    Path script = root.resolve("scripts/lenet5");
    Files.copy(Path.of("scripts/lenet5"), script);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    StringBuilder all = new StringBuilder();
    for (String each : System.getProperty("java.class.path").split(":")) {
      all.append(Path.of(each).toUri()).append(' ');
    }
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, all.toString());
    try (OutputStream file = Files.newOutputStream(target.resolve("lib/all.jar"))) {
      new JarOutputStream(file, manifest).close();
    }
    Files.writeString(target.resolve("classpath"), "@lib@/all.jar");
    Files.writeString(target.resolve("lenet5.built"), "\n");
  }

  /** Runs lines of bash, in which {@code $lenet5} is the script, in {@link #folder}. */
  private Outcome bash(String lines, String... environment) throws Exception {
    // From a file: this Java may run in a locale that cannot hand on all characters.
    Path file = folder.resolve("lines.sh");
    Files.writeString(file, "lenet5=$PWD/project/scripts/lenet5\n" + lines);
    ProcessBuilder builder = new ProcessBuilder("bash", file.toString());
    for (int i = 0; i < environment.length; i += 2) {
      builder.environment().put(environment[i], environment[i + 1]);
    }
    Process process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), out);
  }

  private static String train(String run) {
    return ("\"$lenet5\" train --run %s --epochs 1 --batch-size 100 --validation 0.9 --graphs-dir g"
            + " --checkpoints-dir c")
        .formatted(run);
  }

  /** What is in each file but the lines that are run. */
  private Map<String, String> files() throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("lines.sh")) {
          all.put(folder.relativize(file).toString(), Files.readString(file, ISO_8859_1));
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2>&-",
        "2<notes.txt",
        ">&- 2>&-",
        "<&- >&- 2>&-",
        "<&- 2>&-",
        "1<notes.txt 2<notes.txt"
      })
  void whatIsSaidGoesIntoNoOtherFile(String descriptors) throws Exception {
    Files.writeString(folder.resolve("notes.txt"), "notes\n");
    Map<String, String> before = files();
    assertThat(bash("\"$lenet5\" bogus " + descriptors)).isEqualTo(new Outcome(2, ""));
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void trainsWithClosedDescriptors() throws Exception {
    assertThat(bash(train("closed") + " <&- >&- 2>&-")).isEqualTo(new Outcome(0, ""));
    assertThat(folder.resolve("c/closed/saved_model/1")).isDirectory();
    assertThat(bash(train("open"))).extracting(Outcome::exit).isEqualTo(0);
    assertThat(RunComparison.differences(renamed(), "open", "closed")).isEmpty();
  }

  private Path renamed() throws IOException {
    Files.move(folder.resolve("c"), folder.resolve("checkpoints"));
    Files.move(folder.resolve("g"), folder.resolve("graphs"));
    return folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"2>log", "2>>log", ">log 2>&1", ">>log 2>&1"})
  void aLogKeepsWhatOthersWrite(String to) throws Exception {
    Files.writeString(folder.resolve("log"), "");
    String line =
        "{ echo BEGIN >&2; \"$lenet5\" bogus; echo MIDDLE >&2; \"$lenet5\" wrong; echo END >&2; } ";
    assertThat(bash(line + to).out()).isEmpty();
    List<String> log = Files.readAllLines(folder.resolve("log"));
    assertThat(log).hasSize(5);
    assertThat(log.get(0)).isEqualTo("BEGIN");
    assertThat(log.get(1)).startsWith("error: ").contains("bogus");
    assertThat(log.get(2)).isEqualTo("MIDDLE");
    assertThat(log.get(3)).startsWith("error: ").contains("wrong");
    assertThat(log.get(4)).isEqualTo("END");
  }

  @Test
  void tensorFlowsLogIsShownOnlyWhereItIsAskedFor() throws Exception {
    assertThat(bash(train("quiet") + " >/dev/null").out())
        .startsWith("Run quiet: ")
        .contains("SavedModel: ")
        .doesNotContain("tensorflow/", "absl::", "TensorFlow's log");
    assertThat(bash(train("loud") + " -v >/dev/null").out()).contains("Run loud: ", "absl::");
  }

  @Test
  void stderrMayBeASocket() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(60_000);
      Outcome[] outcome = new Outcome[1];
      Exception[] failure = new Exception[1];
      Thread caller =
          new Thread(
              () -> {
                try {
                  outcome[0] =
                      bash(train("socket") + " 2>/dev/tcp/127.0.0.1/" + server.getLocalPort());
                } catch (Exception e) {
                  failure[0] = e;
                }
              });
      caller.start();
      String said;
      try (Socket socket = server.accept()) {
        said = new String(socket.getInputStream().readAllBytes(), UTF_8);
      }
      caller.join();
      assertThat(failure[0]).isNull();
      assertThat(outcome[0].exit()).as(said).isZero();
      assertThat(said)
          .startsWith("Run socket: ")
          .contains("SavedModel: ")
          .doesNotContain("/dev/fd", "tensorflow/", "absl::");
      assertThat(outcome[0].out()).contains("Epoch: 0").doesNotContain("tensorflow/");
    }
  }

  @Test
  void theExercisesTrainingsAreQuietAndSayWhyTheyFail() throws Exception {
    Files.writeString(
        folder.resolve("two.conf"),
        """
        [Two]
        short = --validation 0.96 --batch-size 50
        broken = --validation 0.96 --batch-size 50 --optimizer sgd --learning-rate 1e30
        """);
    Outcome outcome =
        bash(
            "\"$lenet5\" exercises --add two.conf --only short,broken --epochs 1 --graphs-dir g"
                + " --checkpoints-dir c");
    assertThat(outcome.exit()).as(outcome.out()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("short: epoch 1 of 1", "error: broken: training diverged ")
        .doesNotContain("tensorflow/", "absl::", "WARNING");
  }

  // xx_XX.UTF-8 is nowhere installed: what ssh and terminals hand on need not be.
  @ParameterizedTest
  @ValueSource(strings = {"xx_XX.UTF-8", "C", "POSIX", ""})
  void namesBeyondAsciiWorkInEveryLocale(String locale) throws Exception {
    String lines =
        """
        exec 2>&1
        mv project 'Übung 练习' && lenet5=$PWD/'Übung 练习'/scripts/lenet5
        "$lenet5" train --epochs 1 --batch-size 100 --validation 0.9 --graphs-dir grün --checkpoints-dir c --run run || exit
        mv c/run c/été && cp c/été/saved_model/1/assets.extra/golden/0.png ж.png
        "$lenet5" classify --model c/été/saved_model/1 ж.png
        """;
    Outcome outcome = bash(lines, "LC_ALL", locale);
    assertThat(outcome.exit()).as(outcome.out()).isZero();
    assertThat(outcome.out()).contains("grün/run", "ж.png  ");
  }
}
