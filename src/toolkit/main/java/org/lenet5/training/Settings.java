package org.lenet5.training;

import static org.lenet5.training.Setting.Group.DATA;
import static org.lenet5.training.Setting.Group.REPEATING;
import static org.lenet5.training.Setting.Group.TRAINING;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lenet5.data.Augmentation;
import org.lenet5.data.PictureSize;
import org.lenet5.data.Sampler;
import org.lenet5.data.Subset;
import org.lenet5.image.Fit;
import org.lenet5.model.Architecture;
import org.lenet5.model.Networks;
import org.lenet5.model.Normalization;

/**
 * The table of settings, in the order of the help. A new one is an entry here, and the code that
 * asks {@link TrainingConfig#get} for it: flags, help, {@code run.json}, HPARAMS and experiments
 * have it then.
 *
 * <p>Values are read when they are asked for, not when the table is made: the help needs none, and
 * would else load every optimizer.
 */
public final class Settings {
  // What stands in run.json where the data decides.
  private static final String OWN = "own";

  /** What stands in run.json where a setting names nothing. */
  public static final String NONE = "none";

  private static final Map<String, Setting<?>> TABLE = new LinkedHashMap<>();

  /** Name of the data set. */
  public static final Setting<String> DATASET =
      add(
          Setting.of("dataset", text -> text)
              .label("DATA")
              .standard("sample")
              .help(
                  DATA,
                  "sample (embedded), or one that is fetched: cifar10, cifar100, cifar100-coarse, mnist"
                      + " or fashion-mnist; or one that data import named; or a path: a folder with a"
                      + " folder of pictures for each class, a CSV with path and label, a folder"
                      + " of IDX files."));

  /** What pictures and images are scaled to; empty for the data's own size. */
  public static final Setting<Optional<PictureSize>> IMAGE_SIZE =
      add(
          Setting.of("image-size", Settings::size)
              .written(size -> size.map(PictureSize::toString).orElse(OWN))
              .label("SIZE")
              .standard(OWN, "32 for pictures, else the data's own")
              .help(DATA, "What images are scaled to: N or HEIGHTxWIDTH, from 16 to 256."));

  /** Channels; empty for the data's own. */
  public static final Setting<Optional<Integer>> COLOR =
      add(
          Setting.of("color", Settings::channels)
              .written(channels -> channels.map(n -> n == 1 ? "grey" : "rgb").orElse(OWN))
              .label("HOW")
              .standard(OWN, "rgb for pictures, else the data's own")
              .help(DATA, "What images are turned to: rgb or grey."));

  /** How a picture gets the proportions. */
  public static final Setting<Fit> FIT =
      add(
          Setting.of("fit", Settings::fit)
              .written(fit -> fit.name().toLowerCase(Locale.ROOT))
              .label("HOW")
              .standard("crop")
              .help(
                  DATA,
                  "How an image gets the proportions: crop (its middle) or squash (all of it)."));

  /** Share of pictures to measure on where the data does not say which. */
  public static final Setting<Double> TEST_SHARE =
      add(
          Setting.of("test-share", Double::parseDouble)
              .number("F")
              .must(value -> value > 0 && value < 1, "above 0 and below 1")
              .standard("0.2")
              .help(
                  DATA, "Share of each class to measure on, where a folder or list has no test."));

  /** Whether to go on without bad pictures. */
  public static final Setting<Boolean> SKIP_BAD =
      add(
          Setting.of("skip-bad", Settings::yesOrNo)
              .switchedOn()
              .standard("false", "a fault ends the command")
              .help(DATA, "Go on without pictures that are damaged, doubled or of no class."));

  /** Which training images. */
  public static final Setting<Subset> SUBSET =
      add(
          Setting.of("subset", Subset::parse)
              .label("PART")
              .standard("all")
              .help(DATA, "Training images: all, even or odd."));

  /** Share of the training images held out. */
  public static final Setting<Double> VALIDATION =
      add(
          Setting.of("validation", Double::parseDouble)
              .number("F")
              .must(value -> value >= 0 && value < 1, "from 0 to below 1")
              .standard("0")
              .help(DATA, "Share of the training images to hold out."));

  /** Which images stand for the test images. */
  public static final Setting<MeasureOn> MEASURE_ON =
      add(
          Setting.of("measure-on", MeasureOn::parse)
              .label("WHICH")
              .standard("test")
              .help(
                  DATA,
                  "Which images count as test images: test, or held-out (those of --validation; the"
                      + " test images are then not looked at)."));

  /** Passes over the training images. */
  public static final Setting<Integer> EPOCHS =
      add(
          Setting.of("epochs", Integer::parseInt)
              .number("N")
              .must(value -> value >= 1, "at least 1")
              .standard("15")
              .help(TRAINING, "Passes over the training images."));

  /** Minutes that a training is to take; 0 for no limit. */
  public static final Setting<Double> MINUTES =
      add(
          Setting.of("minutes", Double::parseDouble)
              .number("M")
              .must(value -> value >= 0 && value <= 100_000, "from 0 to 100000")
              .standard("0", "0, no limit")
              .help(
                  TRAINING,
                  "Fits epochs and schedule into so many minutes, by the time that steps take."));

  /** Steps of the whole training. */
  public static final Setting<Pace> STEPS =
      add(
          Setting.of("steps", Pace::parse)
              .label("N")
              .standard("all", "all of the epochs")
              .help(
                  TRAINING,
                  "Ends after N steps, within an epoch too; a time limit writes its plans here."));

  /** Images a step. */
  public static final Setting<Integer> BATCH_SIZE =
      add(
          Setting.of("batch-size", Integer::parseInt)
              .number("N")
              .must(value -> value >= 1, "at least 1")
              .standard("10")
              .help(TRAINING, "Images a step."));

  /** How the weights follow the gradient. */
  public static final Setting<OptimizerKind> OPTIMIZER =
      add(
          Setting.of("optimizer", OptimizerKind::of)
              .written(OptimizerKind::word)
              .standard("adam")
              .help(
                  TRAINING,
                  "sgd, momentum, nesterov, adam, adamw, adamax, adagrad, adadelta, rmsprop or ftrl."));

  /** How far a step goes. */
  public static final Setting<Float> LEARNING_RATE =
      add(
          Setting.of("learning-rate", Float::parseFloat)
              .number("RATE")
              .must(value -> value > 0 && Float.isFinite(value), "a positive number")
              .standard("0.001")
              .help(TRAINING, "How far a step follows the gradient."));

  /** How the rate changes during a training. */
  public static final Setting<Schedule> SCHEDULE =
      add(
          Setting.of("schedule", Schedule::parse)
              .label("CURVE")
              .standard("constant")
              .help(
                  TRAINING,
                  "How the rate changes: constant, linear (down to 0), cosine (down to 0), one-cycle"
                      + " (up, then down), or step:EPOCHS:FACTOR."));

  /** Epochs in which the rate rises. */
  public static final Setting<Double> WARMUP =
      add(
          Setting.of("warmup", Double::parseDouble)
              .number("EPOCHS")
              .must(value -> value >= 0 && Double.isFinite(value), "at least 0")
              .standard("0", "0; with one-cycle three tenths of all")
              .help(TRAINING, "Epochs, or parts of one, in which the rate rises."));

  /** Share of a kernel's size that each step takes away, times the rate; empty for the usual. */
  public static final Setting<Optional<Float>> WEIGHT_DECAY =
      add(
          Setting.of("weight-decay", Settings::decay)
              .written(decay -> decay.map(String::valueOf).orElse(OWN))
              .must(
                  decay -> decay.isEmpty() || decay.get() >= 0 && decay.get() < 1,
                  "from 0 to below 1")
              .label("W")
              .standard(OWN, "0; with adamw 0.01")
              .help(
                  TRAINING, "What each step takes off the kernels: this times the rate of them."));

  /** The most that all gradients together may measure; 0: any. */
  public static final Setting<Float> CLIP_NORM =
      add(
          Setting.of("clip-norm", Float::parseFloat)
              .number("NORM")
              .must(value -> value >= 0 && Float.isFinite(value), "at least 0")
              .standard("0", "0, no limit")
              .help(
                  TRAINING,
                  "Longer gradients, all taken as one vector, are scaled to this length."));

  /** Share that stays of the weights' moving averages in each step; 0: none are kept. */
  public static final Setting<Float> EMA =
      add(
          Setting.of("ema", Float::parseFloat)
              .number("DECAY")
              .must(value -> value >= 0 && value < 1, "from 0 to below 1")
              .standard("0", "0, none")
              .help(
                  TRAINING,
                  "Evaluate and export moving averages of the weights, which keep this share of"
                      + " themselves in a step."));

  /** Copies of the network that are trained at a time. */
  public static final Setting<Integer> REPLICAS =
      add(
          Setting.of("replicas", Integer::parseInt)
              .number("W")
              .must(value -> value >= 1 && value <= 1000, "from 1 to 1000")
              .standard("1")
              .help(
                  TRAINING,
                  "Copies of the network trained at a time, each on its share of the batches, and"
                      + " averaged; on one machine one after the other (docs/spark-training.md)."));

  /** How many steps each takes before they are averaged. */
  public static final Setting<SyncSteps> SYNC_STEPS =
      add(
          Setting.of("sync-steps", SyncSteps::parse)
              .label("K")
              .standard("epoch")
              .help(
                  TRAINING,
                  "Steps of each replica before all are averaged: a number, or epoch for its share"
                      + " of one."));

  /** Steps before the replicas. */
  public static final Setting<Integer> WARMUP_STEPS =
      add(
          Setting.of("warmup-steps", Integer::parseInt)
              .number("N")
              .must(value -> value >= 0, "at least 0")
              .standard("0")
              .help(
                  TRAINING,
                  "The training's first N steps are of one network alone, the replicas begin with"
                      + " what it came to."));

  /** Momentum of what a round moves. */
  public static final Setting<Float> OUTER_MOMENTUM =
      add(
          Setting.of("outer-momentum", Float::parseFloat)
              .number("M")
              .must(value -> value >= 0 && value < 1, "from 0 to below 1")
              .standard("0", "0: the mean of the replicas")
              .help(
                  TRAINING,
                  "What the mean of the replicas moved the weights by is taken as a step with this"
                      + " momentum."));

  /** Epochs without a better one on the images held out, after which a training ends. */
  public static final Setting<Integer> PATIENCE =
      add(
          Setting.of("patience", Integer::parseInt)
              .number("N")
              .must(value -> value >= 0, "at least 0")
              .standard("0", "0, never")
              .help(
                  TRAINING,
                  "End before --epochs, once N epochs were not better on the images held out."));

  /** What is better on the images held out. */
  public static final Setting<BestBy> BEST_BY =
      add(
          Setting.of("best-by", BestBy::parse)
              .label("FIGURE")
              .standard("accuracy")
              .help(TRAINING, "What decides which epoch is best on them: accuracy or loss."));

  /** Whose weights are exported. */
  public static final Setting<ExportedEpoch> EXPORT =
      add(
          Setting.of("export", ExportedEpoch::parse)
              .label("WHICH")
              .standard("best")
              .help(
                  TRAINING,
                  "Epoch whose weights are exported: best (on the images held out; the last where"
                      + " none are) or last."));

  /** What training minimises. */
  public static final Setting<Loss> LOSS =
      add(
          Setting.of("loss", Loss::of)
              .written(Loss::word)
              .standard("cross-entropy")
              .help(TRAINING, "cross-entropy or l1."));

  /** Share of each image's target that goes to all classes alike. */
  public static final Setting<Float> LABEL_SMOOTHING =
      add(
          Setting.of("label-smoothing", Float::parseFloat)
              .number("S")
              .must(value -> value >= 0 && value < 1, "from 0 to below 1")
              .standard("0")
              .help(
                  TRAINING,
                  "Share of each label given to all classes alike; what is measured is not smoothed."));

  /** How much an image's loss counts. */
  public static final Setting<ClassWeights> CLASS_WEIGHTS =
      add(
          Setting.of("class-weights", ClassWeights::parse)
              .label("HOW")
              .standard("none")
              .help(TRAINING, "none or balanced: all classes count the same in the loss."));

  /** Of training images. */
  public static final Setting<Augmentation> AUGMENT =
      add(
          Setting.of("augment", Augmentation::parse)
              .label("HOW")
              .standard("none")
              .help(
                  DATA,
                  "How training images are varied: none, or with commas between of flip, crop:PAD,"
                      + " shift:P, rotate:DEGREES, trivial, color:S, cutout:SIZE, erase:P,"
                      + " mixup:A, cutmix:A (docs/augmentation.md)."));

  /** Which layers are trained. */
  public static final Setting<Architecture> NETWORK =
      add(
          Setting.of("network", Networks::find)
              .written(Architecture::word)
              .label("NAME")
              .standard("lenet5")
              .help(
                  TRAINING,
                  "lenet5, lenet5-bn, resnet8, or a file with a line a layer (docs/networks.md)."));

  /** What the weights are at the start: a run or checkpoint; {@value #NONE}: random. */
  public static final Setting<String> FROM =
      add(
          Setting.of("from", text -> text)
              .label("RUN")
              .standard(NONE, "none: random weights")
              .help(
                  TRAINING,
                  "Begin with the weights of a run, or of a checkpoint by its path: all layers whose"
                      + " names and shapes match."));

  /** Whose answers are learnt besides the labels: a run or SavedModel; {@value #NONE}: nobody's. */
  public static final Setting<String> TEACHER =
      add(
          Setting.of("teacher", text -> text)
              .label("MODEL")
              .standard(NONE)
              .help(
                  TRAINING,
                  "A run, or a SavedModel by its path, whose answers are learnt besides the labels"
                      + " (docs/distillation.md)."));

  /** How soft these answers are made. */
  public static final Setting<Float> TEMPERATURE =
      add(
          Setting.of("temperature", Float::parseFloat)
              .number("T")
              .must(value -> value >= 0.01 && value <= 1000, "from 0.01 to 1000")
              .standard("4")
              .help(
                  TRAINING,
                  "What the teacher's logits, and the student's beside them, are divided by: the"
                      + " higher, the more they say of the classes that an image only resembles."));

  /** Share of the teacher's answers in the loss. */
  public static final Setting<Float> TEACHER_WEIGHT =
      add(
          Setting.of("teacher-weight", Float::parseFloat)
              .number("W")
              .must(value -> value >= 0 && value <= 1, "from 0 to 1")
              .standard("0.9")
              .help(
                  TRAINING,
                  "Share of the teacher's answers in the loss; the labels' is the rest."));

  /** Layers that stay as they are, by name. */
  public static final Setting<List<String>> FREEZE =
      add(
          Setting.of("freeze", Settings::names)
              .written(names -> names.isEmpty() ? NONE : String.join(",", names))
              .label("LAYERS")
              .standard(NONE)
              .help(TRAINING, "Layers that are not trained, by their names: C1,C2."));

  /** Which images an epoch consists of. */
  public static final Setting<Sampler> SAMPLER =
      add(
          Setting.of("sampler", Sampler::parse)
              .label("HOW")
              .standard("none")
              .help(DATA, "none (each image once an epoch) or balanced (each class as often)."));

  /** The model's first step. */
  public static final Setting<Normalization> NORMALIZE =
      add(
          Setting.of("normalize", Normalization::of)
              .written(Normalization::word)
              .label("HOW")
              .standard("none")
              .help(DATA, "none, notebook (the identity), cifar10 or dataset (its own)."));

  /** Share of units dropped after each hidden layer. */
  public static final Setting<Float> DROPOUT =
      add(
          Setting.of("dropout", Float::parseFloat)
              .number("P")
              .must(value -> value >= 0 && value < 1, "from 0 to below 1")
              .standard("0")
              .help(TRAINING, "Share of units dropped after F6 and F7."));

  /** Decides the weights at the start, the order of images, augmentation and dropout. */
  public static final Setting<Long> SEED =
      add(
          Setting.of("seed", Long::parseLong)
              .number("N")
              .standard("42")
              .help(REPEATING, "Decides everything that is random."));

  /** Parts of a batch, each computed on a core of its own. */
  // The standard was measured with batches of 10: more parts make each too small for its overhead.
  public static final Setting<Integer> THREADS =
      add(
          Setting.of("threads", Integer::parseInt)
              .number("N")
              .must(value -> value >= 1 && value <= 64, "from 1 to 64")
              .standard(
                  Integer.toString(Math.min(2, Runtime.getRuntime().availableProcessors())),
                  "2, or 1 on one core")
              .help(
                  REPEATING,
                  "Parts of a batch computed at a time; other numbers round differently."));

  private Settings() {}

  private static Optional<PictureSize> size(String text) {
    return text.equals(OWN) ? Optional.empty() : Optional.of(PictureSize.parse(text));
  }

  private static Optional<Float> decay(String text) {
    return text.equals(OWN) ? Optional.empty() : Optional.of(Float.parseFloat(text));
  }

  private static Optional<Integer> channels(String text) {
    return switch (text) {
      case OWN -> Optional.empty();
      case "rgb" -> Optional.of(3);
      case "grey", "gray" -> Optional.of(1);
      default -> throw new IllegalArgumentException("must be rgb or grey");
    };
  }

  private static List<String> names(String text) {
    if (text.equals(NONE)) {
      return List.of();
    }
    List<String> names = List.of(text.split(",", -1));
    if (names.contains("") || Set.copyOf(names).size() < names.size()) {
      throw new IllegalArgumentException("must be names with commas between them, each once");
    }
    return names;
  }

  private static Fit fit(String text) {
    return switch (text) {
      case "crop" -> Fit.CROP;
      case "squash" -> Fit.SQUASH;
      default -> throw new IllegalArgumentException("must be crop or squash");
    };
  }

  private static boolean yesOrNo(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("must be true or false");
    };
  }

  private static <T> Setting<T> add(Setting<T> setting) {
    if (TABLE.put(setting.name(), setting) != null) {
      throw new IllegalStateException(setting + " stands twice in the table");
    }
    return setting;
  }

  /** All settings, in the order of the help. */
  public static List<Setting<?>> all() {
    return List.copyOf(TABLE.values());
  }

  /** The setting of a flag, without its dashes. */
  public static Optional<Setting<?>> find(String name) {
    return Optional.ofNullable(TABLE.get(name));
  }

  /**
   * The setting of a flag, without its dashes.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Setting<?> named(String name, String value) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--" + name + " " + value + ": is no setting of a training"));
  }
}
