package org.lenet5.serve.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.ModelRef;
import org.lenet5.serve.model.OpenInference;
import org.lenet5.serve.model.Reason;
import org.lenet5.serve.model.Results;
import org.lenet5.serve.model.ServeException;

/** The Open Inference Protocol's REST, version 2, with Triton's binary tensors. */
final class InferenceRest {
  private static final String HEADER_LENGTH = "inference-header-content-length";
  private static final Pattern MODEL =
      Pattern.compile(
          "/v2/models/(?<name>[^/]+)(?:/versions/(?<version>[^/]+))?(?<what>/ready|/infer)?");

  private final Backend backend;

  InferenceRest(Backend backend) {
    this.backend = backend;
  }

  /** Whether the request is one with a body that this answers. */
  boolean takesBody(HttpMethod method, String path) {
    return method == HttpMethod.POST && path.endsWith("/infer");
  }

  /** Answers what needs no body. */
  HttpResponse get(HttpMethod method, String path) {
    RestService.require(method, path.endsWith("/infer") ? HttpMethod.POST : HttpMethod.GET, path);
    switch (path) {
      case "/v2", "/v2/" -> {
        return Replies.json(server());
      }
      case "/v2/health/live" -> {
        return flag("live", true);
      }
      case "/v2/health/ready" -> {
        return flag("ready", backend.isReady());
      }
      default -> {
        Matcher route = route(path);
        ModelRef wanted = wanted(route);
        return "/ready".equals(route.group("what"))
            ? ready(wanted)
            : Replies.json(metadata(wanted));
      }
    }
  }

  private static HttpResponse flag(String name, boolean value) {
    return Replies.json(
        value ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE,
        Json.write(
            out -> {
              out.writeStartObject();
              out.writeBooleanField(name, value);
              out.writeEndObject();
            }));
  }

  private HttpResponse ready(ModelRef wanted) {
    backend.models().versions(wanted.name()); // a model that there is not is 404, not 503
    boolean isReady = backend.models().isReady(wanted);
    return Replies.json(
        isReady ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE,
        Json.write(
            out -> {
              out.writeStartObject();
              out.writeStringField("name", wanted.name());
              out.writeBooleanField("ready", isReady);
              out.writeEndObject();
            }));
  }

  private byte[] server() {
    return Json.write(
        out -> {
          out.writeStartObject();
          out.writeStringField("name", OpenInference.SERVER);
          out.writeStringField("version", backend.version());
          out.writeArrayFieldStart("extensions");
          for (String each : OpenInference.EXTENSIONS) {
            out.writeString(each);
          }
          out.writeEndArray();
          out.writeEndObject();
        });
  }

  private byte[] metadata(ModelRef wanted) {
    List<Long> versions = backend.models().versions(wanted.name());
    LoadedModel model = backend.models().lease(wanted);
    try {
      return Json.write(
          out -> {
            out.writeStartObject();
            out.writeStringField("name", model.name());
            out.writeArrayFieldStart("versions");
            for (Long each : versions) {
              out.writeString(each.toString());
            }
            out.writeEndArray();
            out.writeStringField("platform", OpenInference.PLATFORM);
            tensors(out, "inputs", List.of(OpenInference.input(model)));
            tensors(out, "outputs", OpenInference.outputs(model));
            out.writeEndObject();
          });
    } finally {
      model.release();
    }
  }

  private static void tensors(JsonGenerator out, String field, List<OpenInference.Tensor> all)
      throws IOException {
    out.writeArrayFieldStart(field);
    for (OpenInference.Tensor each : all) {
      out.writeStartObject();
      out.writeStringField("name", each.name());
      out.writeStringField("datatype", each.datatype());
      out.writeFieldName("shape");
      long[] shape = each.shape();
      out.writeArray(shape, 0, shape.length);
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  /** Answers an inference. */
  CompletableFuture<HttpResponse> post(Exchange exchange, String path) {
    Matcher route = route(path);
    return backend.models().with(wanted(route), model -> infer(exchange, model));
  }

  private CompletableFuture<HttpResponse> infer(Exchange exchange, LoadedModel model) {
    byte[] body = exchange.request().content().array();
    int json = jsonLength(exchange.request().headers().get(HEADER_LENGTH), body.length);
    InferRequest request = InferRequest.read(body, json, model, backend.mostImages());
    return exchange.then(
        backend
            .predictor()
            .predict(
                model,
                request.images(),
                Results.needLogits(request.outputNames()),
                exchange.deadline(),
                exchange.caller()),
        scores -> InferReply.of(request, new Results(model, scores)));
  }

  private static int jsonLength(String header, int body) {
    if (header == null) {
      return body;
    }
    if (header.matches("\\d{1,10}") && Long.parseLong(header) <= body) {
      return Integer.parseInt(header);
    }
    throw ServeException.invalid(
        "Inference-Header-Content-Length (%s) must be from 0 to the body's %d bytes"
            .formatted(header, body));
  }

  private static Matcher route(String path) {
    Matcher route = MODEL.matcher(path);
    if (!route.matches()) {
      throw new ServeException(Reason.NOT_FOUND, "Not found: " + path);
    }
    return route;
  }

  private static ModelRef wanted(Matcher route) {
    return OpenInference.wanted(route.group("name"), route.group("version"));
  }
}
