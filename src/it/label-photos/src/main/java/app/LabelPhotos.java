package app;

import java.nio.file.Path;
import java.util.Locale;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Prediction;
import org.lenet5.image.ImageException;

/** Labels photos: MODEL PHOTO… */
public final class LabelPhotos {
  private LabelPhotos() {}

  public static void main(String[] args) {
    try (Classifier classifier = Classifier.load(Path.of(args[0]))) {
      for (int i = 1; i < args.length; i++) {
        try {
          Prediction found = classifier.classify(Path.of(args[i]));
          double percent = 100 * found.probability();
          System.out.printf(Locale.ROOT, "%s: %s %.1f %%%n", args[i], found.label(), percent);
        } catch (ImageException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }
}
