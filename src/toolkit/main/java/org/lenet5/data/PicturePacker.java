package org.lenet5.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.lenet5.image.ImageDecoder;
import org.lenet5.image.ImagePipeline;
import org.lenet5.image.ImageShape;
import org.lenet5.io.AtomicFiles;

/** Opens all pictures of a data set once, by all cores, checks them and packs them. */
final class PicturePacker {
  // Which images are held out depends on the pictures alone, so that runs of different seeds are
  // measured on the same ones.
  private static final long SPLIT_SEED = 42;
  private static final int LINES = 20;

  private final Path path;
  private final String name;
  private final PictureIndex index;
  private final PictureOptions options;
  private final List<String> model;

  /**
   * @param path of the pictures, for messages
   * @param name of the data set
   * @param model classes of the model that is to be measured; empty for a data set to train on
   */
  PicturePacker(
      Path path, String name, PictureIndex index, PictureOptions options, List<String> model) {
    this.path = path;
    this.name = name;
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
    String step = "look at the %,d pictures of %s".formatted(index.pictures().size(), path);
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
    PictureCheck check = new PictureCheck(index, good, bad);
    if (model.isEmpty()) {
      check.forTraining();
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
   * @throws DataException if something spoils a training and nothing is to be skipped, or there is
   *     too little left
   * @throws java.io.UncheckedIOException if the folder cannot be written
   */
  void pack(Path folder, Progress progress) {
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
    long spoiling = Finding.spoiling(findings);
    if (spoiling > 0 && !options.skipBad()) {
      throw new DataException(
          "%s: %d %s, listed above: mend them, or --skip-bad goes on without what is bad"
              .formatted(path, spoiling, spoiling == 1 ? "fault" : "faults"));
    }
    publish(folder, checked);
  }

  private void publish(Path folder, Checked checked) {
    ImageShape shape = options.shape();
    List<String> classes = checked.check.classNames();
    List<PackedPictures.Row> rows = rows(folder, checked, classes);
    PackedPictures.Parts parts = new PackedPictures.Parts(folder, shape, classes, rows);
    LabeledImages test = parts.images(Picture.Part.TEST);
    require(model.isEmpty() ? classes.size() >= 2 : true, "two classes", classes.size());
    require(test.size() > 0, "one picture to measure on", 0);
    if (classes.stream().anyMatch(PictureCheck::hasControl)) {
      throw new DataException(
          path + ": a class's name has a control character in it, which no --skip-bad leaves out");
    }
    Dataset data =
        Dataset.of(name, parts.images(Picture.Part.TRAIN), parts.validation(), test, classes);
    PackedPictures.writeRows(folder, rows);
    PackedPictures.writeAbout(
        folder,
        new PackedPictures.About(
            path.toString(), name, shape, classes, data.sha256(), checked.check.findings()));
    PackedPictures.seal(folder);
  }

  private void require(boolean holds, String least, int actual) {
    if (!holds) {
      throw new DataException("%s has %d where at least %s must be".formatted(path, actual, least));
    }
  }

  private List<PackedPictures.Row> rows(Path folder, Checked checked, List<String> classes) {
    List<PackedPictures.Row> rows = new ArrayList<>();
    for (int i = 0; i < checked.good.size(); i++) {
      Picture picture = checked.good.get(i).picture();
      rows.add(
          new PackedPictures.Row(
              picture.name(), picture.label(), checked.check.isDropped(i) ? null : picture.part()));
    }
    return index.isSplit() || !model.isEmpty() ? rows : split(folder, rows, classes);
  }

  /** Holds out a share of every class to measure on. */
  private List<PackedPictures.Row> split(
      Path folder, List<PackedPictures.Row> rows, List<String> classes) {
    int[] used =
        java.util.stream.IntStream.range(0, rows.size())
            .filter(i -> rows.get(i).part() != null)
            .toArray();
    LabeledImages images =
        new PackedPictures.Parts(folder, options.shape(), classes, rows).images(Picture.Part.TRAIN);
    BitSet test = Split.heldOut(images, options.testShare(), classes.size(), SPLIT_SEED);
    List<PackedPictures.Row> parted = new ArrayList<>(rows);
    test.stream()
        .forEach(
            i -> {
              PackedPictures.Row row = rows.get(used[i]);
              parted.set(
                  used[i], new PackedPictures.Row(row.name(), row.label(), Picture.Part.TEST));
            });
    return parted;
  }
}
