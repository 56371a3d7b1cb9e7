package org.lenet5.serve.rest;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lenet5.image.Fit;
import org.lenet5.image.ImageOptions;
import org.lenet5.serve.TinyModel;
import org.lenet5.serve.model.Admission;
import org.lenet5.serve.model.BatchOptions;
import org.lenet5.serve.model.ModelOptions;
import org.lenet5.serve.model.Models;
import org.lenet5.serve.model.Predictor;
import org.lenet5.serve.model.ServeEvents;

/**
 * The REST service without a network, for the tests of readers: a request goes in, its answer comes
 * out. Serves a {@link TinyModel} named "tiny". Thread-safe.
 */
public final class RestCalls implements AutoCloseable {
  /** Images that a request may have. */
  public static final int MOST_IMAGES = 64;

  private static final long MOST_PIXELS = 1_000_000;
  private static final long MOST_BYTES = 1_000_000;

  private final Models models;
  private final Predictor predictor;
  private final RestService service;

  /** Writes the model into a folder and loads it. */
  public RestCalls(Path folder) {
    TinyModel.write(folder.resolve("tiny/1"), 0);
    ImageOptions images = new ImageOptions(Fit.CROP, MOST_PIXELS, MOST_BYTES);
    ServeEvents events = new Failing();
    models =
        new Models(List.of(new ModelOptions("tiny", folder.resolve("tiny"))), images, 0, events);
    models.load();
    predictor = new Predictor(new BatchOptions(64, 0, 4096, 1), images, 1, events);
    service =
        new RestService(
            new Backend(
                models,
                predictor,
                new Admission(64, events),
                events,
                () -> true,
                MOST_IMAGES,
                "1"));
  }

  /** An answer. */
  public record Answer(int status, String body) {}

  /** What the server itself could not do would be answered with 500; here it is thrown. */
  private static final class Failing implements ServeEvents {
    @Override
    public void failed(String what, Throwable e) {
      throw new AssertionError(what + ": " + e, e);
    }
  }

  /** Sends a body with these headers. */
  public Answer post(String path, Map<String, String> headers, byte[] body) {
    RequestHeadersBuilder all = RequestHeaders.builder(HttpMethod.POST, path);
    headers.forEach(all::add);
    HttpRequest request = HttpRequest.of(all.build(), HttpData.wrap(body));
    ServiceRequestContext context = ServiceRequestContext.of(request);
    AggregatedHttpResponse answer = service.serve(context, request).aggregate().join();
    return new Answer(answer.status().code(), answer.contentUtf8());
  }

  /**
   * Reads a predict request on this thread alone, so that what it takes can be measured.
   *
   * @return how many images it has
   * @throws org.lenet5.serve.model.ServeException if it is none
   */
  public static int predictImages(byte[] body) {
    return PredictRequest.read(body, body.length, TinyModel.SHAPE, MOST_IMAGES).images().size();
  }

  @Override
  public void close() {
    predictor.close();
    models.close();
  }
}
