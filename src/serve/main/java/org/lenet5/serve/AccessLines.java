package org.lenet5.serve;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.logging.AccessLogWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.lenet5.io.OneLine;

/** Makes a line of each request. What a client sent stands in quotes, escaped. */
final class AccessLines implements AccessLogWriter {
  /** W3C Trace Context: version, trace, parent, flags. */
  private static final Pattern TRACE =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");

  private final boolean isJson;
  private final Consumer<String> to;

  AccessLines(boolean isJson, Consumer<String> to) {
    this.isJson = isJson;
    this.to = to;
  }

  @Override
  public void log(RequestLog log) {
    RequestHeaders headers = log.requestHeaders();
    String time =
        Instant.ofEpochMilli(log.requestStartTimeMillis())
            .truncatedTo(ChronoUnit.MILLIS)
            .toString();
    String client = ((ServiceRequestContext) log.context()).clientAddress().getHostAddress();
    double millis = log.totalDurationNanos() / 1e6;
    String format =
        isJson
            ? "{\"time\":\"%s\",\"client\":\"%s\",\"method\":\"%s\",\"path\":\"%s\",\"status\":%d,"
                + "\"request_bytes\":%d,\"response_bytes\":%d,\"millis\":%.3f,\"trace\":\"%s\"}"
            : "%s %s \"%s %s\" %d %d %d %.3f ms %s";
    String trace = trace(headers.get(HttpHeaderNames.of("traceparent")));
    to.accept(
        String.format(
            Locale.ROOT,
            format,
            time,
            client,
            log.requestHeaders().method(),
            escaped(headers.path()),
            log.responseHeaders().status().code(),
            log.requestLength(),
            log.responseLength(),
            millis,
            trace.isEmpty() && !isJson ? "-" : trace));
  }

  private static String trace(String parent) {
    var found = TRACE.matcher(parent == null ? "" : parent);
    return found.matches() ? found.group(1) : "";
  }

  /** For within quotes, in a log's line or in JSON; control characters are gone. */
  static String escaped(String text) {
    return OneLine.of(text).replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
