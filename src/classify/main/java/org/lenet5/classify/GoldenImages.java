package org.lenet5.classify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lenet5.image.ImageDecoder;
import org.lenet5.image.ImageException;
import org.lenet5.image.ImageOptions;
import org.lenet5.io.OneLine;

/**
 * The images that a model carries to prove itself, with the probabilities that the trained model
 * gave them. {@code assets.extra/golden.csv} has a line for each: a PNG's path from the model's
 * folder, then the probabilities by class, separated by commas.
 */
final class GoldenImages {
  static final String FILE = "assets.extra/golden.csv";

  /** The widest difference that rounding on other machines explains. */
  static final float TOLERANCE = 1e-5f;

  record Golden(String image, float[] probabilities) {}

  private GoldenImages() {}

  /**
   * Classifies the golden images; a model without any passes.
   *
   * @throws ModelException naming the image and class whose probability differs
   */
  static void check(Path model, Classifier classifier) {
    if (Files.notExists(model.resolve(FILE))) {
      return;
    }
    ImageDecoder decoder = new ImageDecoder(classifier.imageShape(), ImageOptions.DEFAULT);
    for (Golden golden : read(model)) {
      float[] found;
      try {
        found =
            classifier
                .classifyPixels(decoder.decode(model.resolve(golden.image())))
                .get(0)
                .probabilities();
      } catch (ImageException e) {
        throw new ModelException("the golden image " + e.getMessage(), e);
      }
      if (found.length != golden.probabilities().length) {
        throw new ModelException(
            model
                + " has "
                + found.length
                + " classes, its "
                + FILE
                + " "
                + golden.probabilities().length);
      }
      for (int i = 0; i < found.length; i++) {
        // Not "greater": a NaN must not pass.
        if (!(Math.abs(found[i] - golden.probabilities()[i]) <= TOLERANCE)) {
          throw new ModelException(
              "%s is not the model that was trained: for %s it gives %s a probability of %s, should be %s"
                  .formatted(
                      model,
                      golden.image(),
                      classifier.classes().get(i),
                      found[i],
                      golden.probabilities()[i]));
        }
      }
    }
  }

  static List<Golden> read(Path model) {
    Path file = model.resolve(FILE);
    List<Golden> all = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        String[] cells = line.split(",", -1);
        float[] probabilities = new float[cells.length - 1];
        for (int i = 0; i < probabilities.length; i++) {
          probabilities[i] = Float.parseFloat(cells[i + 1]);
        }
        Path image = model.resolve(cells[0]).normalize();
        // A name such as ../../x must not be followed.
        if (!image.startsWith(model.normalize()) || !Files.isRegularFile(image)) {
          throw new ModelException(file + " names " + cells[0] + ", which is not in the model");
        }
        all.add(new Golden(cells[0], probabilities));
      }
      return all;
    } catch (IOException | NumberFormatException | InvalidPathException e) {
      throw new ModelException("cannot read " + file + ": " + OneLine.reason(e), e);
    }
  }
}
