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
      return Replies.error(
          Reason.TOO_LARGE,
          "the request has more than " + options.maxBytes + " bytes (--max-bytes)");
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
    String message =
        status == HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            ? "the request's headers have more than "
                + options.maxHeaderBytes
                + " bytes (--max-header-bytes)"
            : description == null ? status.reasonPhrase() : description;
    return AggregatedHttpResponse.of(
        ResponseHeaders.builder(status).contentType(MediaType.JSON).build(),
        HttpData.wrap(Replies.errorBody(message)));
  }
}
