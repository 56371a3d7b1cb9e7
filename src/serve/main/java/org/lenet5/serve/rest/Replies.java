package org.lenet5.serve.rest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import org.lenet5.serve.model.Reason;
import org.lenet5.serve.model.ServeException;

/** Answers in JSON; an error is {@code {"error": "…"}} in every protocol over plain HTTP. */
public final class Replies {
  // Of a moment's overload: most queues are computed in less.
  private static final int RETRY_SECONDS = 1;

  private Replies() {}

  static HttpResponse json(byte[] body) {
    return json(HttpStatus.OK, body);
  }

  static HttpResponse json(HttpStatus status, byte[] body) {
    return HttpResponse.of(status, MediaType.JSON, HttpData.wrap(body));
  }

  /** The body of an error. */
  public static byte[] errorBody(String message) {
    return Json.write(
        out -> {
          out.writeStartObject();
          out.writeStringField("error", message);
          out.writeEndObject();
        });
  }

  /** A refusal. */
  public static HttpResponse error(ServeException e) {
    return error(e.reason(), e.getMessage());
  }

  /** A refusal. */
  public static HttpResponse error(Reason reason, String message) {
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(HttpStatus.valueOf(reason.httpStatus()))
            .contentType(MediaType.JSON);
    if (reason.isForNow()) {
      headers.setInt(HttpHeaderNames.RETRY_AFTER, RETRY_SECONDS);
    }
    return HttpResponse.of(headers.build(), HttpData.wrap(errorBody(message)));
  }
}
