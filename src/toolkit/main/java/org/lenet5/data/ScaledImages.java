package org.lenet5.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lenet5.image.ImageDecoder;
import org.lenet5.image.ImagePipeline;
import org.lenet5.image.ImageShape;
import org.lenet5.io.AtomicFiles;

/**
 * Brings the images of a data set that has a shape of its own to another, as pictures are brought
 * to theirs, and packs them: they may be larger than memory.
 *
 * @param own the data set
 * @param path of it, or its name
 * @param options for the images
 * @param model classes of the model that they are to measure; empty if they are to train on
 */
record ScaledImages(OpenedData own, String path, PictureOptions options, List<String> model) {
  private ImageShape shape() {
    return options.shape(own.data().shape());
  }

  /**
   * The data set itself if it has the shape already, else the scaled images below a data folder.
   */
  OpenedData in(Path dataFolder, Progress progress) {
    Dataset data = own.data();
    if (shape().equals(data.shape())) {
      return own;
    }
    String key = Packs.key(data.name(), data.sha256(), shape(), options.fit());
    OpenedData scaled =
        Packs.in(dataFolder)
            .open(key, folder -> pack(data.name(), folder, progress), progress)
            .opened();
    return new OpenedData(
        scaled.data(), own.trainingNames(), own.testNames(), own.findings(), scaled.packed());
  }

  /**
   * Packs them into a new folder, scaled or not.
   *
   * @param name of the data set
   */
  void pack(String name, Path folder, Progress progress) {
    Dataset data = own.data();
    List<PackedPictures.Row> rows = new ArrayList<>();
    Path pixels = folder.resolve(PackedPictures.PIXELS);
    try {
      Files.createDirectories(folder);
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(pixels), 1 << 20)) {
        add(rows, data.train(), Picture.Part.TRAIN, own.trainingNames(), out, progress);
        if (data.validation().isPresent()) {
          LabeledImages some = data.validation().get();
          add(rows, some, Picture.Part.VALIDATION, List.of(), out, progress);
        }
        add(rows, data.test(), Picture.Part.TEST, own.testNames(), out, progress);
      }
      AtomicFiles.sync(pixels);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write", pixels, e);
    }
    PackedPictures.write(
        folder,
        new PackedAbout.Made(
            shape(),
            options.fit(),
            options.testShare(),
            options.skipBad(),
            data.classNames(),
            model),
        new PackedAbout.Origin(path, name, data.sha256(), own.findings()),
        rows);
  }

  private void add(
      List<PackedPictures.Row> rows,
      LabeledImages images,
      Picture.Part part,
      List<String> names,
      OutputStream out,
      Progress progress)
      throws IOException {
    ImageShape from = images.shape();
    ImageDecoder decoder = new ImageDecoder(shape(), options.decoding());
    String step =
        "scale the %,d %s images of %s".formatted(images.size(), part.words(), own.data().name());
    long all = (long) images.size() * shape().bytes();
    progress.at(step, 0, all);
    try (ImagePipeline<byte[]> scaled =
        ImagePipeline.of(
            IntStream.range(0, images.size()).iterator(),
            i -> {
              byte[] pixels = new byte[from.bytes()];
              images.copyTo(i, pixels, 0);
              return decoder.decode(from, pixels);
            })) {
      for (int i = 0; scaled.hasNext(); i++) {
        out.write(scaled.next());
        rows.add(
            new PackedPictures.Row(
                names.isEmpty() ? "" : names.get(i),
                own.data().classNames().get(images.label(i)),
                part,
                from.width(),
                from.height()));
        progress.at(step, (i + 1L) * shape().bytes(), all);
      }
    }
  }
}
