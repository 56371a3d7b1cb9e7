package org.lenet5.checkpoint;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.lenet5.training.ExportedEpoch;
import org.lenet5.training.Setting;
import org.lenet5.training.Settings;

/**
 * The forms that {@code run.json} has had. All of them are read for ever; the newest is written.
 *
 * <pre>
 * 1  version 0.1: no "format"; settings under their flags' names, all as text ("batch-size": "10")
 * 2  "format": 2; all names in small letters with underscores, numbers as numbers ("batch_size": 10)
 * </pre>
 *
 * <p>A property that is added and may be missing needs no new number: a version that does not know
 * it keeps it ({@link UnknownProperties}).
 */
final class ManifestFormat {
  static final int NEWEST = 2;

  private static final String FORMAT = "format";
  private static final String SETTINGS = "settings";

  // What files of version 0.1 lack: read as null from those.
  private static final List<JsonPointer> LATER =
      List.of(
          JsonPointer.compile("/sources"),
          JsonPointer.compile("/sources/recipe"),
          JsonPointer.compile("/data/folder"),
          JsonPointer.compile("/data/images"),
          JsonPointer.compile("/data/skipped"));

  // Of each epoch likewise.
  private static final List<String> LATER_OF_EPOCHS =
      List.of(
          "test_balanced_accuracy",
          "test_macro_f1",
          "validation_balanced_accuracy",
          "validation_macro_f1");

  private ManifestFormat() {}

  /**
   * A file of any format as {@link Manifest} has its properties: without the format, settings under
   * their flags' names as text.
   *
   * @param file names it in messages
   * @throws RunException if it is damaged, or of a newer format
   */
  static ObjectNode read(String file, SealedJson.Unsealed unsealed) {
    JsonNode format = unsealed.object().get(FORMAT);
    if (format != null && format.isIntegralNumber() && format.asLong() > NEWEST) {
      throw newer(file, format.asLong(), unsealed);
    }
    ObjectNode object = unsealed.requireSound(file);
    if (format != null && (!format.isIntegralNumber() || format.asLong() != NEWEST)) {
      throw new RunException(
          file + " is damaged: its format is " + format + ", not " + NEWEST + " (or none: 1)");
    }
    object.remove(FORMAT);
    if (format != null && object.get(SETTINGS) instanceof ObjectNode properties) {
      ObjectNode flags = object.objectNode();
      for (Map.Entry<String, JsonNode> each : properties.properties()) {
        JsonNode value = each.getValue();
        flags.set(
            each.getKey().replace('_', '-'),
            value.isNumber() ? flags.textNode(value.asText()) : value);
      }
      object.set(SETTINGS, flags);
    }
    if (object.get(SETTINGS) instanceof ObjectNode flags && !flags.has(Settings.EXPORT.name())) {
      // Before there was a choice, the last epoch was exported, held out images or not.
      flags.put(Settings.EXPORT.name(), Settings.EXPORT.text(ExportedEpoch.LAST));
    }
    for (JsonPointer each : LATER) {
      String name = each.last().getMatchingProperty();
      if (object.at(each.head()) instanceof ObjectNode owner && !owner.has(name)) {
        owner.putNull(name);
      }
    }
    object.path("epochs").forEach(ManifestFormat::completeEpoch);
    return object;
  }

  /** Gives an epoch of an older version what it lacks, as null. */
  static void completeEpoch(JsonNode epoch) {
    if (epoch instanceof ObjectNode properties) {
      for (String name : LATER_OF_EPOCHS) {
        if (!properties.has(name)) {
          properties.putNull(name);
        }
      }
    }
  }

  private static RunException newer(String file, long format, SealedJson.Unsealed unsealed) {
    JsonNode writer = unsealed.object().path("versions").path("lenet5");
    return new RunException(
        "%s%s has format %d, and this version of LeNet5 reads formats up to %d: use the version that wrote it%s, or a newer one"
            .formatted(
                file,
                unsealed.sound() ? "" : " is damaged, or from a newer version and changed: it",
                format,
                NEWEST,
                writer.isTextual() ? ", " + writer.asText() : ""));
  }

  /** What {@link #read} gives, in the newest format. */
  static ObjectNode write(ObjectNode manifest) {
    ObjectNode file = manifest.objectNode().put(FORMAT, NEWEST);
    file.setAll(manifest);
    ObjectNode properties = manifest.objectNode();
    for (Map.Entry<String, JsonNode> each : manifest.get(SETTINGS).properties()) {
      String text = each.getValue().asText();
      Setting<?> setting = Settings.find(each.getKey()).orElseThrow();
      properties.set(
          setting.property(),
          setting.isNumber() ? number(properties, text) : properties.textNode(text));
    }
    return file.set(SETTINGS, properties);
  }

  // Whole numbers stay whole, and other ones have the shortest digits that mean them: read again,
  // they are the same text.
  private static JsonNode number(ObjectNode nodes, String text) {
    return text.matches("-?\\d+")
        ? nodes.numberNode(Long.parseLong(text))
        : nodes.numberNode(Double.parseDouble(text));
  }
}
