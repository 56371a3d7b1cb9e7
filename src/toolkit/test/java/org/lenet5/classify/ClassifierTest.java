package org.lenet5.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.TestModel;
import org.lenet5.data.Cifar10;
import org.lenet5.image.DecodedImage;
import org.lenet5.image.ImageException;
import org.lenet5.image.ImageOptions;
import org.lenet5.image.Photos;

class ClassifierTest {
  private static final int IMAGES = 150;

  @TempDir private static Path folder;
  private static Path model;
  private static Classifier classifier;
  private static byte[] pixels;
  private static List<Prediction> singles;

  @BeforeAll
  static void load() {
    model = TestModel.write(folder.resolve("model/1"), 7);
    classifier = Classifier.load(model);
    pixels = TestModel.pixels(IMAGES);
    singles =
        IntStream.range(0, IMAGES)
            .mapToObj(i -> classifier.classifyPixels(image(i)).get(0))
            .toList();
  }

  @AfterAll
  static void close() {
    classifier.close();
  }

  private static byte[] image(int i) {
    return Arrays.copyOfRange(pixels, i * Cifar10.SHAPE.bytes(), (i + 1) * Cifar10.SHAPE.bytes());
  }

  private static BufferedImage picture(int i) {
    BufferedImage picture = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    for (int p = 0; p < 1024; p++) {
      int at = i * Cifar10.SHAPE.bytes() + 3 * p;
      picture.setRGB(
          p % 32,
          p / 32,
          (pixels[at] & 0xFF) << 16 | (pixels[at + 1] & 0xFF) << 8 | pixels[at + 2] & 0xFF);
    }
    return picture;
  }

  private static byte[] png(int i) {
    return Photos.encoded(picture(i), "png");
  }

  // Another size of batch may be computed in another order: the last digit differs.
  private static void assertClose(List<Prediction> actual, List<Prediction> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      float[] found = actual.get(i).probabilities();
      float[] wanted = expected.get(i).probabilities();
      for (int c = 0; c < found.length; c++) {
        assertThat(found[c])
            .as("image %d, class %d", i, c)
            .isBetween(wanted[c] - 1e-5f, wanted[c] + 1e-5f);
      }
    }
  }

  @Test
  void theModelTellsImagesApart() {
    assertThat(singles.stream().map(Prediction::classId).distinct().count()).isGreaterThan(2);
    assertThat(singles).anyMatch(each -> each.probability() > 0.5);
  }

  @Test
  void everyInputIsTheSameImage() throws IOException {
    Path file = Files.write(folder.resolve("one.png"), png(0));
    assertThat(classifier.classify(picture(0))).isEqualTo(singles.get(0));
    assertThat(classifier.classify(file)).isEqualTo(singles.get(0));
    assertThat(classifier.classify(png(0))).isEqualTo(singles.get(0));
    boolean[] closed = new boolean[1];
    try (var stream =
        new ByteArrayInputStream(png(0)) {
          @Override
          public void close() {
            closed[0] = true;
          }
        }) {
      assertThat(classifier.classify(stream)).isEqualTo(singles.get(0));
      assertThat(closed[0]).as("closed by the classifier").isFalse();
    }
  }

  @Test
  void listsOfEveryInput() throws IOException {
    List<Prediction> expected = singles.subList(0, 3);
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      files.add(Files.write(folder.resolve("list" + i + ".png"), png(i)));
    }
    assertClose(classifier.classifyFiles(files), expected);
    assertClose(classifier.classifyEncoded(List.of(png(0), png(1), png(2))), expected);
    assertClose(classifier.classifyImages(List.of(picture(0), picture(1), picture(2))), expected);
    assertClose(
        classifier.classifyStreams(
            IntStream.range(0, 3).mapToObj(i -> new ByteArrayInputStream(png(i))).toList()),
        expected);
    assertThat(classifier.classifyFiles(List.of())).isEmpty();
    assertThat(classifier.classifyPixels(new byte[0])).isEmpty();
  }

  /** More than are computed at a time. */
  @Test
  void aListOfManyStaysInOrder() {
    List<byte[]> images = IntStream.range(0, 1000).mapToObj(i -> png(i % IMAGES)).toList();
    List<Prediction> found = classifier.classifyEncoded(images);
    assertClose(found, IntStream.range(0, 1000).mapToObj(i -> singles.get(i % IMAGES)).toList());
    List<InputStream> streams =
        images.stream().limit(300).map(ByteArrayInputStream::new).collect(Collectors.toList());
    assertClose(classifier.classifyStreams(streams), found.subList(0, 300));
  }

  @Test
  void anInterruptedThreadGetsNoPredictions() {
    List<byte[]> images = List.of(png(0), png(1), png(2));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> classifier.classifyEncoded(images))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(classifier.classifyEncoded(images)).hasSize(3);
  }

  /** Of streams the first that cannot be read is heard, however far others were read ahead. */
  @Test
  void theFirstBadStreamIsTheOneThatFails() {
    List<InputStream> streams = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      streams.add(new ByteArrayInputStream(png(i)));
    }
    streams.add(new ByteArrayInputStream(new byte[] {1, 2, 3}));
    streams.add(
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the line is cut");
          }
        });
    assertThatThrownBy(() -> classifier.classifyStreams(streams))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is no PNG");
    assertThatThrownBy(() -> classifier.classifyStreams(streams.subList(21, 22)))
        .isInstanceOf(ImageException.class)
        .hasMessage("the stream's image: cannot be read: the line is cut");
  }

  @Test
  void oneBadFileOfABatchIsNamed() throws IOException {
    Path good = Files.write(folder.resolve("good.png"), png(0));
    Path bad = Files.writeString(folder.resolve("bad.png"), "nothing");
    assertThatThrownBy(() -> classifier.classifyFiles(List.of(good, bad)))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith(bad + ": is no PNG");
  }

  @Test
  void batchesOfAnySize() {
    for (int count : new int[] {2, 63, 64, 65, 128, 129, IMAGES}) {
      assertClose(
          classifier.classifyPixels(Arrays.copyOf(pixels, count * Cifar10.SHAPE.bytes())),
          singles.subList(0, count));
    }
    assertThatThrownBy(() -> classifier.classifyPixels(new byte[Cifar10.SHAPE.bytes() + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pixels (3073 bytes) must be a multiple of 3072");
  }

  @Test
  void anImageOnThirtyThreadsIsWhatItIsOnOne() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(30);
    try {
      List<Future<List<Prediction>>> found = new ArrayList<>();
      CountDownLatch together = new CountDownLatch(30);
      for (int t = 0; t < 30; t++) {
        found.add(
            pool.submit(
                () -> {
                  together.countDown();
                  together.await();
                  return IntStream.range(0, IMAGES)
                      .mapToObj(i -> classifier.classifyPixels(image(i)).get(0))
                      .toList();
                }));
      }
      for (Future<List<Prediction>> each : found) {
        assertThat(each.get()).isEqualTo(singles);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void batchesOnManyThreads() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<List<Prediction>>> found = new ArrayList<>();
      for (int t = 0; t < 24; t++) {
        found.add(pool.submit(() -> classifier.classifyPixels(pixels)));
      }
      for (Future<List<Prediction>> each : found) {
        assertClose(each.get(), singles);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void closingWaitsForRunningCalls() throws Exception {
    Classifier own = Classifier.load(model);
    int threads = 8;
    CountDownLatch running = new CountDownLatch(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Integer>> calls = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        boolean batch = t % 2 == 0;
        calls.add(
            pool.submit(
                () -> {
                  for (int done = 0; ; done++) {
                    try {
                      int i = done % IMAGES;
                      assertClose(
                          own.classifyPixels(batch ? pixels : image(i)),
                          batch ? singles : List.of(singles.get(i)));
                    } catch (IllegalStateException closed) {
                      assertThat(closed).hasMessage("the classifier of " + model + " is closed");
                      return done;
                    } finally {
                      if (done == 0) { // once for each thread, or close() comes too early
                        running.countDown();
                      }
                    }
                  }
                }));
      }
      running.await();
      own.close();
      // After close() no call is in native code: memory it needs is gone.
      assertThatThrownBy(() -> own.classifyPixels(image(0)))
          .isInstanceOf(IllegalStateException.class);
      for (Future<Integer> each : calls) {
        assertThat(each.get()).as("calls that ended before").isPositive();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void useAfterClose() {
    Classifier own = Classifier.load(model);
    own.close();
    own.close();
    assertThat(own.classes()).isEqualTo(Cifar10.CLASS_NAMES);
    for (Runnable use :
        List.<Runnable>of(
            () -> own.classify(png(0)),
            () -> own.classify(picture(0)),
            () -> own.classifyImages(List.of(picture(0), picture(1))),
            () -> own.classifyPixels(pixels),
            () -> own.classifyPixels(new byte[0]))) {
      assertThatThrownBy(use::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the classifier of " + model + " is closed");
    }
  }

  @Test
  void aPredictionRanksAllClasses() {
    Prediction prediction = singles.get(0);
    List<Prediction.Ranked> ranked = prediction.ranked();
    assertThat(ranked).hasSize(10).isEqualTo(prediction.top(99));
    assertThat(ranked.stream().map(Prediction.Ranked::probability))
        .isSortedAccordingTo((a, b) -> Float.compare(b, a));
    assertThat(ranked.get(0).label()).isEqualTo(prediction.label());
    assertThat(ranked.get(0).probability()).isEqualTo(prediction.probability());
    assertThat(ranked.stream().map(Prediction.Ranked::label))
        .containsExactlyInAnyOrderElementsOf(Cifar10.CLASS_NAMES);
    assertThat(prediction.top(3)).isEqualTo(ranked.subList(0, 3));
    assertThat(prediction.probabilities()[prediction.classId()])
        .isEqualTo(prediction.probability());
    assertThatThrownBy(() -> prediction.top(0)).hasMessage("k (0) must be at least 1");
    assertThatThrownBy(() -> ranked.remove(0)).isInstanceOf(UnsupportedOperationException.class);
    assertThat(prediction.toString()).matches("[a-z]+ \\d+\\.\\d %");

    prediction.probabilities()[0] = 7;
    assertThat(prediction.probabilities()[0]).isLessThanOrEqualTo(1);
    assertThat(prediction).isNotEqualTo(singles.get(1)).isNotEqualTo("cat");
  }

  @Test
  void equalProbabilitiesStandInTheOrderOfTheirNumbers() {
    Prediction prediction = new Prediction(List.of("a", "b", "c"), new float[] {.2f, .4f, .4f});
    assertThat(prediction.label()).isEqualTo("b");
    assertThat(prediction.ranked().stream().map(Prediction.Ranked::label))
        .containsExactly("b", "c", "a");
  }

  @Test
  void optionsAreHeard() throws IOException {
    byte[] wide = Photos.encoded(new BufferedImage(64, 32, BufferedImage.TYPE_INT_RGB), "png");
    try (Classifier small =
        Classifier.load(model, ImageOptions.DEFAULT.withLimits(1024, 1_000_000))) {
      assertThat(small.classify(png(0))).isEqualTo(singles.get(0));
      assertThatThrownBy(() -> small.classify(wide))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("64 x 32 pixels");
    }
  }

  @Test
  void whatIsOddAboutAFileRidesOnThePrediction() throws IOException {
    byte[] odd = Arrays.copyOf(png(0), png(0).length - 12);
    String warning = "its end (the IEND chunk) is missing";
    Path file = Files.write(folder.resolve("odd.png"), odd);
    for (Prediction prediction :
        List.of(
            classifier.classify(odd),
            classifier.classify(file),
            classifier.classify(new ByteArrayInputStream(odd)),
            classifier.classifyEncoded(List.of(png(1), odd)).get(1),
            classifier.classifyFiles(List.of(file)).get(0))) {
      assertThat(prediction.warnings()).containsExactly(warning);
      assertThat(prediction.label()).isEqualTo(singles.get(0).label());
    }
    assertThat(classifier.classify(png(0)).warnings()).isEmpty();
    assertThat(classifier.classify(odd)).isNotEqualTo(singles.get(0));
    assertThatThrownBy(() -> classifier.classify(odd).warnings().add("more"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(
            () -> classifier.classifyDecoded(List.of(new DecodedImage(new byte[5], List.of()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("image 0 (5 bytes) must have 3072");
  }

  @Test
  void damagedImagesAreUsedWhereTheOptionsSaySo() {
    byte[] damaged = png(0);
    damaged[damaged.length - 1] ^= 1;
    assertThatThrownBy(() -> classifier.classify(damaged))
        .isInstanceOf(ImageException.class)
        .hasMessageEndingWith("is damaged: the checksum of its IEND chunk is wrong");
    try (Classifier lenient = Classifier.load(model, ImageOptions.DEFAULT.withLenient(true))) {
      Prediction prediction = lenient.classify(damaged);
      assertThat(prediction.probabilities()).isEqualTo(singles.get(0).probabilities());
      assertThat(prediction.warnings()).containsExactly("the checksum of its IEND chunk is wrong");
    }
  }
}
