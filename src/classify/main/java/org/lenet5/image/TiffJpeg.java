package org.lenet5.image;

import com.twelvemonkeys.imageio.metadata.CompoundDirectory;
import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReader;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;

/**
 * TIFF whose strips or tiles are JPEGs (compression 7 of TIFF's technical note 2), which the TIFF
 * decoder would have read by whatever decoder ImageIO offers for JPEG.
 *
 * <p>Each part is a JPEG without the tables, which stand once in the tag JPEGTables. Which colours
 * the three components are, the tag PhotometricInterpretation says; the JPEG decoder is told so by
 * Adobe's segment APP14.
 */
final class TiffJpeg {
  private static final int JPEG = 7;
  private static final int BLACK_IS_ZERO = 1;
  private static final int RGB = 2;
  private static final int YCBCR = 6;
  private static final int CHUNKY = 1;

  // Parts may overlap: no more pixels are decoded than these times the picture's, and some more, as
  // a part may be larger than the picture is.
  private static final int MOST_DECODED = 4;
  private static final long SOME_MORE = 1_000_000;

  private final byte[] encoded;
  private final Directory tags;
  private final ImageTypeSpecifier type;
  private final ImageFaults faults;
  private final String name;
  private final int photometric;
  private long decoded;

  private TiffJpeg(
      byte[] encoded, Directory tags, ImageTypeSpecifier type, ImageFaults faults, String name) {
    this.encoded = encoded;
    this.tags = tags;
    this.type = type;
    this.faults = faults;
    this.name = name;
    photometric = number(TIFF.TAG_PHOTOMETRIC_INTERPRETATION, -1);
  }

  /**
   * The picture in full.
   *
   * @param tiff the decoder, which knows the picture's type
   * @return null if it is none of these, or one of the rare kinds that the TIFF decoder is better
   *     at (CMYK, planes)
   */
  static BufferedImage read(byte[] encoded, ImageReader tiff, ImageFaults faults, String name)
      throws IOException {
    Directory all = new TIFFReader().read(new EncodedImage(encoded, ImageFormat.TIFF));
    Directory first = ((CompoundDirectory) all).getDirectory(0);
    Entry compression = first.getEntryById(TIFF.TAG_COMPRESSION);
    if (compression == null || !Integer.valueOf(JPEG).equals(asInteger(compression.getValue()))) {
      return null;
    }
    TiffJpeg picture =
        new TiffJpeg(encoded, first, ((TIFFImageReader) tiff).getRawImageType(0), faults, name);
    return picture.isUsual() ? picture.read(tiff.getWidth(0), tiff.getHeight(0)) : null;
  }

  private static Integer asInteger(Object value) {
    return value instanceof Number number ? number.intValue() : null;
  }

  private boolean isUsual() {
    int bands = photometric == BLACK_IS_ZERO ? 1 : 3;
    return (photometric == BLACK_IS_ZERO || photometric == RGB || photometric == YCBCR)
        && type.getNumBands() == bands
        && type.getBitsPerBand(0) == 8
        && number(TIFF.TAG_PLANAR_CONFIGURATION, CHUNKY) == CHUNKY;
  }

  private int number(int tag, int otherwise) {
    Entry entry = tags.getEntryById(tag);
    Integer value = entry == null ? null : asInteger(entry.getValue());
    return value == null ? otherwise : value;
  }

  private long[] numbers(int tag, int tileTag) throws DamagedImageException {
    Entry entry = tags.getEntryById(tileTag);
    entry = entry == null ? tags.getEntryById(tag) : entry;
    if (entry == null) {
      throw new DamagedImageException("it does not say where its pixels stand");
    }
    Object value = entry.getValue();
    if (value instanceof Number number) {
      return new long[] {number.longValue()};
    }
    long[] all = new long[Array.getLength(value)];
    for (int i = 0; i < all.length; i++) {
      all[i] = ((Number) Array.get(value, i)).longValue();
    }
    return all;
  }

  private BufferedImage read(int width, int height) throws IOException {
    boolean tiled = tags.getEntryById(TIFF.TAG_TILE_OFFSETS) != null;
    int partWidth = tiled ? number(TIFF.TAG_TILE_WIDTH, 0) : width;
    int rows = number(tiled ? TIFF.TAG_TILE_HEIGTH : TIFF.TAG_ROWS_PER_STRIP, tiled ? 0 : height);
    int partHeight = !tiled && (rows < 1 || rows > height) ? height : rows;
    long[] offsets = numbers(TIFF.TAG_STRIP_OFFSETS, TIFF.TAG_TILE_OFFSETS);
    long[] lengths = numbers(TIFF.TAG_STRIP_BYTE_COUNTS, TIFF.TAG_TILE_BYTE_COUNTS);
    BufferedImage image = type.createBufferedImage(width, height);
    long most = MOST_DECODED * (long) width * height + SOME_MORE;
    int part = 0;
    for (int y = 0; y < height; y += partHeight) {
      for (int x = 0; x < width; x += partWidth) {
        if (partWidth < 1 || partHeight < 1 || part >= Math.min(offsets.length, lengths.length)) {
          throw new DamagedImageException("it has fewer strips or tiles than its size needs");
        }
        Raster pixels = decode(offsets[part], lengths[part], most);
        int columns = Math.min(partWidth, width - x);
        int lines = Math.min(partHeight, height - y);
        if (pixels.getNumBands() != type.getNumBands()
            || pixels.getWidth() < columns
            || pixels.getHeight() < lines) {
          throw new DamagedImageException("a strip or tile has fewer pixels than its size needs");
        }
        image.getRaster().setRect(x, y, pixels.createChild(0, 0, columns, lines, 0, 0, null));
        part++;
      }
    }
    return image;
  }

  private Raster decode(long offset, long length, long most) throws IOException {
    if (offset < 0 || length < 2 || offset + length > encoded.length) {
      throw new DamagedImageException("it ends too early");
    }
    byte[] whole = whole((int) offset, (int) length);
    ImageReader reader = ImageFormat.JPEG.newReader(name);
    try (EncodedImage in = new EncodedImage(whole, ImageFormat.JPEG)) {
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener(faults);
      decoded += (long) reader.getWidth(0) * reader.getHeight(0);
      if (decoded > most) {
        throw new DamagedImageException("its strips or tiles have more pixels than its size needs");
      }
      return reader.read(0).getRaster();
    } finally {
      reader.dispose();
    }
  }

  // Start, colours, tables without their own start and end, and the part without its start.
  private byte[] whole(int offset, int length) {
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream(length + 1000);
    jpeg.write(0xFF);
    jpeg.write(0xD8);
    if (photometric != BLACK_IS_ZERO) {
      byte transform = (byte) (photometric == YCBCR ? 1 : 0);
      jpeg.writeBytes(
          new byte[] {
            (byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform
          });
    }
    Entry tables = tags.getEntryById(TIFF.TAG_JPEG_TABLES);
    if (tables != null && tables.getValue() instanceof byte[] bytes && bytes.length > 4) {
      jpeg.write(bytes, 2, bytes.length - 4);
    }
    jpeg.write(encoded, offset + 2, length - 2);
    return jpeg.toByteArray();
  }
}
