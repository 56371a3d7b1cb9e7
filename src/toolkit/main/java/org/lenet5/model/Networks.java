package org.lenet5.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.lenet5.io.AtomicFiles;

/** The networks by name: those that come with the program, and files. Thread-safe. */
public final class Networks {
  /** The names of those that come with the program, the default first. */
  public static final List<String> NAMES = List.of("lenet5", "lenet5-bn", "resnet8");

  private static final long MOST_BYTES = 262_144;

  private Networks() {}

  /** The notebook's. */
  public static Architecture leNet5() {
    return embedded("lenet5");
  }

  /**
   * A network by its name, out of a file, or as its text on one line.
   *
   * @param word name, file or {@link Architecture#text}
   * @throws NetworkException if there is none, or its text is wrong
   * @throws UncheckedIOException if the file cannot be read
   */
  public static Architecture find(String word) {
    if (NAMES.contains(word)) {
      return embedded(word);
    }
    return Architecture.isOnOneLine(word) ? Architecture.parse(word) : read(file(word));
  }

  private static Architecture read(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new NetworkException("has more than " + MOST_BYTES + " bytes");
      }
      String name = file.getFileName().toString().replaceFirst("(?<=.)\\.[^.]*$", "");
      String plain = name.replaceAll("[^A-Za-z0-9._+-]", "_").replaceFirst("^[^A-Za-z0-9]+", "");
      return Architecture.parse(plain.isEmpty() ? "own" : plain, Files.readString(file));
    } catch (CharacterCodingException e) {
      throw new NetworkException("is not a text in UTF-8", e);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
  }

  private static Path file(String name) {
    try {
      Path file = Path.of(name);
      if (Files.isRegularFile(file)) {
        return file;
      }
    } catch (InvalidPathException e) {
      throw unknown(e);
    }
    throw unknown(null);
  }

  private static NetworkException unknown(Throwable cause) {
    return new NetworkException(
        "must be one of %s, or a file".formatted(String.join(", ", NAMES)), cause);
  }

  private static Architecture embedded(String name) {
    try (InputStream in = Networks.class.getResourceAsStream(name + ".txt")) {
      return Architecture.parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read network " + name, e);
    }
  }
}
