package org.lenet5.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.Sha256;

/**
 * A data set by its path: a folder of pictures, a list of them, or IDX files. Pictures are decoded
 * once and packed below the data folder; as long as their names, sizes and times are the same they
 * are not opened again. Immutable and thread-safe, for processes too.
 */
public final class PathSource implements DataSource {
  /** Where packed pictures lie, below the data folder. */
  public static final String PACKED = ".packed";

  private static final String FORMAT = "3";

  private final Path path;
  private final PictureOptions options;
  private final Path packed;
  private final List<String> model;

  /**
   * A data set to train on.
   *
   * @param path of a folder, or of a CSV
   * @param dataFolder below which it is packed
   */
  public PathSource(Path path, PictureOptions options, Path dataFolder) {
    this(path, options, dataFolder, List.of());
  }

  private PathSource(Path path, PictureOptions options, Path dataFolder, List<String> model) {
    this.path = path.toAbsolutePath().normalize();
    this.options = options;
    this.packed = dataFolder.resolve(PACKED);
    this.model = List.copyOf(model);
  }

  /**
   * The same pictures to measure a model on: those of its {@code test} folder, all if they are in
   * no parts. The labels are the model's, by name; there is nothing to train on.
   *
   * @param classes the model's
   */
  public PathSource measuring(List<String> classes) {
    return new PathSource(path, options, packed.getParent(), classes);
  }

  /** The name of the folder or list, of characters that a run's name can have. */
  @Override
  public String name() {
    return name(path);
  }

  /** As {@link #name()}. */
  public static String name(Path path) {
    Path last = path.toAbsolutePath().normalize().getFileName();
    String name =
        (last == null ? "" : last.toString())
            .replaceFirst("(?i)\\.csv$", "")
            .replaceAll("[^A-Za-z0-9._+-]+", "-")
            .replaceFirst("^[^A-Za-z0-9]+", "");
    return name.isEmpty() ? "pictures" : name;
  }

  /** Absolute. */
  public Path path() {
    return path;
  }

  @Override
  public Dataset open() {
    return open(Progress.NONE).data();
  }

  /** A data set, and what is known of it besides. */
  public record Opened(Dataset data, List<String> testNames, List<Finding> findings) {
    public Opened {
      testNames = List.copyOf(testNames);
      findings = List.copyOf(findings);
    }

    /** What was left out, with the reason, a line each; empty if nothing was. */
    public List<String> skipped() {
      return findings.stream()
          .filter(each -> each.kind().spoils())
          .map(each -> each.kind().words() + ": " + each.what())
          .toList();
    }
  }

  /**
   * Opens it; packs it first if that has not been done.
   *
   * @param progress told of the packing, and of everything that is wrong or odd
   * @throws DataException if something is wrong that would spoil a training
   */
  public Opened open(Progress progress) {
    if (IdxFolder.isAt(path)) {
      Dataset data = new IdxFolder(path).read(name());
      options.requireOwn(name(), data.shape());
      return new Opened(data, List.of(), List.of());
    }
    PictureIndex index = index();
    Path folder = packed.resolve(key(index));
    if (!Files.exists(folder)) {
      pack(index, folder, progress);
    }
    PackedPictures found = intact(index, folder, progress);
    return new Opened(found.data(), found.testNames(), found.findings());
  }

  /** What is packed, packed anew if it is not what it was: the pictures are there, unchanged. */
  private PackedPictures intact(PictureIndex index, Path folder, Progress progress) {
    try {
      return PackedPictures.open(folder, progress);
    } catch (DataException damaged) {
      progress.failed(damaged.getMessage() + ": the pictures are packed again");
      try {
        AtomicFiles.deleteTree(folder);
      } catch (IOException e) {
        throw AtomicFiles.failed("cannot delete", folder, e);
      }
      pack(index, folder, progress);
      return PackedPictures.open(folder, progress);
    }
  }

  private PictureIndex index() {
    PictureIndex index = PictureIndex.of(path);
    if (model.isEmpty()) {
      return index;
    }
    List<Picture> pictures =
        index.pictures().stream()
            .filter(each -> !index.isSplit() || each.part() == Picture.Part.TEST)
            .map(
                each ->
                    new Picture(
                        each.file(),
                        each.name(),
                        each.label(),
                        Picture.Part.TEST,
                        each.bytes(),
                        each.modified()))
            .toList();
    return new PictureIndex(pictures, true, List.of(), index.findings());
  }

  /** Names what is packed: any change of files or options gives another. */
  private String key(PictureIndex index) {
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

  private static void add(MessageDigest digest, String... texts) {
    for (String each : texts) {
      byte[] bytes = each.getBytes(StandardCharsets.UTF_8);
      digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
      digest.update(bytes);
    }
  }

  private void pack(PictureIndex index, Path folder, Progress progress) {
    // One at a time in a process: what a killed one has left is deleted first, and that cannot tell
    // this process's threads apart.
    synchronized (PathSource.class) {
      if (Files.exists(folder)) {
        return;
      }
      Path part = AtomicFiles.ownBeside(folder);
      AtomicFiles.deleteLeftovers(packed);
      try {
        try {
          new PicturePacker(path, name(), index, options, model).pack(part, progress);
          publish(part, folder);
        } finally {
          AtomicFiles.deleteTree(part);
        }
      } catch (IOException e) {
        throw AtomicFiles.failed("cannot write", folder, e);
      }
    }
  }

  // Two processes may pack the same pictures at a time: the second one's are dropped.
  private static void publish(Path part, Path folder) throws IOException {
    try {
      AtomicFiles.publish(part, folder);
    } catch (IOException e) {
      if (!Files.exists(folder)) {
        throw e;
      }
    }
  }

  /**
   * Looks at all pictures and keeps nothing.
   *
   * @return what is wrong or odd
   */
  public List<Finding> check(Progress progress) {
    if (IdxFolder.isAt(path)) {
      new IdxFolder(path).read(name());
      return List.of();
    }
    try {
      return new PicturePacker(path, name(), index(), options, model)
          .check(java.io.OutputStream.nullOutputStream(), progress)
          .check()
          .findings();
    } catch (IOException e) {
      throw new AssertionError("nothing is written", e);
    }
  }
}
