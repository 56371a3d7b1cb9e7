package org.lenet5.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.data.PictureFiles;

/** A folder of pictures that the user may not look into. */
class UnreadableFolderTest {
  // Root may look into any; these two capabilities are what lets it.
  private static final List<String> AS_ANYBODY =
      List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");

  @TempDir private Path home;

  @Test
  void isAFaultAndNotAnEmptyClass() throws Exception {
    assumeTrue(
        home.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "a system without permissions for files");
    Path pets = PictureFiles.folder(home.resolve("pets"), 10, "cat", "dog", "eel");
    Path shut = pets.resolve("eel");
    Path file = pets.resolve("cat/3.png");
    Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("---------"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    try {
      List<String> before = List.of();
      if (Files.isReadable(shut)) {
        assumeTrue(exit(AS_ANYBODY, "true") == 0, "root, and nothing that makes it less");
        before = AS_ANYBODY;
      }
      String report = check(before, pets, 3);
      assertThat(report)
          .contains("fault: cannot be read (2)")
          .contains("  eel: cannot be listed: permission denied (" + shut + ")")
          .contains("  cat/3.png: permission denied (" + file + ")")
          .contains("fault: class without a picture to train on (1)\n  eel");
      assertThat(check(before, pets, 0, "--skip-bad")).contains("nothing that would keep");
    } finally {
      Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("rwx------"));
    }
  }

  private static int exit(List<String> before, String program)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(before);
    command.add(program);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private String check(List<String> before, Path folder, int exit, String... flags)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Djava.awt.headless=true",
            "-cp",
            System.getProperty("java.class.path"),
            "org.lenet5.cli.Main",
            "data",
            "check",
            folder.toString(),
            "--data-dir=" + home.resolve("data")));
    command.addAll(List.of(flags));
    Path log = home.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor()).isEqualTo(exit);
    return Files.readString(log, StandardCharsets.UTF_8);
  }
}
