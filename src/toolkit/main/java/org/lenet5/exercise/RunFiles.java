package org.lenet5.exercise;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.lenet5.checkpoint.RunLock;
import org.lenet5.io.AtomicFiles;
import org.lenet5.run.RunFolders;

/** All files of a run in a zip, as it goes to another machine and comes back. */
final class RunFiles {
  private static final String GRAPHS = "graphs/";
  private static final String CHECKPOINTS = "checkpoints/";

  private RunFiles() {}

  /**
   * The files of both its folders; none if there are none.
   *
   * @throws java.io.UncheckedIOException naming a folder that cannot be read
   */
  static byte[] pack(RunFolders folders, String run) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, GRAPHS, folders.graphs().resolve(run));
      add(zip, CHECKPOINTS, folders.checkpoints().resolve(run));
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", folders.checkpoints().resolve(run), e);
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String prefix, Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> tree = Files.walk(folder)) {
      all = tree.sorted().toList();
    }
    for (Path each : all) {
      String name = prefix + folder.relativize(each).toString().replace('\\', '/');
      if (Files.isDirectory(each)) {
        zip.putNextEntry(new ZipEntry(name.endsWith("/") ? name : name + "/"));
      } else if (!each.getFileName().toString().equals(RunLock.FILE)) {
        zip.putNextEntry(new ZipEntry(name));
        Files.copy(each, zip);
      }
      zip.closeEntry();
    }
  }

  /**
   * Puts these files in the place of those that the run has. The folder that says how far the run
   * is comes last: a kill meanwhile costs the run, which is then trained again.
   *
   * @throws java.io.UncheckedIOException naming what cannot be written
   */
  static void unpack(byte[] files, RunFolders folders, String run) {
    Path graphs = folders.graphs().resolve(run);
    Path checkpoints = folders.checkpoints().resolve(run);
    unpack(files, GRAPHS, AtomicFiles.beside(graphs));
    unpack(files, CHECKPOINTS, AtomicFiles.beside(checkpoints));
    replace(graphs);
    replace(checkpoints);
  }

  private static void unpack(byte[] files, String prefix, Path folder) {
    Path file = folder;
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(files))) {
      AtomicFiles.deleteTree(folder);
      for (ZipEntry each = zip.getNextEntry(); each != null; each = zip.getNextEntry()) {
        if (!each.getName().startsWith(prefix)) {
          continue;
        }
        file = folder.resolve(each.getName().substring(prefix.length())).normalize();
        if (!file.startsWith(folder)) {
          throw new IOException("it lies outside of the run's folder");
        }
        if (each.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.copy(zip, file);
        }
      }
      if (Files.isDirectory(folder)) {
        AtomicFiles.syncTree(folder);
      }
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write", file, e);
    }
  }

  private static void replace(Path folder) {
    Path beside = AtomicFiles.beside(folder);
    try {
      AtomicFiles.deleteTree(folder);
      if (Files.isDirectory(beside)) {
        AtomicFiles.publish(beside, folder);
      }
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write", folder, e);
    }
  }
}
