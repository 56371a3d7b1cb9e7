package org.lenet5.serve;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import org.lenet5.serve.model.Reason;
import org.lenet5.serve.model.ServeException;
import org.lenet5.serve.rest.Replies;

/** Answers to what goes wrong before or beside the services: too large, too slow, not HTTP. */
final class Failures implements ServerErrorHandler {
  private final ServerOptions options;

  Failures(ServerOptions options) {
    this.options = options;
  }

  @Override
  public HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
    if (cause instanceof ServeException refusal) {
      return Replies.error(refusal);
    }
    if (cause instanceof ContentTooLargeException) {
      return Replies.error(Reason.TOO_LARGE, tooLarge());
    }
    if (cause instanceof RequestTimeoutException) {
      return Replies.error(
          Reason.DEADLINE_EXCEEDED,
          "no answer within " + options.timeoutSeconds + " s (--timeout-seconds)");
    }
    return null; // Armeria's own way
  }

  @Override
  public AggregatedHttpResponse renderStatus(
      ServiceRequestContext context,
      ServiceConfig config,
      RequestHeaders headers,
      HttpStatus status,
      String description,
      Throwable cause) {
    if (status.isContentAlwaysEmpty()) {
      return null;
    }
    return AggregatedHttpResponse.of(
        ResponseHeaders.builder(status).contentType(MediaType.JSON).build(),
        HttpData.wrap(Replies.errorBody(message(status, description))));
  }

  private String message(HttpStatus status, String description) {
    if (status == HttpStatus.REQUEST_ENTITY_TOO_LARGE) {
      return tooLarge();
    }
    if (status == HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        || status == HttpStatus.REQUEST_URI_TOO_LONG) {
      return "the request's headers have more than "
          + options.maxHeaderBytes
          + " bytes (--max-header-bytes)";
    }
    return description == null ? status.reasonPhrase() : description;
  }

  private String tooLarge() {
    return "the request has more than " + options.maxBytes + " bytes (--max-bytes)";
  }
}
