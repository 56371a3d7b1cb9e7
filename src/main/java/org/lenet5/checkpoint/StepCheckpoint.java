package org.lenet5.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lenet5.io.AtomicFiles;
import org.lenet5.training.Position;

/**
 * {@code step.json}: the checkpoint of a run that was stopped, or saved, within an epoch.
 *
 * @param position where
 * @param files the checkpoint's files' names with their SHA-256
 */
record StepCheckpoint(Position position, Map<String, String> files) {
  static final String FILE = "step.json";
  // Two names and digests: a file of another size is none of ours.
  private static final long MOST_BYTES = 10_000;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  StepCheckpoint {
    files = java.util.Collections.unmodifiableMap(new TreeMap<>(files));
  }

  /** The name TensorFlow knows it by. */
  static String name(Position position) {
    return "ckpt-" + position.epochs() + "-step-" + position.steps();
  }

  String name() {
    return name(position);
  }

  void write(Path folder) {
    AtomicFiles.write(folder.resolve(FILE), out -> out.write(JSON.writeValueAsBytes(this)));
  }

  /**
   * Reads a run's, if it has one.
   *
   * @throws RunException if it is damaged
   */
  static Optional<StepCheckpoint> read(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new RunException(file + " is damaged: it has more than " + MOST_BYTES + " bytes");
      }
      StepCheckpoint read = JSON.readValue(Files.readAllBytes(file), StepCheckpoint.class);
      if (read == null || read.position == null || !read.sound()) {
        throw new RunException(file + " is damaged: it does not describe a checkpoint");
      }
      return Optional.of(read);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (CharConversionException e) {
      throw new RunException(file + " is damaged: it is no text: " + e.getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new RunException(
          file
              + " is damaged: "
              + String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("no JSON"),
          e);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
  }

  // Names are followed into the folder: they must be the two that a checkpoint has.
  private boolean sound() {
    return position.epochs() >= 0
        && position.steps() >= 1
        && Double.isFinite(position.lossSum())
        && position.seconds() >= 0
        && files.size() == CheckpointFile.ENDINGS.size()
        && CheckpointFile.ENDINGS.stream().allMatch(ending -> files.get(name() + ending) != null);
  }
}
