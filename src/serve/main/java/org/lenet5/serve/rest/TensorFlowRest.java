package org.lenet5.serve.rest;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.ModelRef;
import org.lenet5.serve.model.Results;
import org.lenet5.serve.model.ServeException;

/** TensorFlow Serving's REST, all that begins with {@code /v1/}: its routes ignore case. */
final class TensorFlowRest {
  private static final String VERSION = "(?:/versions/(?<version>\\d+)|/labels/(?<label>[^/:]+))?";
  private static final Pattern PREDICTION =
      Pattern.compile(
          "(?i)/v1/models/(?<name>[^/:]+)" + VERSION + ":(?<method>classify|regress|predict)");
  private static final Pattern MODEL =
      Pattern.compile("(?i)/v1/models(?:/(?<name>[^/:]+))?" + VERSION + "(?<metadata>/metadata)?");

  private final Backend backend;

  TensorFlowRest(Backend backend) {
    this.backend = backend;
  }

  /** Whether the request is one with a body that this answers. */
  boolean takesBody(HttpMethod method, String path) {
    return method == HttpMethod.POST && PREDICTION.matcher(path).matches();
  }

  /** Answers what needs no body. */
  HttpResponse get(HttpMethod method, String path) {
    Matcher model = MODEL.matcher(path);
    if (method != HttpMethod.GET || !model.matches()) {
      throw ServeException.invalid("Malformed request: " + method + " " + path);
    }
    if (model.group("name") == null) {
      throw ServeException.invalid("Missing model name in request.");
    }
    ModelRef wanted = wanted(model);
    if (model.group("metadata") == null) {
      return Replies.json(ModelJson.status(backend.models().status(wanted)));
    }
    LoadedModel leased = backend.models().lease(wanted);
    try {
      return Replies.json(ModelJson.metadata(leased));
    } finally {
      leased.release();
    }
  }

  /** Answers a prediction. */
  CompletableFuture<HttpResponse> post(Exchange exchange, String path) {
    Matcher route = PREDICTION.matcher(path);
    if (!route.matches()) {
      throw ServeException.invalid("Malformed request: POST " + path);
    }
    String method = route.group("method").toLowerCase(Locale.ROOT);
    return backend
        .models()
        .with(
            wanted(route),
            model -> {
              if (!method.equals("predict")) {
                throw model.noMethod(method);
              }
              return predict(exchange, model);
            });
  }

  private CompletableFuture<HttpResponse> predict(Exchange exchange, LoadedModel model) {
    byte[] body = exchange.request().content().array();
    PredictRequest request =
        PredictRequest.read(body, body.length, model.shape(), backend.mostImages());
    if (!request.signature().equals(LoadedModel.SIGNATURE)) {
      throw ServeException.invalid(
          "Serving signature name: \"" + request.signature() + "\" not found in signature def");
    }
    boolean logits = Results.needLogits(model.outputs());
    return exchange.then(
        backend
            .predictor()
            .predict(model, request.images(), logits, exchange.deadline(), exchange.caller()),
        scores ->
            Replies.json(
                request.isRows() ? Outputs.rows(model, scores) : Outputs.columns(model, scores)));
  }

  private static ModelRef wanted(Matcher route) {
    String version = route.group("version");
    if (version != null && version.length() > 18) {
      throw ServeException.invalid("Failed to convert version: " + version + " to numeric.");
    }
    return new ModelRef(
        route.group("name"), version == null ? null : Long.valueOf(version), route.group("label"));
  }
}
