package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.image.Fit;
import org.lenet5.image.ImageDecoder;
import org.lenet5.image.ImageOptions;
import org.lenet5.image.ImageShape;

/** IDX files: their check, and their images and those of named data sets in another size. */
class ImagesOfOtherSizesTest {
  private static final int SIDE = 28;

  @TempDir Path home;

  private PathSource source(PictureOptions options) {
    return new PathSource(home.resolve("idx"), options, home.resolve("data"));
  }

  /** Random images with these labels; where a label is negative, the image before again. */
  private void write(int[] training, int[] test) throws IOException {
    Files.createDirectories(home.resolve("idx"));
    write("train", new Random(1), training);
    write("t10k", new Random(2), test);
  }

  private void write(String part, Random random, int... labels) throws IOException {
    int bytes = SIDE * SIDE;
    byte[] pixels = new byte[labels.length * bytes];
    byte[] classes = new byte[labels.length];
    byte[] image = new byte[bytes];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= 0) {
        random.nextBytes(image);
      }
      classes[i] = (byte) Math.abs(labels[i]);
      System.arraycopy(image, 0, pixels, i * bytes, bytes);
    }
    Path folder = home.resolve("idx");
    Files.write(
        folder.resolve(part + "-images-idx3-ubyte"),
        IdxFileTest.images(labels.length, SIDE, SIDE, pixels));
    Files.write(folder.resolve(part + "-labels-idx1-ubyte"), IdxFileTest.labels(classes));
  }

  private static PictureOptions options(int height, int width, Integer channels, Fit fit) {
    return new PictureOptions(
        Optional.of(new PictureSize(height, width)),
        Optional.ofNullable(channels),
        fit,
        0.2,
        false);
  }

  @Test
  void idxIsCheckedAsPicturesAre() throws IOException {
    // Image 1 is 0 again; 4 is 3 again, as another class; class 2 has none; 11 is only in the test.
    write(new int[] {0, -0, 1, 1, -3, 3, 10, 10}, new int[] {0, 1, 11, 3});
    Files.write(
        home.resolve("idx/train-images-idx3-ubyte"),
        repeated(Files.readAllBytes(home.resolve("idx/train-images-idx3-ubyte")), 0, 1));
    List<String> found =
        source(PictureOptions.DEFAULT).check(Progress.NONE).findings().stream()
            .map(each -> each.kind() + " " + each.what())
            .toList();
    assertThat(found)
        .contains(
            "DUPLICATE train-images-idx3-ubyte image 0, train-images-idx3-ubyte image 1",
            "CONTRADICTION train-images-idx3-ubyte image 3, train-images-idx3-ubyte image 4",
            "EMPTY_CLASS 2",
            "EMPTY_CLASS 4",
            "ONLY_IN_TEST 11 (1)",
            "UNTESTED 10 (2)",
            "FEW 0 (1)");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> source(PictureOptions.DEFAULT).open())
        .withMessage(source(PictureOptions.DEFAULT).check(Progress.NONE).refusal().orElseThrow());
    OpenedData left = source(PictureOptions.DEFAULT.withSkipBad(true)).open(Progress.NONE);
    // By number, not as text: 10 is the last one.
    assertThat(left.data().classNames()).containsExactly("0", "1", "3", "10");
    assertThat(DataDescription.of(left).classes())
        .containsExactly(
            new DataDescription.ClassCount("0", 1, 0, 1),
            new DataDescription.ClassCount("1", 1, 0, 1),
            new DataDescription.ClassCount("3", 1, 0, 1),
            new DataDescription.ClassCount("10", 2, 0, 0));
    assertThat(left.skipped()).contains("class without a picture to train on: 2");
  }

  /** Image {@code from} in the place of {@code to}. */
  private static byte[] repeated(byte[] idx, int from, int to) {
    int bytes = SIDE * SIDE;
    System.arraycopy(idx, 16 + from * bytes, idx, 16 + to * bytes, bytes);
    return idx;
  }

  @Test
  void idxInAnotherSizeIsWhatItsPicturesWouldBe() throws IOException {
    write(new int[] {0, 1, 2, 0, 1, 2}, new int[] {0, 1, 2});
    Dataset own = source(PictureOptions.DEFAULT).open();
    assertThat(own.shape()).isEqualTo(new ImageShape(SIDE, SIDE, 1));
    for (Fit fit : Fit.values()) {
      PictureOptions options = options(20, 40, 3, fit);
      List<String> steps = new ArrayList<>();
      Dataset scaled = source(options).open((step, done, all) -> steps.add(step)).data();
      assertThat(steps).contains("scale the 6 training images of idx");
      assertThat(scaled.shape()).isEqualTo(new ImageShape(20, 40, 3));
      assertThat(scaled.sha256()).isNotEqualTo(own.sha256());
      ImageDecoder decoder = new ImageDecoder(scaled.shape(), ImageOptions.DEFAULT.withFit(fit));
      byte[] actual = new byte[scaled.shape().bytes()];
      for (int i = 0; i < scaled.train().size(); i++) {
        scaled.train().copyTo(i, actual, 0);
        assertThat(actual).isEqualTo(decoder.decode(picture(own.train(), i)));
        assertThat(scaled.train().label(i)).isEqualTo(own.train().label(i));
      }
      steps.clear();
      assertThat(source(options).open((step, done, all) -> steps.add(step)).data().sha256())
          .isEqualTo(scaled.sha256());
      assertThat(steps).isEmpty(); // a second start scales nothing
    }
    assertThat(PackedFolders.list(home.resolve("data")))
        .hasSize(2)
        .allMatch(each -> each.waste().isEmpty());
    write(new int[] {0, 1, 2, 0, 1, 1}, new int[] {0, 1, 2});
    assertThat(PackedFolders.list(home.resolve("data"))).noneMatch(each -> each.waste().isEmpty());
  }

  private static byte[] picture(LabeledImages images, int i) throws IOException {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    byte[] pixels = new byte[SIDE * SIDE];
    images.copyTo(i, pixels, 0);
    picture.getRaster().setDataElements(0, 0, SIDE, SIDE, pixels);
    return org.lenet5.image.Photos.encoded(picture, "png");
  }

  @Test
  void aNamedDataSetInAnotherSizeAndInGrey() {
    DataStore store = new DataStore(home.resolve("data"));
    Dataset own = store.load(Sample.NAME);
    PictureOptions options = options(16, 16, 1, Fit.CROP);
    Dataset scaled = store.open(Sample.NAME, options, home.resolve("data"), Progress.NONE).data();
    assertThat(scaled.shape()).isEqualTo(new ImageShape(16, 16, 1));
    assertThat(scaled.name()).isEqualTo(Sample.NAME);
    assertThat(scaled.classNames()).isEqualTo(own.classNames());
    assertThat(scaled.train().size()).isEqualTo(5_000);
    byte[] pixels = new byte[own.shape().bytes()];
    own.test().copyTo(999, pixels, 0);
    byte[] small = new byte[256];
    scaled.test().copyTo(999, small, 0);
    assertThat(small)
        .isEqualTo(
            new ImageDecoder(scaled.shape(), ImageOptions.DEFAULT).decode(own.shape(), pixels));
    // In its own size it is itself.
    assertThat(
            store
                .open(
                    Sample.NAME, options(32, 32, 3, Fit.CROP), home.resolve("data"), Progress.NONE)
                .data()
                .sha256())
        .isEqualTo(own.sha256());
    assertThat(PackedFolders.list(home.resolve("data")))
        .hasSize(1)
        .allMatch(each -> each.waste().isEmpty());
  }

  @Test
  void measuringAModelOfNumbersTakesItsOrder() throws IOException {
    write(new int[] {0, 1, 3, 0, 1, 3}, new int[] {3, 0});
    Dataset data = source(PictureOptions.DEFAULT).measuring(List.of("0", "1", "3")).open();
    assertThat(data.classNames()).containsExactly("0", "1", "3");
    assertThat(data.test().label(0)).isEqualTo(2);
    source(options(16, 16, 1, Fit.CROP)).measuring(List.of("0", "1", "3")).open();
    assertThat(PackedFolders.list(home.resolve("data")))
        .hasSize(1)
        .allMatch(each -> each.waste().isEmpty());
  }
}
