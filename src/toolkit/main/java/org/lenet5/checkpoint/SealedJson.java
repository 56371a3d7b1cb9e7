package org.lenet5.checkpoint;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
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
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.Sha256;

/**
 * Stores a record as a JSON file that ends with the SHA-256 of its content: a flipped bit can turn
 * a number into another number, which nothing else would notice. Thread-safe.
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
  private final Consumer<ObjectNode> completed;
  private final JsonMapper json;

  /**
   * For files of one kind.
   *
   * @param mostBytes a larger file is refused unread
   */
  public SealedJson(Class<T> type, long mostBytes) {
    this(type, mostBytes, object -> {});
  }

  /**
   * For files of one kind that has changed.
   *
   * @param completed gives the object of an earlier file what those of now have besides
   */
  public SealedJson(Class<T> type, long mostBytes, Consumer<ObjectNode> completed) {
    this.type = type;
    this.mostBytes = mostBytes;
    this.completed = completed;
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

  /**
   * What a file says.
   *
   * @param object without the seal
   * @param sound false if there is a seal and it is of something else
   */
  record Unsealed(ObjectNode object, boolean sound) {
    ObjectNode requireSound(String file) {
      if (!sound) {
        throw new RunException(
            file
                + " is damaged: it does not say what its sha256 is of"
                + " (if you changed it, delete that line)");
      }
      return object;
    }
  }

  /** The file's bytes. */
  public byte[] sealed(T value) {
    return sealed(tree(value));
  }

  /** The bytes of a file that holds {@code object}. */
  byte[] sealed(ObjectNode object) {
    try {
      return json.writeValueAsBytes(object.put(SEAL, digest(object)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON can say " + object, e);
    }
  }

  /** The same in one line, with its end. */
  static byte[] sealedLine(ObjectNode object) {
    return (object.put(SEAL, digest(object)) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The value as JSON, without a seal. */
  ObjectNode tree(T value) {
    return json.valueToTree(value);
  }

  /**
   * Reads a file; empty if there is none.
   *
   * @throws RunException if it is damaged
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public Optional<T> read(Path file) {
    return open(file)
        .map(
            unsealed -> {
              ObjectNode object = unsealed.requireSound(file.toString());
              completed.accept(object);
              return value(file.toString(), object, true);
            });
  }

  /**
   * Reads a file that must be there and fit together.
   *
   * @param absent what to say where there is none
   * @param check throws what is wrong as {@link IllegalArgumentException} or, of what is missing,
   *     {@link NullPointerException}
   * @throws RunException if there is none, or it is damaged
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public T require(Path file, String absent, Consumer<T> check) {
    T value = read(file).orElseThrow(() -> new RunException(absent));
    try {
      check.accept(value);
      return value;
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new RunException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a file without looking at what it is about; empty if there is none.
   *
   * @throws RunException if it is no JSON object
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  Optional<Unsealed> open(Path file) {
    try {
      if (Files.size(file) > mostBytes) {
        throw new RunException(file + " is damaged: it has more than " + mostBytes + " bytes");
      }
      return Optional.of(open(file.toString(), Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
  }

  /** Reads bytes; {@code file} names them in messages. */
  Unsealed open(String file, byte[] bytes) {
    try {
      if (!(json.readTree(bytes) instanceof ObjectNode object)) {
        throw new RunException(file + " is damaged: it holds no JSON object");
      }
      JsonNode seal = object.remove(SEAL);
      boolean sound = seal == null ? !endsInADigest(object) : seal.asText().equals(digest(object));
      return new Unsealed(object, sound);
    } catch (CharConversionException e) {
      throw new RunException(file + " is damaged: it is no text: " + e.getMessage(), e);
    } catch (IOException e) {
      throw damaged(file, e);
    }
  }

  /**
   * Reads a value out of its JSON.
   *
   * @param file names it in messages
   * @param strict whether a property that nobody knows is damage
   * @throws RunException if it does not fit
   */
  T value(String file, ObjectNode object, boolean strict) {
    try {
      return (strict
              ? json.readerFor(type)
              : json.readerFor(type).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES))
          .readValue(object);
    } catch (IOException e) {
      throw damaged(file, e);
    }
  }

  private static RunException damaged(String file, IOException e) {
    String reason = e.getMessage();
    String where = "";
    if (e instanceof JsonProcessingException json) {
      reason = json.getOriginalMessage();
      where =
          json.getLocation() == null || json.getLocation().getLineNr() < 1
              ? ""
              : " at line " + json.getLocation().getLineNr();
    }
    return new RunException(
        "%s is damaged%s: %s"
            .formatted(file, where, String.valueOf(reason).lines().findFirst().orElse("no JSON")),
        e);
  }

  // The damage may be in the seal's own name; no other property that ends a file looks like a
  // digest.
  private static boolean endsInADigest(ObjectNode object) {
    JsonNode last = null;
    for (Iterator<JsonNode> all = object.elements(); all.hasNext(); ) {
      last = all.next();
    }
    return last != null && last.asText().matches("[0-9a-f]{64}");
  }

  private static String digest(JsonNode object) {
    return Sha256.of(object.toString().getBytes(StandardCharsets.UTF_8));
  }
}
