package app;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;

/** Labels pictures of 32x32 pixels: SAVED_MODEL PICTURE… */
public final class TensorFlowOnly {
  private static final int SIDE = 32;

  private TensorFlowOnly() {}

  public static void main(String[] args) throws IOException {
    try (SavedModelBundle model = SavedModelBundle.load(args[0], "serve")) {
      for (int i = 1; i < args.length; i++) {
        try (TUint8 images =
                TUint8.tensorOf(Shape.of(1, SIDE, SIDE, 3), DataBuffers.of(pixels(args[i])));
            Result outputs = model.function("serving_default").call(Map.of("images", images))) {
          TString labels = (TString) outputs.get("label").orElseThrow();
          TInt64 classes = (TInt64) outputs.get("class_id").orElseThrow();
          TFloat32 probabilities = (TFloat32) outputs.get("probabilities").orElseThrow();
          double percent = 100 * probabilities.getFloat(0, classes.getLong(0));
          System.out.printf(Locale.ROOT, "%s: %s %.1f %%%n", args[i], labels.getObject(0), percent);
        }
      }
    }
  }

  /** Row by row, red, green and blue side by side. */
  private static byte[] pixels(String file) throws IOException {
    BufferedImage picture = ImageIO.read(Path.of(file).toFile());
    byte[] pixels = new byte[SIDE * SIDE * 3];
    for (int i = 0; i < SIDE * SIDE; i++) {
      int rgb = picture.getRGB(i % SIDE, i / SIDE);
      pixels[3 * i] = (byte) (rgb >> 16);
      pixels[3 * i + 1] = (byte) (rgb >> 8);
      pixels[3 * i + 2] = (byte) rgb;
    }
    return pixels;
  }
}
