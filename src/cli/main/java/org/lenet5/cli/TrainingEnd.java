package org.lenet5.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.training.ExportedEpoch;
import org.lenet5.training.Settings;

/** The lines at the end of a training: how long it took, its best epoch and what to do next. */
final class TrainingEnd {
  private TrainingEnd() {}

  /**
   * The lines.
   *
   * @param seconds since this start
   * @param flags that a command needs to find the run
   */
  static List<String> lines(String run, Manifest manifest, double seconds, String flags) {
    List<Manifest.Epoch> epochs = manifest.epochs();
    List<String> lines = new ArrayList<>();
    String ended = "Ended after " + Words.duration(seconds) + "; ";
    Manifest.Epoch last = epochs.get(epochs.size() - 1);
    if (manifest.data().validation() == 0) {
      lines.add(
          ended
              + at(last, epochs.size())
              + percent(", the last, has a test accuracy of ", last.testAccuracy()));
      lines.add(
          "Test images are not for choosing: to have a best epoch, train with --validation F");
      return lines;
    }
    Manifest.Epoch best = epochs.get(manifest.bestEpoch().orElseThrow() - 1);
    lines.add(
        ended
            + at(best, epochs.size())
            + percent(" is the best, with a validation accuracy of ", best.validationAccuracy())
            + percent(" and a test accuracy of ", best.testAccuracy()));
    lines.add(
        best.equals(last)
            ? "It is the last, and the SavedModel is its own"
            : Settings.EXPORT.in(manifest.settings()) == ExportedEpoch.BEST
                ? "The SavedModel is its own; to have the last epoch's: "
                    + export(run, "last", flags)
                : "The SavedModel is the last epoch's; to have the best: "
                    + export(run, "best", flags));
    return lines;
  }

  private static String export(String run, String epoch, String flags) {
    return "scripts/lenet5 export " + run + " --epoch " + epoch + flags;
  }

  private static String at(Manifest.Epoch epoch, int of) {
    return "epoch " + epoch.epoch() + " of " + of;
  }

  private static String percent(String what, double share) {
    return String.format(Locale.ROOT, "%s%.2f %%", what, 100 * share);
  }
}
