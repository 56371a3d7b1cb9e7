package org.lenet5.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.lenet5.io.AtomicFiles;

/**
 * The pictures of a data set in their order, before one of them is opened.
 *
 * @param pictures those to train on first, then those held out
 * @param isSplit whether the data set itself says which are for what
 * @param emptyClasses folders of classes that hold no picture
 * @param findings what is wrong or odd so far
 */
record PictureIndex(
    List<Picture> pictures, boolean isSplit, List<String> emptyClasses, List<Finding> findings) {
  PictureIndex {
    pictures = List.copyOf(pictures);
    emptyClasses = List.copyOf(emptyClasses);
    findings = List.copyOf(findings);
  }

  /**
   * The pictures of a folder or of a list.
   *
   * @throws DataException if there is no such file or folder, or it holds no pictures
   */
  static PictureIndex of(Path path) {
    if (Files.notExists(path)) {
      throw new DataException(path + " is missing: must be a folder of pictures or a list of them");
    }
    PictureIndex index =
        Files.isDirectory(path) ? new PictureFolder(path).index() : new PictureList(path).index();
    if (index.pictures.isEmpty()) {
      throw new DataException(
          path
              + " holds no pictures: must be a folder with a folder for each class, or a CSV with"
              + " the columns path and label"
              + (index.findings.isEmpty() ? "" : "; first: " + index.findings.get(0).what()));
    }
    return index;
  }

  /** A picture with its size and time; links are followed. */
  static Picture picture(
      Path file, String name, String label, Picture.Part part, List<Finding> findings) {
    try {
      BasicFileAttributes about = Files.readAttributes(file, BasicFileAttributes.class);
      long modified = about.lastModifiedTime().to(TimeUnit.NANOSECONDS);
      return new Picture(file, name, label, part, about.size(), modified);
    } catch (IOException e) {
      findings.add(new Finding(Finding.Kind.UNREADABLE, name + ": " + AtomicFiles.reason(e)));
      return null;
    }
  }
}
