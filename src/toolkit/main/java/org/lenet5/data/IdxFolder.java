package org.lenet5.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lenet5.io.AtomicFiles;

/**
 * A folder with {@code train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte} and the same
 * for {@code t10k} or {@code test}, plain or {@code .gz}. Classes are the numbers of the training
 * labels, in their order.
 */
record IdxFolder(Path folder) {
  private static final Pattern IMAGES = Pattern.compile("(.*)-images[-.]idx3-ubyte(\\.gz)?");
  private static final String TRAIN = "train";
  private static final Comparator<String> BY_NUMBER = Comparator.comparingInt(Integer::parseInt);

  /** Images with the name of their file. */
  private record Part(Picture.Part part, Path file, LabeledImages images) {}

  /** True if there are files of images in a folder. */
  static boolean isAt(Path folder) {
    return Files.isDirectory(folder) && !new IdxFolder(folder).images().isEmpty();
  }

  /** Files of images by what stands before "-images"; of two the plain one. */
  private TreeMap<String, Path> images() {
    TreeMap<String, Path> images = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path each : files.sorted().toList()) {
        Matcher name = IMAGES.matcher(each.getFileName().toString());
        if (name.matches()) {
          images.putIfAbsent(name.group(1), each);
        }
      }
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", folder, e);
    }
    return images;
  }

  /** Those to train on and those to measure on. */
  private List<Part> read() {
    TreeMap<String, Path> files = images();
    Path training = files.remove(TRAIN);
    if (training == null || files.size() != 1) {
      throw new DataException(
          "%s must hold train-images-idx3-ubyte and one other such file to measure on (t10k-images-idx3-ubyte), each with its labels"
              .formatted(folder));
    }
    Path test = files.firstEntry().getValue();
    return List.of(
        new Part(Picture.Part.TRAIN, training, read(training)),
        new Part(Picture.Part.TEST, test, read(test)));
  }

  private LabeledImages read(Path images) {
    String labels =
        images.getFileName().toString().replaceFirst("-images([-.])idx3-", "-labels$1idx1-");
    Path plain = folder.resolve(labels.replaceFirst("\\.gz$", ""));
    Path packed = folder.resolve(plain.getFileName() + ".gz");
    return IdxFile.read(images, Files.exists(plain) || !Files.exists(packed) ? plain : packed);
  }

  /**
   * Looks for images that come twice, and for classes without images.
   *
   * @throws DataException if a file is missing or damaged
   */
  PictureCheck check(PictureOptions options) {
    return check(read(), options);
  }

  private static PictureCheck check(List<Part> parts, PictureOptions options) {
    List<ReadPicture> all = new ArrayList<>();
    Set<String> empty = new HashSet<>();
    for (Part each : parts) {
      LabeledImages images = each.images;
      byte[] pixels = new byte[images.shape().bytes()];
      for (int i = 0; i < images.size(); i++) {
        images.copyTo(i, pixels, 0);
        Picture picture =
            new Picture(
                each.file,
                each.file.getFileName() + " image " + i,
                Integer.toString(images.label(i)),
                each.part,
                pixels.length,
                0);
        all.add(ReadPicture.ofPixels(picture, pixels));
      }
      if (each.part == Picture.Part.TRAIN) {
        int most = IntStream.range(0, images.size()).map(images::label).max().orElse(-1);
        IntStream.range(0, most).forEach(i -> empty.add(Integer.toString(i)));
        IntStream.range(0, images.size())
            .forEach(i -> empty.remove(Integer.toString(images.label(i))));
      }
    }
    List<Picture> pictures = all.stream().map(ReadPicture::picture).toList();
    PictureIndex index = new PictureIndex(pictures, true, List.copyOf(empty), List.of());
    PictureCheck check = new PictureCheck(index, options, all, List.of());
    check.forTraining(BY_NUMBER);
    return check;
  }

  /**
   * Reads it.
   *
   * @param name of the data set
   * @param model classes of the model that it is to measure: it is not checked then; empty if it is
   *     to train on
   * @throws DataException if a file is missing or damaged, or something would spoil a training
   */
  OpenedData open(String name, PictureOptions options, List<String> model, Progress progress) {
    List<Part> parts = read();
    if (!model.isEmpty()) {
      return measuring(name, parts, model);
    }
    PictureCheck check = check(parts, options);
    progress.report(Finding.report(check.findings(), PicturePacker.LINES));
    check
        .refusal(folder)
        .ifPresent(
            sentence -> {
              throw new DataException(sentence);
            });
    List<String> classes = check.classNames();
    int training = parts.get(0).images.size();
    LabeledImages train = kept(parts.get(0).images, 0, check, classes);
    LabeledImages test = kept(parts.get(1).images, training, check, classes);
    return new OpenedData(
        dataset(name, train, test, classes),
        List.of(),
        List.of(),
        check.findings(),
        Optional.empty());
  }

  /** The test images; a model that does not know the numbers as its classes has others' names. */
  private OpenedData measuring(String name, List<Part> parts, List<String> model) {
    LabeledImages train = parts.get(0).images;
    LabeledImages test = parts.get(1).images;
    int most =
        Stream.of(train, test)
            .flatMapToInt(each -> IntStream.range(0, each.size()).map(each::label))
            .max()
            .orElse(0);
    List<String> numbers = IntStream.rangeClosed(0, most).mapToObj(Integer::toString).toList();
    boolean known =
        IntStream.range(0, test.size())
            .allMatch(i -> model.contains(Integer.toString(test.label(i))));
    LabeledImages none = train.select(new int[0]);
    return OpenedData.of(
        known
            ? dataset(name, none, relabelled(test, model), model)
            : dataset(name, none, test, numbers));
  }

  private Dataset dataset(
      String name, LabeledImages train, LabeledImages test, List<String> classes) {
    try {
      return Dataset.of(name, train, Optional.empty(), test, classes);
    } catch (IllegalArgumentException e) {
      throw new DataException(folder + ": " + e.getMessage(), e);
    }
  }

  /** The images that the check leaves, with their classes' places as labels. */
  private static LabeledImages kept(
      LabeledImages images, int before, PictureCheck check, List<String> classes) {
    int[] kept =
        IntStream.range(0, images.size()).filter(i -> !check.isDropped(before + i)).toArray();
    boolean whole = kept.length == images.size();
    boolean numbered = classes.get(classes.size() - 1).equals(Integer.toString(classes.size() - 1));
    LabeledImages some = whole ? images : images.select(kept);
    return numbered ? some : relabelled(some, classes);
  }

  private static LabeledImages relabelled(LabeledImages images, List<String> classes) {
    int bytes = images.shape().bytes();
    byte[] pixels = new byte[images.size() * bytes];
    int[] labels = new int[images.size()];
    for (int i = 0; i < labels.length; i++) {
      images.copyTo(i, pixels, i * bytes);
      labels[i] = classes.indexOf(Integer.toString(images.label(i)));
    }
    return new LabeledImages(images.shape(), pixels, labels);
  }
}
