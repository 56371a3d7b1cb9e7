package org.lenet5.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.TlsKeyPair;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.serve.proto.inference.GRPCInferenceServiceGrpc;
import org.lenet5.serve.proto.inference.ServerLiveRequest;

/** Who is let in: tokens and TLS, whose files may change while the server runs. */
class AccessTest {
  @TempDir private Path folder;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private ServerOptions options;

  @BeforeEach
  void write() {
    TinyModel.write(folder.resolve("tiny/1"), 0);
    options = new ServerOptions().model("tiny", folder.resolve("tiny"));
    options.port = 0;
    options.log = log::add;
  }

  private static void until(BooleanSupplier holds) {
    while (!holds.getAsBoolean()) { // or the test's timeout
      Thread.onSpinWait();
    }
  }

  /** As a later write, however coarse the file system's clock is. */
  private static void age(Path file) throws Exception {
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));
  }

  private static int status(Client client, String path, String authorization) {
    HttpRequest.Builder request = client.request(path).GET();
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return client.send(request).status();
  }

  @Test
  void tokens() throws Exception {
    options.tokenFile = folder.resolve("tokens");
    Files.writeString(options.tokenFile, "# of the first team\nfirst\n\n  second  \n");
    age(options.tokenFile);
    try (Server server = Server.start(options)) {
      Client client = new Client(server.address());
      assertThat(status(client, "/v2", "Bearer first")).isEqualTo(200);
      assertThat(status(client, "/v2", "bearer second")).isEqualTo(200);
      for (String each :
          new String[] {null, "Bearer", "Bearer firs", "Bearer firstx", "Basic first", "first"}) {
        assertThat(status(client, "/v2", each)).as(each).isEqualTo(401);
      }
      assertThat(status(client, "/v2", "Bearer # of the first team")).isEqualTo(401);
      Client.Reply refused = client.get("/v1/models/tiny");
      assertThat(refused.header("www-authenticate")).isEqualTo("Bearer");
      assertThat(refused.body()).startsWith("{\"error\":\"the request bears no valid token");
      assertThat(status(client, "/v2/health/live", null)).isEqualTo(200);
      assertThat(status(client, "/v2/health/ready", null)).isEqualTo(200);
      assertThatThrownBy(
              () ->
                  GrpcClients.newClient(
                          "gproto+" + server.address(),
                          GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub.class)
                      .serverLive(ServerLiveRequest.getDefaultInstance()))
          .hasMessageContaining("UNAUTHENTICATED");

      Files.writeString(options.tokenFile, "third\n");
      until(() -> status(client, "/v2", "Bearer third") == 200);
      assertThat(status(client, "/v2", "Bearer first")).isEqualTo(401);
      Files.writeString(options.tokenFile, "\n");
      until(() -> log.stream().anyMatch(each -> each.contains("holds no token")));
      assertThat(status(client, "/v2", "Bearer third")).isEqualTo(200);
    }
  }

  static void write(TlsKeyPair pair, ServerOptions options) throws Exception {
    StringBuilder certificates = new StringBuilder();
    for (X509Certificate each : pair.certificateChain()) {
      certificates.append(pem("CERTIFICATE", each.getEncoded()));
    }
    Files.writeString(options.tlsCertificate, certificates);
    Files.writeString(options.tlsKey, pem("PRIVATE KEY", pair.privateKey().getEncoded()));
  }

  private static String pem(String kind, byte[] bytes) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
  }

  /** Trusts this certificate alone. */
  static SSLContext trusting(TlsKeyPair trusted) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("server", trusted.certificateChain().get(0));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** As a new client it makes a new connection. */
  private static int status(Server server, TlsKeyPair trusted) throws Exception {
    URI address = URI.create("https://localhost:" + server.port() + "/v2");
    return HttpClient.newBuilder()
        .sslContext(trusting(trusted))
        .build()
        .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void tls() throws Exception {
    options.tlsCertificate = folder.resolve("certificate.pem");
    options.tlsKey = folder.resolve("key.pem");
    TlsKeyPair first = TlsKeyPair.ofSelfSigned("localhost");
    TlsKeyPair second = TlsKeyPair.ofSelfSigned("localhost");
    write(first, options);
    age(options.tlsCertificate);
    try (Server server = Server.start(options)) {
      assertThat(server.address()).startsWith("https://127.0.0.1:");
      assertThat(status(server, first)).isEqualTo(200);
      assertThatThrownBy(() -> status(server, second)).isInstanceOf(SSLException.class);
      write(second, options);
      until(
          () -> {
            try {
              return status(server, second) == 200;
            } catch (SSLException e) {
              return false; // the old one still
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
      Files.writeString(options.tlsKey, "nothing\n");
      until(() -> log.stream().anyMatch(each -> each.contains("stays in use")));
      assertThat(status(server, second)).isEqualTo(200);
    }
    assertThatThrownBy(() -> Server.start(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tls-key " + options.tlsKey);
  }
}
