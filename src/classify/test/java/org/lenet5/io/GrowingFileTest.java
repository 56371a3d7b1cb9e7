package org.lenet5.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowingFileTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("new/list.csv");
  }

  @Test
  void recordsFollowEachOther() throws IOException {
    GrowingFile growing = new GrowingFile(file, 0);
    growing.append("one\n".getBytes());
    Object first = key(file);
    growing.append("two\n".getBytes());
    assertThat(file).hasContent("one\ntwo\n");
    assertThat(key(file)).as("appended, not replaced").isEqualTo(first);
  }

  private static Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  @Test
  void whatAKilledProcessLeftIsCutOff() throws IOException {
    new GrowingFile(file, 0).append("one\n".getBytes());
    Files.writeString(file, "tw", StandardOpenOption.APPEND);
    new GrowingFile(file, 4).append("two\n".getBytes());
    assertThat(file).hasContent("one\ntwo\n");

    new GrowingFile(file, 0).append("three\n".getBytes());
    assertThat(file).as("no record counted").hasContent("three\n");
  }

  @Test
  void aFileThatSomebodyCutIsNotFilledWithZeros() throws IOException {
    GrowingFile growing = new GrowingFile(file, 0);
    growing.append("one\n".getBytes());
    Files.writeString(file, "on");
    assertThatThrownBy(() -> growing.append("two\n".getBytes()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot write " + file + ": somebody cut it: it has 2 bytes, 4 were written");
    assertThat(file).hasContent("on");
  }

  @Test
  void aFileThatIsGoneIsNotBegunAgain() throws IOException {
    GrowingFile growing = new GrowingFile(file, 0);
    growing.append("one\n".getBytes());
    Files.delete(file);
    assertThatThrownBy(() -> growing.append("two\n".getBytes()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("cannot write " + file + ": no such file")
        .hasMessageNotContaining("\n");
    assertThat(file).doesNotExist();
  }
}
