package org.lenet5.image;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.riff.RiffReader;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.SequentialByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import com.drew.metadata.webp.WebpRiffHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;

/**
 * How EXIF says that a picture is to be turned. No other metadata is read: texts and profiles may
 * be compressed, and may be decompression bombs.
 */
final class Orientation {
  private Orientation() {}

  /**
   * @return 1 to 8 as EXIF numbers them; 1, upright, if the file does not say
   */
  static int of(byte[] encoded, ImageFormat format) throws IOException {
    try {
      for (ExifIFD0Directory exif :
          exif(encoded, format).getDirectoriesOfType(ExifIFD0Directory.class)) {
        Integer orientation = exif.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
        if (orientation != null) {
          return orientation;
        }
      }
      return 1;
    } catch (ImageProcessingException e) {
      // The pixels were decoded; a picture with unreadable metadata counts as upright.
      return 1;
    }
  }

  private static Metadata exif(byte[] encoded, ImageFormat format)
      throws IOException, ImageProcessingException {
    ByteArrayInputStream in = new ByteArrayInputStream(encoded);
    return switch (format) {
      case JPEG -> JpegMetadataReader.readMetadata(in, List.of(new ExifReader()));
      case PNG -> png(encoded);
      case WEBP -> webP(encoded);
      case TIFF, BIG_TIFF -> ImageMetadataReader.readMetadata(in);
      case GIF, BMP -> new Metadata(); // have no EXIF
    };
  }

  private static Metadata png(byte[] encoded) {
    Metadata metadata = new Metadata();
    byte[] exif = PngChunks.find(encoded, "eXIf");
    if (exif != null) {
      new ExifReader().extract(new ByteArrayReader(exif), metadata);
    }
    return metadata;
  }

  private static Metadata webP(byte[] encoded) throws IOException, ImageProcessingException {
    Metadata metadata = new Metadata();
    new RiffReader()
        .processRiff(
            new SequentialByteArrayReader(encoded),
            new WebpRiffHandler(metadata) {
              @Override
              public boolean shouldAcceptChunk(String name) {
                return name.equals("EXIF");
              }
            });
    return metadata;
  }
}
