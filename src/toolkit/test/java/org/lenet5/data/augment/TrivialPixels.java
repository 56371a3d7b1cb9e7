package org.lenet5.data.augment;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lenet5.image.ImageShape;

/**
 * What this program's TrivialAugment makes of an image, for comparison with Pillow: {@code HEIGHT
 * WIDTH CHANNELS IN OUT}. IN is the image as uint8 [height,width,channels]; OUT gets it 868 times:
 * by each change, each strength, positive and negative.
 */
public final class TrivialPixels {
  private TrivialPixels() {}

  public static void main(String[] args) throws IOException {
    ImageShape shape =
        new ImageShape(
            Integer.parseInt(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    byte[] image = Files.readAllBytes(Path.of(args[3]));
    try (OutputStream out = Files.newOutputStream(Path.of(args[4]))) {
      for (TrivialChange change : TrivialChange.values()) {
        for (int strength = 0; strength < TrivialChange.STRENGTHS; strength++) {
          for (boolean negative : new boolean[] {false, true}) {
            byte[] copy = image.clone();
            change.apply(copy, 0, shape, change.magnitude(strength, negative));
            out.write(copy);
          }
        }
      }
    }
  }
}
