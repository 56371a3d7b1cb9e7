package org.lenet5.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Suggests what an unknown word may have been meant to be. */
final class Suggestions {
  /** Other programs' names for these flags and commands. */
  private static final Map<String, List<String>> ALSO_CALLED =
      Map.ofEntries(
          Map.entry("--learning-rate", List.of("--lr", "--rate", "--alpha", "--eta")),
          Map.entry("--batch-size", List.of("--batch", "--bs", "--bsz", "--batchsize")),
          Map.entry("--epochs", List.of("--epoch", "--num-epochs", "--n-epochs", "--ep")),
          Map.entry("--optimizer", List.of("--optimiser", "--opt", "--optim", "--solver")),
          Map.entry("--validation", List.of("--val", "--valid", "--val-split", "--holdout")),
          Map.entry("--normalize", List.of("--normalise", "--norm")),
          Map.entry("--augment", List.of("--augmentation", "--aug", "--transform")),
          Map.entry("--dataset", List.of("--data", "--ds")),
          Map.entry("--loss", List.of("--criterion", "--objective")),
          Map.entry("--run", List.of("--name", "--run-name", "--experiment")),
          Map.entry("--checkpoints-dir", List.of("--checkpoint-dir", "--ckpt-dir", "--save-dir")),
          Map.entry("--graphs-dir", List.of("--logdir", "--log-dir", "--tensorboard")),
          Map.entry("--workers", List.of("--num-workers", "--loaders")),
          Map.entry("--model", List.of("--checkpoint", "--weights")),
          Map.entry("--top", List.of("--topk", "--top-k", "--k")),
          Map.entry("--out", List.of("--output", "--output-dir", "--export-dir")),
          Map.entry("--format", List.of("--output-format")),
          Map.entry("--resume", List.of("--continue", "--restart")),
          Map.entry("--version", List.of("--version-number")),
          Map.entry("train", List.of("fit", "learn", "resume")),
          Map.entry("classify", List.of("predict", "label", "infer", "test")),
          Map.entry("evaluate", List.of("eval", "validate", "measure", "score")),
          Map.entry("export", List.of("save", "convert")),
          Map.entry("summary", List.of("model", "layers", "describe")),
          Map.entry("exercises", List.of("experiments", "suite")),
          Map.entry("replay", List.of("reproduce", "repeat")),
          Map.entry("data", List.of("dataset", "datasets", "download")),
          Map.entry("fetch", List.of("download", "get")),
          Map.entry("verify", List.of("check")),
          Map.entry("list", List.of("ls", "show")),
          Map.entry("delete", List.of("rm", "remove")),
          Map.entry("compare", List.of("diff")));

  private Suggestions() {}

  /**
   * "; did you mean train?", or {@code otherwise} if nothing is like it.
   *
   * @param word that was typed
   * @param words that there are
   */
  static String text(String word, Collection<String> words, String otherwise) {
    return similar(word, words).map(each -> "; did you mean " + each + "?").orElse(otherwise);
  }

  /** The word that was most likely meant. */
  static Optional<String> similar(String word, Collection<String> words) {
    String typed = word.toLowerCase(Locale.ROOT).replace('_', '-');
    String dashed = typed.startsWith("-") && !typed.startsWith("--") ? "-" + typed : typed;
    Comparator<String> nearest =
        Comparator.<String>comparingInt(each -> distance(dashed, each))
            .thenComparing(Comparator.naturalOrder());
    return words.stream()
        .filter(each -> ALSO_CALLED.getOrDefault(each, List.of()).contains(dashed))
        .findFirst()
        .or(
            () ->
                words.stream()
                    .filter(each -> distance(dashed, each) <= Math.max(1, each.length() / 4))
                    .min(nearest))
        .or(
            () ->
                words.stream()
                    .filter(each -> dashed.replace("-", "").length() >= 2)
                    .filter(each -> each.startsWith(dashed))
                    .min(nearest));
  }

  /**
   * How many letters were left out, put in, changed, or exchanged with their neighbour: the optimal
   * string alignment distance.
   */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        d[i][j] =
            Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
