package org.lenet5.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.lenet5.data.Augmentation;
import org.lenet5.data.Subset;
import org.lenet5.model.Normalization;

/**
 * Every setting that decides what a run computes. A wrong configuration cannot be constructed: the
 * constructor throws {@link IllegalArgumentException} naming the flag, its value and what would be
 * right. Make one with {@link #builder()}.
 *
 * @param dataset name of the data set
 * @param subset which training images
 * @param validation share of the training images held out, 0 to below 1
 * @param epochs at least 1
 * @param batchSize at least 1
 * @param optimizer how the weights follow the gradient
 * @param learningRate positive and finite
 * @param loss what training minimises
 * @param augmentation of training images
 * @param normalization the model's first step
 * @param dropout share of units dropped after each hidden layer, 0 to below 1
 * @param seed decides the weights at the start, the order of images, augmentation and dropout
 * @param threads parts that a batch is split into, each computed on a core of its own; part of the
 *     arithmetic, as sums are rounded in another order
 */
public record TrainingConfig(
    String dataset,
    Subset subset,
    double validation,
    int epochs,
    int batchSize,
    OptimizerKind optimizer,
    float learningRate,
    Loss loss,
    Augmentation augmentation,
    Normalization normalization,
    float dropout,
    long seed,
    int threads) {

  public TrainingConfig {
    require(validation >= 0 && validation < 1, "validation", validation, "from 0 to below 1");
    require(epochs >= 1, "epochs", epochs, "at least 1");
    require(batchSize >= 1, "batch-size", batchSize, "at least 1");
    require(
        learningRate > 0 && Float.isFinite(learningRate),
        "learning-rate",
        learningRate,
        "a positive number");
    require(dropout >= 0 && dropout < 1, "dropout", dropout, "from 0 to below 1");
    require(threads >= 1 && threads <= 64, "threads", threads, "from 1 to 64");
  }

  private static void require(boolean holds, String flag, Object value, String right) {
    if (!holds) {
      throw new IllegalArgumentException("--" + flag + " " + value + ": must be " + right);
    }
  }

  /**
   * The default number of threads: two if there are two cores or more. Measured with batches of 10
   * on two cores; more parts than that make each too small to be worth its overhead.
   */
  public static int defaultThreads() {
    return Math.min(2, Runtime.getRuntime().availableProcessors());
  }

  /** The settings by flag, in the order of the help, for people, files and comparisons. */
  public Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("dataset", dataset);
    flags.put("subset", subset.toString());
    flags.put("validation", Double.toString(validation));
    flags.put("epochs", Integer.toString(epochs));
    flags.put("batch-size", Integer.toString(batchSize));
    flags.put("optimizer", optimizer.word());
    flags.put("learning-rate", Float.toString(learningRate));
    flags.put("loss", loss.word());
    flags.put("augment", augmentation.toString());
    flags.put("normalize", normalization.word());
    flags.put("dropout", Float.toString(dropout));
    flags.put("seed", Long.toString(seed));
    flags.put("threads", Integer.toString(threads));
    return flags;
  }

  /**
   * The configuration with the given flags, the defaults for the others.
   *
   * @throws IllegalArgumentException naming the flag and the value
   */
  public static TrainingConfig of(Map<String, String> flags) {
    Builder builder = builder();
    flags.forEach(builder::set);
    return builder.build();
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * This configuration with some flags set anew.
   *
   * @throws IllegalArgumentException naming the flag and the value
   */
  public TrainingConfig with(Map<String, String> flags) {
    Builder builder = new Builder();
    flags().forEach(builder::set);
    flags.forEach(builder::set);
    return builder.build();
  }

  /** Collects settings; each is checked when the configuration is built. */
  public static final class Builder {
    private String dataset = "sample";
    private Subset subset = Subset.ALL;
    private double validation;
    private int epochs = 15;
    private int batchSize = 10;
    private OptimizerKind optimizer = OptimizerKind.ADAM;
    private float learningRate = 0.001f;
    private Loss loss = Loss.CROSS_ENTROPY;
    private Augmentation augmentation = Augmentation.NONE;
    private Normalization normalization = Normalization.NONE;
    private float dropout;
    private long seed = 42;
    private int threads = defaultThreads();

    private Builder() {}

    /**
     * Sets one setting as its flag would.
     *
     * @throws IllegalArgumentException "--flag value: must be …"
     */
    public Builder set(String flag, String value) {
      try {
        switch (flag) {
          case "dataset" -> dataset = value;
          case "subset" -> subset = Subset.parse(value);
          case "validation" -> validation = Double.parseDouble(value);
          case "epochs" -> epochs = Integer.parseInt(value);
          case "batch-size" -> batchSize = Integer.parseInt(value);
          case "optimizer" -> optimizer = OptimizerKind.of(value);
          case "learning-rate" -> learningRate = Float.parseFloat(value);
          case "loss" -> loss = Loss.of(value);
          case "augment" -> augmentation = Augmentation.parse(value);
          case "normalize" -> normalization = Normalization.of(value);
          case "dropout" -> dropout = Float.parseFloat(value);
          case "seed" -> seed = Long.parseLong(value);
          case "threads" -> threads = Integer.parseInt(value);
          default -> throw new IllegalArgumentException("is no setting of a training");
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("--" + flag + " " + value + ": must be a number", e);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("--" + flag + " " + value + ": " + e.getMessage(), e);
      }
      return this;
    }

    public TrainingConfig build() {
      return new TrainingConfig(
          dataset,
          subset,
          validation,
          epochs,
          batchSize,
          optimizer,
          learningRate,
          loss,
          augmentation,
          normalization,
          dropout,
          seed,
          threads);
    }
  }
}
