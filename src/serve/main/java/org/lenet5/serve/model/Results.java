package org.lenet5.serve.model;

import java.util.List;
import org.lenet5.classify.Scores;

/**
 * A model's outputs for a request's images, by the names that its signature has for them.
 *
 * @param model that computed them
 * @param scores of the images
 */
public record Results(LoadedModel model, Scores scores) {
  /** float32 [-1,classes]. */
  public static final String PROBABILITIES = "probabilities";

  /** float32 [-1,classes]. */
  public static final String LOGITS = "logits";

  /** int64 [-1]. */
  public static final String CLASS_ID = "class_id";

  /** string [-1]. */
  public static final String LABEL = "label";

  /** How many images. */
  public int size() {
    return scores.probabilities().length;
  }

  /** By class. */
  public float[] probabilities(int image) {
    return scores.probabilities()[image];
  }

  /** By class. */
  public float[] logits(int image) {
    return scores.logits()[image];
  }

  /** {@link #PROBABILITIES} or {@link #LOGITS}, by class. */
  public float[] scores(String output, int image) {
    return output.equals(LOGITS) ? logits(image) : probabilities(image);
  }

  /** The most probable class; of equals the first. */
  public int classId(int image) {
    float[] row = probabilities(image);
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      if (row[i] > row[best]) {
        best = i;
      }
    }
    return best;
  }

  /** The name of the most probable class. */
  public String label(int image) {
    return model.classes().get(classId(image));
  }

  /** Whether logits must be computed for these outputs. */
  public static boolean needLogits(List<String> outputs) {
    return outputs.contains(LOGITS);
  }
}
