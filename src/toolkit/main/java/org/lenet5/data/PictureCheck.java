package org.lenet5.data;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What is wrong with a data set whose pictures were opened, and which of them can be used. Not
 * thread-safe.
 */
final class PictureCheck {
  private static final int FEW = 10;
  private static final int UNEVEN = 10;

  private final PictureIndex index;
  private final List<ReadPicture> good;
  private final boolean[] dropped;
  private final List<Finding> findings;
  private List<String> classes;

  /**
   * @param good the pictures that can be read
   * @param bad those that cannot
   */
  PictureCheck(PictureIndex index, List<ReadPicture> good, List<ReadPicture> bad) {
    this.index = index;
    this.good = good;
    dropped = new boolean[good.size()];
    findings = new ArrayList<>(index.findings());
    bad.forEach(each -> find(Finding.Kind.UNREADABLE, each.picture().name() + remarks(each)));
  }

  /** Checks a data set to train on: the training images say which classes there are. */
  void forTraining() {
    copies();
    classes = classes();
    Set<String> known = new TreeSet<>(classes);
    heldOutAlone(known);
    Set<String> labels = new TreeSet<>(Picture.CODE_POINTS);
    index.pictures().forEach(each -> labels.add(each.label()));
    Set<String> empty = new TreeSet<>(Picture.CODE_POINTS);
    empty.addAll(index.emptyClasses());
    index.pictures().stream()
        .filter(each -> each.part() == Picture.Part.TRAIN)
        .forEach(each -> empty.add(each.label()));
    empty.removeAll(known);
    empty.forEach(each -> find(Finding.Kind.EMPTY_CLASS, each));
    labels.addAll(index.emptyClasses());
    if (classes.size() < 2) {
      find(Finding.Kind.ONE_CLASS, String.join(", ", classes));
    }
    // The classes' names travel in files of a line each.
    labels.stream()
        .filter(PictureCheck::hasControl)
        .forEach(each -> find(Finding.Kind.CLASS_NAME, each));
    alike(labels, PictureCheck::composed, Finding.Kind.UNICODE_CLASS);
    alike(labels, each -> composed(each).toLowerCase(Locale.ROOT), Finding.Kind.CASE_CLASS);
    numbers();
    looks();
  }

  /** Checks pictures to measure a model on that knows these classes. */
  void forModel(List<String> known) {
    classes = List.copyOf(known);
    Map<String, Integer> unknown = new TreeMap<>(Picture.CODE_POINTS);
    for (int i = 0; i < good.size(); i++) {
      if (!classes.contains(good.get(i).picture().label())) {
        dropped[i] = true;
        unknown.merge(good.get(i).picture().label(), 1, Integer::sum);
      }
    }
    unknown.forEach(
        (label, count) ->
            find(
                Finding.Kind.UNKNOWN_CLASS,
                "%s (%d), the model's are %s".formatted(label, count, String.join(", ", classes))));
    looks();
  }

  static boolean hasControl(String name) {
    return name.codePoints().anyMatch(Character::isISOControl);
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  List<String> classNames() {
    return classes;
  }

  /** Whether a readable picture must not be used. */
  boolean isDropped(int i) {
    return dropped[i];
  }

  private void find(Finding.Kind kind, String what) {
    findings.add(new Finding(kind, what));
  }

  private static String remarks(ReadPicture picture) {
    return ": " + String.join("; ", picture.remarks());
  }

  /** Files of the same bytes: one stays, a held-out one if there is one; none if labels differ. */
  private void copies() {
    Map<String, List<Integer>> byContent = new LinkedHashMap<>();
    for (int i = 0; i < good.size(); i++) {
      byContent.computeIfAbsent(good.get(i).sha256(), key -> new ArrayList<>()).add(i);
    }
    for (List<Integer> same : byContent.values()) {
      if (same.size() == 1) {
        continue;
      }
      Stream<Picture> pictures = same.stream().map(i -> good.get(i).picture());
      boolean labels = pictures.map(Picture::label).distinct().count() > 1;
      boolean parts = same.stream().map(i -> good.get(i).picture().part()).distinct().count() > 1;
      find(
          labels
              ? Finding.Kind.CONTRADICTION
              : parts ? Finding.Kind.ACROSS_SPLITS : Finding.Kind.DUPLICATE,
          String.join(", ", same.stream().map(i -> good.get(i).picture().name()).toList()));
      int kept = Collections.max(same, Comparator.comparing(i -> good.get(i).picture().part()));
      same.forEach(i -> dropped[i] = labels || i != kept);
    }
  }

  private List<String> classes() {
    Set<String> labels = new TreeSet<>(Picture.CODE_POINTS);
    for (int i = 0; i < good.size(); i++) {
      if (!dropped[i] && good.get(i).picture().part() == Picture.Part.TRAIN) {
        labels.add(good.get(i).picture().label());
      }
    }
    return List.copyOf(labels);
  }

  private void heldOutAlone(Set<String> known) {
    Map<String, Integer> alone = new TreeMap<>(Picture.CODE_POINTS);
    for (int i = 0; i < good.size(); i++) {
      if (!dropped[i] && !known.contains(good.get(i).picture().label())) {
        dropped[i] = true;
        alone.merge(good.get(i).picture().label(), 1, Integer::sum);
      }
    }
    alone.forEach((label, count) -> find(Finding.Kind.ONLY_IN_TEST, label + " (" + count + ")"));
  }

  private void numbers() {
    Map<String, Integer> counts = new TreeMap<>(Picture.CODE_POINTS);
    for (int i = 0; i < good.size(); i++) {
      if (!dropped[i] && good.get(i).picture().part() == Picture.Part.TRAIN) {
        counts.merge(good.get(i).picture().label(), 1, Integer::sum);
      }
    }
    counts.forEach(
        (label, count) -> {
          if (count < FEW) {
            find(Finding.Kind.FEW, label + " (" + count + ")");
          }
        });
    if (!counts.isEmpty()
        && Collections.max(counts.values()) > UNEVEN * Collections.min(counts.values())) {
      Comparator<Map.Entry<String, Integer>> byCount = Map.Entry.comparingByValue();
      find(
          Finding.Kind.UNEVEN,
          "%s, %s"
              .formatted(
                  said(Collections.max(counts.entrySet(), byCount)),
                  said(Collections.min(counts.entrySet(), byCount))));
    }
  }

  private static String said(Map.Entry<String, Integer> entry) {
    return entry.getKey() + " (" + entry.getValue() + ")";
  }

  private void looks() {
    alike(
        good.stream().map(each -> each.picture().name()).toList(),
        PictureCheck::composed,
        Finding.Kind.UNICODE_FILE);
    boolean coloured = good.stream().anyMatch(each -> !each.isGrey());
    for (ReadPicture each : good) {
      if (each.isGrey() && coloured) {
        find(Finding.Kind.GREY, each.picture().name());
      }
      if (!each.remarks().isEmpty()) {
        find(Finding.Kind.REMARK, each.picture().name() + remarks(each));
      }
    }
    for (NearDuplicates.Pair pair :
        NearDuplicates.of(good.stream().mapToLong(ReadPicture::look).toArray())) {
      ReadPicture first = good.get(pair.first());
      ReadPicture second = good.get(pair.second());
      if (!first.sha256().equals(second.sha256())) {
        find(Finding.Kind.NEAR_DUPLICATE, first.picture().name() + ", " + second.picture().name());
      }
    }
  }

  private void alike(Iterable<String> names, UnaryOperator<String> form, Finding.Kind kind) {
    Map<String, List<String>> byForm = new HashMap<>();
    names.forEach(
        each -> byForm.computeIfAbsent(form.apply(each), key -> new ArrayList<>()).add(each));
    byForm.values().stream()
        .map(some -> some.stream().distinct().toList())
        .filter(some -> some.size() > 1)
        .filter(
            some ->
                kind != Finding.Kind.CASE_CLASS
                    || some.stream().map(PictureCheck::composed).distinct().count() > 1)
        .map(some -> String.join(", ", some.stream().map(PictureCheck::spelled).toList()))
        .sorted()
        .forEach(each -> find(kind, each));
  }

  private static String composed(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /** What looks the same on a screen is told apart by its length in code points. */
  private static String spelled(String name) {
    String form = name.equals(composed(name)) ? "" : ", decomposed";
    return "%s (%d characters%s)".formatted(name, name.codePointCount(0, name.length()), form);
  }
}
