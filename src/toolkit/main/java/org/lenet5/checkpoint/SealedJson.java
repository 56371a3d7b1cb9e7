package org.lenet5.checkpoint;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.Sha256;

/**
 * A record as a JSON file that ends with the SHA-256 of what it says: a flipped bit makes another
 * number of a number, which nothing else would notice. Thread-safe.
 *
 * <p>The digest is of the object without it, without spaces, in UTF-8. Whoever changes a file on
 * purpose deletes that line: a file without is taken as it is.
 *
 * @param <T> the record
 */
public final class SealedJson<T> {
  private static final String SEAL = "sha256";

  private final Class<T> type;
  private final long mostBytes;
  private final List<JsonPointer> later;
  private final JsonMapper json;

  /**
   * For files of one kind.
   *
   * @param mostBytes a larger file is refused unread
   * @param later properties that files of earlier versions lack, such as {@code /data/folder}: read
   *     as null from those
   */
  public SealedJson(Class<T> type, long mostBytes, String... later) {
    this.type = type;
    this.mostBytes = mostBytes;
    this.later = Stream.of(later).map(JsonPointer::compile).toList();
    this.json =
        JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .withConfigOverride(
                type,
                override ->
                    override.setIgnorals(JsonIgnoreProperties.Value.forIgnoredProperties(SEAL)))
            .build();
  }

  /** The file's bytes. */
  public byte[] sealed(T value) {
    try {
      ObjectNode object = json.valueToTree(value);
      return json.writeValueAsBytes(object.put(SEAL, digest(object)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON can say " + value, e);
    }
  }

  /**
   * Reads a file; empty if there is none.
   *
   * @throws RunException if it is damaged
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public Optional<T> read(Path file) {
    try {
      if (Files.size(file) > mostBytes) {
        throw new RunException(file + " is damaged: it has more than " + mostBytes + " bytes");
      }
      byte[] bytes = Files.readAllBytes(file);
      JsonNode tree = json.readTree(bytes);
      T value = json.readValue(completed(bytes, tree.deepCopy()), type);
      if (value == null) {
        throw new RunException(file + " is damaged: it holds nothing");
      }
      JsonNode seal = ((ObjectNode) tree).remove(SEAL);
      if (seal != null && !seal.asText().equals(digest(tree))) {
        throw new RunException(
            file
                + " is damaged: it does not say what its sha256 is of"
                + " (if you changed it, delete that line)");
      }
      return Optional.of(value);
    } catch (CharConversionException e) {
      throw new RunException(file + " is damaged: it is no text: " + e.getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new RunException(
          "%s is damaged%s: %s"
              .formatted(
                  file,
                  e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr(),
                  String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("no JSON")),
          e);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
  }

  private byte[] completed(byte[] bytes, JsonNode tree) throws JsonProcessingException {
    boolean complete = true;
    for (JsonPointer each : later) {
      if (tree.at(each.head()) instanceof ObjectNode object
          && !object.has(each.last().getMatchingProperty())) {
        object.putNull(each.last().getMatchingProperty());
        complete = false;
      }
    }
    return complete ? bytes : json.writeValueAsBytes(tree);
  }

  private static String digest(JsonNode object) {
    return Sha256.of(object.toString().getBytes(StandardCharsets.UTF_8));
  }
}
