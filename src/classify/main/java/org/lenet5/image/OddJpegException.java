package org.lenet5.image;

/** A JPEG that {@link ReducedJpeg} leaves to the decoder that knows them all. */
final class OddJpegException extends Exception {
  private static final long serialVersionUID = 1L;

  OddJpegException(String reason) {
    super(reason, null, false, false); // caught at once: nobody asks where it is from
  }

  static void require(boolean usual, String otherwise) throws OddJpegException {
    if (!usual) {
      throw new OddJpegException(otherwise);
    }
  }
}
