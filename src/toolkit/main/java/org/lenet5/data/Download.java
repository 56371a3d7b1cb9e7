package org.lenet5.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.Sha256;

/**
 * Gets one file of known length and SHA-256 over HTTP. What has arrived stays in a part file, and
 * the next attempt asks for the rest only (RFC 9110, section 14).
 *
 * @param uri where the file is
 * @param bytes its length
 * @param sha256 its SHA-256
 * @param connect longest wait for a connection
 * @param stall longest wait for the next bytes
 */
record Download(URI uri, long bytes, String sha256, Duration connect, Duration stall) {
  private static final int ATTEMPTS = 5;
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

  Download {
    // The SHA-256 would expose a file that was changed on the way, but over plain HTTP an attacker
    // could still send anything to the client.
    boolean local = List.of("localhost", "127.0.0.1", "[::1]").contains("" + uri.getHost());
    if (!"https".equals(uri.getScheme()) && !local) {
      throw new IllegalArgumentException("uri (" + uri + ") must begin with https://");
    }
  }

  /** The transfer broke off; a new attempt may continue it. */
  private static final class Cut extends Exception {
    private static final long serialVersionUID = 1L;

    Cut(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Downloads into {@code part}, going on from what it holds; returns when it is whole.
   *
   * @throws DataException if that fails; {@code part} then keeps the bytes that a later call can
   *     continue from
   * @throws UncheckedIOException if {@code part} cannot be written or the thread is interrupted
   */
  void to(Path part, Progress progress) {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(connect)
            .followRedirects(HttpClient.Redirect.NORMAL) // never from https to http
            .build();
    ExecutorService reader = Executors.newSingleThreadExecutor(Download::daemon);
    try (FileChannel file = open(part)) {
      boolean resumed = file.size() > 0;
      getAll(client, reader, file, progress);
      if (resumed && !isWhole(part)) {
        // The old part may belong to another file of the same length: start again from the
        // beginning.
        file.truncate(0);
        getAll(client, reader, file, progress);
      }
      if (!isWhole(part)) {
        file.truncate(0);
        throw new DataException(
            "%s is not the expected file: its SHA-256 should be %s".formatted(uri, sha256));
      }
    } catch (ClosedByInterruptException e) {
      throw Interruption.of("the download", e);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write", part, e);
    } finally {
      reader.shutdownNow();
      deleteIfEmpty(part);
    }
  }

  private void getAll(
      HttpClient client, ExecutorService reader, FileChannel file, Progress progress)
      throws IOException {
    for (int attempt = 1; file.size() != bytes; attempt++) {
      long before = file.size();
      try {
        getRest(client, reader, file, progress);
      } catch (Cut e) {
        // After an attempt without a new byte there is no other.
        if (attempt >= ATTEMPTS || file.size() <= before) {
          throw new DataException("%s: %s".formatted(uri, e.getMessage()), e);
        }
      }
    }
  }

  private void getRest(
      HttpClient client, ExecutorService reader, FileChannel file, Progress progress)
      throws IOException, Cut {
    if (file.size() > bytes) {
      file.truncate(0);
    }
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(connect.plus(stall));
    if (file.size() > 0) {
      request.header("Range", "bytes=" + file.size() + "-");
    }
    HttpResponse<InputStream> response = send(client, request.build());
    try (InputStream body = response.body()) {
      switch (response.statusCode()) {
        case 200 -> {
          // The server ignored the range and sends the whole file.
          checkLength(response.headers().firstValueAsLong("Content-Length").orElse(bytes));
          file.truncate(0);
        }
        case 206 -> checkRange(response, file.size());
        case 416 -> {
          // The server has nothing beyond that offset, so the part file is useless.
          boolean asked = file.size() > 0;
          file.truncate(0);
          if (asked) {
            return;
          }
          throw refused(response);
        }
        default -> throw refused(response);
      }
      copy(body, reader, file, progress);
    }
  }

  private void copy(InputStream in, ExecutorService reader, FileChannel file, Progress progress)
      throws IOException, Cut {
    byte[] buffer = new byte[1 << 16];
    long done = file.size();
    progress.at(uri.toString(), done, bytes);
    for (int n = read(in, buffer, reader); n >= 0; n = read(in, buffer, reader)) {
      if (n > bytes - done) {
        throw new DataException("%s: sends more than %d bytes".formatted(uri, bytes));
      }
      for (ByteBuffer arrived = ByteBuffer.wrap(buffer, 0, n); arrived.hasRemaining(); ) {
        done += file.write(arrived, done);
      }
      progress.at(uri.toString(), done, bytes);
    }
    if (done < bytes) {
      throw new Cut("ended after %d of %d bytes".formatted(done, bytes), null);
    }
  }

  /** A read that gives up when nothing arrives; {@link HttpClient} has no such limit. */
  private int read(InputStream in, byte[] buffer, ExecutorService reader) throws Cut {
    Future<Integer> reading = reader.submit(() -> in.read(buffer));
    try {
      return reading.get(stall.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new Cut("nothing arrived for %s".formatted(seconds(stall)), e);
    } catch (ExecutionException e) {
      throw new Cut("broke off: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      throw Interruption.of("the download", e);
    }
  }

  private HttpResponse<InputStream> send(HttpClient client, HttpRequest request) throws Cut {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (HttpConnectTimeoutException e) {
      throw new Cut("no connection within " + seconds(connect), e);
    } catch (HttpTimeoutException e) {
      throw new Cut("no answer within " + seconds(connect.plus(stall)), e);
    } catch (ConnectException e) {
      throw new Cut(isUnknownHost(e) ? "unknown host" : "no connection", e);
    } catch (IOException e) {
      throw new Cut("no answer: " + AtomicFiles.reason(e), e);
    } catch (InterruptedException e) {
      throw Interruption.of("the download", e);
    }
  }

  private void checkRange(HttpResponse<?> response, long from) {
    String range = response.headers().firstValue("Content-Range").orElse("none");
    Matcher parts = CONTENT_RANGE.matcher(range);
    if (!parts.matches() || Long.parseLong(parts.group(1)) != from) {
      throw new DataException(
          "%s: asked for the bytes from %d on, got range (%s)".formatted(uri, from, range));
    }
    if (!parts.group(2).equals("*")) {
      checkLength(Long.parseLong(parts.group(2)));
    }
  }

  private void checkLength(long actual) {
    if (actual != bytes) {
      throw new DataException("%s: has %d bytes, should have %d".formatted(uri, actual, bytes));
    }
  }

  private boolean isWhole(Path part) throws IOException {
    return Sha256.of(part).equals(sha256);
  }

  private DataException refused(HttpResponse<?> response) {
    return new DataException("%s: HTTP status %d".formatted(uri, response.statusCode()));
  }

  private static FileChannel open(Path part) throws IOException {
    Files.createDirectories(part.toAbsolutePath().getParent());
    return FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static void deleteIfEmpty(Path part) {
    try {
      if (Files.exists(part) && Files.size(part) == 0) {
        Files.delete(part);
      }
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot delete", part, e);
    }
  }

  private static boolean isUnknownHost(Throwable e) {
    return e instanceof UnresolvedAddressException || e != null && isUnknownHost(e.getCause());
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + " s";
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "download");
    thread.setDaemon(true);
    return thread;
  }
}
