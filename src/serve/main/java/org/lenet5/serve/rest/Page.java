package org.lenet5.serve.rest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The page for people: a few files, which take nothing from elsewhere and run no script but their
 * own.
 */
final class Page {
  private static final MediaType SCRIPT = MediaType.parse("text/javascript; charset=utf-8");
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
          + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private final Map<String, HttpData> files = new HashMap<>();

  Page() {
    for (String each :
        new String[] {"index.html", "page.css", "page.js", "camera.js", "programs.js"}) {
      files.put("/" + each, read(each));
    }
    files.put("/", files.get("/index.html"));
  }

  private static HttpData read(String name) {
    try (InputStream in = Page.class.getResourceAsStream("/org/lenet5/serve/page/" + name)) {
      return HttpData.wrap(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the page's " + name, e);
    }
  }

  boolean has(String path) {
    return files.containsKey(path);
  }

  HttpResponse get(String path) {
    MediaType type =
        path.endsWith(".js")
            ? SCRIPT
            : path.endsWith(".css") ? MediaType.CSS_UTF_8 : MediaType.HTML_UTF_8;
    return HttpResponse.of(headers(type), files.get(path));
  }

  /** Of what a browser shows: what may run there, and what may be loaded. */
  static ResponseHeaders headers(MediaType type) {
    return ResponseHeaders.builder(HttpStatus.OK)
        .contentType(type)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
        .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY)
        .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
        .set(HttpHeaderNames.REFERRER_POLICY, "no-referrer")
        .build();
  }
}
