package org.lenet5.data;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.lenet5.image.DecodedImage;
import org.lenet5.image.ImageDecoder;
import org.lenet5.image.ImageException;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.Sha256;

/**
 * A picture that was opened.
 *
 * @param picture which
 * @param pixels as the model takes them; null if it cannot be read
 * @param sha256 of the file
 * @param look as {@link NearDuplicates#look}
 * @param isGrey whether it is grey though colour is asked for
 * @param width of the picture itself, upright, in its pixels; 0 if nobody asked
 * @param height of the picture itself
 * @param remarks what is odd about it, or the one reason why it cannot be read
 */
record ReadPicture(
    Picture picture,
    byte[] pixels,
    String sha256,
    long look,
    boolean isGrey,
    int width,
    int height,
    List<String> remarks) {
  private static final byte[] NOT_KEPT = {};

  /** Opens a picture; says in the result what is wrong with it. Thread-safe. */
  static ReadPicture of(Picture picture, ImageDecoder decoder, long mostBytes) {
    try {
      if (picture.bytes() == 0) {
        return bad(picture, "it is empty");
      }
      if (picture.bytes() > mostBytes) {
        return bad(picture, "it has more than " + mostBytes + " bytes");
      }
      byte[] file = Files.readAllBytes(picture.file());
      long modified = Files.getLastModifiedTime(picture.file()).to(TimeUnit.NANOSECONDS);
      if (file.length != picture.bytes() || modified != picture.modified()) {
        return bad(picture, "it was changed while it was read");
      }
      DecodedImage image = decoder.read(file);
      return new ReadPicture(
          picture,
          image.pixels(),
          Sha256.of(file),
          NearDuplicates.look(image.pixels(), decoder.shape()),
          decoder.shape().channels() == 3 && isGrey(image.pixels()),
          image.width(),
          image.height(),
          image.warnings());
    } catch (ImageException e) {
      String message = e.getMessage(); // "the image of 5 bytes: reason"
      return bad(picture, message.substring(message.indexOf(": ") + 2));
    } catch (IOException e) {
      return bad(picture, AtomicFiles.reason(e));
    }
  }

  /** An image of which only the pixels are known, not to be kept; how it looks is not compared. */
  static ReadPicture ofPixels(Picture picture, byte[] pixels) {
    return new ReadPicture(picture, NOT_KEPT, Sha256.of(pixels), 0, false, 0, 0, List.of());
  }

  private static ReadPicture bad(Picture picture, String reason) {
    return new ReadPicture(picture, null, "", 0, false, 0, 0, List.of(reason));
  }

  boolean isBad() {
    return pixels == null;
  }

  /** The same without its pixels, to be kept. */
  ReadPicture withoutPixels() {
    return new ReadPicture(picture, NOT_KEPT, sha256, look, isGrey, width, height, remarks);
  }

  private static boolean isGrey(byte[] pixels) {
    for (int i = 0; i < pixels.length; i += 3) {
      if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2]) {
        return false;
      }
    }
    return true;
  }
}
