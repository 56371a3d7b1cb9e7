package org.lenet5.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Properties of a JSON file that this version does not know. Another version or another program
 * wrote them; they are kept when the file is written again. Below a list they are found again by
 * the {@code epoch} of its objects.
 */
final class UnknownProperties {
  private static final String KEY = "epoch";

  private UnknownProperties() {}

  /** The properties of {@code read} that are not in {@code known}, at any depth. */
  static ObjectNode of(ObjectNode read, ObjectNode known) {
    ObjectNode unknown = read.objectNode();
    for (Map.Entry<String, JsonNode> each : read.properties()) {
      JsonNode ours = known.get(each.getKey());
      JsonNode rest = ours == null ? each.getValue().deepCopy() : of(each.getValue(), ours);
      if (ours == null || !rest.isEmpty()) {
        unknown.set(each.getKey(), rest);
      }
    }
    return unknown;
  }

  private static ObjectNode of(JsonNode read, JsonNode known) {
    if (read instanceof ObjectNode object && known instanceof ObjectNode ours) {
      return of(object, ours);
    }
    ObjectNode unknown = JsonNodeFactory.instance.objectNode();
    if (read instanceof ArrayNode list && known instanceof ArrayNode ours) {
      for (int i = 0; i < Math.min(list.size(), ours.size()); i++) {
        ObjectNode rest = of(list.get(i), ours.get(i));
        if (!rest.isEmpty()) {
          unknown.set(list.get(i).path(KEY).asText(), rest);
        }
      }
    }
    return unknown;
  }

  /** Puts {@code unknown} back into {@code known}, where the object that held it still exists. */
  static void putBack(ObjectNode unknown, ObjectNode known) {
    for (Map.Entry<String, JsonNode> each : unknown.properties()) {
      JsonNode ours = known.get(each.getKey());
      if (ours == null) {
        known.set(each.getKey(), each.getValue().deepCopy());
      } else if (each.getValue() instanceof ObjectNode rest) {
        if (ours instanceof ObjectNode object) {
          putBack(rest, object);
        } else {
          ours.forEach(
              item -> {
                if (item instanceof ObjectNode object
                    && rest.get(item.path(KEY).asText()) instanceof ObjectNode its) {
                  putBack(its, object);
                }
              });
        }
      }
    }
  }
}
