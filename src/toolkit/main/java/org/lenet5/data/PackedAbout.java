package org.lenet5.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lenet5.image.Fit;
import org.lenet5.image.ImageShape;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.OneLine;

/**
 * What {@code packed.json} in a folder of packed images says. Immutable.
 *
 * @param training images
 * @param validation images
 * @param test images
 * @param sha256 as {@link Dataset#sha256}
 */
record PackedAbout(
    Made made, Origin origin, int training, int validation, int test, String sha256) {
  static final String FILE = "packed.json";
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * How the images were made.
   *
   * @param testShare held out of pictures without parts
   * @param skipBad whether what is bad was left out
   * @param classes in their order
   * @param model classes of the model that the images are to measure; empty if they are to train on
   */
  record Made(
      ImageShape shape,
      Fit fit,
      double testShare,
      boolean skipBad,
      List<String> classes,
      List<String> model) {
    Made {
      classes = List.copyOf(classes);
      model = List.copyOf(model);
    }

    PictureOptions options() {
      return new PictureOptions(Optional.empty(), Optional.empty(), fit, testShare, skipBad)
          .withShape(shape);
    }
  }

  /**
   * What they were made of.
   *
   * @param path absolute, of a folder or list; or the name of a data set
   * @param name of the data set
   * @param ofImages the SHA-256 of the data set whose images were scaled; empty for pictures
   * @param findings of the check
   */
  record Origin(String path, String name, String ofImages, List<Finding> findings) {
    Origin {
      findings = List.copyOf(findings);
    }
  }

  void write(Path folder) {
    ObjectNode json = JSON.createObjectNode();
    json.put("path", origin.path);
    json.put("name", origin.name);
    json.put("of_images", origin.ofImages);
    json.put("height", made.shape.height());
    json.put("width", made.shape.width());
    json.put("channels", made.shape.channels());
    json.put("fit", made.fit.name());
    json.put("test_share", made.testShare);
    json.put("skip_bad", made.skipBad);
    made.classes.forEach(json.putArray("classes")::add);
    made.model.forEach(json.putArray("model")::add);
    json.put("training", training);
    json.put("validation", validation);
    json.put("test", test);
    json.put("sha256", sha256);
    ArrayNode findings = json.putArray("findings");
    origin.findings.forEach(
        each -> findings.addObject().put("kind", each.kind().name()).put("what", each.what()));
    AtomicFiles.writeString(folder.resolve(FILE), json.toPrettyString() + "\n");
  }

  /**
   * Reads it.
   *
   * @throws DataException if it is missing or damaged
   */
  static PackedAbout read(Path folder) {
    try {
      JsonNode json = JSON.readTree(folder.resolve(FILE).toFile());
      List<Finding> findings = new ArrayList<>();
      for (JsonNode each : json.required("findings")) {
        Finding.Kind kind = Finding.Kind.valueOf(each.required("kind").asText());
        findings.add(new Finding(kind, each.required("what").asText()));
      }
      return new PackedAbout(
          new Made(
              new ImageShape(
                  json.required("height").asInt(),
                  json.required("width").asInt(),
                  json.required("channels").asInt()),
              Fit.valueOf(json.required("fit").asText()),
              json.required("test_share").asDouble(),
              json.required("skip_bad").asBoolean(),
              texts(json, "classes"),
              texts(json, "model")),
          new Origin(
              json.required("path").asText(),
              json.required("name").asText(),
              json.required("of_images").asText(),
              findings),
          json.required("training").asInt(),
          json.required("validation").asInt(),
          json.required("test").asInt(),
          json.required("sha256").asText());
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(folder, e);
    }
  }

  private static List<String> texts(JsonNode json, String name) {
    List<String> texts = new ArrayList<>();
    json.required(name).forEach(each -> texts.add(each.asText()));
    return texts;
  }

  static DataException damaged(Path folder, Exception e) {
    return new DataException("%s is damaged (%s)".formatted(folder, OneLine.reason(e)), e);
  }
}
