package org.lenet5.serve;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.common.metric.MeterIdPrefixFunction;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.common.util.ThreadFactories;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.cors.CorsService;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.linecorp.armeria.server.logging.AccessLogWriter;
import com.linecorp.armeria.server.metric.MetricCollectingService;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import org.lenet5.image.Fit;
import org.lenet5.image.ImageOptions;
import org.lenet5.io.OneLine;
import org.lenet5.serve.grpc.InferenceGrpc;
import org.lenet5.serve.grpc.ModelGrpc;
import org.lenet5.serve.grpc.PredictionGrpc;
import org.lenet5.serve.model.Admission;
import org.lenet5.serve.model.BatchOptions;
import org.lenet5.serve.model.Models;
import org.lenet5.serve.model.Predictor;
import org.lenet5.serve.model.ServeEvents;
import org.lenet5.serve.model.ServeException;
import org.lenet5.serve.model.Threads;
import org.lenet5.serve.rest.Backend;
import org.lenet5.serve.rest.RestService;

/**
 * Answers classification requests over HTTP and gRPC on one port:
 *
 * <pre>{@code
 * ServerOptions options = new ServerOptions().model("cats", Path.of("checkpoints/cats"));
 * try (Server server = Server.start(options)) {
 *   System.out.println(server.address());
 *   …
 * }
 * }</pre>
 *
 * <p>TensorFlow Serving's REST and gRPC, the Open Inference Protocol's, {@code /classify} for
 * pictures, and gRPC's health. Thread-safe. A program may run several; they share TensorFlow's
 * threads.
 */
public final class Server implements AutoCloseable {
  private static final int MOST_FLUSHES = 256;

  private final ServerOptions options;
  private final ServerLog log;
  private final Tokens tokens;
  private final Certificates certificates;
  private final Models models;
  private final Predictor predictor;
  private final Metrics metrics;
  private final HealthStatusManager health = new HealthStatusManager();
  private final Reloading reloading;
  private final Connections connections;
  private final com.linecorp.armeria.server.Server http;
  private volatile boolean isOpen = true;

  private Server(ServerOptions options) {
    this.options = options;
    BatchOptions batches =
        new BatchOptions(
            options.maxBatch, options.batchWaitMicros, options.queue, options.computeThreads);
    ImageOptions images = new ImageOptions(Fit.CROP, options.maxPixels, options.maxBytes);
    // First what may be refused: nothing is to be closed then.
    tokens = options.tokenFile == null ? null : new Tokens(options.tokenFile);
    certificates =
        options.tlsCertificate == null
            ? null
            : new Certificates(options.tlsCertificate, options.tlsKey);
    log = new ServerLog(options.log);
    reloading = new Reloading(options.log);
    metrics = new Metrics();
    connections = new Connections(options.timeoutSeconds, certificates != null);
    ServeEvents events = log.and(metrics);
    models = new Models(options.models, images, options.pollMillis, events);
    predictor = new Predictor(batches, images, options.decodeThreads, events);
    metrics.queue(predictor::waiting);
    Admission admission = new Admission(options.maxRequests, events);
    metrics.running(admission::running);
    metrics.storage(models);
    Backend backend =
        new Backend(
            models, predictor, admission, events, () -> isOpen, options.maxItems, version());
    boolean whole = false;
    // Beside each other, as each takes a good part of the time until the first answer.
    CompletableFuture<Void> loading = CompletableFuture.runAsync(models::load);
    CompletableFuture<GrpcService> grpc = CompletableFuture.supplyAsync(() -> grpc(backend));
    try {
      http = build(backend, grpc);
      loading.join();
      http.start().join();
      log.answering(true);
      whole = true;
    } catch (CompletionException e) {
      if (loading.isCompletedExceptionally()) {
        throw e.getCause() instanceof RuntimeException wrong ? wrong : e;
      }
      throw new IllegalStateException(
          "cannot listen on %s port %d: %s"
              .formatted(options.host, options.port, OneLine.reason(e.getCause())),
          e.getCause());
    } finally {
      if (!whole) {
        loading.handle((any, e) -> null).join();
        reloading.close();
        predictor.close();
        models.close();
        metrics.close();
      }
    }
  }

  /**
   * Loads the models and listens.
   *
   * @return the server, which answers already; to be closed
   * @throws IllegalArgumentException if an option or a model cannot be used: a line that names it
   * @throws IllegalStateException if the port is taken
   */
  public static Server start(ServerOptions options) {
    options.require();
    return new Server(options);
  }

  private com.linecorp.armeria.server.Server build(
      Backend backend, CompletableFuture<GrpcService> grpc) {
    ServerBuilder builder = com.linecorp.armeria.server.Server.builder();
    boolean isTls = certificates != null;
    builder.port(
        new InetSocketAddress(options.host, options.port),
        isTls ? SessionProtocol.HTTPS : SessionProtocol.HTTP);
    if (isTls) {
      builder.tlsProvider(certificates);
      reloading.add(options.tlsCertificate.toString(), certificates::refresh);
    }
    limits(builder);
    builder.meterRegistry(metrics.registry());
    builder.errorHandler(new Failures(options));
    builder.disableServerHeader();
    builder.accessLogWriter(
        options.accessLog == AccessLog.OFF
            ? AccessLogWriter.disabled()
            : new AccessLines(options.accessLog == AccessLog.JSON, options.accessLine),
        true);
    builder.service(Metrics.PATH, metrics.service());
    builder.serviceUnder("/", new RestService(backend));
    builder.service(grpc.join());
    builder.decorator(
        MetricCollectingService.newDecorator(MeterIdPrefixFunction.ofDefault("lenet5.serve.http")));
    builder.childChannelPipelineCustomizer(
        pipeline -> {
          connections.watch(pipeline);
          // An answer's headers and body are flushed one by one: what is sent within a turn of the
          // event loop goes out together.
          pipeline.addFirst(new FlushConsolidationHandler(MOST_FLUSHES, true));
        });
    builder.decorator(connections);
    // The last one that is added comes first.
    builder.decorator(new BodyMemory(options.maxBytesTogether));
    if (tokens != null) {
      builder.decorator(tokens);
      reloading.add(options.tokenFile.toString(), tokens::refresh);
    }
    if (!options.corsOrigins.isEmpty()) {
      builder.decorator(
          CorsService.builder(options.corsOrigins.toArray(String[]::new))
              .allowRequestMethods(HttpMethod.GET, HttpMethod.POST)
              .allowRequestHeaders("content-type", "authorization", "traceparent")
              .newDecorator());
    }
    return builder.build();
  }

  private void limits(ServerBuilder builder) {
    builder.maxRequestLength(options.maxBytes);
    builder.maxNumConnections(options.maxConnections);
    builder.http1MaxHeaderSize(options.maxHeaderBytes);
    builder.http1MaxInitialLineLength(options.maxHeaderBytes);
    builder.http2MaxHeaderListSize(options.maxHeaderBytes);
    builder.requestTimeout(Duration.ofSeconds(options.timeoutSeconds));
    builder.idleTimeout(Duration.ofSeconds(options.idleSeconds));
    builder.gracefulShutdownTimeout(Duration.ZERO, Duration.ofSeconds(options.drainSeconds));
    // For what clients have sent before they heard that their connection is closed.
    builder.connectionDrainDuration(Duration.ofMillis(100));
    builder.blockingTaskExecutor(
        Executors.newScheduledThreadPool(options.decodeThreads, Threads.named("lenet5-parse")),
        true);
    EventLoopGroup threads = threads();
    builder.workerGroup(threads, true);
    // The same that accept connections: those of their own would have netty's two seconds anyway.
    builder.bossGroupFactory(any -> threads);
  }

  // Netty would wait for two seconds whether there is something else to do. Armeria tells them to
  // end when the requests have ended, or their time has.
  private static EventLoopGroup threads() {
    return EventLoopGroups.builder()
        .numThreads(Runtime.getRuntime().availableProcessors())
        .threadFactory(ThreadFactories.newEventLoopThreadFactory("lenet5-http", false))
        .gracefulShutdown(Duration.ZERO, Duration.ofSeconds(15))
        .build();
  }

  private GrpcService grpc(Backend backend) {
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
    List<BindableService> services = new ArrayList<>();
    services.add(new PredictionGrpc(backend));
    services.add(new ModelGrpc(backend));
    services.add(new InferenceGrpc(backend));
    for (BindableService each : services) {
      health.setStatus(each.bindService().getServiceDescriptor().getName(), ServingStatus.SERVING);
    }
    services.add(health.getHealthService());
    return GrpcService.builder()
        .addServices(services)
        .supportedSerializationFormats(GrpcSerializationFormats.PROTO)
        .maxRequestMessageLength((int) options.maxBytes)
        .exceptionHandler(
            (context, status, cause, metadata) ->
                cause instanceof ServeException refusal
                    ? Status.fromCodeValue(refusal.reason().code())
                        .withDescription(refusal.getMessage())
                    : null) // gRPC's own way
        .build();
  }

  /** The port that it listens at. */
  public int port() {
    return http.activeLocalPort();
  }

  /** Where to send requests: "http://127.0.0.1:8501". */
  public String address() {
    String scheme = options.tlsCertificate == null ? "http" : "https";
    String host = options.host.contains(":") ? "[" + options.host + "]" : options.host;
    return scheme + "://" + host + ":" + port();
  }

  /** Looks at the models' folders now, and not only at the next turn. */
  public void refresh() {
    models.poll();
  }

  /** From now on says that it is not ready, while it goes on answering. */
  public synchronized void drain() {
    if (isOpen) {
      isOpen = false;
      health.enterTerminalState();
    }
  }

  /**
   * Says that it is not ready, lets running requests end for {@link ServerOptions#drainSeconds} at
   * most, and frees everything. Closing it again does nothing.
   */
  @Override
  public void close() {
    drain();
    connections.closeIdle();
    http.stop().join();
    log.answering(false);
    reloading.close();
    predictor.close();
    models.close();
    metrics.close();
  }

  private static String version() {
    String version = Server.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
