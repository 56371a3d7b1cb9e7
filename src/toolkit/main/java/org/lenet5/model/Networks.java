package org.lenet5.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
   * A network by its name, or out of a file.
   *
   * @throws NetworkException if there is none, or its text is wrong
   * @throws UncheckedIOException if the file cannot be read
   */
  public static Architecture find(String nameOrFile) {
    if (NAMES.contains(nameOrFile)) {
      return embedded(nameOrFile);
    }
    Path file = file(nameOrFile);
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new NetworkException(file + ": has more than " + MOST_BYTES + " bytes");
      }
      String name = file.getFileName().toString().replaceFirst("(?<=.)\\.[^.]*$", "");
      return Architecture.parse(name, Files.readString(file));
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new NetworkException(file + ": is not a text in UTF-8", e);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
  }

  private static Path file(String name) {
    Path file;
    try {
      file = Path.of(name);
    } catch (InvalidPathException e) {
      throw unknown(name);
    }
    if (!Files.isRegularFile(file)) {
      throw unknown(name);
    }
    return file;
  }

  private static NetworkException unknown(String name) {
    return new NetworkException(
        "--network %s: must be one of %s, or a file".formatted(name, String.join(", ", NAMES)));
  }

  private static Architecture embedded(String name) {
    try (InputStream in = Networks.class.getResourceAsStream(name + ".txt")) {
      return Architecture.parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read network " + name, e);
    }
  }
}
