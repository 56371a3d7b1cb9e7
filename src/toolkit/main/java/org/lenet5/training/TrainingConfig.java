package org.lenet5.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lenet5.data.Augmentation;
import org.lenet5.data.PictureOptions;
import org.lenet5.data.Sampler;
import org.lenet5.data.Subset;
import org.lenet5.model.Model;
import org.lenet5.model.Normalization;

/**
 * Every setting that decides what a run computes: a value for each of {@link Settings}. A wrong
 * configuration cannot be constructed: the builder throws {@link IllegalArgumentException} naming
 * the flag, its value and what would be right. Immutable.
 *
 * <pre>{@code
 * TrainingConfig config = TrainingConfig.builder().epochs(5).optimizer(OptimizerKind.SGD).build();
 * TrainingConfig longer = config.toBuilder().epochs(50).build();
 * }</pre>
 */
public final class TrainingConfig {
  private final Map<Setting<?>, Object> values;

  private TrainingConfig(Builder builder) {
    Map<Setting<?>, Object> all = new LinkedHashMap<>();
    for (Setting<?> each : Settings.all()) {
      Object given = builder.given.get(each);
      all.put(each, given == null ? each.standardValue() : given);
    }
    values = Collections.unmodifiableMap(all);
    requireSteadyRate();
    requireTeacherFor(Settings.TEMPERATURE);
    requireTeacherFor(Settings.TEACHER_WEIGHT);
    requireFitReplicas();
    if (classWeights() == ClassWeights.BALANCED && sampler() == Sampler.BALANCED) {
      throw new IllegalArgumentException(
          "--class-weights balanced: must be none with --sampler balanced, which shows each class"
              + " as often already");
    }
  }

  private void requireTeacherFor(Setting<?> setting) {
    if (get(Settings.TEACHER).equals(Settings.NONE)
        && !values.get(setting).equals(setting.standardValue())) {
      throw new IllegalArgumentException(
          "%s %s: needs --teacher, whose answers it is about".formatted(setting, text(setting)));
    }
  }

  private void requireFitReplicas() {
    int replicas = get(Settings.REPLICAS);
    if (replicas == 1 && get(Settings.OUTER_MOMENTUM) > 0) {
      throw new IllegalArgumentException(
          "--outer-momentum %s: needs --replicas of at least 2, which it averages"
              .formatted(text(Settings.OUTER_MOMENTUM)));
    }
    if (replicas > 1 && get(Settings.MINUTES) > 0) {
      throw new IllegalArgumentException(
          "--minutes %s: must be 0 with --replicas %d, whose rounds take as long as the machines"
                  .formatted(text(Settings.MINUTES), replicas)
              + " that train them; --steps says an end");
    }
  }

  private void requireSteadyRate() {
    if (optimizer() == OptimizerKind.FTRL
        && (get(Settings.SCHEDULE).shape() != Schedule.Shape.CONSTANT
            || get(Settings.WARMUP) > 0)) {
      throw new IllegalArgumentException(
          "--optimizer ftrl: must have --schedule constant and no --warmup, as its weights are in"
              + " proportion to the rate");
    }
  }

  /** What was perhaps not meant, though it can be trained: a line each. */
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    double warmup = get(Settings.WARMUP);
    if (warmup > 0 && warmup >= epochs() && !get(Settings.STEPS).isSaid()) {
      remarks.add(
          "--warmup %s: the rate rises through all of --epochs %d and never falls"
              .formatted(text(Settings.WARMUP), epochs()));
    }
    for (Setting<?> each : List.of(Settings.SYNC_STEPS, Settings.WARMUP_STEPS)) {
      if (get(Settings.REPLICAS) == 1 && !get(each).equals(each.standardValue())) {
        remarks.add(
            "%s %s: changes nothing, as there is one replica; --replicas W trains W"
                .formatted(each, text(each)));
      }
    }
    return remarks;
  }

  /** The value of a setting. */
  @SuppressWarnings("unchecked") // The builder puts each setting's own values in only.
  public <T> T get(Setting<T> setting) {
    return (T) values.get(setting);
  }

  /** Name of the data set. */
  public String dataset() {
    return get(Settings.DATASET);
  }

  /** How pictures become images, where the data set is a path. */
  public PictureOptions pictures() {
    return new PictureOptions(
        get(Settings.IMAGE_SIZE),
        get(Settings.COLOR),
        get(Settings.FIT),
        get(Settings.TEST_SHARE),
        get(Settings.SKIP_BAD));
  }

  /** Which training images. */
  public Subset subset() {
    return get(Settings.SUBSET);
  }

  /** Share of the training images held out, 0 to below 1. */
  public double validation() {
    return get(Settings.VALIDATION);
  }

  /** Passes over the training images, at least 1. */
  public int epochs() {
    return get(Settings.EPOCHS);
  }

  /** Images a step, at least 1. */
  public int batchSize() {
    return get(Settings.BATCH_SIZE);
  }

  /** How the weights follow the gradient. */
  public OptimizerKind optimizer() {
    return get(Settings.OPTIMIZER);
  }

  /** Positive and finite. */
  public float learningRate() {
    return get(Settings.LEARNING_RATE);
  }

  /** What training minimises. */
  public Loss loss() {
    return get(Settings.LOSS);
  }

  /** Of training images. */
  public Augmentation augmentation() {
    return get(Settings.AUGMENT);
  }

  /** How much an image's loss counts. */
  public ClassWeights classWeights() {
    return get(Settings.CLASS_WEIGHTS);
  }

  /** Which images an epoch consists of. */
  public Sampler sampler() {
    return get(Settings.SAMPLER);
  }

  /**
   * Names of a model's layers that are not trained.
   *
   * @throws IllegalArgumentException "--freeze names: …" if the model has no such layer with
   *     variables, or none would be trained
   */
  public Set<String> frozen(Model model) {
    Set<String> frozen = new LinkedHashSet<>(get(Settings.FREEZE));
    Set<String> layers = model.layersWithVariables();
    for (String each : frozen) {
      if (!layers.contains(each)) {
        throw new IllegalArgumentException(
            "--freeze %s: there is no layer %s that could be trained; must be of %s"
                .formatted(text(Settings.FREEZE), each, String.join(", ", layers)));
      }
    }
    if (frozen.size() == layers.size()) {
      throw new IllegalArgumentException(
          "--freeze %s: must leave a layer to train".formatted(text(Settings.FREEZE)));
    }
    return frozen;
  }

  /** The model's first step. */
  public Normalization normalization() {
    return get(Settings.NORMALIZE);
  }

  /** Share of units dropped after each hidden layer, 0 to below 1. */
  public float dropout() {
    return get(Settings.DROPOUT);
  }

  /** Decides the weights at the start, the order of images, augmentation and dropout. */
  public long seed() {
    return get(Settings.SEED);
  }

  /**
   * Parts that a batch is split into, 1 to 64, each computed on a core of its own; part of the
   * arithmetic, as sums are rounded in another order.
   */
  public int threads() {
    return get(Settings.THREADS);
  }

  /** The settings by flag, in the order of the help, for people, files and comparisons. */
  public Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>();
    values.keySet().forEach(setting -> flags.put(setting.name(), text(setting)));
    return flags;
  }

  private <T> String text(Setting<T> setting) {
    return setting.text(get(setting));
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

  /** A builder with these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.given.putAll(values);
    return builder;
  }

  /**
   * This configuration with some flags set anew.
   *
   * @throws IllegalArgumentException naming the flag and the value
   */
  public TrainingConfig with(Map<String, String> flags) {
    Builder builder = toBuilder();
    flags.forEach(builder::set);
    return builder.build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrainingConfig config && values.equals(config.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    flags()
        .forEach(
            (flag, value) ->
                text.append(text.isEmpty() ? "--" : " --").append(flag).append(' ').append(value));
    return text.toString();
  }

  /**
   * Collects settings. Each method throws {@link IllegalArgumentException} "--flag value: must be
   * …" for a value that cannot be used. Not thread-safe.
   */
  public static final class Builder {
    private final Map<Setting<?>, Object> given = new HashMap<>();

    private Builder() {}

    /** Sets any setting. */
    public <T> Builder set(Setting<T> setting, T value) {
      given.put(setting, setting.check(value));
      return this;
    }

    /** Sets a setting as its flag would, named without dashes. */
    public Builder set(String flag, String text) {
      Setting<?> setting = Settings.named(flag, text);
      given.put(setting, setting.parse(text));
      return this;
    }

    /** See {@link TrainingConfig#dataset()}. */
    public Builder dataset(String name) {
      return set(Settings.DATASET, name);
    }

    /** See {@link TrainingConfig#subset()}. */
    public Builder subset(Subset part) {
      return set(Settings.SUBSET, part);
    }

    /** See {@link TrainingConfig#validation()}. */
    public Builder validation(double share) {
      return set(Settings.VALIDATION, share);
    }

    /** See {@link TrainingConfig#epochs()}. */
    public Builder epochs(int passes) {
      return set(Settings.EPOCHS, passes);
    }

    /** See {@link TrainingConfig#batchSize()}. */
    public Builder batchSize(int images) {
      return set(Settings.BATCH_SIZE, images);
    }

    /** See {@link TrainingConfig#optimizer()}. */
    public Builder optimizer(OptimizerKind kind) {
      return set(Settings.OPTIMIZER, kind);
    }

    /** See {@link TrainingConfig#learningRate()}. */
    public Builder learningRate(float rate) {
      return set(Settings.LEARNING_RATE, rate);
    }

    /** See {@link TrainingConfig#loss()}. */
    public Builder loss(Loss loss) {
      return set(Settings.LOSS, loss);
    }

    /** See {@link TrainingConfig#augmentation()}. */
    public Builder augmentation(Augmentation augmentation) {
      return set(Settings.AUGMENT, augmentation);
    }

    /** See {@link TrainingConfig#normalization()}. */
    public Builder normalization(Normalization normalization) {
      return set(Settings.NORMALIZE, normalization);
    }

    /** See {@link TrainingConfig#dropout()}. */
    public Builder dropout(float share) {
      return set(Settings.DROPOUT, share);
    }

    /** See {@link TrainingConfig#seed()}. */
    public Builder seed(long seed) {
      return set(Settings.SEED, seed);
    }

    /** See {@link TrainingConfig#threads()}. */
    public Builder threads(int parts) {
      return set(Settings.THREADS, parts);
    }

    /** See {@link TrainingConfig#classWeights()}. */
    public Builder classWeights(ClassWeights weights) {
      return set(Settings.CLASS_WEIGHTS, weights);
    }

    /** See {@link TrainingConfig#sampler()}. */
    public Builder sampler(Sampler sampler) {
      return set(Settings.SAMPLER, sampler);
    }

    /**
     * The configuration, with the defaults for what was not set.
     *
     * @throws IllegalArgumentException naming the flag, if two settings do not go together
     */
    public TrainingConfig build() {
      return new TrainingConfig(this);
    }
  }
}
