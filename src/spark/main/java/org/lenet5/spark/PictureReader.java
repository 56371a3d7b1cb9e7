package org.lenet5.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.lenet5.image.DecodedImage;
import org.lenet5.image.ImageDecoder;
import org.lenet5.image.ImageException;
import org.lenet5.image.ImageOptions;
import org.lenet5.image.ImageShape;
import org.lenet5.io.OneLine;

/** From what a column holds to the pixels that a model takes. Thread-safe. */
final class PictureReader {
  // The row says which image it is.
  private static final Pattern NAMELESS =
      Pattern.compile("the (stream's image|image of \\d+ bytes): ");

  private final ImageKind kind;
  private final ImageDecoder decoder;
  private final Configuration hadoop;
  private final boolean lastAttempt;
  private final Map<String, FileSystem> files = new ConcurrentHashMap<>();

  /**
   * A reader.
   *
   * @param hadoop how files are reached, for {@link ImageKind#PATH}
   * @param lastAttempt whether nobody tries again if a file system fails
   */
  PictureReader(ImageKind kind, ImageShape shape, Configuration hadoop, boolean lastAttempt) {
    this.kind = kind;
    this.decoder = new ImageDecoder(shape, ImageOptions.DEFAULT);
    this.hadoop = hadoop;
    this.lastAttempt = lastAttempt;
  }

  /** An image's pixels, or why there are none. */
  record Read(DecodedImage image, String error) {
    static Read failed(String error) {
      return new Read(null, OneLine.of(error));
    }
  }

  /**
   * Reads a column's value.
   *
   * @throws IOException if a file system fails in a way that may pass, so that the task is to be
   *     tried again
   */
  Read read(Object value) throws IOException {
    if (value == null) {
      return Read.failed("there is no image: null");
    }
    return switch (kind) {
      case PIXELS -> pixels((byte[]) value);
      case PICTURE -> picture((byte[]) value);
      case PATH -> file((String) value);
    };
  }

  private Read pixels(byte[] pixels) {
    int bytes = decoder.shape().bytes();
    return pixels.length == bytes
        ? new Read(new DecodedImage(pixels, List.of()), null)
        : Read.failed(
            "has " + pixels.length + " bytes; pixels of " + decoder.shape() + " have " + bytes);
  }

  Read picture(byte[] encoded) {
    try {
      return new Read(decoder.read(encoded), null);
    } catch (ImageException e) {
      return Read.failed(NAMELESS.matcher(e.getMessage()).replaceFirst(""));
    }
  }

  private Read file(String name) throws IOException {
    try {
      var path = new org.apache.hadoop.fs.Path(name);
      FileSystem files = files(path);
      if (files instanceof LocalFileSystem) { // Hadoop's own way looks for checksums beside it
        return local(Path.of(path.toUri().getPath()));
      }
      try (InputStream in = files.open(path)) {
        return picture(in.readNBytes((int) ImageOptions.DEFAULT.maxBytes() + 1));
      }
    } catch (FileNotFoundException e) {
      return Read.failed("there is no such file");
    } catch (AccessControlException e) {
      return Read.failed("cannot be read: " + OneLine.reason(e));
    } catch (IllegalArgumentException e) {
      return Read.failed("is no path: " + OneLine.reason(e));
    } catch (IOException e) {
      if (!lastAttempt) {
        throw e;
      }
      return Read.failed("cannot be read: " + OneLine.reason(e));
    }
  }

  // To ask Hadoop for each picture, which asks who the user is, takes as long as to decode a small
  // one.
  private FileSystem files(org.apache.hadoop.fs.Path path) throws IOException {
    String root = path.toUri().getScheme() + "://" + path.toUri().getAuthority();
    FileSystem known = files.get(root);
    if (known == null) {
      known = path.getFileSystem(hadoop);
      files.put(root, known);
    }
    return known;
  }

  private Read local(Path file) {
    try {
      return new Read(decoder.read(file), null);
    } catch (ImageException e) {
      String message = e.getMessage();
      String name = file + ": ";
      return Read.failed(message.startsWith(name) ? message.substring(name.length()) : message);
    }
  }
}
