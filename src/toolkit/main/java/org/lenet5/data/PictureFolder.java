package org.lenet5.data;

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
import java.util.regex.Pattern;
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

  // What phones and cameras may write.
  private static final Pattern UNREAD =
      Pattern.compile("(?i)\\*\\.(heic|heif|avif|jxl|dng|cr2|cr3|nef|arw|raw)");

  private final Path root;
  private final List<Finding> findings = new ArrayList<>();
  private final List<Picture> pictures = new ArrayList<>();
  private final List<String> empty = new ArrayList<>();
  private final Map<String, Integer> others = new TreeMap<>();

  PictureFolder(Path root) {
    this.root = root;
  }

  /**
   * Looks for the pictures.
   *
   * @throws DataException if it has a part twice, or pictures in parts but in no classes
   */
  PictureIndex index() {
    Map<Picture.Part, Path> parts = parts();
    // Without "train", folders such as "valid" and "invalid" are classes.
    boolean isSplit =
        parts.containsKey(Picture.Part.TRAIN)
            || !parts.isEmpty() && folders().stream().allMatch(parts::containsValue);
    if (!isSplit) {
      partsAsClasses();
      classes(root, Picture.Part.TRAIN);
    } else {
      // Images to measure on are needed, and some call them validation.
      if (!parts.containsKey(Picture.Part.TEST) && parts.containsKey(Picture.Part.VALIDATION)) {
        parts.put(Picture.Part.TEST, parts.remove(Picture.Part.VALIDATION));
      }
      parts.forEach((part, folder) -> classes(folder, part));
      besideParts(parts);
      isSplit = parts.containsKey(Picture.Part.TEST);
    }
    others.forEach(
        (kind, count) ->
            find(
                Finding.Kind.NOT_A_PICTURE,
                count
                    + " named "
                    + kind
                    + (UNREAD.matcher(kind).matches()
                        ? ", pictures of a format that is not read: save them as JPEG or PNG"
                        : "")));
    return new PictureIndex(pictures, isSplit, empty, findings);
  }

  private void find(Finding.Kind kind, String what) {
    findings.add(new Finding(kind, what));
  }

  /** The folders of the parts; none is for training if there are only classes. */
  private Map<Picture.Part, Path> parts() {
    Map<Picture.Part, Path> parts = new EnumMap<>(Picture.Part.class);
    for (Path each : list(root)) {
      if (isNamedAsPart(each) && holdsFolders(each)) {
        Path other = parts.put(part(each), each);
        if (other != null) {
          throw new DataException(
              "%s holds both %s and %s: one of them must go"
                  .formatted(root, PathNames.name(other), PathNames.name(each)));
        }
      }
    }
    return parts;
  }

  private static Picture.Part part(Path folder) {
    return PARTS.get(PathNames.name(folder).toLowerCase(Locale.ROOT));
  }

  private static boolean isNamedAsPart(Path folder) {
    return Files.isDirectory(folder) && part(folder) != null;
  }

  private List<Path> folders() {
    return list(root).stream().filter(Files::isDirectory).toList();
  }

  private boolean holdsFolders(Path folder) {
    return list(folder).stream().anyMatch(Files::isDirectory);
  }

  /** A class may be called "train"; if all are called so, their pictures are in no classes. */
  private void partsAsClasses() {
    List<Path> named = folders().stream().filter(PictureFolder::isNamedAsPart).toList();
    List<String> names = named.stream().map(PathNames::name).toList();
    if (!named.isEmpty() && named.size() == folders().size()) {
      throw new DataException(
          "%s has no folder for each class in %s: pictures must lie in train/CLASS, or in CLASS"
              .formatted(root, String.join(" and ", names)));
    }
    names.forEach(
        each -> find(Finding.Kind.PART_NAME, each + ", taken for a class as there is no train"));
  }

  /** What lies beside the parts and is not looked into. */
  private void besideParts(Map<Picture.Part, Path> parts) {
    for (Path each : list(root)) {
      if (PictureNames.isPicture(PathNames.name(each)) && !Files.isDirectory(each)) {
        find(Finding.Kind.OUTSIDE, below(each));
      } else if (Files.isDirectory(each) && !parts.containsValue(each)) {
        long inside =
            list(each).stream().filter(in -> PictureNames.isPicture(PathNames.name(in))).count();
        find(
            Finding.Kind.IGNORED,
            inside == 0
                ? below(each)
                : "%s: %,d picture%s in no folder of a class"
                    .formatted(below(each), inside, inside == 1 ? "" : "s"));
      }
    }
  }

  private void classes(Path folder, Picture.Part part) {
    Path above = real(folder);
    for (Path each : above == null ? List.<Path>of() : list(folder)) {
      if (!Files.isDirectory(each)) {
        if (PictureNames.isPicture(PathNames.name(each))) {
          find(Finding.Kind.OUTSIDE, below(each));
        }
      } else if (!PathNames.isText(each)) {
        find(Finding.Kind.NAME_BYTES, below(each));
      } else {
        int before = pictures.size();
        Set<Path> seen = new HashSet<>();
        look(each, PathNames.name(each), part, seen, above);
        if (pictures.size() == before && part == Picture.Part.TRAIN) {
          empty.add(PathNames.name(each));
        }
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
    String name = PathNames.name(file);
    if (!PictureNames.isPicture(name)) {
      int dot = name.lastIndexOf('.');
      String kind = dot <= 0 ? "without a suffix" : "*" + name.substring(dot);
      others.merge(kind, 1, Integer::sum);
      return;
    }
    if (!PathNames.isText(file)) {
      find(Finding.Kind.FILE_BYTES, below(file));
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
          .filter(each -> !PictureNames.isLeftBehind(PathNames.name(each)))
          .filter(each -> !Files.isDirectory(each) || !isHidden(PathNames.name(each)))
          .sorted(Comparator.comparing(PathNames::name, Picture.CODE_POINTS))
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

  /** Said once, however often it is tried. */
  private void unreadable(Path folder, IOException e) {
    Finding found =
        new Finding(
            Finding.Kind.UNREADABLE,
            (folder.equals(root) ? root.toString() : below(folder))
                + ": cannot be listed: "
                + AtomicFiles.reason(e));
    if (!findings.contains(found)) {
      findings.add(found);
    }
  }

  private String below(Path path) {
    return PathNames.below(root, path);
  }
}
