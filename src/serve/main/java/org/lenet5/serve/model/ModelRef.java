package org.lenet5.serve.model;

/**
 * What a request asks for.
 *
 * @param name of the model
 * @param version its number; null for the latest, or the one with the label
 * @param label of a version; null for none
 */
public record ModelRef(String name, Long version, String label) {
  /** The latest version. */
  public static ModelRef latest(String name) {
    return new ModelRef(name, null, null);
  }

  /** As TensorFlow Serving writes it: Latest(name), Specific(name, 3). */
  @Override
  public String toString() {
    return version == null ? "Latest(" + name + ")" : "Specific(" + name + ", " + version + ")";
  }
}
