package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.image.Fit;
import org.lenet5.image.ImageShape;
import org.lenet5.image.Photos;

/** Traps in folders of pictures that others fell into. */
class TrapsTest {
  @TempDir Path home;
  private Path pictures;

  @BeforeEach
  void names() {
    pictures = home.resolve("traps");
  }

  private PathSource source(PictureOptions options) {
    return new PathSource(pictures, options, home.resolve("data"));
  }

  private List<String> check() {
    return source(PictureOptions.DEFAULT).check(Progress.NONE).findings().stream()
        .map(each -> each.kind() + " " + each.what())
        .toList();
  }

  /** The page shows what the check says of a folder with every trap, to the letter. */
  @Test
  void thePageShowsTheReport() throws IOException {
    TrapFolder.make(pictures);
    CheckReport report = source(PictureOptions.DEFAULT).check(Progress.NONE);
    List<String> lines = new ArrayList<>(Finding.report(report.findings(), Integer.MAX_VALUE));
    lines.add(report.refusal().orElseThrow());
    String text = String.join("\n", lines).replace(pictures.toString(), "traps");
    assertThat(Files.readString(Path.of("docs/data.md"))).contains("```\n" + text + "\n```\n");
  }

  @Test
  void whatIsLeftOfTheTrapsIsTrainedOn() throws IOException {
    TrapFolder.make(pictures);
    OpenedData opened = source(PictureOptions.DEFAULT.withSkipBad(true)).open(Progress.NONE);
    assertThat(opened.data().classNames())
        .containsExactly("10", "2", "cat", "dog", "eel", "e\u0301", "puppies", "\u00e9");
    assertThat(opened.testNames()).doesNotContain("test/only/0.png").hasSize(4);
    assertThat(opened.trainingNames())
        .contains("train/puppies/0.png", "train/dog/UPPER.PNG", "train/cat/t%EAte.png")
        .noneMatch(each -> each.contains("up/") || each.contains("break"));
  }

  /** CMYK, turned by EXIF, 16 bits, animated, under another suffix: as people see them. */
  @Test
  void oddPicturesAreReadAsTheyAreSeen() throws IOException {
    TrapFolder.odd(pictures.resolve("a"), i -> Photos.picture());
    PictureFiles.folder(pictures, 10, "b");
    Dataset data = source(PictureOptions.DEFAULT).open();
    OpenedData opened = source(PictureOptions.DEFAULT).open(Progress.NONE);
    assertThat(opened.findings())
        .allMatch(
            each -> each.kind() == Finding.Kind.NEAR_DUPLICATE || each.kind() == Finding.Kind.FEW);
    byte[] expected = Photos.pixels(Photos.picture());
    byte[] actual = new byte[expected.length];
    int seen = 0;
    for (Picture.Part part : List.of(Picture.Part.TRAIN, Picture.Part.TEST)) {
      boolean train = part == Picture.Part.TRAIN;
      List<String> names = train ? opened.trainingNames() : opened.testNames();
      LabeledImages images = train ? data.train() : data.test();
      for (int i = 0; i < names.size(); i++) {
        if (names.get(i).startsWith("a/")) {
          seen++;
          images.copyTo(i, actual, 0);
          for (int p = 0; p < actual.length; p++) {
            assertThat(Math.abs((actual[p] & 255) - (expected[p] & 255)))
                .as(names.get(i) + " " + p)
                .isLessThanOrEqualTo(
                    switch (names.get(i)) {
                      case "a/turned.jpg" -> 30; // the edges of its colours
                      case "a/cmyk.jpg" -> 6;
                      default -> 0;
                    });
          }
        }
      }
    }
    assertThat(seen).isEqualTo(8);
  }

  @Test
  void namesThatAreNoTextAreNotOneClass() throws IOException {
    PictureFiles.folder(pictures, 10, "a", "b");
    for (String each : List.of("caf%E9", "caf%E8")) {
      PictureFiles.write(Path.of(URI.create(pictures.toUri() + each + "/0.png")), 5);
    }
    assertThat(check()).contains("NAME_BYTES caf%E8", "NAME_BYTES caf%E9").hasSize(2);
    assertThat(source(PictureOptions.DEFAULT.withSkipBad(true)).open().classNames())
        .containsExactly("a", "b");
    // A name that has the character which stands for what is no text is text.
    PictureFiles.write(pictures.resolve("\uFFFD/0.png"), 6);
    assertThat(check()).filteredOn(each -> each.startsWith("NAME_BYTES")).hasSize(2);
  }

  @Test
  void whatPhonesWriteAndNobodyReadsIsTold() throws IOException {
    PictureFiles.folder(pictures, 10, "a", "b");
    for (String each : List.of("a/1.HEIC", "b/2.HEIC", "b/clip.mov")) {
      Files.writeString(pictures.resolve(each), each);
    }
    assertThat(check())
        .containsExactly(
            "NOT_A_PICTURE 2 named *.HEIC, pictures of a format that is not read: save them as JPEG or PNG",
            "NOT_A_PICTURE 1 named *.mov");
  }

  @Test
  void sizesThatAreOdd() throws IOException {
    PictureFiles.folder(pictures, 10, "a", "b");
    PictureFiles.write(pictures.resolve("a/tiny.png"), 60, 5, 9);
    PictureFiles.write(pictures.resolve("b/long.png"), 61, 400, 40);
    PictureFiles.write(pictures.resolve("b/narrow.png"), 62, 40, 120);
    PictureFiles.write(pictures.resolve("b/wide enough.png"), 63, 119, 40);
    assertThat(check())
        .containsExactlyInAnyOrder(
            "SMALL a/tiny.png: 5 x 9, to 32 x 32",
            "LONG b/long.png: 400 x 40, of which only the middle is used",
            "LONG b/narrow.png: 40 x 120, of which only the middle is used");
    // Against the images' own proportions, and with what becomes of the picture.
    PictureOptions wide =
        new PictureOptions(
            java.util.Optional.of(new PictureSize(16, 160)),
            java.util.Optional.empty(),
            Fit.SQUASH,
            0.2,
            false);
    assertThat(source(wide).check(Progress.NONE).findings())
        .filteredOn(each -> each.kind() == Finding.Kind.LONG)
        .extracting(Finding::what)
        .contains(
            "b/narrow.png: 40 x 120, squashed to 160 x 16",
            "a/0.png: 40 x 36, squashed to 160 x 16")
        .doesNotContain("b/long.png: 400 x 40, squashed to 160 x 16");
  }

  @Test
  void aWholeFolderOfSmallPicturesIsOneLine() throws IOException {
    for (int i = 0; i < 10; i++) {
      PictureFiles.write(pictures.resolve("a/" + i + ".png"), i, 28, 28);
      PictureFiles.write(pictures.resolve("b/" + i + ".png"), 50 + i, 28, 28);
    }
    PictureFiles.write(pictures.resolve("b/least.png"), 99, 27, 40);
    assertThat(check())
        .containsExactly(
            "SMALL 21 of 21 to 32 x 32, the smallest is b/least.png: 27 x 40; --image-size takes less");
    assertThat(
            source(PictureOptions.DEFAULT.withShape(new ImageShape(28, 27, 3)))
                .check(Progress.NONE)
                .findings())
        .isEmpty();
  }

  @Test
  void whatLiesBesideTrainAndIsPassedOverIsNamed() throws IOException {
    PictureFiles.folder(pictures.resolve("train"), 10, "a", "b");
    for (int i = 0; i < 3; i++) {
      PictureFiles.write(pictures.resolve("test/" + i + ".png"), 100 + i);
    }
    PictureFiles.folder(pictures.resolve("extra"), 1, "c");
    PictureFiles.write(pictures.resolve("loose.png"), 200);
    assertThat(check())
        .containsExactlyInAnyOrder(
            "IGNORED test: 3 pictures in no folder of a class",
            "IGNORED extra",
            "OUTSIDE loose.png");
    // A share of train is held out then.
    assertThat(source(PictureOptions.DEFAULT).open().test().size()).isEqualTo(4);
  }

  @Test
  void partsWithoutClassesAreNoClasses() throws IOException {
    for (String each : List.of("train", "test")) {
      PictureFiles.write(pictures.resolve(each).resolve("0.png"), each.hashCode());
    }
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(PictureOptions.DEFAULT).check(Progress.NONE))
        .withMessage(
            pictures
                + " has no folder for each class in test and train: pictures must lie in train/CLASS, or in CLASS");
    PictureFiles.folder(pictures, 10, "bus", "car", "train", "test");
    assertThat(check())
        .contains("PART_NAME train, taken for a class as there is no train")
        .anyMatch(each -> each.startsWith("PART_NAME test"));
    assertThat(source(PictureOptions.DEFAULT).open().classNames())
        .containsExactly("bus", "car", "test", "train");
  }

  @Test
  void aClassThatNothingMeasuresIsTold() throws IOException {
    PictureFiles.folder(pictures.resolve("train"), 10, "a", "b", "c");
    PictureFiles.folder(pictures.resolve("test"), 2, "c");
    assertThat(check()).containsExactly("UNTESTED a (10)", "UNTESTED b (10)");
  }

  @Test
  void aClassOfTooFewToHoldOneOutIsTold() throws IOException {
    PictureFiles.folder(pictures, 12, "a", "b");
    PictureFiles.write(pictures.resolve("few/0.png"), 70);
    PictureFiles.write(pictures.resolve("few/1.png"), 71);
    assertThat(check()).containsExactlyInAnyOrder("UNTESTED few (2)", "FEW few (2)");
  }

  /** Does something when the pictures were listed and none is read yet. */
  private Progress beforeReading(Action action) {
    return new Progress() {
      private boolean done;

      @Override
      public void at(String step, long now, long total) {
        if (!done) {
          done = true;
          action.run();
        }
      }
    };
  }

  private interface Action {
    void act() throws IOException;

    default void run() {
      try {
        act();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path each : files.toList()) {
        Files.delete(each);
      }
    }
    Files.delete(folder);
  }

  @Test
  void filesThatVanishOrChangeWhileTheyAreReadAreHeard() throws IOException {
    PictureFiles.folder(pictures, 10, "a", "b", "c");
    Progress change =
        beforeReading(
            () -> {
              Files.delete(pictures.resolve("a/3.png"));
              PictureFiles.write(pictures.resolve("a/4.png"), 1, 90, 90);
              Files.write(pictures.resolve("a/5.png"), new byte[3]);
              delete(pictures.resolve("b")); // a folder that goes between listing and reading
            });
    List<Finding> findings = source(PictureOptions.DEFAULT).check(change).findings();
    assertThat(findings)
        .extracting(Finding::what)
        .contains(
            "a/3.png: no such file or folder (" + pictures.resolve("a/3.png") + ")",
            "a/4.png: it was changed while it was read",
            "a/5.png: it was changed while it was read",
            "b/9.png: no such file or folder (" + pictures.resolve("b/9.png") + ")",
            "b");
    assertThat(findings).filteredOn(each -> each.kind() == Finding.Kind.UNREADABLE).hasSize(13);
    assertThat(findings).contains(new Finding(Finding.Kind.EMPTY_CLASS, "b"));
  }

  @Test
  void aPackIsOfWhatWasRead() throws IOException {
    PictureFiles.folder(pictures, 10, "a", "b");
    Path late = pictures.resolve("b/late.png");
    Dataset first =
        source(PictureOptions.DEFAULT)
            .open(beforeReading(() -> PictureFiles.write(late, 300)))
            .data();
    // Not listed when it came: not in the first, and the next start sees it.
    assertThat(first.train().size() + first.test().size()).isEqualTo(20);
    Dataset second = source(PictureOptions.DEFAULT).open();
    assertThat(second.train().size() + second.test().size()).isEqualTo(21);
  }
}
