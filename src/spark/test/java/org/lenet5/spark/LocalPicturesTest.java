package org.lenet5.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Encoders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPicturesTest {
  private static final long MOST = 128 << 20;
  private static final long OPEN_COST = 32 << 10;

  @TempDir private Path folder;

  @BeforeEach
  void names() throws IOException {
    for (String name :
        List.of(
            "b.png",
            "B.JPG",
            "a/1.png",
            "a/a/2 +%20é:,.gif",
            "a-/3.webp",
            "no.txt",
            ".hidden.png",
            "_left.png",
            "_key=1.png",
            "x.png._COPYING_",
            ".git/4.png",
            "_temporary/5.png",
            "_key=1/6.png",
            "png/7.tiff",
            "8.png/9.bmp")) {
      Files.createDirectories(folder.resolve("in").resolve(name).getParent());
      Files.writeString(folder.resolve("in").resolve(name), name);
    }
    Files.createDirectories(folder.resolve("other"));
    Files.writeString(folder.resolve("other/10.png"), "not empty: such files Spark passes over");
    Files.createSymbolicLink(folder.resolve("in/link.png"), folder.resolve("other/10.png"));
    Files.createSymbolicLink(folder.resolve("in/folder"), folder.resolve("other"));
    Files.createSymbolicLink(folder.resolve("in/broken.png"), folder.resolve("other/none"));
  }

  private List<String> found(String glob, Path... sources) throws IOException {
    return LocalPictures.of(List.of(sources), glob, MOST, OPEN_COST, 2).stream()
        .flatMap(List::stream)
        .toList();
  }

  @Test
  void thePicturesThatSparkFindsInTheOrderOfTheirPaths() throws IOException {
    Files.delete(folder.resolve("in/broken.png")); // Spark's way ends the job
    for (String glob : List.of(ClassifyInput.PICTURES, "*", "[ab1-3]*.{png,gif}", "?.png")) {
      List<String> sparks =
          Shared.SPARK
              .read()
              .format("binaryFile")
              .option("recursiveFileLookup", "true")
              .option("pathGlobFilter", glob)
              .load(folder.resolve("in").toString())
              .select("path")
              .as(Encoders.STRING())
              .collectAsList();
      assertThat(found(glob, folder.resolve("in")))
          .as(glob)
          .isSorted()
          .hasSizeGreaterThan(1)
          .containsExactlyInAnyOrderElementsOf(sparks);
    }
  }

  @Test
  void aFileWhatIsNamedTwiceAndALinkThatLeadsUpwards() throws IOException {
    Path in = folder.resolve("in");
    List<String> all = found(ClassifyInput.PICTURES, in);
    assertThat(found(ClassifyInput.PICTURES, in.resolve("a"), in, in.resolve("b.png")))
        .isEqualTo(all);
    assertThat(found(ClassifyInput.PICTURES, in.resolve("b.png")))
        .containsExactly("file:" + in + "/b.png");
    Files.createSymbolicLink(in.resolve("a/up"), in);
    assertThat(found(ClassifyInput.PICTURES, in)).isEqualTo(all);
    assertThat(found(ClassifyInput.PICTURES, folder.resolve("in/_temporary"))).hasSize(1);
    assertThat(found("none*", in)).isEmpty();
  }

  @Test
  void eachCoreHasWorkAndNoTaskTooMuch() throws IOException {
    Path many = Files.createDirectories(folder.resolve("many"));
    for (int i = 0; i < 11; i++) {
      Files.createFile(many.resolve(i + ".png"));
    }
    assertThat(LocalPictures.of(List.of(many), "*", MOST, OPEN_COST, 4))
        .extracting(List::size)
        .containsExactly(3, 3, 3, 2);
    assertThat(LocalPictures.of(List.of(many), "*", 5 * OPEN_COST, OPEN_COST, 1))
        .extracting(List::size)
        .containsExactly(5, 5, 1);
    // Sparse: 60 MB each, of which nothing is on the disk.
    for (int i = 0; i < 5; i++) {
      try (var file = new RandomAccessFile(many.resolve(i + ".png").toFile(), "rw")) {
        file.setLength(60 << 20);
      }
    }
    // 0, 1, 10 and 2 have 180 MB, and the others not yet 128.
    assertThat(LocalPictures.of(List.of(many), "*", MOST, OPEN_COST, 1))
        .extracting(List::size)
        .containsExactly(4, 7);
  }

  @Test
  void whatIsNoFileIsPassedOverAndABrokenLinkIsNot() throws IOException {
    Path in = Files.createDirectory(folder.resolve("odd"));
    Files.createSymbolicLink(in.resolve("broken.png"), in.resolve("none"));
    try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(in.resolve("socket.png")));
      assertThat(found("*", in)).containsExactly("file:" + in + "/broken.png");
    }
  }

  @Test
  void whatIsNoPatternIsSaid() {
    assertThatIOException().isThrownBy(() -> found("[", folder)).withMessageContaining("[");
  }
}
