package org.lenet5.cli;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.DataException;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.evaluation.ClassificationReport;
import org.lenet5.evaluation.Temperature;
import org.lenet5.training.MeasureOn;
import org.lenet5.training.TrainingConfig;

/** Fits a run's temperature on the images that it held out, and says what that brings. */
final class Calibrating {
  private Calibrating() {}

  /**
   * The temperature for a run's weights.
   *
   * @param remarks told what it is, and the calibration error before and after
   * @throws WrongUsage if the run held no images out
   * @throws DataException if the data it was trained on is not there, or has changed
   */
  static double fit(KnownCheckpoint weights, Folders folders, Consumer<String> remarks) {
    Manifest run =
        weights
            .run()
            .orElseThrow(
                () ->
                    new WrongUsage(
                        "--calibrate: no run.json says which images were held out from "
                            + weights.prefix()));
    WrongUsage.require(
        run.data().validation() > 0,
        "--calibrate: run "
            + run.run()
            + " held no images out to fit on (train --validation F), and the test images are not"
            + " for fitting");
    Dataset data =
        folders
            .present(run)
            .orElseThrow(
                () ->
                    new DataException(
                        "--calibrate: the %s that run %s was trained on is not there, or has changed: --data-dir DIR says where it is"
                            .formatted(run.data().name(), run.run())));
    TrainingConfig config = TrainingConfig.of(run.settings());
    LabeledImages heldOut = MeasureOn.heldOut(config, data);
    float[][] logits = weights.logits(heldOut);
    if (ClassificationReport.of(data.classNames(), heldOut, logits).accuracy() == 1) {
      // The lower the temperature the better it would be, without end.
      remarks.accept(
          String.format(
              Locale.ROOT,
              "Not calibrated: the model is right about all %,d images held out, which say nothing of when it errs",
              heldOut.size()));
      return Temperature.NONE;
    }
    double temperature = Temperature.fit(logits, labels(heldOut));
    remarks.accept(
        String.format(
            Locale.ROOT,
            "Temperature %.4f, fitted on the %,d images held out",
            temperature,
            heldOut.size()));
    remarks.accept(errors("images held out", data, heldOut, logits, temperature));
    remarks.accept(
        errors("test images", data, data.test(), weights.logits(data.test()), temperature));
    return temperature;
  }

  private static String errors(
      String which, Dataset data, LabeledImages images, float[][] logits, double temperature) {
    return String.format(
        Locale.ROOT,
        "Calibration error on the %,d %s: %.2f %% before, %.2f %% after",
        images.size(),
        which,
        100 * error(data, images, logits, Temperature.NONE),
        100 * error(data, images, logits, temperature));
  }

  private static double error(
      Dataset data, LabeledImages images, float[][] logits, double temperature) {
    float[][] probabilities = Temperature.probabilities(logits, temperature);
    return ClassificationReport.of(data.classNames(), images, probabilities)
        .calibration()
        .expectedError();
  }

  private static int[] labels(LabeledImages images) {
    return IntStream.range(0, images.size()).map(images::label).toArray();
  }
}
