package org.lenet5.image;

import java.util.regex.Pattern;

/** Which files of a folder are pictures, by their names alone. */
public final class PictureNames {
  private static final Pattern PICTURE =
      Pattern.compile("(?is).*\\.(png|jpe?g|jfif|gif|bmp|webp|tiff?)");

  // Files that macOS, Windows, KDE and network storage leave beside people's files; "._cat.jpg"
  // holds the attributes of cat.jpg.
  private static final Pattern LEFT_BEHIND =
      Pattern.compile(
          "(?is)\\._.*|\\.DS_Store|\\.localized|Icon\\r|(eh)?thumbs\\.db|desktop\\.ini|\\.directory");
  private static final Pattern FOLDER_LEFT_BEHIND =
      Pattern.compile(
          "(?is)__MACOSX|\\.AppleDouble|\\.Trashes|\\.Trash-\\d+|\\$RECYCLE\\.BIN|@eaDir");

  private PictureNames() {}

  /** True for the suffix of a format that {@link ImageDecoder} reads, in any case. */
  public static boolean isPicture(String file) {
    return PICTURE.matcher(file).matches() && !isLeftBehind(file);
  }

  /** True for a file that a system has left beside people's files. */
  public static boolean isLeftBehind(String file) {
    return LEFT_BEHIND.matcher(file).matches();
  }

  /** True for a folder that a system has left beside people's files. */
  public static boolean isFolderLeftBehind(String folder) {
    return FOLDER_LEFT_BEHIND.matcher(folder).matches();
  }
}
