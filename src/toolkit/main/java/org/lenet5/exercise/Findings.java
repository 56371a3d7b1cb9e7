package org.lenet5.exercise;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Sentences that follow from the numbers. */
final class Findings {
  private Findings() {}

  /** What a reader should take away: a sentence for each exercise. */
  static List<String> of(
      List<Outcome> outcomes, List<Comparison> comparisons, List<Unfinished> unfinished) {
    List<String> sentences = new ArrayList<>();
    if (comparisons.isEmpty()) {
      sentences.add("Nothing is judged: " + whyNot(outcomes) + ".");
    }
    outcomes.stream()
        .map(each -> each.experiment().exercise())
        .distinct()
        .forEach(
            exercise -> {
              List<Comparison> asked =
                  comparisons.stream()
                      .filter(c -> c.outcome().experiment().exercise().equals(exercise))
                      .toList();
              if (!asked.isEmpty()) {
                sentences.add(exercise + ". " + summary(asked, outcomes));
              }
            });
    sentences.addAll(Unfinished.sentences(unfinished));
    double best = outcomes.stream().mapToDouble(Outcome::accuracy).max().orElseThrow();
    String names =
        outcomes.stream()
            .filter(each -> each.accuracy() == best)
            .map(Outcome::name)
            .collect(Collectors.joining(", "));
    sentences.add(
        (outcomes.size() == 1 ? "Test" : "Highest test")
            + " accuracy after the last epoch: "
            + names
            + " with "
            + Numbers.percent(best)
            + " %.");
    return sentences;
  }

  private static String whyNot(List<Outcome> outcomes) {
    Optional<Outcome> baseline =
        outcomes.stream().filter(each -> each.experiment().differences().isEmpty()).findFirst();
    if (baseline.isEmpty()) {
      return "the baseline is not among the finished experiments";
    }
    if (outcomes.size() == 1) {
      return "only the baseline is finished";
    }
    return "the predictions of the baseline, or of all others, are missing or damaged";
  }

  private static String summary(List<Comparison> asked, List<Outcome> outcomes) {
    StringBuilder text = new StringBuilder();
    Comparison any = asked.get(0);
    Optional<Double> noise = otherHalf(outcomes, any);
    for (String word : List.of("better", "worse", "no difference shown")) {
      List<String> names =
          asked.stream()
              .filter(c -> !c.outcome().sameAs(c.baseline()) && c.word().equals(word))
              .map(
                  c ->
                      "%s (%s points%s)"
                          .formatted(
                              c.outcome().name(),
                              Numbers.points(c.difference()),
                              isWithin(noise, c) ? ", no more than the two halves differ" : ""))
              .toList();
      if (!names.isEmpty()) {
        sentence(text, capital(word) + ": " + String.join(", ", names));
      }
    }
    for (Comparison c : asked) {
      twin(c.outcome(), outcomes)
          .ifPresent(
              twin ->
                  sentence(
                      text,
                      c.outcome().name()
                          + " ends with the same weights as "
                          + twin.name()
                          + " to the last bit"));
    }
    asked.stream()
        .filter(c -> isOtherHalf(c.outcome(), c.baseline()))
        .forEach(
            c ->
                sentence(
                    text,
                    "The two differ in nothing but the images they saw, which makes "
                        + Numbers.size(c.difference())
                        + " points"));
    return text.toString();
  }

  private static boolean isWithin(Optional<Double> noise, Comparison c) {
    return c.isShown()
        && !isOtherHalf(c.outcome(), c.baseline())
        && noise.filter(most -> Math.abs(c.difference()) <= most).isPresent();
  }

  private static void sentence(StringBuilder text, String sentence) {
    text.append(text.isEmpty() ? "" : " ").append(sentence).append('.');
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  /** An experiment declared before this one that came to the same to the last bit. */
  private static Optional<Outcome> twin(Outcome outcome, List<Outcome> outcomes) {
    return outcomes.subList(0, outcomes.indexOf(outcome)).stream()
        .filter(outcome::sameAs)
        .findFirst();
  }

  /** What came out of one comparison. */
  static String of(Comparison c, List<Outcome> outcomes) {
    Outcome outcome = c.outcome();
    Optional<Outcome> twin = twin(outcome, outcomes);
    if (twin.isPresent()) {
      boolean asked =
          outcome.experiment().differences().equals(Map.of())
              || outcome.runs().get(0).settings().equals(twin.get().runs().get(0).settings());
      return outcome.name()
          + " ends with the same weights as "
          + twin.get().name()
          + " to the last bit: "
          + (asked
              ? "the settings are the same, and the training repeats exactly."
              : "what it changes has no effect on the computation.");
    }
    StringBuilder text = new StringBuilder();
    String against = c.baseline().name();
    text.append(outcome.name()).append(": ").append(c.word());
    if (c.isShown()) {
      text.append(" than %s by %s points".formatted(against, Numbers.size(c.difference())));
    } else {
      text.append(" against %s (%s points)".formatted(against, Numbers.points(c.difference())));
    }
    if (isWithin(otherHalf(outcomes, c), c)) {
      text.append(", which is no more than what lies between the two halves");
    }
    text.append(
        String.format(
            Locale.ROOT,
            "; training minus test accuracy ends at %s points, the baseline's at %s",
            Numbers.points(outcome.gap()),
            Numbers.points(c.baseline().gap())));
    if (outcome.guesses()) {
      text.append(
          String.format(
              Locale.ROOT,
              "; it has learned next to nothing (guessing gives %.0f %%)",
              100 * outcome.chance()));
    }
    return text.append('.').toString();
  }

  private static Optional<Double> otherHalf(List<Outcome> outcomes, Comparison c) {
    return outcomes.stream()
        .filter(each -> each != c.outcome() && isOtherHalf(each, c.baseline()))
        .map(each -> Math.abs(each.accuracy() - c.baseline().accuracy()))
        .findFirst();
  }

  /** The comparison of the baseline with itself on the other half of the images. */
  static Optional<Comparison> otherHalf(List<Comparison> comparisons) {
    return comparisons.stream().filter(c -> isOtherHalf(c.outcome(), c.baseline())).findFirst();
  }

  private static boolean isOtherHalf(Outcome outcome, Outcome baseline) {
    return outcome.experiment().differences().keySet().equals(Set.of("subset"))
        && baseline.experiment().differences().isEmpty()
        && outcome.runs().get(0).data().training() <= baseline.runs().get(0).data().training();
  }
}
