package org.lenet5.serve.model;

import java.nio.file.Path;
import java.util.Map;

/**
 * A model to serve.
 *
 * @param name that requests call it by: letters, digits, and . _ - of at most 128
 * @param path a run's folder, the folder above numbered versions, or a SavedModel's own
 * @param versions which are served
 * @param labels names for versions, such as stable
 */
public record ModelOptions(
    String name, Path path, VersionPolicy versions, Map<String, Long> labels) {
  public ModelOptions {
    if (!name.matches("[A-Za-z0-9._-]{1,128}")) {
      throw new IllegalArgumentException(
          "a model's name (" + name + ") must be of letters, digits and . _ - only");
    }
    labels = Map.copyOf(labels);
  }

  /** The latest version of a model, without labels. */
  public ModelOptions(String name, Path path) {
    this(name, path, VersionPolicy.LATEST, Map.of());
  }
}
