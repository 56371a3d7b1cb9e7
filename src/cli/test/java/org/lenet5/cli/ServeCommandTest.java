package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.TestModel;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Prediction;

/** The command from its start to its end by a signal, in a process of its own. */
class ServeCommandTest {
  @TempDir private static Path home;

  @BeforeAll
  static void write() {
    TestModel.write(home.resolve("cats/saved_model/1"), 7);
    TestModel.write(home.resolve("dogs/3"), 8);
  }

  /** A server that was started, and the address that it said. */
  private record Started(Process process, String line) implements AutoCloseable {
    String address() {
      return line.replaceFirst(".* at ", "");
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static Started start(String... args) throws IOException {
    return startWith("-Xmx512m", args);
  }

  private static Started startWith(String heap, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(heap, "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("org.lenet5.cli.Main", "serve", "--port=0"));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command).redirectError(home.resolve("stderr").toFile()).start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    return new Started(process, out.readLine());
  }

  private static String post(String address, byte[] body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void servesUntilItIsToldToStop() throws Exception {
    byte[] picture = Files.readAllBytes(home.resolve("dogs/3/assets.extra/golden/0.png"));
    try (Started server =
        start(
            home.resolve("cats").toString(),
            "pets=" + home.resolve("dogs"),
            "--versions=pets:all",
            "--label=pets:stable=3")) {
      assertThat(server.line()).matches("Serving cats, pets at http://127\\.0\\.0\\.1:\\d+");
      try (Classifier dogs = Classifier.load(home.resolve("dogs"))) {
        Prediction expected = dogs.classify(picture);
        assertThat(post(server.address() + "/classify?model=pets", picture))
            .contains("\"model\":\"pets\",\"version\":\"3\"")
            .contains("\"label\":\"" + expected.label() + "\"");
      }
      assertThat(post(server.address() + "/v1/models/pets/labels/stable:predict", new byte[0]))
          .contains("The document is empty");
      server.process().destroy(); // SIGTERM
      assertThat(server.process().waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(server.process().exitValue()).isZero();
    }
  }

  @Test
  void aSecondSignalEndsAtOnce() throws Exception {
    try (Started server = start("cats=" + home.resolve("cats"), "--drain-seconds=600")) {
      URI address = URI.create(server.address());
      try (Socket slow = new Socket(address.getHost(), address.getPort())) {
        OutputStream to = slow.getOutputStream();
        to.write(
            ("POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"
                    + "Expect: 100-continue\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        assertThat(slow.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 100");
        server.process().destroy();
        // It says that it is stopping, and waits for the request.
        while (!Files.readString(home.resolve("stderr")).contains("Stopping: ")) {
          Thread.onSpinWait();
        }
        assertThat(server.process().isAlive()).isTrue();
        server.process().destroy();
        assertThat(server.process().waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(server.process().exitValue()).isEqualTo(143);
      }
    }
  }

  @Test
  void aVersionForWhichThereIsTooLittleMemoryLeavesTheOldOneServing() throws Exception {
    Path birds = home.resolve("birds");
    TestModel.write(birds.resolve("1"), 9);
    byte[] picture = Files.readAllBytes(birds.resolve("1/assets.extra/golden/0.png"));
    try (Started server = startWith("-Xmx64m", birds.toString(), "--poll-millis=20")) {
      Path next = home.resolve("next");
      TestModel.write(next, 10);
      Files.delete(next.resolve("assets.extra/SHA256SUMS"));
      // Requests to warm up with, of more bytes than Java may take.
      Path warmUp = next.resolve("assets.extra/tf_serving_warmup_requests");
      try (RandomAccessFile sparse = new RandomAccessFile(warmUp.toFile(), "rw")) {
        sparse.setLength(90_000_000);
      }
      Files.move(next, birds.resolve("2"));
      URI status = URI.create(server.address() + "/v1/models/birds/versions/2");
      String answer = "";
      while (!answer.contains("\"END\"")) {
        answer =
            HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(status).build(), HttpResponse.BodyHandlers.ofString())
                .body();
      }
      assertThat(answer).contains("\"UNKNOWN\"").contains("Java heap space");
      assertThat(post(server.address() + "/classify", picture)).contains("\"version\":\"1\"");
      server.process().destroy();
      assertThat(server.process().waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(server.process().exitValue()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nobody|nobody: there is neither such a run in HOME nor such a folder",
        "cats --port=99999|port (99999) must be from 0 to 65535",
        "cats --max-batch=0|max-batch (0) must be from 1 to 4096",
        "cats --access-log=x|--access-log x: must be off, text or json",
        "cats --versions=x|--versions x: must be latest, latest:N, all, or numbers such as 1,2",
        "cats --versions=cats:x|--versions cats:x: must be latest",
        "cats --versions=7|HOME/cats has no version that can be served",
        "cats --label=x|--label x: must be LABEL=N or NAME:LABEL=N, such as stable=2",
        "cats --label=dogs:x=1|--label dogs:x=1: must name one of the models: cats",
        "cats a=HOME/dogs --label=x=1|--label x=1: must name one of the models: cats, a",
        "cats HOME/cats|HOME/cats: another model has the name cats; NAME=HOME/cats gives it its own",
        "cats --tls-key=x|tls-certificate and tls-key: must be given together, or neither",
        "cats --token-file=nowhere|token-file nowhere: cannot be read",
        "cats --poll=1|serve has no flag --poll; did you mean --poll-millis?",
      })
  void wrongUsage(String args, String message) {
    List<String> all = new ArrayList<>(List.of("serve", "--checkpoints-dir=" + home));
    all.addAll(List.of(args.replace("HOME", home.toString()).split(" ")));
    if (!args.contains("--port")) {
      all.add("--port=0");
    }
    Cli.Outcome outcome = Cli.run(all.toArray(String[]::new));
    assertThat(outcome.err()).startsWith("error: " + message.replace("HOME", home.toString()));
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.exit()).isEqualTo(2);
  }

  @Test
  void withoutAnyRun() {
    Cli.Outcome outcome = Cli.run("serve", "--checkpoints-dir=" + home.resolve("none"));
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith("error: there is no run with a SavedModel in " + home.resolve("none"));
  }
}
