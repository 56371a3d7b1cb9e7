package org.lenet5.serve;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.lenet5.io.OneLine;
import org.lenet5.io.Sha256;
import org.lenet5.serve.rest.Replies;

/**
 * Lets in only who bears a token of a file: {@code Authorization: Bearer TOKEN}. What load
 * balancers ask, whether the server lives and is ready, needs none. The file is read again when it
 * changes.
 */
final class Tokens implements DecoratingHttpServiceFunction {
  private static final String SCHEME = "bearer ";
  private static final Set<String> OPEN =
      Set.of(
          "/", // the page, which asks for the token
          "/index.html",
          "/page.css",
          "/page.js",
          "/camera.js",
          "/programs.js",
          "/v2/health/live",
          "/v2/health/ready",
          "/grpc.health.v1.Health/Check",
          "/grpc.health.v1.Health/Watch");

  private final Path file;
  private volatile FileTime read;
  private volatile List<byte[]> digests;

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException if it cannot be read or holds no token
   */
  Tokens(Path file) {
    this.file = file;
    try {
      load();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "token-file " + file + ": cannot be read: " + OneLine.reason(e), e);
    }
  }

  private void load() throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    List<byte[]> all = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String token = line.strip();
      if (!token.isEmpty() && !token.startsWith("#")) {
        all.add(digest(token));
      }
    }
    if (all.isEmpty()) {
      throw new IllegalArgumentException("token-file " + file + ": holds no token");
    }
    digests = all;
    read = time;
  }

  /**
   * Reads the file again if it has changed; one that cannot be used leaves the tokens as they are.
   */
  void refresh() throws IOException {
    if (!Files.getLastModifiedTime(file).equals(read)) {
      load();
    }
  }

  private static byte[] digest(String token) {
    return Sha256.digest().digest(token.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public HttpResponse serve(HttpService service, ServiceRequestContext context, HttpRequest request)
      throws Exception {
    if (OPEN.contains(context.path())
        || isKnown(request.headers().get(HttpHeaderNames.AUTHORIZATION))) {
      return service.serve(context, request);
    }
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.UNAUTHORIZED)
            .contentType(MediaType.JSON)
            .set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer")
            .build(),
        HttpData.wrap(
            Replies.errorBody("the request bears no valid token (Authorization: Bearer TOKEN)")));
  }

  // All are compared, each in a time that does not depend on where it differs.
  private boolean isKnown(String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    byte[] given = digest(authorization.substring(SCHEME.length()).strip());
    boolean known = false;
    for (byte[] each : digests) {
      known |= MessageDigest.isEqual(each, given);
    }
    return known;
  }
}
