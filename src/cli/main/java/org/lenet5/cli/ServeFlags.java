package org.lenet5.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.lenet5.serve.AccessLog;
import org.lenet5.serve.ServerOptions;
import picocli.CommandLine.Option;

/** The flags of {@code serve} that are the server's own; those not given leave its defaults. */
final class ServeFlags {
  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Where to listen. Default: 127.0.0.1, this machine alone; 0.0.0.0 is everywhere.")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "For HTTP and gRPC; 0 for any that is free. Default: 8501.")
  private Integer port;

  @Option(
      names = "--poll-millis",
      paramLabel = "N",
      description = "Between looks for new versions; 0 for none. Default: 1000.")
  private Long pollMillis;

  @Option(
      names = "--max-batch",
      paramLabel = "N",
      description = "Images computed together, at most. Default: 64.")
  private Integer maxBatch;

  @Option(
      names = "--batch-wait-micros",
      paramLabel = "N",
      description =
          "How long a batch waits for more images though the processor is idle. Default: 0.")
  private Integer batchWaitMicros;

  @Option(
      names = "--queue",
      paramLabel = "N",
      description = "Images that may wait; more are refused. Default: 4096.")
  private Integer queue;

  @Option(
      names = "--compute-threads",
      paramLabel = "N",
      description = "Batches that are computed at a time. Default: one a core.")
  private Integer computeThreads;

  @Option(
      names = "--decode-threads",
      paramLabel = "N",
      description = "Threads that decode pictures. Default: one a core.")
  private Integer decodeThreads;

  @Option(names = "--max-bytes", paramLabel = "N", description = "Of a request. Default: 32000000.")
  private Long maxBytes;

  @Option(
      names = "--max-bytes-together",
      paramLabel = "N",
      description =
          "Of all requests that are being received or answered. Default: a quarter of Java's"
              + " memory.")
  private Long maxBytesTogether;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description = "Of a picture. Default: 100000000.")
  private Long maxPixels;

  @Option(
      names = "--max-items",
      paramLabel = "N",
      description = "Images of a request. Default: 1024.")
  private Integer maxItems;

  @Option(
      names = "--max-requests",
      paramLabel = "N",
      description = "Worked on at a time; more are refused. Default: 256.")
  private Integer maxRequests;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      description = "Open at a time. Default: 1000.")
  private Integer maxConnections;

  @Option(
      names = "--max-header-bytes",
      paramLabel = "N",
      description = "Of a request's headers. Default: 16384.")
  private Integer maxHeaderBytes;

  @Option(
      names = "--timeout-seconds",
      paramLabel = "N",
      description = "For a request, its sending included. Default: 30.")
  private Integer timeoutSeconds;

  @Option(
      names = "--idle-seconds",
      paramLabel = "N",
      description = "After which an idle connection is closed. Default: 60.")
  private Integer idleSeconds;

  @Option(
      names = "--drain-seconds",
      paramLabel = "N",
      description = "For running requests after SIGTERM. Default: 30.")
  private Integer drainSeconds;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "A token a line; requests must bear one: Authorization: Bearer TOKEN. Read again when it"
              + " changes.")
  private Path tokenFile;

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "Certificates in PEM, the server's first. Read again when it changes.")
  private Path tlsCertificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The certificate's private key in PEM (PKCS #8).")
  private Path tlsKey;

  @Option(
      names = "--cors-origin",
      paramLabel = "ORIGIN",
      description = "Whose pages may ask, such as https://example.org. Default: none. Repeatable.")
  private List<String> corsOrigins;

  @Option(
      names = "--access-log",
      paramLabel = "HOW",
      defaultValue = "off",
      description = "A line for each request on stdout: off, text, json. Default: off.")
  private String accessLog;

  /** Sets what was given. */
  void apply(ServerOptions options) {
    WrongUsage.require(
        List.of("off", "text", "json").contains(accessLog),
        "--access-log " + accessLog + ": must be off, text or json");
    options.accessLog = AccessLog.valueOf(accessLog.toUpperCase(Locale.ROOT));
    options.host = host == null ? options.host : host;
    options.port = port == null ? options.port : port;
    options.pollMillis = pollMillis == null ? options.pollMillis : pollMillis;
    options.maxBatch = maxBatch == null ? options.maxBatch : maxBatch;
    options.batchWaitMicros = batchWaitMicros == null ? options.batchWaitMicros : batchWaitMicros;
    options.queue = queue == null ? options.queue : queue;
    options.computeThreads = computeThreads == null ? options.computeThreads : computeThreads;
    options.decodeThreads = decodeThreads == null ? options.decodeThreads : decodeThreads;
    options.maxBytes = maxBytes == null ? options.maxBytes : maxBytes;
    options.maxBytesTogether =
        maxBytesTogether == null ? options.maxBytesTogether : maxBytesTogether;
    options.maxPixels = maxPixels == null ? options.maxPixels : maxPixels;
    options.maxItems = maxItems == null ? options.maxItems : maxItems;
    options.maxRequests = maxRequests == null ? options.maxRequests : maxRequests;
    options.maxConnections = maxConnections == null ? options.maxConnections : maxConnections;
    options.maxHeaderBytes = maxHeaderBytes == null ? options.maxHeaderBytes : maxHeaderBytes;
    options.timeoutSeconds = timeoutSeconds == null ? options.timeoutSeconds : timeoutSeconds;
    options.idleSeconds = idleSeconds == null ? options.idleSeconds : idleSeconds;
    options.drainSeconds = drainSeconds == null ? options.drainSeconds : drainSeconds;
    options.tokenFile = tokenFile;
    options.tlsCertificate = tlsCertificate;
    options.tlsKey = tlsKey;
    if (corsOrigins != null) {
      options.corsOrigins.addAll(corsOrigins);
    }
  }
}
