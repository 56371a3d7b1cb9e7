package org.lenet5.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void makesTheFolderAndReplacesWhatWasThere() throws IOException {
    Path file = folder.resolve("a/b/text.txt");
    AtomicFiles.writeString(file, "one");
    AtomicFiles.writeString(file, "zwei ü");
    assertThat(file).hasContent("zwei ü");
    assertThat(file.getParent()).isDirectoryContaining(each -> each.equals(file));
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void whatFailsHalfWayLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = folder.resolve("text.txt");
    AtomicFiles.writeString(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot write " + file + ": No space left on device");
    RuntimeException bug = new IllegalStateException("a bug");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      throw bug;
                    }))
        .isSameAs(bug);
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("text.txt");
  }

  @Test
  void nobodySeesHalfOfIt() {
    Path file = folder.resolve("text.txt");
    AtomicFiles.writeString(file, "old");
    AtomicFiles.write(
        file,
        out -> {
          out.write(new byte[200_000]);
          out.flush();
          assertThat(file).hasContent("old");
        });
    assertThat(file).hasSize(200_000);
  }

  @Test
  void whatAnotherProcessIsWritingStaysAndWhatOneLeftGoes() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    long living = ProcessHandle.current().parent().orElseThrow().pid();
    String own = AtomicFiles.ownBeside(folder.resolve("1")).getFileName().toString();
    assertThat(own).isEqualTo(".1.part-" + ProcessHandle.current().pid());
    for (String name :
        List.of(own, ".a.part-" + ended.pid(), ".part-ckpt-1.index", ".a.part", ".lock", "part")) {
      Files.writeString(folder.resolve(name), "");
    }
    Files.writeString(folder.resolve(".a.part-" + living), "");
    AtomicFiles.deleteLeftovers(folder);
    assertThat(names()).containsExactly(".a.part-" + living, ".lock", "part");
  }

  @Test
  void aFileWhereAFolderShouldBeIsNamed() throws IOException {
    Files.writeString(folder.resolve("file"), "");
    Path target = folder.resolve("file/text.txt");
    assertThatThrownBy(() -> AtomicFiles.writeString(target, "x"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("cannot write " + target + ": a file is in the way")
        .hasMessageNotContaining("\n");
  }

  @Test
  void deletesATreeButDoesNotFollowItsLinks() throws IOException {
    Path kept = Files.createDirectories(folder.resolve("kept"));
    Files.writeString(kept.resolve("precious"), "x");
    Path tree = Files.createDirectories(folder.resolve("tree/deep"));
    Files.writeString(tree.resolve("file"), "x");
    Files.createSymbolicLink(tree.resolve("link"), kept);
    AtomicFiles.deleteTree(folder.resolve("tree"));
    AtomicFiles.deleteTree(folder.resolve("absent"));
    assertThat(names()).containsExactly("kept");
    assertThat(kept.resolve("precious")).exists();
  }
}
