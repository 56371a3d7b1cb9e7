package org.lenet5.image;

import java.util.List;

/**
 * An image as the model takes it. Not to be changed.
 *
 * @param pixels uint8 [32,32,3]: row by row, red, green and blue side by side
 * @param warnings what is odd about the file, a clause each, without its name: "its end marker is
 *     missing"; empty for most
 */
public record DecodedImage(byte[] pixels, List<String> warnings) {
  public DecodedImage {
    warnings = List.copyOf(warnings);
  }
}
