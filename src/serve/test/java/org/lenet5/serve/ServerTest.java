package org.lenet5.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.client.grpc.GrpcClients;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.serve.proto.inference.GRPCInferenceServiceGrpc;
import org.lenet5.serve.proto.inference.ModelInferRequest;
import org.lenet5.serve.proto.inference.ModelReadyRequest;

/** A server from its start to its end, and what it refuses. */
class ServerTest {
  private static final String METRICS = "/monitoring/prometheus/metrics";
  private static final String PREDICT = "/v1/models/tiny:predict";
  private static final String BODY =
      "{\"instances\":[" + TinyModel.json(TinyModel.image(0x800000)) + "]}";
  private static final String HEAD =
      "POST " + PREDICT + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + BODY.length() + "\r\n\r\n";

  @TempDir private Path folder;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private ServerOptions options;

  @BeforeEach
  void write() {
    TinyModel.write(folder.resolve("tiny/1"), 1);
    options = new ServerOptions().model("tiny", folder.resolve("tiny"));
    options.port = 0;
    options.pollMillis = 0;
    options.log = log::add;
    options.accessLine = log::add;
  }

  @Test
  void notReadyAtOnceButAnswering() {
    try (Server server = Server.start(options)) {
      Client client = new Client(server.address());
      assertThat(client.get("/v2/health/ready").status()).isEqualTo(200);
      server.drain();
      assertThat(client.get("/v2/health/ready").toString()).isEqualTo("503 {\"ready\":false}");
      assertThat(client.get("/v2/health/live").status()).isEqualTo(200);
      assertThat(client.post(PREDICT, BODY).status()).isEqualTo(200);
    }
  }

  @Test
  void runningRequestsEndBeforeTheServerDoes() throws Exception {
    Server server = Server.start(options);
    int port = server.port();
    try (RawClient slow = new RawClient(server.port())) {
      slow.send(HEAD.replace("Host: x", "Host: x\r\nExpect: 100-continue"));
      // The server has the headers: the request is running.
      assertThat(slow.head()).startsWith("HTTP/1.1 100");
      slow.send(BODY.substring(0, 10));
      CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
      slow.send(BODY.substring(10));
      assertThat(slow.answer()).startsWith("HTTP/1.1 200").contains("\"predictions\":");
      closed.get(1, TimeUnit.MINUTES);
    }
    server.close(); // again: nothing
    assertThatThrownBy(() -> new RawClient(port)).isInstanceOf(IOException.class);
    assertThat(log).isEmpty();
  }

  @Test
  void aRequestThatDoesNotEndIsCutWhenTheDrainIsOver() throws Exception {
    options.drainSeconds = 0;
    Server server = Server.start(options);
    try (RawClient slow = new RawClient(server.port())) {
      slow.send(HEAD.replace("Host: x", "Host: x\r\nExpect: 100-continue"));
      assertThat(slow.head()).startsWith("HTTP/1.1 100");
      server.close();
      assertThat(slow.rest()).doesNotContain("HTTP/1.1 200");
    }
  }

  @Test
  void switchesOfVersionWithoutAFailedRequest() throws Exception {
    try (Server server = Server.start(options)) {
      AtomicBoolean isOver = new AtomicBoolean();
      AtomicInteger answered = new AtomicInteger();
      List<String> wrong = new CopyOnWriteArrayList<>();
      List<Thread> clients = new ArrayList<>();
      for (int c = 0; c < 3; c++) {
        int first = c * 1_000_000;
        Thread client =
            new Thread(
                () -> {
                  Client http = new Client(server.address());
                  for (int i = first; !isOver.get(); i++) {
                    // The number in each place where a version may look for it.
                    String reply = http.post("/v2/models/tiny/infer", infer(i)).toString();
                    if (!isRight(reply, i)) {
                      wrong.add(reply);
                    }
                    answered.incrementAndGet();
                  }
                });
        clients.add(client);
        client.start();
      }
      for (int version = 2; version <= 26; version++) {
        Path written = TinyModel.write(folder.resolve("new"), version % 10);
        Files.move(
            written,
            folder.resolve("tiny").resolve(Integer.toString(version)),
            StandardCopyOption.ATOMIC_MOVE);
        server.refresh();
        server.refresh();
        assertThat(new Client(server.address()).get("/v2/models/tiny").body())
            .contains("\"versions\":[\"" + version + "\"]");
      }
      isOver.set(true);
      for (Thread client : clients) {
        client.join();
      }
      assertThat(wrong).isEmpty();
      assertThat(log)
          .contains("model tiny version 2 is served", "model tiny version 1 is no longer served");
      assertThat(answered.get()).isGreaterThan(25);
    }
  }

  private static final Pattern REPLY =
      Pattern.compile("200 .*\"model_version\":\"(\\d+)\".*\"data\":\\[([0-9.E-]+),.*");

  private static String infer(int number) {
    byte[] image = new byte[12];
    for (int i = 0; i < 12; i++) {
      image[i] = (byte) (number * (i + 1) * 7919 >> 8);
    }
    return "{\"inputs\":[{\"name\":\"images\",\"shape\":[1,2,2,3],\"datatype\":\"UINT8\",\"data\":["
        + TinyModel.json(image)
        + "]}],\"outputs\":[{\"name\":\"probabilities\"}]}";
  }

  private static boolean isRight(String reply, int number) {
    Matcher matcher = REPLY.matcher(reply);
    if (!matcher.matches()) {
      return false;
    }
    int offset = Integer.parseInt(matcher.group(1)) % 10;
    int expected = 0;
    for (int i = offset; i < offset + 3; i++) {
      expected = expected << 8 | number * (i + 1) * 7919 >> 8 & 0xFF;
    }
    return Float.parseFloat(matcher.group(2)) == TinyModel.yes(expected);
  }

  /** Netty's own threads would wait for two seconds. */
  @Test
  void anIdleServerClosesAtOnce() {
    Server server = Server.start(options);
    new Client(server.address()).post(PREDICT, BODY);
    long begin = System.nanoTime();
    server.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(1500));
  }

  @Test
  void aPortThatIsTaken() {
    try (Server server = Server.start(options)) {
      options.port = server.port();
      assertThatThrownBy(() -> Server.start(options))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1 port " + server.port() + ": ");
    }
  }

  @Test
  void twoServersInOneProgram() {
    try (Server one = Server.start(options);
        Server two = Server.start(options)) {
      assertThat(one.port()).isNotEqualTo(two.port());
      for (Server each : List.of(one, two)) {
        assertThat(new Client(each.address()).post(PREDICT, BODY).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void aFullQueueIsToComeBackTo() throws Exception {
    options.queue = 1;
    options.batchWaitMicros = 60_000_000; // nothing is computed meanwhile
    try (Server server = Server.start(options);
        RawClient first = new RawClient(server.port())) {
      Client client = new Client(server.address());
      first.send(HEAD + BODY);
      until(client, "lenet5_serve_queue_images 1.0");
      Client.Reply refused = client.post(PREDICT, BODY);
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.header("retry-after")).isEqualTo("1");
      assertThat(refused.body()).contains("limit of 1 (--queue)");
      assertThat(client.get(METRICS).body()).contains("lenet5_serve_refused_total 1.0");
    }
  }

  @Test
  void moreRequestsThanAreWorkedOnAreToComeBack() throws Exception {
    options.maxRequests = 1;
    options.batchWaitMicros = 60_000_000; // nothing is computed meanwhile
    try (Server server = Server.start(options)) {
      Client client = new Client(server.address());
      try (RawClient first = new RawClient(server.port())) {
        first.send(HEAD + BODY);
        until(client, "lenet5_serve_requests 1.0");
        Client.Reply refused = client.post(PREDICT, "no JSON, which nobody has looked at");
        assertThat(refused.toString())
            .isEqualTo(
                "429 {\"error\":\"the limit of 1 requests at a time is reached"
                    + " (--max-requests)\"}");
        assertThat(refused.header("retry-after")).isEqualTo("1");
        GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub grpc = grpc(server);
        assertThatThrownBy(() -> grpc.modelInfer(ModelInferRequest.getDefaultInstance()))
            .hasMessageStartingWith("RESOURCE_EXHAUSTED: the limit of 1 requests");
        assertThat(
                grpc.modelReady(ModelReadyRequest.newBuilder().setName("tiny").build()).getReady())
            .isTrue();
        assertThat(client.get("/v1/models/tiny").status()).isEqualTo(200);
      }
      until(client, "lenet5_serve_requests 0.0");
      assertThat(client.get(METRICS).body()).contains("lenet5_serve_refused_total 2.0");
    }
  }

  private static GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub grpc(Server server) {
    return GrpcClients.newClient(
        "gproto+" + server.address(),
        GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub.class);
  }

  @Test
  void allRequestsTogetherHaveALimit() {
    options.maxBytesTogether = 1000;
    try (Server server = Server.start(options)) {
      Client client = new Client(server.address());
      for (int i = 0; i < 20; i++) { // each gives back what it took
        assertThat(client.post(PREDICT, BODY).status()).isEqualTo(200);
      }
      Client.Reply refused = client.post(PREDICT, BODY + " ".repeat(1000));
      assertThat(refused.toString()).startsWith("429 {\"error\":\"the requests that are being");
      assertThat(refused.header("retry-after")).isEqualTo("1");
      GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub grpc = grpc(server);
      assertThatThrownBy(
              () ->
                  grpc.modelReady(ModelReadyRequest.newBuilder().setName("x".repeat(2000)).build()))
          .hasMessageStartingWith("RESOURCE_EXHAUSTED: the requests that are being answered");
      assertThat(client.post(PREDICT, BODY).status()).isEqualTo(200);
    }
  }

  /** A batch waits for a second image; when that comes, nobody waits for the first any longer. */
  @Test
  void whatTheClientHasLeftIsNotComputed() throws Exception {
    options.maxBatch = 2;
    options.batchWaitMicros = 60_000_000;
    try (Server server = Server.start(options)) {
      Client client = new Client(server.address());
      try (RawClient gone = new RawClient(server.port())) {
        gone.send(HEAD + BODY);
        until(client, "lenet5_serve_queue_images 1.0");
      }
      until(
          client, ":tensorflow:serving:request_count{model_name=\"tiny\",status=\"CANCELLED\"} 1");
      assertThat(client.post(PREDICT, BODY).status()).isEqualTo(200);
      assertThat(client.get(METRICS).body().lines())
          .contains("lenet5_serve_batch_images_count 1", "lenet5_serve_batch_images_sum 1.0");
    }
  }

  private static void until(Client client, String line) {
    while (client.get(METRICS).body().lines().noneMatch(line::equals)) {
      Thread.onSpinWait(); // or the test's timeout
    }
  }

  @Test
  void limitsOfConnectionsAndHeaders() throws Exception {
    options.maxConnections = 1;
    options.maxHeaderBytes = 2000;
    try (Server server = Server.start(options);
        RawClient first = new RawClient(server.port())) {
      first.send(HEAD + BODY);
      assertThat(first.answer()).startsWith("HTTP/1.1 200");
      try (RawClient more = new RawClient(server.port())) {
        assertThat(more.rest()).isEmpty();
      }
      first.send(HEAD.replace("Host: x", "Host: x\r\nX: " + "y".repeat(3000)));
      assertThat(first.answer())
          .startsWith("HTTP/1.1 431")
          .endsWith(
              "{\"error\":\"the request's headers have more than 2000 bytes"
                  + " (--max-header-bytes)\"}");
    }
  }

  @Test
  void metrics() throws Exception {
    try (Server server = Server.start(options)) {
      Client client = new Client(server.address());
      client.post(PREDICT, BODY);
      client.post(PREDICT, BODY);
      client.post(PREDICT, "{}");
      client.post("/v1/models/invented:predict", BODY);
      Files.writeString(
          TinyModel.write(folder.resolve("tiny/2"), 0).resolve("extra"), "does not belong there");
      server.refresh();
      server.refresh();
      System.gc(); // what only the metrics know must stay
      Client.Reply reply = client.get(METRICS);
      assertThat(reply.header("content-type")).startsWith("text/plain; version=0.0.4");
      assertThat(reply.body().lines())
          .contains(
              ":tensorflow:serving:request_count{model_name=\"tiny\",status=\"OK\"} 2",
              ":tensorflow:serving:request_count{model_name=\"tiny\",status=\"INVALID_ARGUMENT\"}"
                  + " 1",
              ":tensorflow:serving:request_count{model_name=\"\",status=\"NOT_FOUND\"} 1",
              ":tensorflow:serving:request_latency_count{model_name=\"tiny\"} 3",
              ":tensorflow:serving:request_latency_bucket{model_name=\"tiny\",le=\"+Inf\"} 3",
              ":tensorflow:serving:runtime_latency_count{model_name=\"tiny\"} 2",
              "lenet5_serve_batch_images_count 2",
              "lenet5_serve_queue_images 0.0",
              "lenet5_serve_requests 0.0",
              "lenet5_serve_model_loads_total{model=\"tiny\",result=\"ok\"} 1.0",
              "lenet5_serve_model_loads_total{model=\"tiny\",result=\"failed\"} 1.0")
          .anyMatch(each -> each.startsWith("jvm_memory_used_bytes{"))
          .anyMatch(each -> each.startsWith("lenet5_serve_native_bytes "))
          .anyMatch(each -> each.startsWith("lenet5_serve_http_request_duration_seconds"));
    }
  }

  @Test
  void aFolderThatIsAwayShows() throws Exception {
    String away = "lenet5_serve_storage_away{model=\"tiny\"} ";
    try (Server server = Server.start(options)) {
      Client client = new Client(server.address());
      assertThat(client.get(METRICS).body()).contains(away + "0.0");
      Files.move(folder.resolve("tiny"), folder.resolve("elsewhere"));
      server.refresh();
      server.refresh();
      assertThat(client.get(METRICS).body()).contains(away + "1.0");
      assertThat(log).containsExactly("model tiny: its folder is away; what is loaded stays");
      assertThat(client.post(PREDICT, BODY).status()).isEqualTo(200);
      Files.move(folder.resolve("elsewhere"), folder.resolve("tiny"));
      server.refresh();
      assertThat(client.get(METRICS).body()).contains(away + "0.0");
      assertThat(log).hasSize(2).contains("model tiny: its folder is there again");
    }
  }

  @Test
  void accessLog() {
    options.accessLog = AccessLog.JSON;
    try (Server server = Server.start(options)) {
      new Client(server.address())
          .send(
              new Client(server.address())
                  .request("/v2/nothing?x=%22y")
                  .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                  .GET());
    }
    options.accessLog = AccessLog.TEXT;
    try (Server server = Server.start(options)) {
      new Client(server.address()).post(PREDICT, BODY);
    }
    assertThat(log)
        .anyMatch(
            each ->
                each.matches(
                    "\\{\"time\":\"[0-9TZ:.-]+\",\"client\":\"127.0.0.1\",\"method\":\"GET\","
                        + "\"path\":\"/v2/nothing\\?x=%22y\",\"status\":404,\"request_bytes\":0,"
                        + "\"response_bytes\":\\d+,\"millis\":[0-9.]+,"
                        + "\"trace\":\"0af7651916cd43dd8448eb211c80319c\"\\}"))
        .anyMatch(
            each ->
                each.matches(
                    "[0-9TZ:.-]+ 127.0.0.1 \"POST /v1/models/tiny:predict\" 200 \\d+ \\d+ [0-9.]+"
                        + " ms -"));
    assertThat(AccessLines.escaped("a\"b\\c\nd\u001b[31m")).isEqualTo("a\\\"b\\\\c d [31m");
  }

  @Test
  void pagesOfOthersMayNotAskUnlessTheyAreNamed() {
    String origin = "https://example.org";
    try (Server server = Server.start(options)) {
      Client client = new Client(server.address());
      assertThat(
              client
                  .send(client.request("/v2").header("Origin", origin).GET())
                  .header("access-control-allow-origin"))
          .isNull();
    }
    options.corsOrigins.add(origin);
    try (Server server = Server.start(options)) {
      Client client = new Client(server.address());
      assertThat(
              client
                  .send(client.request("/v2").header("Origin", origin).GET())
                  .header("access-control-allow-origin"))
          .isEqualTo(origin);
      assertThat(
              client
                  .send(client.request("/v2").header("Origin", "https://example.com").GET())
                  .header("access-control-allow-origin"))
          .isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "port,-1",
    "port,65536",
    "maxBytes,0",
    "maxBytesTogether,0",
    "maxPixels,0",
    "maxItems,0",
    "maxConnections,0",
    "maxRequests,0",
    "maxHeaderBytes,10",
    "timeoutSeconds,0",
    "idleSeconds,0",
    "drainSeconds,-1",
    "pollMillis,-1",
    "maxBatch,0",
    "queue,0",
    "decodeThreads,0",
    "computeThreads,0",
  })
  void wrongNumbers(String field, int value) throws Exception {
    Field set = ServerOptions.class.getField(field);
    if (set.getType() == long.class) {
      set.setLong(options, value);
    } else {
      set.setInt(options, value);
    }
    String name = field.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    assertThatThrownBy(() -> Server.start(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(name + " (" + value + ") must be ");
  }

  @Test
  void otherWrongOptions() {
    assertThatThrownBy(() -> Server.start(new ServerOptions()))
        .hasMessage("models: there must be at least one to serve");
    options.tlsKey = folder.resolve("key");
    assertThatThrownBy(() -> Server.start(options)).hasMessageContaining("must be given together");
    options.tlsKey = null;
    options.tokenFile = folder.resolve("none");
    assertThatThrownBy(() -> Server.start(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token-file " + options.tokenFile + ": cannot be read");
    options.tokenFile = null;
    options.model("tiny", folder.resolve("tiny"));
    assertThatThrownBy(() -> Server.start(options)).hasMessageContaining("the name tiny");
    assertThatThrownBy(() -> options.model("a/b", folder)).hasMessageContaining("(a/b) must be");
  }
}
