package org.lenet5.checkpoint;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
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
          JsonPointer.compile("/data/folder"),
          JsonPointer.compile("/data/images"),
          JsonPointer.compile("/data/skipped"));

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
    for (JsonPointer each : LATER) {
      String name = each.last().getMatchingProperty();
      if (object.at(each.head()) instanceof ObjectNode owner && !owner.has(name)) {
        owner.putNull(name);
      }
    }
    return object;
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
