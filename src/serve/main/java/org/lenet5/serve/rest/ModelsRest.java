package org.lenet5.serve.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.ModelRef;
import org.lenet5.serve.model.Reason;
import org.lenet5.serve.model.ServeException;
import org.lenet5.serve.model.VersionStatus.State;

/** What the page says of the models: {@code /models}, and of each its examples and its card. */
final class ModelsRest {
  private static final Pattern EXTRA =
      Pattern.compile("/models/(?<name>[^/]+)/(?:card|examples/(?<file>[^/]+))");
  private static final MediaType MARKDOWN = MediaType.parse("text/markdown; charset=utf-8");

  private final Backend backend;

  ModelsRest(Backend backend) {
    this.backend = backend;
  }

  HttpResponse get(String path) {
    if (path.equals("/models")) {
      return Replies.json(Json.write(this::all));
    }
    Matcher route = EXTRA.matcher(path);
    if (!route.matches()) {
      throw notFound(path);
    }
    LoadedModel model = backend.models().lease(ModelRef.latest(route.group("name")));
    try {
      String file = route.group("file");
      if (file == null) {
        return extra(path, MARKDOWN, bytes(model.extras().card()));
      }
      return extra(path, MediaType.PNG, model.extras().examples().get(file));
    } finally {
      model.release();
    }
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static ServeException notFound(String path) {
    return new ServeException(Reason.NOT_FOUND, "Not found: GET " + path);
  }

  private static HttpResponse extra(String path, MediaType type, byte[] content) {
    if (content == null) {
      throw notFound(path);
    }
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(type)
            .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
            .build(),
        HttpData.wrap(content));
  }

  private void all(JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeArrayFieldStart("models");
    for (String name : backend.models().names()) {
      if (backend.models().isReady(ModelRef.latest(name))) {
        LoadedModel model = backend.models().lease(ModelRef.latest(name));
        try {
          one(out, model);
        } finally {
          model.release();
        }
      }
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void one(JsonGenerator out, LoadedModel model) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", model.name());
    out.writeStringField("version", Long.toString(model.version()));
    out.writeStringField("state", State.AVAILABLE.name());
    strings(out, "classes", model.classes());
    out.writeObjectFieldStart("image");
    out.writeNumberField("height", model.shape().height());
    out.writeNumberField("width", model.shape().width());
    out.writeNumberField("channels", model.shape().channels());
    out.writeEndObject();
    out.writeObjectFieldStart("origin");
    for (Map.Entry<String, String> each : model.origin().entrySet()) {
      out.writeStringField(each.getKey(), each.getValue());
    }
    out.writeEndObject();
    strings(out, "examples", model.extras().examples().keySet());
    out.writeEndObject();
  }

  private static void strings(JsonGenerator out, String field, Iterable<String> all)
      throws IOException {
    out.writeArrayFieldStart(field);
    for (String each : all) {
      out.writeString(each);
    }
    out.writeEndArray();
  }
}
