package org.lenet5.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.serve.Client;
import org.lenet5.serve.Server;
import org.lenet5.serve.ServerOptions;
import org.lenet5.serve.TinyModel;

/**
 * 10,000 damaged requests, the same ones each time: each is answered or refused with a status of
 * 400 to 499, some of them over the network, and the server goes on.
 */
class ServeCorpusTest {
  private static final int TIMES = 2500;
  private static final int LEAST = 10; // of each kind: nearly every damage of JSON is refused
  private static final int OVER_THE_NETWORK = 20; // one in so many

  @TempDir private static Path folder;
  private static Server server;
  private static Client client;

  @BeforeAll
  static void start() {
    TinyModel.write(folder.resolve("tiny/1"), 0);
    ServerOptions options = new ServerOptions().model("tiny", folder.resolve("tiny"));
    options.port = 0;
    options.log = line -> {};
    server = Server.start(options);
    client = new Client(server.address());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"serve-predict", "serve-infer", "serve-multipart", "serve-b64"})
  void answersOrRefuses(String name) throws Exception {
    Reader reader = Readers.named(name);
    Mutations mutations = new Mutations(reader.seeds(), 15);
    int answered = 0;
    int refused = 0;
    try (Watched watched = new Watched(reader, folder)) {
      for (int i = 0; i < TIMES; i++) {
        byte[] input = mutations.next();
        boolean isAnswered = watched.accepts(input);
        answered += isAnswered ? 1 : 0;
        refused += isAnswered ? 0 : 1;
        if (i % OVER_THE_NETWORK == 0) {
          assertThat(overTheNetwork(name, input)).as("number " + i).isEqualTo(isAnswered);
        }
      }
    }
    // Else the mutations would not reach what lies behind the first check.
    assertThat(answered).as("answered of " + TIMES).isGreaterThanOrEqualTo(LEAST);
    assertThat(refused).as("refused of " + TIMES).isGreaterThanOrEqualTo(LEAST);
    byte[] right = reader.seeds().get(0);
    assertThat(overTheNetwork(name, right)).as("the server afterwards").isTrue();
  }

  private static boolean overTheNetwork(String name, byte[] input) {
    ServeReaders.Request request = ServeReaders.request(name, input);
    String[] headers =
        request.headers().entrySet().stream()
            .flatMap(each -> List.of(each.getKey(), each.getValue()).stream())
            .toArray(String[]::new);
    Client.Reply reply = client.post(request.path(), request.body(), headers);
    try {
      ServeReaders.check(reply.status(), reply.body());
      return true;
    } catch (ServeReaders.Refused e) {
      return false;
    }
  }
}
