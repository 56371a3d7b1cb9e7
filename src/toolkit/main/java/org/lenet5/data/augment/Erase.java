package org.lenet5.data.augment;

import org.apache.commons.rng.UniformRandomProvider;
import org.lenet5.image.ImageShape;

/**
 * With some probability fills a rectangle with noise: its share of the image's area is uniform from
 * 0.02 to 0.4, its height to width uniform from 0.3 to 1/0.3, every byte in it uniform from 0 to
 * 255. Zhong et al., <i>Random Erasing Data Augmentation</i> (2020), with its settings; a rectangle
 * that does not fit is drawn again, at most 100 times.
 *
 * @param probability 0 to 1
 */
public record Erase(double probability) implements Operation.Pixelwise {
  private static final double LEAST_AREA = 0.02;
  private static final double MOST_AREA = 0.4;
  private static final double LEAST_ASPECT = 0.3;
  private static final int TRIES = 100;

  /** Throws {@link IllegalArgumentException} if the number is out of range. */
  public Erase {
    Numbers.require("erase:P", probability, 0, 1);
  }

  @Override
  public void change(byte[] pixels, int from, ImageShape shape, UniformRandomProvider random) {
    if (random.nextDouble() >= probability) {
      return;
    }
    double image = shape.height() * shape.width();
    for (int i = 0; i < TRIES; i++) {
      double area = image * random.nextDouble(LEAST_AREA, MOST_AREA);
      double aspect = random.nextDouble(LEAST_ASPECT, 1 / LEAST_ASPECT);
      int height = (int) Math.round(Math.sqrt(area * aspect));
      int width = (int) Math.round(Math.sqrt(area / aspect));
      int top = random.nextInt(shape.height());
      int left = random.nextInt(shape.width());
      if (top + height <= shape.height() && left + width <= shape.width()) {
        Rectangle hole = new Rectangle(top, left, top + height, left + width);
        for (int row = top; row < hole.bottom(); row++) {
          random.nextBytes(pixels, from + hole.begin(row, shape), hole.bytes(shape));
        }
        return;
      }
    }
  }

  @Override
  public String toString() {
    return "erase:" + Numbers.text(probability);
  }
}
