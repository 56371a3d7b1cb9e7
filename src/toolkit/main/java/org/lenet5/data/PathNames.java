package org.lenet5.data;

import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Names of files as text. Systems keep names as bytes: where these are not text, Java shows one
 * character for all that it cannot read, and two names look like one.
 */
final class PathNames {
  private static final char UNREADABLE = '\uFFFD';

  private PathNames() {}

  /** True if the last name of a path is text. */
  static boolean isText(Path path) {
    String name = path.getFileName().toString();
    if (name.indexOf(UNREADABLE) < 0) {
      return true;
    }
    try {
      return path.getFileSystem().getPath(name).equals(path.getFileName());
    } catch (InvalidPathException e) {
      return false; // of an encoding that has not even that character
    }
  }

  /** The last name of a path; if it is no text, with each byte that is none as %XX. */
  static String name(Path path) {
    if (isText(path)) {
      return path.getFileName().toString();
    }
    String escaped = path.getFileName().toUri().getRawPath().replaceFirst("/$", "");
    return escaped.substring(escaped.lastIndexOf('/') + 1);
  }

  /** A path below another, with slashes. */
  static String below(Path root, Path path) {
    Path below = root.relativize(path);
    String text = below.toString().replace(File.separatorChar, '/');
    return text.indexOf(UNREADABLE) < 0
        ? text
        : StreamSupport.stream(below.spliterator(), false)
            .map(PathNames::name)
            .collect(Collectors.joining("/"));
  }
}
