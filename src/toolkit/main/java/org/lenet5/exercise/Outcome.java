package org.lenet5.exercise;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.Predictions;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.training.ClassMeans;

/**
 * The results of a finished experiment. Figures are means over its seeds; in tests on images the
 * first seed's run stands for it.
 *
 * @param experiment which
 * @param runs one for each seed, at least one
 * @param predictions of the first seed's run: the class of each test image by epoch
 */
record Outcome(Experiment experiment, List<Manifest> runs, List<int[]> predictions) {
  Outcome {
    runs = List.copyOf(runs);
    predictions = List.copyOf(predictions);
  }

  /** All experiments of a suite of which every run is finished, in the suite's order. */
  static List<Outcome> read(Suite suite, Path checkpoints, Dataset data) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Experiment experiment : suite.experiments()) {
      List<Manifest> finished =
          suite.runs().stream()
              .filter(run -> run.experiment().equals(experiment))
              .map(run -> checkpoints.resolve(run.name()))
              .filter(folder -> Files.exists(folder.resolve(Manifest.FILE)))
              .map(Manifest::read)
              .filter(run -> run.epochs().size() == run.wantedEpochs())
              .toList();
      if (finished.size() == suite.seeds()) {
        outcomes.add(
            new Outcome(
                experiment,
                finished,
                Predictions.read(
                    checkpoints.resolve(experiment.name()), finished.get(0).epochs(), data)));
      }
    }
    return outcomes;
  }

  String name() {
    return experiment.name();
  }

  /** Epochs that every run has; where patience ended them, some have more. */
  int epochs() {
    return runs.stream().mapToInt(run -> run.epochs().size()).min().orElseThrow();
  }

  /** A figure of each seed after an epoch, counted from 1. */
  double[] values(int epoch, ToDoubleFunction<Manifest.Epoch> figure) {
    return runs.stream()
        .mapToDouble(run -> figure.applyAsDouble(run.epochs().get(epoch - 1)))
        .toArray();
  }

  private double[] lastValues(ToDoubleFunction<Manifest.Epoch> figure) {
    return runs.stream().mapToDouble(run -> figure.applyAsDouble(last(run))).toArray();
  }

  private static Manifest.Epoch last(Manifest run) {
    return run.epochs().get(run.epochs().size() - 1);
  }

  /** A figure after the last epoch, the mean over seeds. */
  double last(ToDoubleFunction<Manifest.Epoch> figure) {
    return Statistics.mean(lastValues(figure));
  }

  /** Final test accuracy of each seed, 0 to 1. */
  double[] accuracies() {
    return lastValues(Manifest.Epoch::testAccuracy);
  }

  /** Final test accuracy, 0 to 1: the mean over seeds. */
  double accuracy() {
    return Statistics.mean(accuracies());
  }

  /** Final test accuracy of the worst seed. */
  double lowest() {
    return Arrays.stream(accuracies()).min().orElseThrow();
  }

  /** Final test accuracy of the best seed. */
  double highest() {
    return Arrays.stream(accuracies()).max().orElseThrow();
  }

  /** What guessing gives, a fraction. */
  double chance() {
    return 1.0 / runs.get(0).data().classes().size();
  }

  /** True if it ended hardly better than guessing. */
  boolean guesses() {
    return accuracy() < 1.2 * chance();
  }

  /** True if each test image's class after the last epoch is known. */
  boolean isKnown() {
    return isKnown(predictions.get(predictions.size() - 1));
  }

  /** True if each test image's class after each epoch is known. */
  boolean isKnownThroughout() {
    return predictions.stream().allMatch(this::isKnown);
  }

  private boolean isKnown(int[] epoch) {
    int classes = runs.get(0).data().classes().size();
    for (int each : epoch) {
      if (each < 0 || each >= classes) {
        return false;
      }
    }
    return true;
  }

  /**
   * Highest test accuracy of any epoch, the mean over seeds; chosen on the test images, so
   * flattering.
   */
  double best() {
    return runs.stream()
        .mapToDouble(
            run ->
                run.epochs().stream().mapToDouble(Manifest.Epoch::testAccuracy).max().orElseThrow())
        .average()
        .orElseThrow();
  }

  /** Mean over seeds of a figure of the classes after the last epoch; NaN if a run does not say. */
  double means(ToDoubleFunction<ClassMeans> figure) {
    return last(epoch -> epoch.testMeans().map(figure::applyAsDouble).orElse(Double.NaN));
  }

  /** Training minus test accuracy at the end, the mean over seeds. */
  double gap() {
    return last(Manifest.Epoch::trainAccuracy) - accuracy();
  }

  /** Mean seconds of an epoch: training pass and evaluations. */
  double secondsAnEpoch() {
    return runs.stream()
        .flatMap(run -> run.epochs().stream())
        .mapToDouble(epoch -> epoch.trainSeconds() + epoch.evaluationSeconds())
        .average()
        .orElseThrow();
  }

  /** Mean seconds of a run, its evaluations included. */
  double secondsARun() {
    return runs.stream()
        .mapToDouble(
            run ->
                run.epochs().stream()
                    .mapToDouble(epoch -> epoch.trainSeconds() + epoch.evaluationSeconds())
                    .sum())
        .average()
        .orElseThrow();
  }

  /** Which test images were right after each epoch. */
  List<boolean[]> right(LabeledImages test) {
    return predictions.stream().map(epoch -> right(epoch, test)).toList();
  }

  private static boolean[] right(int[] predicted, LabeledImages test) {
    boolean[] right = new boolean[predicted.length];
    for (int i = 0; i < right.length; i++) {
      right[i] = predicted[i] == test.label(i);
    }
    return right;
  }

  /** Identifies the weights and optimizer states that all its runs ended with. */
  String fingerprint() {
    return runs.stream().map(run -> last(run).variablesSha256()).collect(Collectors.joining(" "));
  }

  /** True if both ended with the same weights and optimizer state to the last bit. */
  boolean sameAs(Outcome other) {
    return fingerprint().equals(other.fingerprint());
  }
}
