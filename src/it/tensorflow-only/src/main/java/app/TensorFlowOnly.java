package app;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.SessionFunction;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;

/** Labels pictures that have the size of the model's images: SAVED_MODEL PICTURE… */
public final class TensorFlowOnly {
  private TensorFlowOnly() {}

  public static void main(String[] args) throws IOException {
    try (SavedModelBundle model = SavedModelBundle.load(args[0], "serve")) {
      SessionFunction serving = model.function("serving_default");
      Shape any = serving.signature().getInputs().get("images").shape; // however many
      Shape one = Shape.of(1, any.get(1), any.get(2), any.get(3));
      for (int i = 1; i < args.length; i++) {
        try (TUint8 images = TUint8.tensorOf(one, DataBuffers.of(pixels(args[i], one)));
            Result outputs = serving.call(Map.of("images", images))) {
          TString labels = (TString) outputs.get("label").orElseThrow();
          TInt64 classes = (TInt64) outputs.get("class_id").orElseThrow();
          TFloat32 probabilities = (TFloat32) outputs.get("probabilities").orElseThrow();
          double percent = 100 * probabilities.getFloat(0, classes.getLong(0));
          System.out.printf(Locale.ROOT, "%s: %s %.1f %%%n", args[i], labels.getObject(0), percent);
        }
      }
    }
  }

  /** Row by row, the channels of a pixel side by side: its grey, or red, green and blue. */
  private static byte[] pixels(String file, Shape one) throws IOException {
    BufferedImage picture = ImageIO.read(Path.of(file).toFile());
    if (picture.getHeight() != one.get(1) || picture.getWidth() != one.get(2)) {
      throw new IllegalArgumentException(
          "%s: has %dx%d pixels, must have %dx%d"
              .formatted(file, picture.getHeight(), picture.getWidth(), one.get(1), one.get(2)));
    }
    byte[] pixels = new byte[(int) one.size()];
    int i = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int rgb = rgb(picture, x, y);
        int red = rgb >> 16 & 0xFF;
        int green = rgb >> 8 & 0xFF;
        int blue = rgb & 0xFF;
        if (one.get(3) == 1) {
          pixels[i++] = (byte) ((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16);
        } else {
          pixels[i++] = (byte) red;
          pixels[i++] = (byte) green;
          pixels[i++] = (byte) blue;
        }
      }
    }
    return pixels;
  }

  /** Java's own getRGB gives a brighter grey than a grey file has. */
  private static int rgb(BufferedImage picture, int x, int y) {
    return picture.getType() == BufferedImage.TYPE_BYTE_GRAY
        ? 0x010101 * picture.getRaster().getSample(x, y, 0)
        : picture.getRGB(x, y);
  }
}
