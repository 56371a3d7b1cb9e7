package org.lenet5.serve.rest;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseCompleteException;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.lenet5.serve.model.Reason;
import org.lenet5.serve.model.ServeException;

/** Everything that is no gRPC: finds who answers a path. Thread-safe. */
public final class RestService implements HttpService {
  // Longer bodies are not read on the thread that serves other connections, too.
  private static final int SHORT_BODY = 1 << 16;

  private final Backend backend;
  private final TensorFlowRest tensorFlow;
  private final InferenceRest inference;
  private final ClassifyRest classify;
  private final ModelsRest models;
  private final Page page = new Page();
  private final Descriptions descriptions = new Descriptions();

  /** For these models. */
  public RestService(Backend backend) {
    this.backend = backend;
    tensorFlow = new TensorFlowRest(backend);
    inference = new InferenceRest(backend);
    classify = new ClassifyRest(backend);
    models = new ModelsRest(backend);
  }

  /**
   * Answers are whole when they are sent: their headers and bodies go out together. Else Armeria
   * would ask for the body once the headers are on their way.
   */
  @Override
  public ExchangeType exchangeType(RoutingContext context) {
    return ExchangeType.REQUEST_STREAMING;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    try {
      HttpMethod method = request.method() == HttpMethod.HEAD ? HttpMethod.GET : request.method();
      String path = context.path();
      if (path.toLowerCase(Locale.ROOT).startsWith("/v1/") || path.equalsIgnoreCase("/v1/models")) {
        return tensorFlow.takesBody(method, path)
            ? withBody(context, request, exchange -> tensorFlow.post(exchange, path))
            : tensorFlow.get(method, path);
      }
      if (path.equals("/v2") || path.startsWith("/v2/")) {
        return inference.takesBody(method, path)
            ? withBody(context, request, exchange -> inference.post(exchange, path))
            : inference.get(method, path);
      }
      if (path.equals("/classify")) {
        require(method, HttpMethod.POST, path);
        return withBody(context, request, classify::post);
      }
      if (path.equals("/models") || path.startsWith("/models/")) {
        require(method, HttpMethod.GET, path);
        return models.get(path);
      }
      if (page.has(path)) {
        require(method, HttpMethod.GET, path);
        return page.get(path);
      }
      if (descriptions.has(path)) {
        require(method, HttpMethod.GET, path);
        return descriptions.get(path);
      }
      throw new ServeException(Reason.NOT_FOUND, "Not found: " + method + " " + path);
    } catch (RuntimeException | Error e) {
      return failure(e);
    }
  }

  static void require(HttpMethod method, HttpMethod expected, String path) {
    if (method != expected) {
      throw new ServeException(
          Reason.METHOD_NOT_ALLOWED, method + " " + path + ": must be " + expected);
    }
  }

  private HttpResponse withBody(
      ServiceRequestContext context,
      HttpRequest request,
      Function<Exchange, CompletableFuture<HttpResponse>> answer) {
    CompletableFuture<HttpResponse> reply =
        request
            .aggregate()
            .thenCompose(body -> admitted(context, body, answer))
            .exceptionally(this::failure);
    return HttpResponse.of(reply);
  }

  private CompletableFuture<HttpResponse> admitted(
      ServiceRequestContext context,
      AggregatedHttpRequest body,
      Function<Exchange, CompletableFuture<HttpResponse>> answer) {
    try {
      return backend
          .admission()
          .admit(
              () ->
                  body.content().length() <= SHORT_BODY
                      ? answer.apply(new Exchange(context, body))
                      : elsewhere(context, body, answer));
    } catch (ServeException e) { // here, as futures would wrap it in what has a stack trace
      return CompletableFuture.completedFuture(Replies.error(e));
    }
  }

  private static CompletableFuture<HttpResponse> elsewhere(
      ServiceRequestContext context,
      AggregatedHttpRequest body,
      Function<Exchange, CompletableFuture<HttpResponse>> answer) {
    return CompletableFuture.supplyAsync(
            () -> answer.apply(new Exchange(context, body)), context.blockingTaskExecutor())
        .thenCompose(Function.identity());
  }

  private HttpResponse failure(Throwable thrown) {
    Throwable e = ServeException.unwrapped(thrown);
    if (e instanceof ServeException refusal) {
      return Replies.error(refusal);
    }
    if (e instanceof CancellationException) {
      return Replies.error(Reason.CANCELLED, "the request was cancelled");
    }
    if (Exceptions.isStreamCancelling(e)
        || e instanceof ContentTooLargeException
        || e instanceof ResponseCompleteException) { // it was answered before it had come
      return Exceptions.throwUnsafely(e); // Armeria's own: its answer is made in one place
    }
    backend.events().failed("answering a request", e);
    return Replies.error(Reason.INTERNAL, "internal error");
  }
}
