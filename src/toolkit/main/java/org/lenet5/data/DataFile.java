package org.lenet5.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lenet5.image.ImageShape;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.Sha256;

/**
 * A whole data set in one file, to be sent to another machine: an int32 that says how long the
 * header is, the header, then all pixels: the training images, those held out, the test images,
 * each {@link ImageShape#bytes} long. The header, by {@link DataOutputStream}: {@value #FORMAT},
 * name and SHA-256 of the data set, height, width, channels, the classes' number and names, then
 * for each of the three parts the number of images (−1 if there is no such part) and a label for
 * each.
 */
public final class DataFile {
  private static final String FORMAT = "lenet5-data-1";
  private static final int NONE = -1;
  private static final int MOST_HEADER = 1 << 30;

  private DataFile() {}

  /**
   * Writes it.
   *
   * @return the file's SHA-256, in hexadecimal
   * @throws UncheckedIOException naming the file, if it cannot be written
   */
  public static String write(Dataset data, Path file) {
    AtomicFiles.write(
        file,
        out -> {
          DataOutputStream written = new DataOutputStream(out);
          byte[] header = header(data);
          written.writeInt(header.length);
          written.write(header);
          byte[] image = new byte[data.shape().bytes()];
          for (LabeledImages part : parts(data)) {
            for (int i = 0; part != null && i < part.size(); i++) {
              part.copyTo(i, image, 0);
              written.write(image);
            }
          }
          written.flush();
        });
    return sha256(file);
  }

  private static List<LabeledImages> parts(Dataset data) {
    List<LabeledImages> parts = new ArrayList<>();
    parts.add(data.train());
    parts.add(data.validation().orElse(null));
    parts.add(data.test());
    return parts;
  }

  private static byte[] header(Dataset data) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF(FORMAT);
    out.writeUTF(data.name());
    out.writeUTF(data.sha256());
    out.writeInt(data.shape().height());
    out.writeInt(data.shape().width());
    out.writeInt(data.shape().channels());
    out.writeInt(data.classNames().size());
    for (String each : data.classNames()) {
      out.writeUTF(each);
    }
    for (LabeledImages part : parts(data)) {
      out.writeInt(part == null ? NONE : part.size());
      for (int i = 0; part != null && i < part.size(); i++) {
        out.writeInt(part.label(i));
      }
    }
    return bytes.toByteArray();
  }

  private static String sha256(Path file) {
    try {
      return Sha256.of(file);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
  }

  /**
   * Opens it; the pixels are mapped, not read, so the file must stay as it is while they are used.
   *
   * @param sha256 that {@link #write} gave
   * @throws DataException if the file is another, or damaged
   * @throws UncheckedIOException naming the file, if it cannot be read
   */
  public static Dataset read(Path file, String sha256) {
    String found = sha256(file);
    if (!found.equals(sha256)) {
      throw new DataException(
          "%s is not the data that was sent: its SHA-256 is %s, should be %s"
              .formatted(file, found, sha256));
    }
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      int length = in.readInt();
      if (length < 0 || length > MOST_HEADER) {
        throw new DataException(file + " has no header of a data set");
      }
      byte[] header = in.readNBytes(length);
      return read(file, new DataInputStream(new ByteArrayInputStream(header)), 4L + length);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
  }

  private static Dataset read(Path file, DataInputStream header, long pixels) throws IOException {
    String format = header.readUTF();
    if (!format.equals(FORMAT)) {
      throw new DataException("%s has format %s, must have %s".formatted(file, format, FORMAT));
    }
    String name = header.readUTF();
    String sha256 = header.readUTF();
    ImageShape shape = new ImageShape(header.readInt(), header.readInt(), header.readInt());
    List<String> classes = new ArrayList<>();
    int count = header.readInt();
    for (int i = 0; i < count; i++) {
      classes.add(header.readUTF());
    }
    List<LabeledImages> parts = new ArrayList<>();
    long offset = pixels;
    for (int part = 0; part < 3; part++) {
      int images = header.readInt();
      if (images == NONE) {
        parts.add(null);
        continue;
      }
      int[] labels = new int[images];
      for (int i = 0; i < images; i++) {
        labels[i] = header.readInt();
      }
      parts.add(LabeledImages.mapped(shape, file, offset, labels));
      offset += (long) images * shape.bytes();
    }
    return new Dataset(
        name, parts.get(0), Optional.ofNullable(parts.get(1)), parts.get(2), classes, sha256);
  }
}
