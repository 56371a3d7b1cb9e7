package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.data.CifarFixture.Tar;
import org.lenet5.io.AtomicFiles;

class ArchiveTest {
  private static final byte[] CONTENT = {1, 2, 3};

  @TempDir Path folder;
  private Path target;

  @BeforeEach
  void makeTarget() throws IOException {
    target = Files.createDirectory(folder.resolve("target"));
  }

  private void unpack(byte[] archive) throws IOException {
    Path file = Files.write(folder.resolve("a.tar.gz"), archive);
    Archive.unpack(file, "in", Map.of("a", 10L, "b", 10L), target);
  }

  private Tar good() throws IOException {
    return new Tar().file("in/a", CONTENT).file("in/b", CONTENT);
  }

  private void assertRefused(byte[] archive, String reason) throws IOException {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> unpack(archive))
        .withMessageContaining("a.tar.gz")
        .withMessageContaining(reason);
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all).as("nothing outside").hasSize(2);
    }
  }

  @Test
  void takesTheWantedFilesOnly() throws IOException {
    try (Tar tar = good()) {
      tar.folder("in/");
      unpack(tar.file("in/readme", CONTENT).file("in/deep/a", CONTENT).file("a", CONTENT).bytes());
    }
    try (Stream<Path> files = Files.list(target)) {
      assertThat(files).containsExactlyInAnyOrder(target.resolve("a"), target.resolve("b"));
    }
    assertThat(target.resolve("a")).hasBinaryContent(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../a", "in/../../a", "/a", "/in/a", "in/..", "..\\a", "in\\a", "C:/a", "C:a"})
  void refusesNamesThatLieOutside(String name) throws IOException {
    try (Tar tar = good()) {
      assertRefused(tar.file(name, CONTENT).bytes(), "which lies outside");
    }
  }

  @ParameterizedTest
  @ValueSource(
      bytes = {
        TarConstants.LF_SYMLINK,
        TarConstants.LF_LINK,
        TarConstants.LF_FIFO,
        TarConstants.LF_CHR,
        TarConstants.LF_BLK
      })
  void refusesLinksAndDevices(byte type) throws IOException {
    try (Tar tar = new Tar()) {
      assertRefused(tar.link("in/a", type, "../../secret").bytes(), "neither a file nor a folder");
    }
  }

  @Test
  void refusesWhatIsTooLarge() throws IOException {
    try (Tar tar = good()) {
      assertRefused(tar.file("in/other", new byte[11]).bytes(), "11 bytes, more than 10");
    }
    AtomicFiles.deleteTree(target);
    makeTarget();
    try (Tar tar = new Tar()) {
      assertRefused(tar.file("in/a", new byte[11]).bytes(), "in/a of 11 bytes, more than 10");
    }
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void refusesAFileThatComesTwice() throws IOException {
    try (Tar tar = good()) {
      assertRefused(tar.file("in/a", CONTENT).bytes(), "in/a twice");
    }
  }

  @Test
  void refusesTooManyEntries() throws IOException {
    try (Tar tar = new Tar()) {
      for (int i = 0; i < 101; i++) {
        tar.file("in/" + i, CONTENT);
      }
      assertRefused(tar.bytes(), "more than 100 entries");
    }
  }

  @Test
  void refusesAnArchiveWithoutAFile() throws IOException {
    try (Tar tar = new Tar()) {
      assertRefused(tar.file("in/a", CONTENT).bytes(), "has no in/b");
    }
  }

  @Test
  void refusesAnArchiveThatIsCut() throws IOException {
    byte[] noise = new byte[10];
    new Random(1).nextBytes(noise);
    try (Tar tar = new Tar()) {
      byte[] whole = tar.file("in/a", noise).file("in/b", noise).bytes();
      assertRefused(Arrays.copyOf(whole, whole.length / 2), "is damaged: ");
    }
  }

  @Property(tries = 200, seed = "42")
  void anyBytesAreRefusedInOneLine(@ForAll byte[] noise, @ForAll long seed) throws IOException {
    Path folder = Files.createTempDirectory("archive");
    try (Tar tar = new Tar()) {
      byte[] bytes = tar.file("in/a", CONTENT).file("in/b", CONTENT).bytes();
      Random random = new Random(seed);
      for (byte each : noise) {
        bytes[random.nextInt(bytes.length)] = each;
      }
      Path archive = Files.write(folder.resolve("a.tar.gz"), bytes);
      Archive.unpack(archive, "in", Map.of("a", 10L, "b", 10L), folder);
    } catch (DataException e) {
      assertThat(e.getMessage().lines()).hasSize(1);
    } finally {
      AtomicFiles.deleteTree(folder);
    }
  }
}
