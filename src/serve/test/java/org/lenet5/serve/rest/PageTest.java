package org.lenet5.serve.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.serve.Client;
import org.lenet5.serve.Server;
import org.lenet5.serve.ServerOptions;
import org.lenet5.serve.TinyModel;

/** What a browser is given: the page's own files, and what it asks about the models. */
class PageTest {
  @TempDir private static Path folder;
  private static Server server;
  private static Client client;

  @BeforeAll
  static void start() throws Exception {
    Path version = TinyModel.write(folder.resolve("tiny/2"), 0);
    Path golden = Files.createDirectories(version.resolve("assets.extra/golden"));
    for (String each : List.of("10.png", "9.png", "a b.png", "x.txt")) {
      Files.write(golden.resolve(each), Pictures.png(each.length()));
    }
    Files.writeString(version.resolve("assets.extra/model.properties"), "run=first\nepoch=3\n");
    TinyModel.digest(version);
    Files.writeString(folder.resolve("tiny/README.md"), "# Tiny\n");
    TinyModel.write(folder.resolve("bare/1"), 0, false);
    ServerOptions options =
        new ServerOptions()
            .model("tiny", folder.resolve("tiny"))
            .model("bare", folder.resolve("bare"));
    options.port = 0;
    options.tokenFile = Files.writeString(folder.resolve("tokens"), "secret\n");
    server = Server.start(options);
    client = new Client(server.address());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Client.Reply get(String path) {
    return client.send(client.request(path).header("Authorization", "Bearer secret").GET());
  }

  @ParameterizedTest
  @CsvSource({
    "/,text/html",
    "/index.html,text/html",
    "/page.css,text/css",
    "/page.js,text/javascript",
    "/camera.js,text/javascript",
    "/programs.js,text/javascript",
  })
  void thePage(String path, String type) {
    Client.Reply reply = client.get(path); // without a token: the page asks for it
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("content-type")).isEqualTo(type + "; charset=utf-8");
    assertThat(reply.header("content-security-policy"))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(reply.header("x-content-type-options")).isEqualTo("nosniff");
    assertThat(reply.body()).isNotEmpty();
  }

  @Test
  void theModels() {
    assertThat(get("/models").body())
        .isEqualTo(
            "{\"models\":[{\"name\":\"tiny\",\"version\":\"2\",\"state\":\"AVAILABLE\","
                + "\"classes\":[\"yes\",\"no\"],\"image\":{\"height\":2,\"width\":2,\"channels\":3},"
                + "\"origin\":{\"epoch\":\"3\",\"run\":\"first\"},\"examples\":[\"9.png\",\"10.png\"]},"
                + "{\"name\":\"bare\",\"version\":\"1\",\"state\":\"AVAILABLE\",\"classes\":[\"0\",\"1\"],"
                + "\"image\":{\"height\":2,\"width\":2,\"channels\":3},\"origin\":{},\"examples\":[]}]}");
    assertThat(client.get("/models").status()).isEqualTo(401);
  }

  @Test
  void examplesAndCard() {
    Client.Reply example = get("/models/tiny/examples/10.png");
    assertThat(example.header("content-type")).isEqualTo("image/png");
    assertThat(example.bytes()).isEqualTo(Pictures.png("10.png".length()));
    Client.Reply card = get("/models/tiny/card");
    assertThat(card.header("content-type")).isEqualTo("text/markdown; charset=utf-8");
    assertThat(card.body()).isEqualTo("# Tiny\n");
  }

  /** Each path of the document is one that the server knows, with the method that stands there. */
  @Test
  void theInterfaceAsItIsDescribed() throws Exception {
    Client.Reply reply = get("/openapi.json");
    assertThat(reply.header("content-type")).startsWith("application/json");
    List<String> known = new ArrayList<>();
    try (JsonParser in = new JsonFactory().createParser(reply.bytes())) {
      while (in.nextToken() != null) {
        if (in.currentToken() == JsonToken.FIELD_NAME && in.currentName().startsWith("/")) {
          String path =
              in.currentName()
                  .replace("{name}", "tiny")
                  .replace("{version}", "2")
                  .replace("{label}", "x")
                  .replace("{file}", "9.png");
          in.nextToken();
          in.nextToken();
          boolean isGet = in.currentName().equals("get");
          Client.Reply answer =
              client.send(
                  client
                      .request(path)
                      .header("Authorization", "Bearer secret")
                      .method(isGet ? "GET" : "POST", HttpRequest.BodyPublishers.ofString("{}")));
          assertThat(answer.status()).as(path).isIn(200, 400);
          assertThat(answer.body())
              .doesNotContain("Malformed request: GET", "Malformed request: P");
          known.add(path);
        }
      }
    }
    assertThat(known).hasSizeGreaterThan(20).contains("/classify", "/v1/models/tiny:predict");
    assertThat(client.get("/openapi.json").status()).isEqualTo(401);
  }

  @Test
  void theMessagesOfGrpc() throws Exception {
    List<String> names = get("/protos").body().lines().toList();
    assertThat(names).hasSize(18);
    for (String each : names) {
      String own = get("/protos/" + each).body();
      assertThat(own).contains("syntax = \"proto3\";").contains("Apache License");
      // What one imports can be had, too.
      own.lines()
          .filter(line -> line.startsWith("import \"") && !line.contains("google/protobuf/"))
          .forEach(line -> assertThat(names).contains(line.replaceAll("import \"|\";", "")));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/models/none/card",
        "/models/bare/card",
        "/models/tiny/examples/11.png",
        "/models/tiny/examples/x.txt",
        "/models/tiny/examples/..%2Flabels.txt",
        "/models/tiny/examples/%2e%2e/labels.txt",
        "/models/tiny/examples/",
        "/models/tiny",
        "/page",
        "/page.js.map",
        "/protos/",
        "/protos/x.proto",
        "/protos/..%2Fopenapi.json",
        "/../secret",
      })
  void nothingElse(String path) {
    assertThat(get(path).status()).isBetween(400, 404);
  }
}
