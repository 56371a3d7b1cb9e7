package org.lenet5.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.lenet5.io.OneLine;

/**
 * Something that the check of a data set has found.
 *
 * @param kind of fault or oddity
 * @param what it is about, in one line: a file with a reason, two files, a class
 */
public record Finding(Kind kind, String what) {
  /** What can be found, in the order of the report. */
  public enum Kind {
    UNREADABLE("cannot be read", Weight.FAULT),
    NAME_BYTES("folder whose name is not UTF-8", Weight.FAULT),
    CONTRADICTION("has two classes", Weight.FAULT),
    UNKNOWN_CLASS("class that the model does not know", Weight.FAULT),
    EMPTY_CLASS("class without a picture to train on", Weight.FAULT),
    ONLY_IN_TEST("class that is only in the held-out images", Weight.FAULT),
    ONE_CLASS("fewer than two classes to train on", Weight.END),
    NO_TEST("no picture to measure on", Weight.END),
    ALL_HELD_OUT("class of which all is held out to measure on", Weight.END),
    CLASS_NAME("class name with a control character in it", Weight.FAULT),
    UNICODE_CLASS("class names that differ only in Unicode form", Weight.FAULT),
    ACROSS_SPLITS("same file to train on and held out", Weight.FAULT),
    DUPLICATE("same file twice", Weight.FAULT),
    BAD_ROW("row of the list that cannot be used", Weight.FAULT),
    REPEATED_ROW("row of the list that repeats another", Weight.NOTE),
    NEAR_DUPLICATE("nearly the same picture", Weight.NOTE),
    UNICODE_FILE("file names that differ only in Unicode form", Weight.NOTE),
    FILE_BYTES("file whose name is not UTF-8", Weight.NOTE),
    CASE_CLASS("class names that differ only in case", Weight.NOTE),
    PART_NAME("class with the name of a part", Weight.NOTE),
    UNTESTED("class without a picture to measure on", Weight.NOTE),
    FEW("class with few pictures to train on", Weight.NOTE),
    UNEVEN("class with far more pictures than another", Weight.NOTE),
    SMALL("picture smaller than the images, enlarged", Weight.NOTE),
    LONG("very long or narrow picture", Weight.NOTE),
    GREY("grey picture among colour", Weight.NOTE),
    OUTSIDE("picture outside of any class", Weight.NOTE),
    IGNORED("folder beside train that is not looked into", Weight.NOTE),
    NOT_A_PICTURE("other file, not looked into", Weight.NOTE),
    REMARK("odd but readable", Weight.NOTE);

    private enum Weight {
      NOTE,
      /** A training can go on without it. */
      FAULT,
      /** Nothing is left to train or to measure. */
      END
    }

    private final String words;
    private final Weight weight;

    Kind(String words, Weight weight) {
      this.words = words;
      this.weight = weight;
    }

    /** For people, as the heading of a list. */
    public String words() {
      return words;
    }

    /** True if a training must not go on as if nothing were wrong. */
    public boolean spoils() {
      return weight != Weight.NOTE;
    }

    /** True if no training can go on, whatever is left out. */
    public boolean ends() {
      return weight == Weight.END;
    }
  }

  public Finding {
    what = OneLine.of(what);
  }

  /**
   * A report: a heading for each kind with its number, and below it what was found.
   *
   * @param most lines below a heading
   */
  public static List<String> report(List<Finding> findings, int most) {
    List<String> lines = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      List<Finding> some = findings.stream().filter(each -> each.kind == kind).toList();
      if (!some.isEmpty()) {
        lines.add(
            "%s: %s (%d)".formatted(kind.spoils() ? "fault" : "note", kind.words, some.size()));
        Stream<String> shown = some.stream().limit(most).map(each -> "  " + each.what);
        shown.forEach(lines::add);
        if (some.size() > most) {
          lines.add("  and " + (some.size() - most) + " more");
        }
      }
    }
    return lines;
  }

  /** How many spoil a training. */
  public static long spoiling(List<Finding> findings) {
    return findings.stream().filter(each -> each.kind.spoils()).count();
  }
}
