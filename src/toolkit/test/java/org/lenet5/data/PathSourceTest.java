package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.checkpoint.VariableDigests;
import org.lenet5.image.ImageShape;
import org.lenet5.training.PassListener;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;

/** Folders and lists of pictures with what people's folders have in them. */
class PathSourceTest {
  @TempDir Path home;
  private Path pictures;

  @BeforeEach
  void names() {
    pictures = home.resolve("pets");
  }

  private PathSource source(Path path) {
    return new PathSource(path, PictureOptions.DEFAULT, home.resolve("data"));
  }

  private PathSource skipping(Path path) {
    return new PathSource(path, PictureOptions.DEFAULT.withSkipBad(true), home.resolve("data"));
  }

  private List<String> check(Path path) {
    return source(path).check(Progress.NONE).findings().stream()
        .map(each -> each.kind() + " " + each.what())
        .toList();
  }

  private static List<Integer> labels(LabeledImages images) {
    return IntStream.range(0, images.size()).mapToObj(images::label).toList();
  }

  @Test
  void aFolderOfClassesIsParted() throws IOException {
    PictureFiles.folder(pictures, 10, "2", "10", "b\uFF21", "b\uD83D\uDE00");
    Dataset data = source(pictures).open();
    // As Python sorts: by characters, not numbers, and by code points, not UTF-16.
    assertThat(data.classNames()).containsExactly("10", "2", "b\uFF21", "b\uD83D\uDE00");
    assertThat(data.name()).isEqualTo("pets");
    assertThat(data.shape()).isEqualTo(new ImageShape(32, 32, 3));
    assertThat(labels(data.test())).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
    assertThat(data.train().size()).isEqualTo(32);
    assertThat(data.validation()).isEmpty();
  }

  @Test
  void partsAreTakenAsTheyAreAndTrainingNumbersTheClasses() throws IOException {
    PictureFiles.folder(pictures.resolve("train"), 10, "a", "b", "c");
    PictureFiles.folder(pictures.resolve("test"), 2, "c"); // shifts nothing
    PictureFiles.folder(pictures.resolve("Validation"), 3, "b");
    OpenedData opened = source(pictures).open(Progress.NONE);
    assertThat(opened.data().classNames()).containsExactly("a", "b", "c");
    assertThat(labels(opened.data().test())).containsExactly(2, 2);
    assertThat(labels(opened.data().validation().orElseThrow())).containsExactly(1, 1, 1);
    assertThat(opened.testNames()).containsExactly("test/c/0.png", "test/c/1.png");
    assertThat(opened.skipped()).isEmpty();
  }

  @Test
  void validationAloneIsMeasuredOn() throws IOException {
    PictureFiles.folder(pictures.resolve("train"), 10, "a", "b");
    PictureFiles.folder(pictures.resolve("val"), 2, "a", "b");
    Dataset data = source(pictures).open();
    assertThat(labels(data.test())).containsExactly(0, 0, 1, 1);
    assertThat(data.validation()).isEmpty();
  }

  @Test
  void aSecondStartReadsNoPictureAndAChangeIsSeen() throws IOException {
    PictureFiles.folder(pictures, 10, "a", "b");
    Dataset first = source(pictures).open();
    List<String> steps = new ArrayList<>();
    assertThat(source(pictures).open((step, done, total) -> steps.add(step)).data().sha256())
        .isEqualTo(first.sha256());
    assertThat(steps).isEmpty();
    Path changed = PictureFiles.write(pictures.resolve("a/3.png"), 77);
    Files.setLastModifiedTime(changed, FileTime.fromMillis(1_000_000));
    Dataset second = source(pictures).open((step, done, total) -> steps.add(step)).data();
    assertThat(steps).anyMatch(step -> step.startsWith("look at the 20 pictures"));
    assertThat(second.sha256()).isNotEqualTo(first.sha256());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        PackedPictures.PIXELS,
        PackedPictures.PICTURES,
        PackedAbout.FILE,
        PackChecksums.FILE
      })
  void aPackThatIsNotWhatWasPackedIsPackedAgain(String name) throws IOException {
    PictureFiles.folder(pictures, 10, "a", "b");
    Dataset first = source(pictures).open();
    Path file = packed(name);
    byte[] right = Files.readAllBytes(file);
    byte[] flipped = right.clone();
    flipped[right.length / 2] ^= 1;
    for (byte[] wrong :
        List.of(flipped, Arrays.copyOf(right, right.length - 1), Arrays.copyOf(right, 0))) {
      Files.write(file, wrong);
      List<String> remarks = new ArrayList<>();
      assertThat(source(pictures).open(remarks(remarks)).data().sha256()).isEqualTo(first.sha256());
      assertThat(remarks).hasSize(1);
      assertThat(remarks.get(0)).contains(" is damaged (").endsWith("): it is packed again");
      assertThat(packed(name)).hasBinaryContent(right);
    }
    Files.delete(file);
    assertThat(source(pictures).open().sha256()).isEqualTo(first.sha256());
  }

  @Test
  void everyMegabyteIsCompared() throws IOException {
    Path folder = Files.createDirectories(home.resolve("pack"));
    byte[] bytes = new byte[(2 << 20) + 5];
    new java.util.Random(8).nextBytes(bytes);
    Files.write(folder.resolve("file"), bytes);
    PackChecksums checksums = new PackChecksums(folder);
    checksums.write(List.of("file"));
    checksums.require(List.of("file"), Progress.NONE);
    for (int at : new int[] {0, 1 << 20, bytes.length - 1}) {
      bytes[at] ^= 64;
      Files.write(folder.resolve("file"), bytes);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> checksums.require(List.of("file"), Progress.NONE))
          .withMessage("file is not what was packed");
      bytes[at] ^= 64;
    }
    Files.write(folder.resolve("file"), bytes);
    checksums.require(List.of("file"), Progress.NONE);
  }

  private Path packed(String name) throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve("data"))) {
      return files.filter(each -> each.endsWith(name)).findFirst().orElseThrow();
    }
  }

  private static Progress remarks(List<String> remarks) {
    return new Progress() {
      @Override
      public void at(String step, long done, long total) {
        assertThat(done).isLessThanOrEqualTo(total);
      }

      @Override
      public void failed(String reason) {
        remarks.add(reason);
      }
    };
  }

  @Test
  void whatNoTrainingTakesIsAFaultOfTheCheckToo() throws IOException {
    PictureFiles.folder(pictures, 10, "a\nb");
    PictureFiles.folder(pictures, 10, "a\u2028b");
    assertThat(check(pictures))
        .contains("ONE_CLASS none", "CLASS_NAME a b")
        .filteredOn(each -> each.startsWith("CLASS_NAME"))
        .hasSize(2);
    refusedBoth(pictures, ": fewer than two classes to train on: none; ");
    for (int i = 0; i < 10; i++) {
      PictureFiles.write(pictures.resolve("c").resolve(i + ".png"), 900 + i);
      PictureFiles.write(pictures.resolve("d").resolve(i + ".png"), 950 + i);
    }
    assertThat(skipping(pictures).open().classNames()).containsExactly("c", "d");
  }

  /** With and without --skip-bad, and the check says the same. */
  private void refusedBoth(Path path, String sentence) {
    for (PathSource each : List.of(source(path), skipping(path))) {
      String refusal = each.check(Progress.NONE).refusal().orElseThrow();
      assertThat(refusal).startsWith(path + sentence);
      assertThatExceptionOfType(DataException.class).isThrownBy(each::open).withMessage(refusal);
    }
  }

  @Test
  void oneClassIsNoDataSet() throws IOException {
    PictureFiles.folder(pictures, 10, "cat");
    refusedBoth(pictures, ": fewer than two classes to train on: cat; 1 fault, listed above");
  }

  @Test
  void somethingMustBeMeasuredOn() throws IOException {
    PictureFiles.folder(pictures, 2, "a", "b"); // a fifth of two is none
    refusedBoth(pictures, ": no picture to measure on: --test-share 0.2 of so few");
    PictureOptions most =
        new PictureOptions(
            java.util.Optional.empty(),
            java.util.Optional.empty(),
            org.lenet5.image.Fit.CROP,
            0.8,
            true);
    assertThat(new PathSource(pictures, most, home.resolve("data")).check(Progress.NONE).refusal())
        .contains(
            pictures
                + ": class of which all is held out to measure on: a (2), --test-share 0.8 must be less; 2 faults, listed above");
    PictureFiles.folder(home.resolve("parts/train"), 10, "a", "b");
    PictureFiles.folder(home.resolve("parts/test"), 2, "c");
    refusedBoth(home.resolve("parts"), ": no picture to measure on: none of the test pictures");
  }

  @Test
  void whatCanBeLeftOutIsRefusedInTheSameWords() throws IOException {
    PictureFiles.folder(pictures, 10, "a", "b");
    Files.write(pictures.resolve("a/empty.png"), new byte[0]);
    CheckReport report = source(pictures).check(Progress.NONE);
    assertThat(report.refusal())
        .contains(
            pictures
                + ": 1 fault, listed above: mend them, or --skip-bad goes on without what is bad");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(pictures).open())
        .withMessage(report.refusal().orElseThrow());
    assertThat(skipping(pictures).check(Progress.NONE).refusal()).isEmpty();
  }

  @Test
  void filesThatVanishLaterHarmNothing() throws IOException {
    PictureFiles.folder(pictures, 10, "a", "b");
    Dataset data = source(pictures).open();
    byte[] before = new byte[data.shape().bytes()];
    data.train().copyTo(3, before, 0);
    try (Stream<Path> files = Files.walk(pictures)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        Files.delete(each);
      }
    }
    PackedFolders.list(home.resolve("data")).forEach(PackedFolders.Entry::delete);
    byte[] after = new byte[before.length];
    data.train().copyTo(3, after, 0);
    assertThat(after).isEqualTo(before);
  }

  @Test
  void packedPicturesOfAFolderThatIsGoneAreNotUsed() throws IOException {
    PictureFiles.folder(pictures, 10, "a", "b");
    source(pictures).open();
    PackedFolders.Entry entry = PackedFolders.list(home.resolve("data")).get(0);
    assertThat(entry.waste()).isEmpty();
    Files.move(pictures, home.resolve("moved"));
    entry = PackedFolders.list(home.resolve("data")).get(0);
    assertThat(entry.waste()).contains(pictures + " is gone");
    entry.delete();
    assertThat(PackedFolders.list(home.resolve("data"))).isEmpty();
  }

  @Test
  void packedPicturesOfAFolderThatHasChangedAreNotUsed() throws IOException {
    PictureFiles.folder(pictures, 10, "a", "b");
    source(pictures).open();
    source(pictures).measuring(List.of("a", "b")).open();
    new PathSource(
            pictures,
            PictureOptions.DEFAULT.withShape(new ImageShape(16, 16, 1)),
            home.resolve("data"))
        .open();
    assertThat(PackedFolders.list(home.resolve("data")))
        .hasSize(3)
        .allMatch(each -> each.waste().isEmpty());
    PictureFiles.write(pictures.resolve("a/new.png"), 500);
    source(pictures).open();
    List<PackedFolders.Entry> all = PackedFolders.list(home.resolve("data"));
    assertThat(all).hasSize(4);
    assertThat(all.stream().map(PackedFolders.Entry::waste).flatMap(java.util.Optional::stream))
        .hasSize(3)
        .containsOnly(pictures + " has changed since");
  }

  @Test
  void everyFaultIsInOneReport() throws IOException {
    PictureFiles.folder(pictures.resolve("train"), 12, "a", "b");
    PictureFiles.folder(pictures.resolve("test"), 2, "a", "b", "only");
    Path a = pictures.resolve("train/a");
    Files.write(a.resolve("empty.jpg"), new byte[0]);
    Files.writeString(a.resolve("page.jpg"), "<html><body>404 Not Found</body></html>");
    Files.copy(a.resolve("0.png"), a.resolve("copy of 0.png"));
    Files.copy(pictures.resolve("test/a/0.png"), a.resolve("leak.png"));
    Files.copy(a.resolve("1.png"), pictures.resolve("train/b/other.png"));
    Files.createDirectories(pictures.resolve("train/nothing"));
    Files.createSymbolicLink(a.resolve("gone.png"), Path.of("nowhere.png"));
    Files.writeString(a.resolve("notes.txt"), "cats");
    PictureFiles.write(pictures.resolve("train/e\u0301/x.png"), 5_000);
    PictureFiles.write(pictures.resolve("test/\u00e9/x.png"), 5_001);
    assertThat(check(pictures))
        .contains(
            "UNREADABLE train/a/empty.jpg: it is empty",
            "DUPLICATE train/a/0.png, train/a/copy of 0.png",
            "ACROSS_SPLITS train/a/leak.png, test/a/0.png",
            "CONTRADICTION train/a/1.png, train/b/other.png",
            "EMPTY_CLASS nothing",
            "ONLY_IN_TEST only (2)",
            "ONLY_IN_TEST \u00e9 (1)",
            "FEW e\u0301 (1)",
            "NOT_A_PICTURE 1 named *.txt")
        .anyMatch(each -> each.startsWith("UNREADABLE train/a/page.jpg: "))
        .anyMatch(each -> each.startsWith("UNREADABLE train/a/gone.png: no such file"))
        .anyMatch(each -> each.startsWith("UNICODE_CLASS ") && each.contains("decomposed"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(pictures).open())
        .withMessageContaining("--skip-bad goes on without");
    assertThat(PackedFolders.list(home.resolve("data"))).isEmpty();

    OpenedData opened = skipping(pictures).open(Progress.NONE);
    assertThat(opened.data().classNames()).containsExactly("a", "b", "e\u0301");
    // 12 of a class; of a the one that is b's, too, is not used, nor b's.
    assertThat(labels(opened.data().train()).stream().filter(each -> each == 0)).hasSize(11);
    assertThat(labels(opened.data().train()).stream().filter(each -> each == 1)).hasSize(12);
    assertThat(labels(opened.data().test())).containsExactly(0, 0, 1, 1);
    assertThat(opened.skipped())
        .contains(
            "cannot be read: train/a/empty.jpg: it is empty",
            "same file twice: train/a/0.png, train/a/copy of 0.png");
  }

  @Test
  void linksAreFollowedOnceAndLieWhereTheyLie() throws IOException {
    PictureFiles.folder(pictures, 10, "a", "b");
    PictureFiles.folder(home.resolve("else"), 10, "dachshunds");
    Files.createSymbolicLink(pictures.resolve("dogs"), home.resolve("else/dachshunds"));
    Files.createSymbolicLink(pictures.resolve("a/up"), Path.of(".."));
    Files.createSymbolicLink(pictures.resolve("a/further-up"), home);
    Files.createSymbolicLink(pictures.resolve("a/self"), Path.of("."));
    PictureFiles.write(home.resolve("photos/b.png"), 9);
    Files.createSymbolicLink(pictures.resolve("a/linked.png"), home.resolve("photos/b.png"));
    Dataset data = source(pictures).open();
    assertThat(data.classNames()).containsExactly("a", "b", "dogs");
    assertThat(data.train().size() + data.test().size()).isEqualTo(31);
  }

  @Test
  void whatSystemsLeaveBehindIsNoPicture() throws IOException {
    PictureFiles.folder(pictures, 10, "a", "b");
    for (String each : List.of(".DS_Store", "._0.png", "Thumbs.db", "desktop.ini")) {
      Files.writeString(pictures.resolve("a").resolve(each), "x");
    }
    PictureFiles.folder(pictures, 1, "__MACOSX", ".ipynb_checkpoints");
    assertThat(source(pictures).open().classNames()).containsExactly("a", "b");
    assertThat(check(pictures)).isEmpty();
  }

  @Test
  void suffixesNeedNotFit() throws IOException {
    PictureFiles.folder(pictures, 10, "a", "b");
    PictureFiles.write(pictures.resolve("a/UPPER.JPG"), 50);
    Files.move(
        PictureFiles.write(pictures.resolve("a/wrong.png"), 51), pictures.resolve("a/wrong.jpeg"));
    assertThat(check(pictures)).isEmpty();
    Dataset data = source(pictures).open();
    assertThat(data.train().size() + data.test().size()).isEqualTo(22);
  }

  @Test
  void nearDuplicatesAreToldAndKept() throws IOException {
    PictureFiles.folder(pictures, 10, "a", "b");
    PictureFiles.write(pictures.resolve("a/small.png"), 60, 64, 64);
    PictureFiles.write(pictures.resolve("a/large.png"), 60, 128, 128);
    assertThat(check(pictures)).containsExactly("NEAR_DUPLICATE a/large.png, a/small.png");
    assertThat(source(pictures).open().classNames()).hasSize(2);
  }

  private Path list(String text) throws IOException {
    return Files.write(home.resolve("list.csv"), text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aListWithQuotesAndMarks() throws IOException {
    PictureFiles.folder(pictures, 3, "a", "b");
    PictureFiles.write(home.resolve("pets/a, \"b\".png"), 70);
    Path list =
        list(
            "\uFEFFpath,label,split\r\n"
                + "pets/a/0.png,cat,train\r\n"
                + "\"pets/a, \"\"b\"\".png\",cat,train\r\n"
                + home.resolve("pets/b/0.png")
                + ",dog,train\r\n"
                + "pets/../pets/b/1.png,dog,test\r\n"
                + "pets/b/1.png,dog,test\r\n"
                + "pets/a/1.png,cat,validation\r\n");
    OpenedData opened = source(list).open(Progress.NONE);
    assertThat(opened.data().name()).isEqualTo("list");
    assertThat(opened.data().classNames()).containsExactly("cat", "dog");
    assertThat(labels(opened.data().train())).containsExactly(0, 0, 1);
    assertThat(labels(opened.data().test())).containsExactly(1);
    assertThat(labels(opened.data().validation().orElseThrow())).containsExactly(0);
    assertThat(opened.findings())
        .contains(new Finding(Finding.Kind.REPEATED_ROW, "row 6 repeats row 5: pets/b/1.png"));
  }

  @Test
  void aListsBadRows() throws IOException {
    PictureFiles.folder(pictures, 3, "a", "b");
    Path list =
        list(
            "path,label,split\npets/a/0.png,cat,train\npets/a/0.png,dog,train\npets/a/1.png,,train\n"
                + "pets/a/1.png,cat\npets/a/1.png,cat,holdout\nmissing.png,cat,train\n"
                + "pets/b/0.png,dog,train\npets/b/1.png,dog,test\n");
    assertThat(check(list))
        .contains(
            "BAD_ROW row 3 repeats row 2 with another label or split: pets/a/0.png",
            "BAD_ROW row 4 has no label",
            "BAD_ROW row 6 has the split holdout: must be train, validation or test")
        .anyMatch(each -> each.startsWith("BAD_ROW row 5 has 2 columns"))
        .anyMatch(each -> each.startsWith("UNREADABLE missing.png: no such file"));
    assertThat(skipping(list).open().classNames()).containsExactly("cat", "dog");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(list("file,label\n")).open())
        .withMessage(
            list
                + ": its first line (file,label) has no column path: must be path,label or path,label,split");
    for (String empty : List.of("", "\n\n")) {
      assertThatExceptionOfType(DataException.class)
          .isThrownBy(() -> source(list(empty)).open())
          .withMessage(list + " is empty: its first line must be path,label or path,label,split");
    }
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(list("path,label\na.png,cat\nb.png,\"dog\nc.png,cat\n")).open())
        .withMessage(list + ": the quote that opens in line 3 is not closed");
    assertThat(check(list("path,label\npets/a/0.png,\"c\nat\"\npets/b/0.png,dog\n")))
        .contains("CLASS_NAME c at", "ONE_CLASS dog");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(list("path,label\n\"a\"b.png,cat\n")).open())
        .withMessageMatching(".*list.csv is no CSV: [A-Z](?!.*xception).*line: 2.*");
    byte[] latin1 = "path,label\na.png,k\u00e4fer\n".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(list, latin1);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(list).open())
        .withMessage(list + " is no list of pictures: it is not text in UTF-8");
  }

  @Test
  void measuresAModelOnItsClasses() throws IOException {
    PictureFiles.folder(pictures, 2, "c", "a");
    Dataset data = source(pictures).measuring(List.of("a", "b", "c")).open();
    assertThat(labels(data.test())).containsExactly(0, 0, 2, 2);
    assertThat(data.train().size()).isZero();
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(pictures).measuring(List.of("a", "b")).open());
  }

  @Test
  void theSameImagesHaveTheSameIdentityAndGiveTheSameWeights() throws IOException {
    byte[] pixels = new byte[24 * 28 * 28];
    new java.util.Random(4).nextBytes(pixels);
    byte[] labels = new byte[24];
    StringBuilder csv = new StringBuilder("path,label,split\n");
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (i % 4);
    }
    LabeledImages images =
        new LabeledImages(
            new ImageShape(28, 28, 1),
            pixels,
            IntStream.range(0, labels.length).map(i -> labels[i]).toArray());
    for (int i = 0; i < labels.length; i++) {
      PictureFiles.write(home.resolve("p/" + i + ".png"), images, i);
      csv.append("p/%d.png,%d,%s%n".formatted(i, i % 4, i < 16 ? "train" : "test"));
    }
    Path idx = Files.createDirectories(home.resolve("idx"));
    int bytes = 28 * 28;
    Files.write(
        idx.resolve("train-images-idx3-ubyte"),
        IdxFileTest.images(16, 28, 28, java.util.Arrays.copyOf(pixels, 16 * bytes)));
    Files.write(
        idx.resolve("train-labels-idx1-ubyte"),
        IdxFileTest.labels(java.util.Arrays.copyOf(labels, 16)));
    Files.write(
        idx.resolve("t10k-images-idx3-ubyte.gz"),
        IdxFileTest.gzip(
            IdxFileTest.images(
                8, 28, 28, java.util.Arrays.copyOfRange(pixels, 16 * bytes, 24 * bytes))));
    Files.write(
        idx.resolve("t10k-labels-idx1-ubyte.gz"),
        IdxFileTest.gzip(IdxFileTest.labels(java.util.Arrays.copyOfRange(labels, 16, 24))));
    PictureOptions grey = PictureOptions.DEFAULT.withShape(images.shape());
    Dataset listed = new PathSource(list(csv.toString()), grey, home.resolve("data")).open();
    int[] first = IntStream.range(0, 16).toArray();
    int[] last = IntStream.range(16, 24).toArray();
    Dataset inMemory =
        Dataset.of("any", images.select(first), images.select(last), List.of("0", "1", "2", "3"));
    String weights = weights(inMemory);
    for (Dataset other : List.of(listed, source(idx).open())) {
      assertThat(other.sha256()).isEqualTo(inMemory.sha256());
      assertThat(weights(other)).isEqualTo(weights);
    }
    Dataset reversed =
        Dataset.of(
            "any",
            images.select(IntStream.range(0, 16).map(i -> 15 - i).toArray()),
            images.select(last),
            inMemory.classNames());
    assertThat(weights(reversed)).as("in another order").isNotEqualTo(weights);
  }

  /** The digest of all weights after two epochs with everything that draws random numbers. */
  private static String weights(Dataset data) {
    TrainingConfig config =
        TrainingConfig.builder()
            .epochs(2)
            .batchSize(4)
            .dropout(0.1f)
            .augmentation(Augmentation.parse("flip,crop"))
            .validation(0.25)
            .threads(1)
            .build();
    try (Trainer trainer = new Trainer(config, data, 1, PassListener.NONE)) {
      trainer.train(0, List.of());
      return VariableDigests.sha256(trainer.variables());
    }
  }
}
