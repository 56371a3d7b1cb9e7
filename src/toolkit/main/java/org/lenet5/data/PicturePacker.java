package org.lenet5.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.lenet5.image.ImageDecoder;
import org.lenet5.image.ImagePipeline;
import org.lenet5.io.AtomicFiles;

/** Opens all pictures of a data set once, by all cores, checks them and packs them. */
final class PicturePacker {
  /** Lines of the report below a heading, where a training begins. */
  static final int LINES = 20;

  // Which images are held out depends on the pictures alone, so that runs of different seeds are
  // measured on the same ones.
  private static final long SPLIT_SEED = 42;

  private final Path path;
  private final PictureIndex index;
  private final PictureOptions options;
  private final List<String> model;

  /**
   * @param path of the pictures, for messages
   * @param model classes of the model that is to be measured; empty for a data set to train on
   */
  PicturePacker(Path path, PictureIndex index, PictureOptions options, List<String> model) {
    this.path = path;
    this.index = index;
    this.options = options;
    this.model = List.copyOf(model);
  }

  /**
   * Opens and checks them.
   *
   * @param pixels gets those of all that can be read, one after the other
   * @return the check, with the readable pictures in the order of {@code pixels}
   */
  Checked check(OutputStream pixels, Progress progress) throws IOException {
    ImageDecoder decoder = new ImageDecoder(options.shape(), options.decoding());
    long mostBytes = options.decoding().maxBytes();
    long all = index.pictures().stream().mapToLong(Picture::bytes).sum();
    List<ReadPicture> good = new ArrayList<>();
    List<ReadPicture> bad = new ArrayList<>();
    String step =
        "look at the %,d picture%s of %s"
            .formatted(index.pictures().size(), index.pictures().size() == 1 ? "" : "s", path);
    long done = 0;
    progress.at(step, 0, all);
    try (ImagePipeline<ReadPicture> read =
        ImagePipeline.of(
            index.pictures().iterator(), each -> ReadPicture.of(each, decoder, mostBytes))) {
      while (read.hasNext()) {
        ReadPicture each = read.next();
        done += each.picture().bytes();
        progress.at(step, done, all);
        if (each.isBad()) {
          bad.add(each);
        } else {
          pixels.write(each.pixels());
          good.add(each.withoutPixels());
        }
      }
    }
    PictureCheck check = new PictureCheck(index, options, good, bad);
    if (model.isEmpty()) {
      check.forTraining(Picture.CODE_POINTS);
    } else {
      check.forModel(model);
    }
    return new Checked(check, good);
  }

  /** What the check found, and the readable pictures. */
  record Checked(PictureCheck check, List<ReadPicture> good) {}

  /**
   * Packs them into a new folder.
   *
   * @param name of the data set
   * @throws DataException if something spoils a training and nothing is to be skipped, or there is
   *     too little left
   * @throws java.io.UncheckedIOException if the folder cannot be written
   */
  void pack(String name, Path folder, Progress progress) {
    Path file = folder.resolve(PackedPictures.PIXELS);
    Checked checked;
    try {
      Files.createDirectories(folder);
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
        checked = check(out, progress);
      }
      AtomicFiles.sync(file);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write", file, e);
    }
    List<Finding> findings = checked.check.findings();
    progress.report(Finding.report(findings, LINES));
    checked
        .check
        .refusal(path)
        .ifPresent(
            sentence -> {
              throw new DataException(sentence);
            });
    List<String> classes = checked.check.classNames();
    PackedPictures.write(
        folder,
        new PackedAbout.Made(
            options.shape(), options.fit(), options.testShare(), options.skipBad(), classes, model),
        new PackedAbout.Origin(path.toString(), name, "", findings),
        rows(folder, checked, classes));
  }

  private List<PackedPictures.Row> rows(Path folder, Checked checked, List<String> classes) {
    List<PackedPictures.Row> rows = new ArrayList<>();
    for (int i = 0; i < checked.good.size(); i++) {
      ReadPicture read = checked.good.get(i);
      Picture picture = read.picture();
      rows.add(
          new PackedPictures.Row(
              picture.name(),
              picture.label(),
              checked.check.isDropped(i) ? null : picture.part(),
              read.width(),
              read.height()));
    }
    return index.isSplit() || !model.isEmpty() ? rows : split(folder, rows, classes);
  }

  /** Holds out a share of every class to measure on. */
  private List<PackedPictures.Row> split(
      Path folder, List<PackedPictures.Row> rows, List<String> classes) {
    int[] used = IntStream.range(0, rows.size()).filter(i -> rows.get(i).part() != null).toArray();
    LabeledImages images =
        new PackedPictures.Parts(folder, options.shape(), classes, rows).images(Picture.Part.TRAIN);
    BitSet test = Split.heldOut(images, options.testShare(), classes.size(), SPLIT_SEED);
    List<PackedPictures.Row> parted = new ArrayList<>(rows);
    test.stream().forEach(i -> parted.set(used[i], rows.get(used[i]).in(Picture.Part.TEST)));
    return parted;
  }
}
