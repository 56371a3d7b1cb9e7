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
    UNREADABLE("cannot be read", true),
    CONTRADICTION("has two classes", true),
    UNKNOWN_CLASS("class that the model does not know", true),
    EMPTY_CLASS("class without a picture to train on", true),
    ONLY_IN_TEST("class that is only in the held-out images", true),
    ONE_CLASS("fewer than two classes to train on", true),
    CLASS_NAME("class name with a control character in it", true),
    UNICODE_CLASS("class names that differ only in Unicode form", true),
    ACROSS_SPLITS("same file to train on and held out", true),
    DUPLICATE("same file twice", true),
    BAD_ROW("row of the list that cannot be used", true),
    REPEATED_ROW("row of the list that repeats another", false),
    NEAR_DUPLICATE("nearly the same picture", false),
    UNICODE_FILE("file names that differ only in Unicode form", false),
    CASE_CLASS("class names that differ only in case", false),
    FEW("class with few pictures to train on", false),
    UNEVEN("class with far more pictures than another", false),
    GREY("grey picture among colour", false),
    OUTSIDE("picture outside of any class", false),
    NOT_A_PICTURE("other file, not looked into", false),
    REMARK("odd but readable", false);

    private final String words;
    private final boolean spoils;

    Kind(String words, boolean spoils) {
      this.words = words;
      this.spoils = spoils;
    }

    /** For people, as the heading of a list. */
    public String words() {
      return words;
    }

    /** True if a training must not go on as if nothing were wrong. */
    public boolean spoils() {
      return spoils;
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
        lines.add("%s: %s (%d)".formatted(kind.spoils ? "fault" : "note", kind.words, some.size()));
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
    return findings.stream().filter(each -> each.kind.spoils).count();
  }
}
