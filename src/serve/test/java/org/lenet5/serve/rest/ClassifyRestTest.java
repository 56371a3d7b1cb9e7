package org.lenet5.serve.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.image.Photos;
import org.lenet5.serve.Client;
import org.lenet5.serve.Server;
import org.lenet5.serve.ServerOptions;
import org.lenet5.serve.TinyModel;

/** Pictures as people send them. */
class ClassifyRestTest {
  @TempDir private static Path folder;
  private static Server server;
  private static Client client;

  @BeforeAll
  static void start() {
    TinyModel.write(folder.resolve("tiny/1"), 0);
    TinyModel.write(folder.resolve("other/5"), 1);
    ServerOptions options =
        new ServerOptions()
            .model("tiny", folder.resolve("tiny"))
            .model("other", folder.resolve("other"));
    options.port = 0;
    options.maxItems = 5;
    options.maxBytes = 20_000;
    options.maxPixels = 100;
    server = Server.start(options);
    client = new Client(server.address());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static byte[] form(Map<String, byte[]> files) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    files.forEach(
        (name, bytes) -> {
          body.writeBytes(
              ("--AaB03x\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                      + name
                      + "\"\r\nContent-Type: image/png\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
          body.writeBytes(bytes);
          body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        });
    body.writeBytes("--AaB03x--\r\n".getBytes(StandardCharsets.UTF_8));
    return body.toByteArray();
  }

  private static Client.Reply send(String path, Map<String, byte[]> files) {
    return client.post(
        path, form(new TreeMap<>(files)), "Content-Type", "multipart/form-data; boundary=AaB03x");
  }

  @ParameterizedTest
  @CsvSource({"image/png", "application/octet-stream", "application/x-www-form-urlencoded"})
  void oneAsTheBody(String type) {
    Client.Reply reply = client.post("/classify", Pictures.png(0xC00000), "Content-Type", type);
    assertThat(reply.toString())
        .matches(
            "200 \\{\"image\":null,\"label\":\"yes\",\"probability\":0.75,\"warnings\":\\[\\],"
                + "\"top\":\\[\\{\"label\":\"yes\",\"probability\":0.75\\}\\],"
                + "\"model\":\"tiny\",\"version\":\"1\",\"milliseconds\":[0-9.]+\\}");
  }

  @Test
  void moreClassesAndAnotherModel() {
    assertThat(client.post("/classify?top=9", Pictures.png(0x400000)).body())
        .contains(
            "\"label\":\"no\",\"probability\":0.75,\"warnings\"",
            "\"top\":[{\"label\":\"no\",\"probability\":0.75},"
                + "{\"label\":\"yes\",\"probability\":0.25}]");
    assertThat(client.post("/classify?model=other", Pictures.png(0x400000)).body())
        .contains("\"model\":\"other\",\"version\":\"5\"", "\"probability\":1.0");
  }

  @Test
  void manyInAForm() {
    Client.Reply reply =
        send("/classify", Map.of("a.png", Pictures.png(0x400000), "é.png", Pictures.png(0xC00000)));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body())
        .startsWith("[{")
        .endsWith("}]")
        .containsSubsequence(
            "{\"image\":\"a.png\",\"label\":\"no\"", "{\"image\":\"é.png\",\"label\":\"yes\"");
  }

  @Test
  void whatTheModelSaw() throws Exception {
    String body = client.post("/classify?seen=true", Pictures.png(0x123456)).body();
    String seen = body.replaceAll(".*\"seen\":\"([^\"]+)\".*", "$1");
    BufferedImage picture =
        ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(seen)));
    assertThat(picture.getWidth()).isEqualTo(2);
    assertThat(picture.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0x123456);
    assertThat(client.post("/classify", Pictures.png(1)).body()).doesNotContain("seen");
  }

  @Test
  void aBadPictureFailsAlone() {
    Map<String, byte[]> files =
        Map.of(
            "a.png", Pictures.png(0x400000),
            "b.png", new byte[] {1, 2, 3},
            "c.png", Pictures.png(0xC00000));
    assertThat(send("/classify", files).body())
        .containsSubsequence(
            "{\"image\":\"a.png\",\"label\":\"no\"",
            "{\"image\":\"b.png\",\"error\":\"the image of 3 bytes: is no PNG",
            "{\"image\":\"c.png\",\"label\":\"yes\"");
    assertThat(send("/classify?format=csv&top=2", files).body())
        .isEqualTo(
            "image,label,probability,label_2,probability_2,model,error\n"
                + "a.png,no,0.75,yes,0.25,tiny,\n"
                + "b.png,,,,,tiny,\"the image of 3 bytes: is no PNG, JPEG, GIF, BMP, WebP or TIFF"
                + " image\"\n"
                + "c.png,yes,0.75,no,0.25,tiny,\n");
  }

  @Test
  void csvIfItIsAccepted() {
    Client.Reply reply = client.post("/classify", Pictures.png(0xC00000), "Accept", "text/csv");
    assertThat(reply.header("content-type")).isEqualTo("text/csv; charset=utf-8");
    assertThat(reply.body())
        .isEqualTo("image,label,probability,model,error\n\"\",yes,0.75,tiny,\n");
    assertThat(client.post("/classify?format=json", Pictures.png(1), "Accept", "text/csv").body())
        .startsWith("{\"image\":null");
  }

  /** What Firefox and Chromium accept. */
  @Test
  void aPageForABrowser() {
    String accept =
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
    Client.Reply reply =
        client.post(
            "/classify",
            form(
                new TreeMap<>(
                    Map.of("<i>&.png", Pictures.png(0xC00000), "z.png", new byte[] {1, 2, 3}))),
            "Content-Type",
            "multipart/form-data; boundary=AaB03x",
            "Accept",
            accept);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("content-type")).isEqualTo("text/html; charset=utf-8");
    assertThat(reply.header("content-security-policy")).contains("default-src 'none'");
    assertThat(reply.body())
        .containsSubsequence(
            "By tiny, version 1 in ",
            "<h2>&lt;i&gt;&amp;.png</h2>",
            "src=\"data:image/png;base64,",
            "<span>yes</span><span>75.0 %</span><progress max=\"1\" value=\"0.75\"",
            "<span>no</span><span>25.0 %</span>",
            "<h2>z.png</h2><p class=\"bad\">the image of 3 bytes: is no PNG")
        .doesNotContain("<script", "style=");
    byte[] picture = Pictures.png(1);
    assertThat(client.post("/classify?format=html&top=1", picture).body())
        .contains("<span>no</span>")
        .doesNotContain("<span>yes</span>");
    assertThat(client.post("/classify", picture, "Accept", "text/html").body())
        .startsWith("<!doctype html>");
    String java = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"; // HttpURLConnection's
    for (String each :
        new String[] {"*/*", "application/json, text/html;q=0.5", "image/png", java}) {
      assertThat(client.post("/classify", picture, "Accept", each).header("content-type"))
          .as(each)
          .startsWith("application/json");
    }
  }

  private static void assertError(Client.Reply reply, int status, String message) {
    assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
    assertThat(reply.body()).startsWith("{\"error\":\"").endsWith("\"}").contains(message);
  }

  @Test
  void whatIsRefused() {
    byte[] picture = Pictures.png(1);
    assertError(client.get("/classify"), 405, "GET /classify: must be POST");
    assertError(client.post("/classify", ""), 400, "the request has no picture");
    assertError(client.post("/classify", "abc"), 400, "the image of 3 bytes: is no PNG");
    assertError(client.post("/classify?top=0", picture), 400, "top=0: must be a number from 1");
    assertError(client.post("/classify?top=x", picture), 400, "top=x: must be a number from 1");
    assertError(client.post("/classify?format=xml", picture), 400, "format=xml: must be json, csv");
    assertError(client.post("/classify?model=x", picture), 404, "Latest(x)");
    assertError(
        client.post("/classify", "{}", "Content-Type", "application/json"), 415, ":predict");
    assertError(
        client.post("/classify", picture, "Content-Type", "multipart/form-data"), 400, "boundary");
    assertError(send("/classify", Map.of()), 400, "");
    // A line's end within a header's value, and a form that ends too early.
    String type = "multipart/form-data; boundary=AaB03x";
    String part = "--AaB03x\r\nContent-Disposition: form-data; name=\"a\rb\"\r\n\r\nabc\r\n";
    assertError(client.post("/classify", part + "--AaB03x--", "Content-Type", type), 400, "form");
    assertError(client.post("/classify", part, "Content-Type", type), 400, "form");
    String quote = part.replace("name=\"a\rb\"", "filename\"=\"") + "--AaB03x--";
    assertError(client.post("/classify", quote, "Content-Type", type), 400, "form");
    assertError(
        send(
            "/classify",
            Map.of(
                "a", picture, "b", picture, "c", picture, "d", picture, "e", picture, "f",
                picture)),
        400,
        "(--max-items)");
    assertError(client.post("/classify", new byte[20_001]), 413, "20000 bytes (--max-bytes)");
    assertThat(client.post("/classify", new byte[20_000]).status()).isEqualTo(400);
    byte[] large = Photos.encoded(new BufferedImage(11, 10, BufferedImage.TYPE_INT_RGB), "png");
    assertError(
        client.post("/classify", large),
        400,
        "has 11 x 10 pixels, the limit is 100 (--max-pixels)");
  }
}
