package org.lenet5.serve.model;

import org.lenet5.classify.Scores;

/** What computes: a loaded model. Thread-safe. */
public interface Scorer {
  /** Bytes of one image. */
  int imageBytes();

  /**
   * Computes some images together.
   *
   * @param pixels of all images, one after the other
   * @param logits whether they are wanted, too
   */
  Scores scores(byte[] pixels, boolean logits);
}
