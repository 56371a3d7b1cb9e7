package org.lenet5.export;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.lenet5.checkpoint.Manifest;

/**
 * A model's statement of its origin, one property a line: {@code run}, {@code epoch} and {@code
 * epochs} (that the run had then), {@code dataset} with {@code dataset_sha256}, {@code
 * test_accuracy} unless the test images were not looked at, {@code validation_accuracy} if images
 * were held out, as fractions; {@code temperature} if the logits are divided by one.
 */
public final class ModelOrigin {
  static final String FILE = "model.properties";

  private ModelOrigin() {}

  /** The properties of a model with the weights after {@code epoch}. */
  public static Map<String, String> of(Manifest manifest, int epoch) {
    Map<String, String> origin = new LinkedHashMap<>();
    origin.put("run", manifest.run());
    origin.put("epoch", Integer.toString(epoch));
    origin.put("epochs", Integer.toString(manifest.epochs().size()));
    origin.put("dataset", manifest.data().name());
    origin.put("dataset_sha256", manifest.data().sha256());
    Manifest.Epoch measured = manifest.epochs().get(epoch - 1);
    if (!manifest.measuresHeldOut()) {
      origin.put("test_accuracy", Double.toString(measured.testAccuracy()));
    }
    if (measured.validationAccuracy() != null) {
      origin.put("validation_accuracy", Double.toString(measured.validationAccuracy()));
    }
    return origin;
  }

  /** These properties and the temperature of a calibrated model. */
  public static Map<String, String> calibrated(Map<String, String> origin, double temperature) {
    Map<String, String> all = new LinkedHashMap<>(origin);
    all.put("temperature", Double.toString(temperature));
    return all;
  }

  /** Writes them into {@code extra}, unless there are none: the same bytes for the same origin. */
  static void write(Path extra, Map<String, String> origin) throws IOException {
    if (origin.isEmpty()) {
      return;
    }
    Properties properties = new Properties();
    properties.putAll(origin);
    StringWriter text = new StringWriter();
    properties.store(text, null);
    // Java begins with the time, and keeps no order.
    StringBuilder lines = new StringBuilder();
    text.toString()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .sorted()
        .forEach(line -> lines.append(line).append('\n'));
    Files.writeString(extra.resolve(FILE), lines);
  }
}
