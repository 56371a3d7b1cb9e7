package org.lenet5.exercise;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
    StepsReport.finding(outcomes).ifPresent(sentences::add);
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
            + accuracy(
                outcomes.stream().filter(o -> o.accuracy() == best).findFirst().orElseThrow())
            + ".");
    int seeds = outcomes.get(0).runs().size();
    if (!comparisons.isEmpty() && !Comparison.overSeeds(seeds)) {
      sentences.add(
          "The verdicts compare trained models, those of %s. Whether other seeds end the same way, --seeds 3 or more tells."
              .formatted(seeds == 1 ? "one seed" : "the first seed"));
    }
    return sentences;
  }

  private static String accuracy(Outcome best) {
    return best.runs().size() == 1
        ? Numbers.percent(best.accuracy()) + " %"
        : "%s %% (%s over %d seeds)"
            .formatted(
                Numbers.meanAndDeviation(best.accuracies()),
                Numbers.range(best.lowest(), best.highest()),
                best.runs().size());
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
    for (String word : List.of(Verdict.BETTER, Verdict.WORSE, Verdict.NOT_SHOWN)) {
      List<String> names =
          asked.stream().filter(c -> c.verdict().word().equals(word)).map(Findings::named).toList();
      if (!names.isEmpty()) {
        sentence(text, capital(word) + ": " + String.join(", ", names));
      }
    }
    for (Comparison c : asked) {
      twin(c.outcome(), outcomes)
          .ifPresent(twin -> sentence(text, c.outcome().name() + " ends with " + sameAs(twin)));
    }
    asked.stream().filter(Comparison::isOtherHalf).forEach(c -> sentence(text, capital(halves(c))));
    return text.toString();
  }

  private static String named(Comparison c) {
    // What is significant and yet no difference needs its reason wherever it is named.
    boolean isNoise = !c.verdict().isShown() && c.adjusted() < Comparison.LEVEL;
    return "%s (%s points%s)"
        .formatted(
            c.outcome().name(),
            Numbers.points(c.difference()),
            isNoise ? ", no more than between the two halves" : "");
  }

  /** What the two halves of the images say about noise. */
  static String halves(Comparison c) {
    String apart =
        "the two halves differ only in the images that the model saw, and end "
            + Numbers.size(c.difference())
            + " points apart";
    if (!c.isOverSeeds()) {
      return apart + "; a smaller difference between other experiments is taken for noise";
    }
    return apart
        + (c.verdict().isShown()
            ? ": the images make that, for the seeds' spread does not explain it"
            : ", which the seeds' spread explains");
  }

  private static void sentence(StringBuilder text, String sentence) {
    text.append(text.isEmpty() ? "" : " ").append(sentence).append('.');
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  private static String sameAs(Outcome twin) {
    return "the same weights as " + twin.name() + " to the last bit";
  }

  /** An experiment declared before this one that ended with the same weights. */
  private static Optional<Outcome> twin(Outcome outcome, List<Outcome> outcomes) {
    return outcomes.subList(0, outcomes.indexOf(outcome)).stream()
        .filter(outcome::sameAs)
        .findFirst();
  }

  /** One comparison in a sentence. */
  static String of(Comparison c, List<Outcome> outcomes) {
    Outcome outcome = c.outcome();
    Optional<Outcome> twin = twin(outcome, outcomes);
    if (twin.isPresent()) {
      return outcome.name()
          + " ends with "
          + sameAs(twin.get())
          + ": "
          + Verdict.whySame(outcome, twin.get())
          + ".";
    }
    StringBuilder text = new StringBuilder();
    String against = c.baseline().name();
    text.append(outcome.name()).append(": ").append(c.verdict().word());
    if (c.verdict().isShown()) {
      text.append(" than %s by %s points".formatted(against, Numbers.size(c.difference())));
    } else {
      text.append(" against %s (%s points)".formatted(against, Numbers.points(c.difference())));
    }
    text.append(": ").append(c.verdict().reason());
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
}
