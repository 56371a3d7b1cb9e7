package org.lenet5.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lenet5.chart.ImageGridPicture;
import org.lenet5.chart.Png;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;

/**
 * A few images with the probabilities that the trained model gives them: whoever loads the exported
 * model can see that it is the same. {@code golden.csv} has a line for each, the PNG's path from
 * the model's folder, then the probabilities by class; they are written so that parsing gives the
 * same floats.
 */
final class GoldenFiles {
  /** How many of a model's images it carries, at most. */
  static final int MOST = 10;

  private GoldenFiles() {}

  /** Writes {@code golden.csv} and {@code golden/N.png} into {@code extra}. */
  static void write(Path extra, ByteNdArray images, FloatNdArray probabilities) throws IOException {
    Files.createDirectories(extra.resolve("golden"));
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < Math.min(MOST, images.shape().get(0)); i++) {
      String name = "golden/" + i + ".png";
      Files.write(extra.resolve(name), Png.encode(ImageGridPicture.image(images.get(i))));
      lines.append(extra.getFileName()).append('/').append(name);
      probabilities.get(i).scalars().forEach(p -> lines.append(',').append(p.getFloat()));
      lines.append('\n');
    }
    Files.writeString(extra.resolve("golden.csv"), lines);
  }
}
