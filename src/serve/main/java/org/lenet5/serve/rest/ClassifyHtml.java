package org.lenet5.serve.rest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.lenet5.io.OneLine;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.Predictor;

/** The answer to pictures as a page, for a browser whose form was sent without a script. */
final class ClassifyHtml {
  private final ClassifyReply reply;
  private final StringBuilder out = new StringBuilder();

  private ClassifyHtml(ClassifyReply reply) {
    this.reply = reply;
  }

  static HttpResponse of(ClassifyReply reply) {
    return HttpResponse.of(
        Page.headers(MediaType.HTML_UTF_8), HttpData.ofUtf8(new ClassifyHtml(reply).page()));
  }

  private String page() {
    LoadedModel model = reply.results().model();
    out.append("<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .append("<meta name=\"color-scheme\" content=\"light dark\"><title>The answer</title>")
        .append("<link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\"page.css\">")
        .append("</head>\n<body>\n<header><h1>What is in this picture?</h1><p>By ")
        .append(escaped(model.name()))
        .append(", version ")
        .append(model.version())
        .append(" in ")
        .append(String.format(Locale.ROOT, "%.1f", reply.milliseconds()))
        .append(" ms. <a href=\"./\">Another picture</a></p></header>\n<main>\n");
    int read = 0;
    for (int i = 0; i < reply.pictures().size(); i++) {
      read += picture(i, read);
    }
    return out.append("</main>\n</body>\n</html>\n").toString();
  }

  /** Writes of a picture; returns how many results were used. */
  private int picture(int index, int result) {
    String name = reply.pictures().get(index).name();
    Predictor.Decoded decoded = reply.decoded().get(index);
    out.append("<section><h2>").append(escaped(name == null ? "Picture" : name)).append("</h2>");
    if (decoded.failure() != null) {
      out.append("<p class=\"bad\">").append(escaped(decoded.failure())).append("</p></section>\n");
      return 0;
    }
    LoadedModel model = reply.results().model();
    byte[] seen = SeenPicture.png(decoded.image().pixels(), model.shape());
    out.append("<figure><img class=\"seen\" alt=\"The pixels that the model saw\" src=\"data:")
        .append("image/png;base64,")
        .append(Base64.getEncoder().encodeToString(seen))
        .append("\"><figcaption>Seen by the model</figcaption></figure><ol class=\"bars\">");
    float[] probabilities = reply.results().probabilities(result);
    for (int each : reply.ranked(result)) {
      String label = escaped(model.classes().get(each));
      out.append("<li><span>").append(label).append("</span><span>");
      out.append(String.format(Locale.ROOT, "%.1f %%", 100 * probabilities[each]));
      out.append("</span><progress max=\"1\" value=\"").append(probabilities[each]);
      out.append("\" aria-label=\"").append(label).append("\"></progress></li>");
    }
    out.append("</ol>");
    warnings(decoded.image().warnings());
    out.append("</section>\n");
    return 1;
  }

  private void warnings(List<String> warnings) {
    if (!warnings.isEmpty()) {
      out.append("<ul>");
      warnings.forEach(each -> out.append("<li>").append(escaped(each)).append("</li>"));
      out.append("</ul>");
    }
  }

  private static String escaped(String text) {
    return OneLine.of(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
