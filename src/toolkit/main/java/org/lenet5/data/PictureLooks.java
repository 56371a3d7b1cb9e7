package org.lenet5.data;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.lenet5.image.Fit;
import org.lenet5.image.ImageShape;

/** What is odd about names and about pictures that can be read. Not thread-safe. */
final class PictureLooks {
  // The sides' proportion against the images' own: a panorama has twice as much.
  private static final double LONG = 3;

  private final List<Finding> findings = new ArrayList<>();

  List<Finding> findings() {
    return findings;
  }

  private void find(Finding.Kind kind, String what) {
    findings.add(new Finding(kind, what));
  }

  /** Names of classes that people cannot tell apart. */
  void ofClasses(Iterable<String> labels) {
    alike(labels, PictureLooks::composed, Finding.Kind.UNICODE_CLASS);
    alike(labels, each -> composed(each).toLowerCase(Locale.ROOT), Finding.Kind.CASE_CLASS);
  }

  /** The pictures of a data set, which become images as {@code options} say. */
  void ofPictures(List<ReadPicture> good, PictureOptions options) {
    // Of one class: two classes that look the same are told as such.
    Map<String, List<String>> names = new TreeMap<>();
    good.forEach(
        each ->
            names
                .computeIfAbsent(each.picture().label(), key -> new ArrayList<>())
                .add(each.picture().name()));
    names.values().forEach(some -> alike(some, PictureLooks::composed, Finding.Kind.UNICODE_FILE));
    sizes(good, options);
    boolean coloured = good.stream().anyMatch(each -> !each.isGrey());
    for (ReadPicture each : good) {
      if (each.isGrey() && coloured) {
        find(Finding.Kind.GREY, each.picture().name());
      }
      if (!each.remarks().isEmpty()) {
        find(Finding.Kind.REMARK, each.picture().name() + ": " + String.join("; ", each.remarks()));
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

  private void sizes(List<ReadPicture> good, PictureOptions options) {
    ImageShape shape = options.shape();
    List<ReadPicture> known = good.stream().filter(each -> each.width() > 0).toList();
    List<ReadPicture> small =
        known.stream()
            .filter(each -> each.width() < shape.width() || each.height() < shape.height())
            .toList();
    String target = said(shape.width(), shape.height());
    if (small.size() > Math.max(1, known.size() / 2)) {
      ReadPicture least =
          small.stream()
              .min(Comparator.comparingInt(each -> Math.min(each.width(), each.height())))
              .orElseThrow();
      find(
          Finding.Kind.SMALL,
          "%,d of %,d to %s, the smallest is %s: %s; --image-size takes less"
              .formatted(
                  small.size(),
                  known.size(),
                  target,
                  least.picture().name(),
                  said(least.width(), least.height())));
    } else {
      small.forEach(
          each ->
              find(
                  Finding.Kind.SMALL,
                  "%s: %s, to %s"
                      .formatted(
                          each.picture().name(), said(each.width(), each.height()), target)));
    }
    for (ReadPicture each : known) {
      double proportion =
          (double) each.width() * shape.height() / ((double) each.height() * shape.width());
      if (Math.max(proportion, 1 / proportion) >= LONG) {
        find(
            Finding.Kind.LONG,
            "%s: %s, %s"
                .formatted(
                    each.picture().name(),
                    said(each.width(), each.height()),
                    options.fit() == Fit.CROP
                        ? "of which only the middle is used"
                        : "squashed to " + target));
      }
    }
  }

  private static String said(int width, int height) {
    return width + " x " + height;
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
                    || some.stream().map(PictureLooks::composed).distinct().count() > 1)
        .map(some -> String.join(", ", some.stream().map(PictureLooks::spelled).toList()))
        .sorted()
        .forEach(each -> find(kind, each));
  }

  private static String composed(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /** What looks the same on a screen is told apart by its length in code points. */
  private static String spelled(String name) {
    int characters = name.codePointCount(0, name.length());
    return "%s (%d character%s%s)"
        .formatted(
            name,
            characters,
            characters == 1 ? "" : "s",
            name.equals(composed(name)) ? "" : ", decomposed");
  }
}
