package org.lenet5.data;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lenet5.image.PictureNames;
import org.lenet5.io.AtomicFiles;

/**
 * A folder with a folder for each class, or with {@code train}, {@code test} and {@code val} that
 * have these. A picture belongs to the folder below which it or its link lies, however deep. Links
 * are followed, but none into a folder that was looked into for the same class or that holds the
 * data set. Not thread-safe.
 */
final class PictureFolder {
  private static final Map<String, Picture.Part> PARTS =
      Map.of(
          "train", Picture.Part.TRAIN,
          "val", Picture.Part.VALIDATION,
          "valid", Picture.Part.VALIDATION,
          "validation", Picture.Part.VALIDATION,
          "test", Picture.Part.TEST);

  private final Path root;
  private final List<Finding> findings = new ArrayList<>();
  private final List<Picture> pictures = new ArrayList<>();
  private final List<String> empty = new ArrayList<>();
  private final Map<String, Integer> others = new TreeMap<>();

  PictureFolder(Path root) {
    this.root = root;
  }

  PictureIndex index() {
    Map<Picture.Part, Path> parts = parts();
    boolean isSplit = parts.containsKey(Picture.Part.TRAIN);
    if (!isSplit) {
      classes(root, Picture.Part.TRAIN);
    } else {
      // Images to measure on are needed, and some call them validation.
      if (!parts.containsKey(Picture.Part.TEST) && parts.containsKey(Picture.Part.VALIDATION)) {
        parts.put(Picture.Part.TEST, parts.remove(Picture.Part.VALIDATION));
      }
      parts.forEach((part, folder) -> classes(folder, part));
      isSplit = parts.containsKey(Picture.Part.TEST);
    }
    others.forEach(
        (kind, count) ->
            findings.add(new Finding(Finding.Kind.NOT_A_PICTURE, count + " named " + kind)));
    return new PictureIndex(pictures, isSplit, empty, findings);
  }

  /** The folders of the parts; none is for training if there are only classes. */
  private Map<Picture.Part, Path> parts() {
    Map<Picture.Part, Path> parts = new EnumMap<>(Picture.Part.class);
    for (Path each : list(root)) {
      Picture.Part part = PARTS.get(name(each).toLowerCase(Locale.ROOT));
      if (part != null && holdsFolders(each)) {
        Path other = parts.put(part, each);
        if (other != null) {
          throw new DataException(
              "%s holds both %s and %s: one of them must go"
                  .formatted(root, name(other), name(each)));
        }
      }
    }
    return parts;
  }

  private boolean holdsFolders(Path folder) {
    return Files.isDirectory(folder) && list(folder).stream().anyMatch(Files::isDirectory);
  }

  private void classes(Path folder, Picture.Part part) {
    Path above = real(folder);
    for (Path each : list(folder)) {
      if (Files.isDirectory(each)) {
        int before = pictures.size();
        Set<Path> seen = new HashSet<>();
        look(each, name(each), part, seen, above);
        if (pictures.size() == before && part == Picture.Part.TRAIN) {
          empty.add(name(each));
        }
      } else if (PictureNames.isPicture(name(each))) {
        findings.add(new Finding(Finding.Kind.OUTSIDE, below(each)));
      }
    }
  }

  /** A folder's own pictures before those of the folders in it. */
  private void look(Path folder, String label, Picture.Part part, Set<Path> seen, Path above) {
    Path real = real(folder);
    if (real == null || above.startsWith(real) || !seen.add(real)) {
      return;
    }
    List<Path> inside = list(folder);
    for (Path each : inside) {
      if (!Files.isDirectory(each)) {
        file(each, label, part);
      }
    }
    for (Path each : inside) {
      if (Files.isDirectory(each)) {
        look(each, label, part, seen, above);
      }
    }
  }

  private void file(Path file, String label, Picture.Part part) {
    if (!PictureNames.isPicture(name(file))) {
      int dot = name(file).lastIndexOf('.');
      String kind = dot <= 0 ? "without a suffix" : "*" + name(file).substring(dot);
      others.merge(kind, 1, Integer::sum);
      return;
    }
    Picture picture = PictureIndex.picture(file, below(file), label, part, findings);
    if (picture != null) {
      pictures.add(picture);
    }
  }

  private Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      unreadable(folder, e);
      return null;
    }
  }

  /** What lies in a folder and is not left behind by a system, in the order of code points. */
  private List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(each -> !PictureNames.isLeftBehind(name(each)))
          .filter(each -> !Files.isDirectory(each) || !isHidden(name(each)))
          .sorted(Comparator.comparing(PictureFolder::name, Picture.CODE_POINTS))
          .toList();
    } catch (IOException e) {
      unreadable(folder, e);
      return List.of();
    }
  }

  // Of programs, such as .git and .ipynb_checkpoints: no class.
  private static boolean isHidden(String folder) {
    return folder.startsWith(".") || PictureNames.isFolderLeftBehind(folder);
  }

  private void unreadable(Path folder, IOException e) {
    findings.add(
        new Finding(
            Finding.Kind.UNREADABLE, folder + ": cannot be listed: " + AtomicFiles.reason(e)));
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  private String below(Path path) {
    return root.relativize(path).toString().replace(File.separatorChar, '/');
  }
}
