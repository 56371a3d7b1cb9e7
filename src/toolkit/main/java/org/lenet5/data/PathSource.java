package org.lenet5.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * A data set by its path: a folder of pictures, a list of them, or IDX files. Pictures are decoded
 * once and packed below the data folder; as long as their names, sizes and times are the same they
 * are not opened again. Immutable and thread-safe, for processes too.
 */
public final class PathSource implements DataSource {
  /** Where packed pictures lie, below the data folder. */
  public static final String PACKED = ".packed";

  private final Path path;
  private final PictureOptions options;
  private final Path dataFolder;
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
    this.dataFolder = dataFolder;
    this.model = List.copyOf(model);
  }

  /**
   * The same pictures to measure a model on: those of its {@code test} folder, all if they are in
   * no parts. The labels are the model's, by name; there is nothing to train on.
   *
   * @param classes the model's
   */
  public PathSource measuring(List<String> classes) {
    return new PathSource(path, options, dataFolder, classes);
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

  /**
   * Opens it; packs it first if that has not been done.
   *
   * @param progress told of the packing, and of everything that is wrong or odd
   * @throws DataException if something is wrong that would spoil a training
   */
  @Override
  public OpenedData open(Progress progress) {
    if (IdxFolder.isAt(path)) {
      return images(progress).in(dataFolder, progress);
    }
    PictureIndex index = index();
    return Packs.in(dataFolder)
        .open(
            Packs.key(path, index, options, model),
            folder -> packer(index).pack(name(), folder, progress),
            progress)
        .opened();
  }

  /**
   * Packs it into a new folder under another name.
   *
   * @throws DataException as {@link #open(Progress)} does
   */
  void pack(String name, Path folder, Progress progress) {
    if (IdxFolder.isAt(path)) {
      images(progress).pack(name, folder, progress);
    } else {
      packer(index()).pack(name, folder, progress);
    }
  }

  /** The key of its packed images as it is now. */
  String key() {
    if (IdxFolder.isAt(path)) {
      Dataset own = images(Progress.NONE).own().data();
      return Packs.key(own.name(), own.sha256(), options.shape(own.shape()), options.fit());
    }
    return Packs.key(path, index(), options, model);
  }

  private ScaledImages images(Progress progress) {
    OpenedData own = new IdxFolder(path).open(name(), options, model, progress);
    return new ScaledImages(own, path.toString(), options, model);
  }

  private PicturePacker packer(PictureIndex index) {
    return new PicturePacker(path, index, options, model);
  }

  private PictureIndex index() {
    PictureIndex index = PictureIndex.of(path);
    if (model.isEmpty()) {
      return index;
    }
    List<Picture> pictures =
        index.pictures().stream()
            .filter(each -> !index.isSplit() || each.part() == Picture.Part.TEST)
            .map(each -> each.in(Picture.Part.TEST))
            .toList();
    return new PictureIndex(pictures, true, List.of(), index.findings());
  }

  /**
   * Looks at all pictures and keeps nothing.
   *
   * @throws DataException if there is nothing to look at
   */
  public CheckReport check(Progress progress) {
    PictureCheck check;
    if (IdxFolder.isAt(path)) {
      check = new IdxFolder(path).check(options);
    } else {
      try {
        check = packer(index()).check(OutputStream.nullOutputStream(), progress).check();
      } catch (IOException e) {
        throw new AssertionError("nothing is written", e);
      }
    }
    return new CheckReport(check.findings(), check.refusal(path));
  }
}
