package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.Shape;

class LabeledImagesTest {
  private static final int BYTES = Cifar10.SHAPE.bytes();

  @Test
  void copiesAreIndependentOfTheirSource() {
    byte[] pixels = new byte[2 * BYTES];
    int[] labels = {3, 4};
    LabeledImages images = LabeledImages.copyOf(Cifar10.SHAPE, pixels, labels);
    pixels[0] = 9;
    labels[0] = 9;
    assertThat(images.size()).isEqualTo(2);
    assertThat(images.label(0)).isEqualTo(3);
    assertThat(Images.bytes(images, 0)[0]).isZero();
  }

  @Test
  void copiesAnImageToAnOffset() {
    LabeledImages images = Images.random(3, 10, 1);
    byte[] target = new byte[BYTES + 10];
    images.copyTo(2, target, 7);
    assertThat(target).startsWith(new byte[7]).endsWith(new byte[3]);
    assertThat(Arrays.copyOfRange(target, 7, 7 + BYTES)).isEqualTo(Images.bytes(images, 2));
  }

  @Test
  void anImageAsArrayIsRowColumnChannel() {
    LabeledImages images = Images.random(3, 10, 1).select(new int[] {2});
    ByteNdArray image = images.image(0);
    assertThat(image.shape()).isEqualTo(Shape.of(32, 32, 3));
    assertThat(image.getByte(5, 7, 1)).isEqualTo(Images.bytes(images, 0)[(5 * 32 + 7) * 3 + 1]);
    assertThatExceptionOfType(RuntimeException.class)
        .as("read-only")
        .isThrownBy(() -> image.setByte((byte) 1, 0, 0, 0));
  }

  @Test
  void selectionsOfSelectionsKeepTheirImages() {
    LabeledImages images = Images.random(10, 10, 2);
    LabeledImages selected = images.select(new int[] {9, 1, 1, 4}).select(new int[] {3, 0});
    assertThat(selected.size()).isEqualTo(2);
    assertThat(selected.label(0)).isEqualTo(4);
    assertThat(Images.bytes(selected, 1)).isEqualTo(Images.bytes(images, 9));
  }

  @Test
  void refusesWhatIsNotThere() {
    LabeledImages images = Images.random(4, 10, 3);
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> images.label(4));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> images.select(new int[] {0, -1}));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> images.select(new int[] {0}).label(1));
  }

  @Test
  void refusesArraysThatDisagree() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabeledImages.copyOf(Cifar10.SHAPE, new byte[BYTES], new int[2]))
        .withMessage("pixels (3072 bytes) must be 3072 for each of 2 labels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabeledImages.copyOf(Cifar10.SHAPE, new byte[BYTES], new int[] {-1}))
        .withMessage("label (-1) of image 0 must not be negative");
  }
}
