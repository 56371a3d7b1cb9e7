package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.data.CifarFixture.Tar;
import org.lenet5.image.ImageShape;

/**
 * The data sets by name beside CIFAR-10, in small: the same formats, other bytes. MNIST and
 * CIFAR-100 themselves are not tested here; Fashion-MNIST's own figures are in docs/data-sets.md.
 */
class PublishedDataTest {
  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final int TRAINING = 7;
  private static final int TEST = 3;
  private static final ImageShape SHAPE = new ImageShape(5, 4, 1);
  private static final PublishedIdx SMALL =
      new PublishedIdx("fashion-mnist", TRAINING, TEST, SHAPE, FashionMnist.CONTENTS.classNames());

  @TempDir Path data;
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void serve(String path, byte[] content) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
          }
        });
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path));
  }

  // ---- CIFAR-100

  private record Cifar100Fixture(byte[] train, byte[] test, byte[] archive, PublishedFiles files) {
    static Cifar100Fixture make() throws IOException {
      byte[] train = records(1, 6);
      byte[] test = records(2, 4);
      try (Tar tar = new Tar()) {
        tar.folder("cifar-100-binary/");
        tar.file("cifar-100-binary/train.bin", train);
        tar.file("cifar-100-binary/test.bin", test);
        tar.file("cifar-100-binary/fine_label_names.txt", new byte[10]);
        PublishedFiles files =
            Cifar100.files(6, 4, CifarFixture.sha256(train), CifarFixture.sha256(test));
        return new Cifar100Fixture(train, test, tar.bytes(), files);
      }
    }

    /** Coarse label 0 to 19, fine label 0 to 99, then pixels. */
    private static byte[] records(int seed, int count) {
      Random random = new Random(seed);
      byte[] records = new byte[count * 3074];
      random.nextBytes(records);
      for (int i = 0; i < count; i++) {
        records[i * 3074] = (byte) (19 - i);
        records[i * 3074 + 1] = (byte) (99 - 2 * i);
      }
      return records;
    }

    PublishedArchive at(URI uri) {
      return new PublishedArchive(
          uri, archive.length, CifarFixture.sha256(archive), files, WAIT, WAIT);
    }
  }

  @Test
  void cifar100IsDownloadedOnceAndReadUnderBothLabels() throws IOException {
    Cifar100Fixture fixture = Cifar100Fixture.make();
    serve("/cifar-100-binary.tar.gz", fixture.archive());
    PublishedArchive archive = fixture.at(uri("/cifar-100-binary.tar.gz"));
    DataSource fine = Cifar100.source("cifar100", data, archive);
    DataSource coarse = Cifar100.source("cifar100-coarse", data, archive);
    assertThat(fine.describe().state()).isEqualTo(DataStore.State.ABSENT);
    assertThat(fine.fetch(Progress.NONE)).isTrue();
    assertThat(coarse.fetch(Progress.NONE)).as("the same files").isFalse();
    assertThat(coarse.describe())
        .isEqualTo(
            new DataStore.Entry(
                "cifar100-coarse",
                DataStore.State.PRESENT,
                data.resolve("cifar-100-binary").toString(),
                10 * 3074,
                6,
                4,
                new ImageShape(32, 32, 3),
                20));
    Dataset fineData = fine.open();
    Dataset coarseData = coarse.open();
    assertThat(fineData.train().label(2)).isEqualTo(95);
    assertThat(coarseData.train().label(2)).isEqualTo(17);
    assertThat(fineData.classNames()).hasSize(100).startsWith("apple").endsWith("worm");
    assertThat(coarseData.classNames()).hasSize(20).contains("large_man-made_outdoor_things");
    assertThat(coarse.verify()).isEqualTo(fine.verify()).isEqualTo(fineData.sha256());
    byte[] image = Images.bytes(fineData.test(), 3);
    for (int pixel : new int[] {0, 500, 1023}) {
      int record = 3 * 3074 + 2 + pixel;
      assertThat(Arrays.copyOfRange(image, 3 * pixel, 3 * pixel + 3))
          .containsExactly(
              fixture.test()[record], fixture.test()[record + 1024], fixture.test()[record + 2048]);
    }
  }

  @Test
  void cifar100sArchiveOfTheUserIsTaken() throws IOException {
    Cifar100Fixture fixture = Cifar100Fixture.make();
    Files.write(data.resolve("cifar-100-binary.tar.gz"), fixture.archive());
    PublishedArchive archive = fixture.at(uri("/cifar-100-binary.tar.gz")); // serves nothing
    assertThat(Cifar100.source("cifar100", data, archive).fetch(Progress.NONE)).isTrue();
    assertThat(data.resolve("cifar-100-binary/test.bin")).hasBinaryContent(fixture.test());
  }

  @Test
  void cifar100RefusesALabelThatIsNone() throws IOException {
    Cifar100Fixture fixture = Cifar100Fixture.make();
    byte[] wrong = fixture.train().clone();
    wrong[3074] = 20; // the second image's coarse label
    Path folder = Files.createDirectories(data.resolve("cifar-100-binary"));
    Files.write(folder.resolve("train.bin"), wrong);
    Files.write(folder.resolve("test.bin"), fixture.test());
    PublishedArchive archive = fixture.at(uri("/none"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar100.source("cifar100-coarse", data, archive).open())
        .withMessageContaining("label of record 1 (byte 3074) is 20, should be 0 to 19")
        .withMessageEndingWith(": run scripts/lenet5 data fetch cifar100-coarse");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar100.source("cifar100", data, archive).open())
        .withMessageContaining("train.bin is damaged, its SHA-256 is");
  }

  @Test
  void thePublishedSizesAreThose() {
    assertThat(Cifar100.FILES.lengths())
        .containsEntry("train.bin", 153_700_000L)
        .containsEntry("test.bin", 30_740_000L);
    for (String name : List.of("mnist", "fashion-mnist")) {
      DataStore.Entry entry = new DataStore(data).source(name).describe();
      assertThat(entry.bytes()).isEqualTo(47_040_016 + 60_008 + 7_840_016 + 10_008);
      assertThat(entry.shape()).isEqualTo(new ImageShape(28, 28, 1));
      assertThat(entry.classes()).isEqualTo(10);
    }
  }

  // ---- IDX

  private static byte[] idx(int seed, int count, boolean labels) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(labels ? 0x801 : 0x803);
    out.writeInt(count);
    if (!labels) {
      out.writeInt(SHAPE.height());
      out.writeInt(SHAPE.width());
    }
    Random random = new Random(seed);
    for (int i = 0; i < (labels ? count : count * SHAPE.bytes()); i++) {
      out.writeByte(random.nextInt(labels ? 10 : 256));
    }
    return bytes.toByteArray();
  }

  private static Map<String, byte[]> idxFiles() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("train-images-idx3-ubyte", idx(1, TRAINING, false));
    files.put("train-labels-idx1-ubyte", idx(2, TRAINING, true));
    files.put("t10k-images-idx3-ubyte", idx(3, TEST, false));
    files.put("t10k-labels-idx1-ubyte", idx(4, TEST, true));
    return files;
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private DataSource source(Map<String, byte[]> expected) throws IOException {
    PublishedFiles files =
        SMALL.files("fashion-mnist", expected.values().stream().map(CifarFixture::sha256).toList());
    List<PublishedFiles.Entry> packed = new ArrayList<>();
    for (Map.Entry<String, byte[]> each : expected.entrySet()) {
      byte[] gz = gzip(each.getValue());
      packed.add(
          new PublishedFiles.Entry(each.getKey() + ".gz", gz.length, CifarFixture.sha256(gz)));
    }
    GzipFiles published = new GzipFiles(uri("/f/"), packed, files, WAIT, WAIT);
    return SMALL.source(data, FashionMnist.fetch(files, published));
  }

  private void assertRead(DataSource source, Map<String, byte[]> files) {
    Dataset read = source.open();
    assertThat(read.train().size()).isEqualTo(TRAINING);
    assertThat(read.test().size()).isEqualTo(TEST);
    assertThat(read.shape()).isEqualTo(SHAPE);
    byte[] labels = files.get("t10k-labels-idx1-ubyte");
    byte[] pixels = files.get("t10k-images-idx3-ubyte");
    for (int i = 0; i < TEST; i++) {
      assertThat(read.test().label(i)).isEqualTo(labels[8 + i]);
      assertThat(Images.bytes(read.test(), i))
          .isEqualTo(
              Arrays.copyOfRange(pixels, 16 + i * SHAPE.bytes(), 16 + (i + 1) * SHAPE.bytes()));
    }
    assertThat(source.verify()).isEqualTo(read.sha256());
  }

  @Test
  void downloadsFourGzipFiles() throws IOException {
    Map<String, byte[]> files = idxFiles();
    for (Map.Entry<String, byte[]> each : files.entrySet()) {
      serve("/f/" + each.getKey() + ".gz", gzip(each.getValue()));
    }
    DataSource source = source(files);
    assertThat(source.fetch(Progress.NONE)).isTrue();
    assertRead(source, files);
    try (var left = Files.list(data)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .as("no part file is left")
          .containsExactlyInAnyOrder("fashion-mnist", ".fetch.lock");
    }
  }

  @Test
  void takesTheUsersGzipFilesAndKeepsThem() throws IOException {
    Map<String, byte[]> files = idxFiles();
    Path folder = Files.createDirectories(data.resolve("fashion-mnist"));
    for (Map.Entry<String, byte[]> each : files.entrySet()) {
      Files.write(folder.resolve(each.getKey() + ".gz"), gzip(each.getValue()));
    }
    DataSource source = source(files);
    assertThat(source.fetch(Progress.NONE)).isTrue();
    assertRead(source, files);
    assertThat(folder.resolve("t10k-labels-idx1-ubyte.gz")).exists();
  }

  /** What {@code dpkg-deb} makes, in small. */
  private static byte[] deb(Map<String, byte[]> files, String member) throws IOException {
    ByteArrayOutputStream tarred = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(tarred)) {
      tar.putArchiveEntry(new TarArchiveEntry("./usr/share/datasets/fashion-mnist/"));
      tar.closeArchiveEntry();
      for (Map.Entry<String, byte[]> each : files.entrySet()) {
        byte[] packed = gzip(each.getValue());
        TarArchiveEntry entry =
            new TarArchiveEntry("./usr/share/datasets/fashion-mnist/" + each.getKey() + ".gz");
        entry.setSize(packed.length);
        tar.putArchiveEntry(entry);
        tar.write(packed);
        tar.closeArchiveEntry();
      }
    }
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (XZCompressorOutputStream xz = new XZCompressorOutputStream(data)) {
      xz.write(tarred.toByteArray());
    }
    Map<String, byte[]> members = new LinkedHashMap<>();
    members.put("debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
    members.put("control.tar.xz", new byte[9]);
    members.put(member, data.toByteArray());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ArArchiveOutputStream ar = new ArArchiveOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> each : members.entrySet()) {
        ar.putArchiveEntry(new ArArchiveEntry(each.getKey(), each.getValue().length));
        ar.write(each.getValue());
        ar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void takesADebianPackageFile() throws IOException {
    Map<String, byte[]> files = idxFiles();
    Path deb = data.resolve("dataset-fashion-mnist_0.0-1_all.deb");
    Files.write(deb, deb(files, "data.tar.xz"));
    DataSource source = source(files);
    assertThat(source.fetch(Progress.NONE)).isTrue();
    assertRead(source, files);
    assertThat(deb).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"data.tar.zst", "other"})
  void saysWhatADebianPackageLacks(String member) throws IOException {
    Map<String, byte[]> files = idxFiles();
    Files.write(data.resolve("dataset-fashion-mnist_1_all.deb"), deb(files, member));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(files).fetch(Progress.NONE))
        .withMessageContaining("dataset-fashion-mnist_1_all.deb is damaged: it")
        .withMessageContaining("data.tar.xz")
        .withMessageContaining("; by hand: put dataset-fashion-mnist_*.deb into " + data);
    assertThat(data.resolve("fashion-mnist")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 70, 200, 500})
  void refusesACutDebianPackage(int length) throws IOException {
    Map<String, byte[]> files = idxFiles();
    byte[] whole = deb(files, "data.tar.xz");
    Files.write(data.resolve("dataset-fashion-mnist_1_all.deb"), Arrays.copyOf(whole, length));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(files).fetch(Progress.NONE))
        .withMessageContaining("dataset-fashion-mnist_1_all.deb is damaged: ")
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    assertThat(data.resolve("fashion-mnist")).doesNotExist();
  }

  @Test
  void refusesOtherPixelsInADebianPackage() throws IOException {
    Map<String, byte[]> other = idxFiles();
    other.get("t10k-images-idx3-ubyte")[20] ^= 1;
    Files.write(data.resolve("dataset-fashion-mnist_1_all.deb"), deb(other, "data.tar.xz"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(idxFiles()).fetch(Progress.NONE))
        .withMessageContaining("t10k-images-idx3-ubyte is damaged, its SHA-256 is");
  }

  @Test
  void refusesAGzipFileThatHoldsMore() throws IOException {
    Map<String, byte[]> files = idxFiles();
    Path folder = Files.createDirectories(data.resolve("fashion-mnist"));
    for (Map.Entry<String, byte[]> each : files.entrySet()) {
      byte[] longer = Arrays.copyOf(each.getValue(), 1_000_000);
      Files.write(folder.resolve(each.getKey() + ".gz"), gzip(longer));
    }
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(files).fetch(Progress.NONE))
        .withMessageContaining("train-images-idx3-ubyte.gz is refused: it holds more than 156");
  }

  @Test
  void refusesAnotherHeaderAndLabelsThatAreNone() throws IOException {
    Map<String, byte[]> files = idxFiles();
    files.get("t10k-labels-idx1-ubyte")[9] = 10;
    write(files);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(files).open())
        .withMessageContaining("t10k-labels-idx1-ubyte: label 1 is 10, should be 0 to 9");
    files.get("train-images-idx3-ubyte")[3] = 1;
    write(files);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(files).open())
        .withMessageContaining(
            "train-images-idx3-ubyte begins with 00000801, should begin with 00000803");
    byte[] images = files.get("train-images-idx3-ubyte");
    images[3] = 3;
    images[11] *= images[15]; // as many pixels in one column
    images[15] = 1;
    write(files);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(files).open())
        .withMessageMatching(
            ".*train-images-idx3-ubyte has 7 images of \\[20,1,1], should have 7 of \\[.*,1]: run .*");
  }

  private void write(Map<String, byte[]> files) throws IOException {
    Path folder = Files.createDirectories(data.resolve("fashion-mnist"));
    for (Map.Entry<String, byte[]> each : files.entrySet()) {
      Files.write(folder.resolve(each.getKey()), each.getValue());
    }
  }
}
