package org.lenet5.serve;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lenet5.serve.model.ModelOptions;

/**
 * How a {@link Server} serves: the models, and settings that each have a default. Mutable, for one
 * thread; a server takes what stands here when it starts.
 *
 * <pre>{@code
 * ServerOptions options = new ServerOptions();
 * options.model("cats", Path.of("checkpoints/cats"));
 * options.port = 0; // any that is free
 * }</pre>
 */
public final class ServerOptions {
  /** What is served; at least one. The first answers {@code /classify} without a name. */
  public final List<ModelOptions> models = new ArrayList<>();

  /** The address to listen at; the default can be reached from this machine alone. */
  public String host = "127.0.0.1";

  /** The port, for HTTP/1, HTTP/2 and gRPC; 0 for any that is free. */
  public int port = 8501;

  /** Images that are computed together, at most. */
  public int maxBatch = 64;

  /** How long a batch waits for more images though a thread is idle. */
  public int batchWaitMicros = 0;

  /** Images that may wait; more are refused. */
  public int queue = 4096;

  /**
   * Batches that are computed at a time. What a small model computes in about a millisecond is
   * computed by the thread that has read the request; the rest by this many threads.
   */
  public int computeThreads = Runtime.getRuntime().availableProcessors();

  /** Threads that decode pictures. */
  public int decodeThreads = Runtime.getRuntime().availableProcessors();

  /** Bytes of a request's body. */
  public long maxBytes = 32_000_000;

  /**
   * Bytes of all requests together that are being received or answered; by default of a quarter of
   * Java's memory.
   */
  public long maxBytesTogether = Runtime.getRuntime().maxMemory() / 4;

  /** Width times height of a picture. */
  public long maxPixels = 100_000_000;

  /** Images of a request. */
  public int maxItems = 1024;

  /** Requests with images that are worked on at a time; more are refused. */
  public int maxRequests = 256;

  /** Connections that are open at a time; more are closed at once. */
  public int maxConnections = 1000;

  /** Bytes of a request's headers. */
  public int maxHeaderBytes = 16_384;

  /** Seconds after which a request that is not answered is refused, its sending included. */
  public int timeoutSeconds = 30;

  /** Seconds that a connection may idle. */
  public int idleSeconds = 60;

  /** Seconds that running requests get when the server is closed. */
  public int drainSeconds = 30;

  /** Milliseconds between looks at the models' folders; 0 for none after the first. */
  public long pollMillis = 1000;

  /** A file with a token a line, one of which requests must bear; null for none. */
  public Path tokenFile;

  /** Certificates in PEM, the server's own first; null for no TLS. */
  public Path tlsCertificate;

  /** The certificate's private key in PEM (PKCS #8). */
  public Path tlsKey;

  /** Origins whose pages may ask; empty for none. */
  public final List<String> corsOrigins = new ArrayList<>();

  /** What is written of each request. */
  public AccessLog accessLog = AccessLog.OFF;

  /** Takes the lines of the access log. Called by many threads. */
  public Consumer<String> accessLine = System.out::println;

  /**
   * Takes what people should know, a line at a time: versions that come and go, failures. Called by
   * many threads.
   */
  public Consumer<String> log = System.err::println;

  /** Adds a model by its name and the path of its folder, its latest version served. */
  public ServerOptions model(String name, Path path) {
    models.add(new ModelOptions(name, path));
    return this;
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException naming the setting, its value and what would be right
   */
  void require() {
    if (models.isEmpty()) {
      throw new IllegalArgumentException("models: there must be at least one to serve");
    }
    range("port", port, 0, 65_535);
    range("max-bytes", maxBytes, 1, 1_000_000_000);
    range("max-bytes-together", maxBytesTogether, 1, Long.MAX_VALUE);
    range("max-pixels", maxPixels, 1, Long.MAX_VALUE);
    range("max-items", maxItems, 1, 1_000_000);
    range("max-requests", maxRequests, 1, 1_000_000);
    range("max-connections", maxConnections, 1, 1_000_000);
    range("max-header-bytes", maxHeaderBytes, 1000, 1_000_000);
    range("timeout-seconds", timeoutSeconds, 1, 86_400);
    range("idle-seconds", idleSeconds, 1, 86_400);
    range("drain-seconds", drainSeconds, 0, 86_400);
    range("poll-millis", pollMillis, 0, Long.MAX_VALUE);
    range("decode-threads", decodeThreads, 1, 1024);
    if ((tlsCertificate == null) != (tlsKey == null)) {
      throw new IllegalArgumentException(
          "tls-certificate and tls-key: must be given together, or neither");
    }
  }

  private static void range(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s (%d) must be from %d to %d".formatted(name, value, least, most));
    }
  }
}
