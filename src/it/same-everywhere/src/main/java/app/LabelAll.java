package app;

import java.nio.file.Path;
import java.util.Arrays;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Prediction;
import org.lenet5.image.ImageException;

/** Prints all that is said of pictures: MODEL PICTURE… */
public final class LabelAll {
  private LabelAll() {}

  public static void main(String[] args) {
    try (Classifier classifier = Classifier.load(Path.of(args[0]))) {
      for (int i = 1; i < args.length; i++) {
        try {
          Prediction found = classifier.classify(Path.of(args[i]));
          String probabilities = Arrays.toString(found.probabilities());
          System.out.println(args[i] + ": " + probabilities + " " + found.warnings());
        } catch (ImageException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }
}
