package org.lenet5.classify;

import java.nio.file.Path;

/** This package's readers of a model's files, for the tests of readers. */
public final class ModelReaders {
  private ModelReaders() {}

  /** Reads saved_model.pb in Java. */
  public static void signature(Path model) {
    ServingSignature.read(model);
  }

  /** Reads assets.extra/golden.csv. */
  public static void golden(Path model) {
    GoldenImages.read(model);
  }
}
