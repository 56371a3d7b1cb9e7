package org.lenet5.serve.rest;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.multipart.AggregatedBodyPart;
import com.linecorp.armeria.common.multipart.Multipart;
import com.linecorp.armeria.common.util.Exceptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.lenet5.classify.Scores;
import org.lenet5.serve.model.ImageList;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.ModelRef;
import org.lenet5.serve.model.Predictor;
import org.lenet5.serve.model.Reason;
import org.lenet5.serve.model.Results;
import org.lenet5.serve.model.ServeException;

/**
 * {@code POST /classify}: pictures as people send them, the bytes of one as the body or a form with
 * many; {@code ?top=3}, {@code ?model=NAME}, {@code ?format=csv}, {@code ?seen=true}. A picture
 * that cannot be read is told of in its place, the others are answered. A browser that sends a form
 * by itself gets a page.
 */
final class ClassifyRest {
  private static final MediaType XHTML = MediaType.parse("application/xhtml+xml");
  private static final MediaType FORM = MediaType.parse("multipart/form-data");

  private final Backend backend;

  ClassifyRest(Backend backend) {
    this.backend = backend;
  }

  /** A picture that came, with the name that its sender gave it; null for none. */
  record Picture(String name, byte[] bytes) {}

  /**
   * How the answer is wanted.
   *
   * @param top classes to name for each
   * @param format of the answer
   * @param isSeen whether with the pixels that the model saw
   * @param isForm whether pictures came in a form, be it one
   */
  record Asked(int top, Format format, boolean isSeen, boolean isForm) {}

  /** Of an answer. */
  enum Format {
    JSON(1),
    CSV(1),
    HTML(5);

    private final int top; // classes that are named unless the request says how many

    Format(int top) {
      this.top = top;
    }
  }

  CompletableFuture<HttpResponse> post(Exchange exchange) {
    AggregatedHttpRequest request = exchange.request();
    QueryParams query = QueryParams.fromQueryString(exchange.context().query());
    String name = query.get("model", backend.models().first());
    Format format = format(query.get("format"), request);
    Asked asked =
        new Asked(
            top(query.get("top", Integer.toString(format.top))),
            format,
            query.get("seen", "false").equals("true"),
            isForm(request));
    return pictures(request)
        .thenCompose(
            pictures ->
                backend
                    .models()
                    .with(
                        ModelRef.latest(name),
                        model -> classify(exchange, model, pictures, asked)));
  }

  private static int top(String text) {
    if (!text.matches("[1-9]\\d{0,5}")) {
      throw ServeException.invalid("top=" + text + ": must be a number from 1");
    }
    return Integer.parseInt(text);
  }

  private static Format format(String name, AggregatedHttpRequest request) {
    if (name == null) {
      return accepted(request.headers().accept());
    }
    return switch (name) {
      case "json" -> Format.JSON;
      case "csv" -> Format.CSV;
      case "html" -> Format.HTML;
      default -> throw ServeException.invalid("format=" + name + ": must be json, csv or html");
    };
  }

  /**
   * The first that there is; JSON for anything. All browsers name XHTML too; Java's own HTTP
   * clients may name HTML first and show no page.
   */
  private static Format accepted(List<MediaType> types) {
    boolean isBrowser = types.size() == 1 || types.stream().anyMatch(each -> each.is(XHTML));
    for (MediaType each : types) {
      switch (each.type() + "/" + each.subtype()) {
        case "text/csv" -> {
          return Format.CSV;
        }
        case "text/html" -> {
          return isBrowser ? Format.HTML : Format.JSON;
        }
        case "application/json", "*/*" -> {
          return Format.JSON;
        }
        default -> {} // another may follow
      }
    }
    return Format.JSON;
  }

  private static boolean isForm(AggregatedHttpRequest request) {
    MediaType type = request.contentType();
    return type != null && type.belongsTo(FORM);
  }

  private CompletableFuture<List<Picture>> pictures(AggregatedHttpRequest request) {
    if (isForm(request)) {
      return form(request);
    }
    MediaType type = request.contentType();
    if (type != null && type.isJson()) {
      throw new ServeException(
          Reason.UNSUPPORTED,
          "/classify takes the bytes of a picture, or a form with pictures; JSON goes to"
              + " /v1/models/NAME:predict");
    }
    if (request.content().isEmpty()) {
      throw ServeException.invalid("the request has no picture: its body is empty");
    }
    return CompletableFuture.completedFuture(List.of(new Picture(null, request.content().array())));
  }

  private CompletableFuture<List<Picture>> form(AggregatedHttpRequest request) {
    if (request.contentType().parameters().getOrDefault("boundary", List.of()).isEmpty()) {
      throw ServeException.invalid("Content-Type: a form must name its boundary");
    }
    AtomicInteger count = new AtomicInteger();
    return Multipart.from(request.toHttpRequest())
        .bodyParts()
        .mapAsync(
            part -> {
              if (count.incrementAndGet() > backend.mostImages()) {
                throw ServeException.invalid(
                    "a form may have %d parts and this one has more (--max-items)"
                        .formatted(backend.mostImages()));
              }
              return part.aggregate();
            })
        .collect()
        .thenApply(ClassifyRest::pictures)
        .exceptionally(ClassifyRest::unreadable);
  }

  // The whole body is there: what Armeria's parsers do not like of it is its sender's fault. The
  // one
  // of Content-Disposition ends with an index that is out of bounds for name"=".
  private static List<Picture> unreadable(Throwable thrown) {
    Throwable e = Exceptions.peel(thrown);
    if (e instanceof ServeException || e instanceof Error) {
      return Exceptions.throwUnsafely(e);
    }
    throw ServeException.invalid(
        "the form cannot be read: its parts must each have sound headers and end with the"
            + " boundary");
  }

  private static List<Picture> pictures(List<AggregatedBodyPart> parts) {
    List<Picture> pictures = new ArrayList<>();
    for (AggregatedBodyPart part : parts) {
      String name = part.filename() == null ? part.name() : part.filename();
      pictures.add(new Picture(name, part.content().array()));
    }
    if (pictures.isEmpty()) {
      throw ServeException.invalid("the form has no picture");
    }
    return pictures;
  }

  private CompletableFuture<HttpResponse> classify(
      Exchange exchange, LoadedModel model, List<Picture> pictures, Asked asked) {
    CompletableFuture<Scores> asker = new CompletableFuture<>();
    Predictor predictor = backend.predictor();
    CompletableFuture<ClassifyReply> reply =
        predictor
            .decode(
                model, pictures.stream().map(Picture::bytes).toList(), asker, exchange.deadline())
            .thenCompose(
                decoded -> {
                  ImageList images = new ImageList(model.shape(), backend.mostImages());
                  decoded.stream()
                      .filter(each -> each.failure() == null)
                      .forEach(each -> images.addAll(each.image().pixels()));
                  CompletableFuture<Scores> scores =
                      predictor.predict(model, images, false, exchange.deadline(), null);
                  asker.whenComplete((any, e) -> scores.cancel(false));
                  return scores.thenApply(
                      found ->
                          new ClassifyReply(
                              new Results(model, found),
                              pictures,
                              decoded,
                              asked,
                              exchange.milliseconds()));
                });
    exchange.context().whenRequestCancelling().thenAccept(cause -> asker.cancel(false));
    return reply.thenApplyAsync(
        each ->
            switch (asked.format()) {
              case JSON -> each.json();
              case CSV -> csv(each);
              case HTML -> ClassifyHtml.of(each);
            },
        exchange.context().eventLoop());
  }

  private static HttpResponse csv(ClassifyReply reply) {
    return HttpResponse.of(HttpStatus.OK, MediaType.CSV_UTF_8, HttpData.ofUtf8(reply.csv()));
  }
}
