package org.lenet5.serve;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import org.bytedeco.javacpp.Pointer;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.Models;
import org.lenet5.serve.model.Reason;
import org.lenet5.serve.model.Scorer;
import org.lenet5.serve.model.ServeEvents;
import org.lenet5.serve.model.VersionStatus;
import org.lenet5.serve.model.VersionStatus.State;

/**
 * Figures for Prometheus: TensorFlow Serving's, under its names, and Micrometer's, of HTTP,
 * batches, versions, the JVM and native memory. Thread-safe.
 */
final class Metrics implements ServeEvents, AutoCloseable {
  /** Where TensorFlow Serving has them. */
  static final String PATH = "/monitoring/prometheus/metrics";

  private static final MediaType TEXT = MediaType.parse("text/plain; version=0.0.4; charset=utf-8");
  private static final String COUNT = ":tensorflow:serving:request_count";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
  private final ServingHistogram latency =
      new ServingHistogram(":tensorflow:serving:request_latency");
  private final ServingHistogram runtime =
      new ServingHistogram(":tensorflow:serving:runtime_latency");
  private final DistributionSummary batches =
      DistributionSummary.builder("lenet5.serve.batch.images")
          .description("Images that were computed together.")
          .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128)
          .register(registry);

  private final Counter refused =
      Counter.builder("lenet5.serve.refused")
          .description("Requests that were refused because too many wait.")
          .register(registry);

  Metrics() {
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    collections.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    Gauge.builder("lenet5.serve.native.bytes", Pointer::totalBytes)
        .description("Native memory that TensorFlow Java's objects hold.")
        .register(registry);
    Gauge.builder("lenet5.serve.process.bytes", Pointer::physicalBytes)
        .description("Memory of the whole process.")
        .register(registry);
  }

  MeterRegistry registry() {
    return registry;
  }

  /** Shows how many images wait. */
  void queue(IntSupplier waiting) {
    // As a supplier: an object itself would be forgotten with the next collection.
    Gauge.builder("lenet5.serve.queue.images", waiting::getAsInt)
        .description("Images that wait to be computed.")
        .register(registry);
  }

  /** Shows how many requests are worked on. */
  void running(IntSupplier running) {
    Gauge.builder("lenet5.serve.requests", running::getAsInt)
        .description("Requests that are being answered.")
        .register(registry);
  }

  /** Shows of each model whether its folder is away. */
  void storage(Models models) {
    for (String each : models.names()) {
      Gauge.builder("lenet5.serve.storage.away", () -> models.isStorageAway(each) ? 1 : 0)
          .tag("model", each)
          .description("1 if the model's folder could not be read the last time, or was empty.")
          .register(registry);
    }
  }

  @Override
  public void request(String model, Reason reason, long nanos) {
    String status = reason == null ? "OK" : reason.name();
    requests
        .computeIfAbsent(
            "{model_name=\"" + model + "\",status=\"" + status + "\"}", any -> new LongAdder())
        .increment();
    latency.add(model, nanos);
  }

  @Override
  public void batch(Scorer scorer, int together, int images, long nanos) {
    batches.record(images);
    if (scorer instanceof LoadedModel model) {
      runtime.add(model.name(), nanos);
    }
  }

  @Override
  public void refused() {
    refused.increment();
  }

  @Override
  public void version(String model, VersionStatus status) {
    if (status.state() == State.AVAILABLE || status.reason() != null) {
      String result = status.reason() == null ? "ok" : "failed";
      registry.counter("lenet5.serve.model.loads", "model", model, "result", result).increment();
    }
  }

  /** Answers Prometheus. */
  HttpService service() {
    return (context, request) -> HttpResponse.of(HttpStatus.OK, TEXT, HttpData.ofUtf8(text()));
  }

  private String text() {
    StringBuilder out = new StringBuilder(registry.scrape());
    out.append("# TYPE ").append(COUNT).append(" counter\n");
    new TreeMap<>(requests)
        .forEach(
            (labels, count) ->
                out.append(COUNT).append(labels).append(' ').append(count.sum()).append('\n'));
    latency.write(out);
    runtime.write(out);
    return out.toString();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
