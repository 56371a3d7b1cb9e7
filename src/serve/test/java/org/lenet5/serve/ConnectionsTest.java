package org.lenet5.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.TlsKeyPair;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Senders that begin and do not end, in each protocol; and connections that only wait. */
class ConnectionsTest {
  private static final String BODY =
      "{\"instances\":[" + TinyModel.json(TinyModel.image(0x800000)) + "]}";
  private static final String HEAD =
      "POST /v1/models/tiny:predict HTTP/1.1\r\nHost: x\r\nContent-Length: "
          + BODY.length()
          + "\r\n\r\n";

  @TempDir private Path folder;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private ServerOptions options;

  @BeforeEach
  void write() {
    TinyModel.write(folder.resolve("tiny/1"), 1);
    options = new ServerOptions().model("tiny", folder.resolve("tiny"));
    options.port = 0;
    options.pollMillis = 0;
    options.timeoutSeconds = 2;
    options.log = log::add;
  }

  @Test
  void slowSendersAreCut() throws Exception {
    try (Server server = Server.start(options);
        RawClient silent = new RawClient(server.port());
        RawClient head = new RawClient(server.port());
        RawClient second = new RawClient(server.port());
        RawClient idle = new RawClient(server.port());
        RawClient body = new RawClient(server.port())) {
      head.send("POST /v1/mod");
      idle.send(HEAD + BODY);
      assertThat(idle.answer()).startsWith("HTTP/1.1 200");
      second.send(HEAD + BODY);
      assertThat(second.answer()).startsWith("HTTP/1.1 200");
      second.send("POST");
      body.send(HEAD + BODY.substring(0, 10));
      assertThat(silent.rest()).isEmpty();
      assertThat(head.rest()).doesNotContain("200");
      assertThat(second.rest()).doesNotContain("200");
      assertThat(body.answer())
          .startsWith("HTTP/1.1 504")
          .endsWith("{\"error\":\"no answer within 2 s (--timeout-seconds)\"}");
      assertThat(log).isEmpty();
      idle.send(HEAD + BODY); // who waits between requests is not slow
      assertThat(idle.answer()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void alsoOverTls() throws Exception {
    options.tlsCertificate = folder.resolve("certificate.pem");
    options.tlsKey = folder.resolve("key.pem");
    TlsKeyPair pair = TlsKeyPair.ofSelfSigned("localhost");
    AccessTest.write(pair, options);
    try (Server server = Server.start(options);
        RawClient silent = new RawClient(server.port());
        RawClient second = tls(server, pair);
        RawClient idle = tls(server, pair)) {
      idle.send(HEAD + BODY);
      assertThat(idle.answer()).startsWith("HTTP/1.1 200");
      second.send(HEAD + BODY);
      assertThat(second.answer()).startsWith("HTTP/1.1 200");
      second.send("POST");
      assertThat(silent.rest()).isEmpty();
      assertThat(second.rest()).isEmpty();
      idle.send(HEAD + BODY);
      assertThat(idle.answer()).startsWith("HTTP/1.1 200");
    }
  }

  private static RawClient tls(Server server, TlsKeyPair pair) throws Exception {
    return new RawClient(
        AccessTest.trusting(pair).getSocketFactory().createSocket("127.0.0.1", server.port()));
  }

  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  /** A frame of HTTP/2. */
  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0, 0, (byte) payload.length, (byte) type, (byte) flags});
    out.writeBytes(new byte[] {0, 0, 0, (byte) stream});
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /** GET http://x/v2, by the numbers of HTTP/2's table of headers. */
  private static byte[] get() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x82, (byte) 0x86, 0x41, 1, 'x', 0x44, 3, '/', 'v', '2'});
    return out.toByteArray();
  }

  private static byte[] preface() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
    return out.toByteArray();
  }

  /** Waits for the end of a stream's answer. */
  private static void answered(RawClient client, int wanted) throws IOException {
    DataInputStream in = new DataInputStream(client.in());
    while (true) {
      int head = in.readInt();
      int length = head >>> 8;
      int type = head & 0xFF;
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = in.readNBytes(length);
      if (stream == wanted) {
        if (type == HEADERS) {
          assertThat(payload[0]).isEqualTo((byte) 0x88); // :status 200
        }
        if ((flags & END_STREAM) != 0) {
          return;
        }
      }
    }
  }

  @Test
  void alsoInHttp2() throws Exception {
    try (Server server = Server.start(options);
        RawClient nothing = new RawClient(server.port());
        RawClient headers = new RawClient(server.port());
        RawClient frame = new RawClient(server.port());
        RawClient idle = new RawClient(server.port())) {
      nothing.send(preface());
      byte[] get = frame(HEADERS, END_STREAM | END_HEADERS, 1, get());
      for (byte each : preface()) { // however the bytes come
        idle.send(new byte[] {each});
      }
      for (byte each : get) {
        idle.send(new byte[] {each});
      }
      answered(idle, 1);
      idle.send(frame(PING, 0, 0, new byte[8]));
      headers.send(preface()).send(get);
      answered(headers, 1);
      headers.send(frame(HEADERS, END_STREAM, 3, get())); // which do not end
      frame.send(preface()).send(get);
      answered(frame, 1);
      frame.send(new byte[] {0, 0});
      nothing.rest();
      headers.rest();
      frame.rest();
      idle.send(frame(HEADERS, END_STREAM | END_HEADERS, 3, get()));
      answered(idle, 3);
    }
  }
}
