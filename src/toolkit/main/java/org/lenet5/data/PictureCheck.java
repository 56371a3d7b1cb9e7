package org.lenet5.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What is wrong with a data set whose pictures were opened, and which of them can be used. Not
 * thread-safe.
 */
final class PictureCheck {
  private static final int FEW = 10;
  private static final int UNEVEN = 10;

  private final PictureIndex index;
  private final PictureOptions options;
  private final List<ReadPicture> good;
  private final boolean[] dropped;
  private final List<Finding> findings;
  private List<String> classes;

  /**
   * @param good the pictures that can be read
   * @param bad those that cannot
   */
  PictureCheck(
      PictureIndex index, PictureOptions options, List<ReadPicture> good, List<ReadPicture> bad) {
    this.index = index;
    this.options = options;
    this.good = good;
    dropped = new boolean[good.size()];
    findings = new ArrayList<>(index.findings());
    bad.forEach(
        each ->
            find(
                Finding.Kind.UNREADABLE,
                each.picture().name() + ": " + String.join("; ", each.remarks())));
  }

  /**
   * Checks a data set to train on: the training images say which classes there are.
   *
   * @param order of the classes
   */
  void forTraining(Comparator<String> order) {
    copies();
    nameless(order);
    Map<String, Integer> training = counts(order, Picture.Part.TRAIN);
    classes = List.copyOf(training.keySet());
    heldOutAlone(order);
    Set<String> empty = new TreeSet<>(order);
    empty.addAll(index.emptyClasses());
    index.pictures().stream()
        .filter(each -> each.part() == Picture.Part.TRAIN)
        .forEach(each -> empty.add(each.label()));
    empty.removeIf(each -> training.containsKey(each) || hasControl(each));
    empty.forEach(each -> find(Finding.Kind.EMPTY_CLASS, each));
    if (classes.size() < 2) {
      find(Finding.Kind.ONE_CLASS, classes.isEmpty() ? "none" : classes.get(0));
    }
    untested(order, training);
    PictureLooks looks = new PictureLooks();
    Set<String> labels = new TreeSet<>(order);
    index.pictures().forEach(each -> labels.add(each.label()));
    labels.addAll(index.emptyClasses());
    looks.ofClasses(labels);
    numbers(training);
    looks.ofPictures(good, options);
    findings.addAll(looks.findings());
  }

  /** Checks pictures to measure a model on that knows these classes. */
  void forModel(List<String> known) {
    classes = List.copyOf(known);
    unknown(Picture.CODE_POINTS)
        .forEach(
            (label, count) ->
                find(
                    Finding.Kind.UNKNOWN_CLASS,
                    "%s (%d), the model's are %s"
                        .formatted(label, count, String.join(", ", classes))));
    if (counts(Picture.CODE_POINTS, Picture.Part.TEST).isEmpty()) {
      find(Finding.Kind.NO_TEST, "of " + String.join(", ", classes));
    }
    PictureLooks looks = new PictureLooks();
    looks.ofPictures(good, options);
    findings.addAll(looks.findings());
  }

  /** True if a name does not fit in a line: the classes' names travel in files of a line each. */
  static boolean hasControl(String name) {
    return name.codePoints()
        .anyMatch(each -> Character.isISOControl(each) || each == 0x2028 || each == 0x2029);
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  /**
   * Why nothing can begin, in a line; empty if it can.
   *
   * @param path of the pictures
   */
  Optional<String> refusal(Object path) {
    long faults = Finding.spoiling(findings);
    String listed = faults == 1 ? "1 fault, listed above" : faults + " faults, listed above";
    return findings.stream()
        .filter(each -> each.kind().ends())
        .findFirst()
        .map(end -> "%s: %s: %s; %s".formatted(path, end.kind().words(), end.what(), listed))
        .or(
            () ->
                Optional.of(
                        "%s: %s: mend them, or --skip-bad goes on without what is bad"
                            .formatted(path, listed))
                    .filter(sentence -> faults > 0 && !options.skipBad()));
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

  /** Drops pictures that are not dropped yet; says how many of each class. */
  private Map<String, Integer> drop(Predicate<Picture> which, Comparator<String> order) {
    Map<String, Integer> counts = new TreeMap<>(order);
    for (int i = 0; i < good.size(); i++) {
      if (!dropped[i] && which.test(good.get(i).picture())) {
        dropped[i] = true;
        counts.merge(good.get(i).picture().label(), 1, Integer::sum);
      }
    }
    return counts;
  }

  private Map<String, Integer> unknown(Comparator<String> order) {
    Set<String> known = Set.copyOf(classes);
    return drop(each -> !known.contains(each.label()), order);
  }

  private void nameless(Comparator<String> order) {
    Set<String> labels = new TreeSet<>(order);
    labels.addAll(index.emptyClasses());
    index.pictures().forEach(each -> labels.add(each.label()));
    labels.stream()
        .filter(PictureCheck::hasControl)
        .forEach(each -> find(Finding.Kind.CLASS_NAME, each));
    drop(each -> hasControl(each.label()), order);
  }

  private Map<String, Integer> counts(Comparator<String> order, Picture.Part part) {
    Map<String, Integer> counts = new TreeMap<>(order);
    for (int i = 0; i < good.size(); i++) {
      if (!dropped[i] && good.get(i).picture().part() == part) {
        counts.merge(good.get(i).picture().label(), 1, Integer::sum);
      }
    }
    return counts;
  }

  private void heldOutAlone(Comparator<String> order) {
    unknown(order).forEach((label, count) -> find(Finding.Kind.ONLY_IN_TEST, said(label, count)));
  }

  /** Classes of which nothing is held out to measure on. */
  private void untested(Comparator<String> order, Map<String, Integer> training) {
    Set<String> tested = new TreeSet<>(order);
    if (index.isSplit()) {
      tested.addAll(counts(order, Picture.Part.TEST).keySet());
    } else {
      training.forEach(
          (label, count) -> {
            long heldOut = Split.heldOut(options.testShare(), count);
            if (heldOut > 0) {
              tested.add(label);
            }
            if (heldOut == count) {
              find(
                  Finding.Kind.ALL_HELD_OUT,
                  "%s, --test-share %s must be less"
                      .formatted(said(label, count), options.testShare()));
            }
          });
    }
    if (tested.isEmpty()) {
      find(
          Finding.Kind.NO_TEST,
          index.isSplit()
              ? "none of the test pictures can be used"
              : "--test-share %s of so few pictures of a class is none"
                  .formatted(options.testShare()));
    } else {
      training.forEach(
          (label, count) -> {
            if (!tested.contains(label)) {
              find(Finding.Kind.UNTESTED, said(label, count));
            }
          });
    }
  }

  private void numbers(Map<String, Integer> counts) {
    counts.forEach(
        (label, count) -> {
          if (count < FEW) {
            find(Finding.Kind.FEW, said(label, count));
          }
        });
    if (!counts.isEmpty()
        && Collections.max(counts.values()) > UNEVEN * Collections.min(counts.values())) {
      Comparator<Map.Entry<String, Integer>> byCount = Map.Entry.comparingByValue();
      Map.Entry<String, Integer> most = Collections.max(counts.entrySet(), byCount);
      Map.Entry<String, Integer> least = Collections.min(counts.entrySet(), byCount);
      find(
          Finding.Kind.UNEVEN,
          said(most.getKey(), most.getValue()) + ", " + said(least.getKey(), least.getValue()));
    }
  }

  private static String said(String label, int count) {
    return label + " (" + count + ")";
  }
}
