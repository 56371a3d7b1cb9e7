package org.lenet5.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.lenet5.image.Fit;
import org.lenet5.image.ImageShape;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.Sha256;

/**
 * Packed images in folders that are named by what they are made of: any change of files or options
 * gives another. Thread-safe, for processes too.
 *
 * @param folder that holds these folders
 */
record Packs(Path folder) {
  private static final String FORMAT = "4";

  /** Writes packed images into a new folder. */
  interface Packing {
    void into(Path folder);
  }

  /** Those below a data folder. */
  static Packs in(Path dataFolder) {
    return new Packs(dataFolder.resolve(PathSource.PACKED));
  }

  /**
   * Opens packed images, once they are packed if they are not, or not any more what was packed.
   *
   * @param progress told of what was found damaged
   */
  PackedPictures open(String key, Packing packing, Progress progress) {
    Path target = folder.resolve(key);
    if (Files.exists(target)) {
      try {
        return PackedPictures.open(target, progress);
      } catch (DataException damaged) {
        progress.failed(damaged.getMessage() + ": it is packed again");
        try {
          AtomicFiles.deleteTree(target);
        } catch (IOException e) {
          throw AtomicFiles.failed("cannot delete", target, e);
        }
      }
    }
    pack(target, packing);
    return PackedPictures.open(target, progress);
  }

  private void pack(Path target, Packing packing) {
    // One at a time in a process: what a killed one has left is deleted first, and that cannot tell
    // this process's threads apart.
    synchronized (Packs.class) {
      if (Files.exists(target)) {
        return;
      }
      AtomicFiles.deleteLeftovers(folder);
      Path part = AtomicFiles.ownBeside(target);
      try {
        try {
          packing.into(part);
          publish(part, target);
        } finally {
          AtomicFiles.deleteTree(part);
        }
      } catch (IOException e) {
        throw AtomicFiles.failed("cannot write", target, e);
      }
    }
  }

  // Two processes may pack the same pictures at a time: the second one's are dropped.
  private static void publish(Path part, Path target) throws IOException {
    try {
      AtomicFiles.publish(part, target);
    } catch (IOException e) {
      if (!Files.exists(target)) {
        throw e;
      }
    }
  }

  /** The name of packed pictures. */
  static String key(Path path, PictureIndex index, PictureOptions options, List<String> model) {
    MessageDigest digest = Sha256.digest();
    add(
        digest,
        FORMAT,
        path.toString(),
        options.shape().toString(),
        options.fit().name(),
        index.isSplit() ? "" : Double.toString(options.testShare()),
        Boolean.toString(options.skipBad()),
        String.join("\n", model));
    for (Picture each : index.pictures()) {
      add(
          digest,
          each.part().name(),
          each.label(),
          each.name(),
          Long.toString(each.bytes()),
          Long.toString(each.modified()));
    }
    index.findings().forEach(each -> add(digest, each.kind().name(), each.what()));
    index.emptyClasses().forEach(each -> add(digest, each));
    return Sha256.hex(digest);
  }

  /** The name of scaled images of a data set. */
  static String key(String name, String sha256, ImageShape shape, Fit fit) {
    MessageDigest digest = Sha256.digest();
    add(digest, FORMAT, "scaled", name, sha256, shape.toString(), fit.name());
    return Sha256.hex(digest);
  }

  private static void add(MessageDigest digest, String... texts) {
    for (String each : texts) {
      byte[] bytes = each.getBytes(StandardCharsets.UTF_8);
      digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
      digest.update(bytes);
    }
  }
}
