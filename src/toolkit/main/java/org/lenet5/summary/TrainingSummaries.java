package org.lenet5.summary;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.lenet5.chart.ConfusionMatrixPicture;
import org.lenet5.chart.ImageGridPicture;
import org.lenet5.chart.KernelPicture;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.training.ClassMeans;
import org.lenet5.training.EpochListener;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Evaluation;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.Summary;

/**
 * A run in TensorBoard: at step 0 its graphs, configuration, chart layout and a batch; then, at the
 * epoch's number, counted from 1, everything an epoch measured. One event holds an epoch, so a
 * reader sees an epoch whole or not at all.
 *
 * <p>What stands before a tag's slash is the group that TensorBoard shows it in. It opens the first
 * two of them in the order of their letters: Accuracy and Loss, whose values {@code Loss train} and
 * its like have, too, under the names that other programs look for. Not thread-safe.
 */
public final class TrainingSummaries implements EpochListener, AutoCloseable {
  /** Mean loss of the epoch's batches, as trained. */
  public static final String TRAIN_LOSS = "Loss train";

  /** Mean loss of the test images. */
  public static final String TEST_LOSS = "Loss test";

  /** Accuracy of the training images, a fraction. */
  public static final String TRAIN_ACCURACY = "Train Accuracy";

  /** Accuracy of the test images, a fraction. */
  public static final String TEST_ACCURACY = "Test Accuracy";

  /** Mean loss of the images held out, for runs that hold some out. */
  public static final String VALIDATION_LOSS = "Loss validation";

  /** Accuracy of the images held out, a fraction. */
  public static final String VALIDATION_ACCURACY = "Validation Accuracy";

  /** Balanced accuracy of the test images, a fraction. */
  public static final String TEST_BALANCED = "Accuracy/test balanced";

  /** Macro F1 of the test images, a fraction. */
  public static final String TEST_F1 = "Accuracy/test macro F1";

  /** Balanced accuracy of the images held out, a fraction. */
  public static final String VALIDATION_BALANCED = "Accuracy/validation balanced";

  /** Macro F1 of the images held out, a fraction. */
  public static final String VALIDATION_F1 = "Accuracy/validation macro F1";

  /** Images of the training pass in a second. */
  public static final String IMAGES_PER_SECOND = "Training/Images per second";

  /** The tag of the configuration as a table. */
  public static final String CONFIGURATION = "Configuration";

  /** The tag of the graph that the training computes, operation by operation. */
  public static final String OPERATIONS = "All operations of the training";

  private static final String LEARNING_RATE = "Training/Learning rate";
  private static final String FIRST_KERNELS = "C1/kernel";
  private static final String BATCH = "Pictures/Batch";
  private static final String KERNELS = "Pictures/C1 kernels";
  private static final String CONFUSION = "Pictures/Confusion matrix";
  private static final String WEIGHTS = "Weights/";

  /** Under which second tag a value stands in a group. */
  private static final Map<String, String> GROUPED =
      Map.of(
          TRAIN_LOSS, "Loss/train",
          TEST_LOSS, "Loss/test",
          VALIDATION_LOSS, "Loss/validation",
          TRAIN_ACCURACY, "Accuracy/train",
          TEST_ACCURACY, "Accuracy/test",
          VALIDATION_ACCURACY, "Accuracy/validation");

  /** Tags of version 0.1. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "Learning rate", LEARNING_RATE,
          "Images per second", IMAGES_PER_SECOND,
          "Batch", BATCH,
          "C1 kernels", KERNELS,
          "Confusion matrix", CONFUSION);

  private final EventFileWriter writer;
  private final Run run;

  private TrainingSummaries(EventFileWriter writer, Run run) {
    this.writer = writer;
    this.run = run;
  }

  /**
   * What is known of a run before its first epoch.
   *
   * @param name the run's
   * @param dataset the data set's name
   * @param configuration settings by name, in the order to show them
   * @param layers the network as people think of it, which GRAPHS opens with
   * @param operations what the training computes
   * @param classes names in the order of their numbers
   * @param variables names of the variables to draw, without optimizer state
   * @param batch images of the first batch, as they are and as they are trained on
   * @param lastEpoch the epoch that the run ends with, as far as that is known
   */
  public record Run(
      String name,
      String dataset,
      Map<String, String> configuration,
      GraphDef layers,
      GraphDef operations,
      List<String> classes,
      List<String> variables,
      List<ImageGridPicture.Row> batch,
      int lastEpoch) {}

  /**
   * Starts a run: a new event file in {@code folder} that appears with all of step 0 in it.
   *
   * @param folder the run's, {@code graphs/RUN}; created if absent
   * @param time of the start
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  public static TrainingSummaries start(Path folder, Instant time, Run run) {
    return new TrainingSummaries(EventFileWriter.create(folder, time, first(time, run)), run);
  }

  /**
   * Goes on with a run: later epochs and a cut record are dropped from its newest event file, which
   * is then continued. Without such a file it starts a new one. Curves that were lost with a file
   * are written again from what {@code run.json} keeps.
   *
   * <p>A file whose settings are not {@code run}'s, because the run goes on for longer, or whose
   * tags are those of version 0.1, is written anew: of two values TensorBoard's HPARAMS shows the
   * first. The run then continues in a new file, which a TensorBoard that reads the old one finds.
   *
   * @param earlier the run's epochs so far, in order
   * @param remarks told of what was damaged or lost, in a line each
   * @throws java.io.UncheckedIOException if a file cannot be read or written
   */
  public static TrainingSummaries resume(
      Path folder, List<Manifest.Epoch> earlier, Instant time, Run run, Consumer<String> remarks) {
    EventFiles.setAsideDamaged(folder).forEach(remarks);
    EventFiles.trim(folder, earlier.size());
    Optional<Path> own = Optional.empty(); // evaluate writes files here, too
    boolean started = false;
    boolean renewed = false;
    Set<Long> known = new HashSet<>();
    for (Path file : EventFiles.list(folder)) {
      List<Event> events = EventFileReader.readAll(file);
      if (events.stream().noneMatch(event -> event.hasGraphDef() || isEpoch(event))) {
        continue;
      }
      own = Optional.of(file);
      started |= events.stream().anyMatch(Event::hasGraphDef);
      events.stream().filter(TrainingSummaries::isEpoch).forEach(e -> known.add(e.getStep()));
      List<Event> wanted = renewed(events, run);
      if (!wanted.equals(events)) {
        EventFiles.replace(file, wanted);
        renewed = true;
      }
    }
    EventFileWriter writer;
    if (!started) {
      writer = EventFileWriter.create(folder, time, first(time, run));
    } else if (renewed) {
      writer = EventFileWriter.create(folder, time, List.of());
    } else {
      writer = EventFileWriter.append(own.orElseThrow());
    }
    TrainingSummaries summaries = new TrainingSummaries(writer, run);
    List<Manifest.Epoch> lost =
        earlier.stream().filter(epoch -> !known.contains((long) epoch.epoch())).toList();
    if (!lost.isEmpty()) {
      summaries.writer.write(lost.stream().map(TrainingSummaries::curves).toList());
      remarks.accept(
          "%s had lost epoch %s: the curves are there again, histograms and pictures are not"
              .formatted(
                  summaries.file(),
                  lost.stream()
                      .map(epoch -> Integer.toString(epoch.epoch()))
                      .collect(Collectors.joining(", "))));
    }
    return summaries;
  }

  private static boolean isEpoch(Event event) {
    return event.getSummary().getValueList().stream()
        .anyMatch(value -> value.getTag().equals(TRAIN_LOSS));
  }

  /** The events as this version writes them for {@code run}. */
  private static List<Event> renewed(List<Event> events, Run run) {
    List<Event> renewed = new ArrayList<>();
    for (Event event : events) {
      if (event.hasGraphDef()) {
        renewed.addAll(first(Events.time(event), run));
      } else if (isEpoch(event)) {
        Summary.Builder summary = Summary.newBuilder();
        for (Summary.Value value : event.getSummary().getValueList()) {
          String tag = RENAMED.getOrDefault(value.getTag(), value.getTag());
          tag = run.variables().contains(tag) ? WEIGHTS + tag : tag;
          // The run has ended only where this says so.
          if (!tag.equals(HParams.SESSION_END) || event.getStep() == run.lastEpoch()) {
            summary.addValue(value.toBuilder().setTag(tag));
          }
        }
        renewed.add(event.toBuilder().setSummary(grouped(summary)).build());
      } else if (event.getStep() > 0 || !event.hasSummary()) {
        renewed.add(event); // Step 0 holds the events that come with the graph.
      }
    }
    return renewed;
  }

  /** Adds to losses and accuracies their twins in groups. */
  private static Summary grouped(Summary.Builder summary) {
    Set<String> there =
        summary.getValueList().stream().map(Summary.Value::getTag).collect(Collectors.toSet());
    for (Summary.Value value : List.copyOf(summary.getValueList())) {
      String twin = GROUPED.get(value.getTag());
      if (twin != null && !there.contains(twin)) {
        summary.addValue(value.toBuilder().setTag(twin));
      }
    }
    return summary.build();
  }

  private static void add(Summary.Builder summary, String balanced, String f1, ClassMeans means) {
    summary
        .addValue(Events.scalar(balanced, means.balancedAccuracy()))
        .addValue(Events.scalar(f1, means.macroF1()));
  }

  /** The event of an epoch whose own was lost, made of what {@code run.json} kept. */
  private static Event curves(Manifest.Epoch epoch) {
    Summary.Builder summary =
        Summary.newBuilder()
            .addValue(Events.scalar(TRAIN_LOSS, epoch.trainLoss()))
            .addValue(Events.scalar(TEST_LOSS, epoch.testLoss()))
            .addValue(Events.scalar(TRAIN_ACCURACY, epoch.trainAccuracy()))
            .addValue(Events.scalar(TEST_ACCURACY, epoch.testAccuracy()))
            .addValue(Events.scalar(LEARNING_RATE, epoch.learningRate()))
            .addValue(Events.scalar(IMAGES_PER_SECOND, epoch.imagesPerSecond()));
    if (epoch.validationLoss() != null) {
      summary
          .addValue(Events.scalar(VALIDATION_LOSS, epoch.validationLoss()))
          .addValue(Events.scalar(VALIDATION_ACCURACY, epoch.validationAccuracy()));
    }
    epoch.testMeans().ifPresent(means -> add(summary, TEST_BALANCED, TEST_F1, means));
    epoch
        .validationMeans()
        .ifPresent(means -> add(summary, VALIDATION_BALANCED, VALIDATION_F1, means));
    return Events.at(Instant.parse(epoch.wallTime()), epoch.epoch())
        .setSummary(grouped(summary))
        .build();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a variable to draw is absent or not finite
   * @throws java.io.UncheckedIOException if the epoch cannot be written
   */
  @Override
  public void onEpoch(EpochResult result) {
    Summary.Builder summary =
        Summary.newBuilder()
            .addValue(Events.scalar(TRAIN_LOSS, result.trainLoss()))
            .addValue(Events.scalar(TEST_LOSS, result.test().loss()))
            .addValue(Events.scalar(TRAIN_ACCURACY, result.train().accuracy()))
            .addValue(Events.scalar(TEST_ACCURACY, result.test().accuracy()))
            .addValue(Events.scalar(LEARNING_RATE, result.learningRate()))
            .addValue(Events.scalar(IMAGES_PER_SECOND, result.imagesPerSecond()));
    result
        .validation()
        .ifPresent(
            validation ->
                summary
                    .addValue(Events.scalar(VALIDATION_LOSS, validation.loss()))
                    .addValue(Events.scalar(VALIDATION_ACCURACY, validation.accuracy())));
    add(summary, TEST_BALANCED, TEST_F1, result.test().classMeans());
    result
        .validation()
        .map(Evaluation::classMeans)
        .ifPresent(means -> add(summary, VALIDATION_BALANCED, VALIDATION_F1, means));
    for (String name : run.variables()) {
      FloatNdArray values =
          Optional.ofNullable(result.variables().get(name))
              .orElseThrow(() -> new IllegalArgumentException("the epoch has no variable " + name));
      summary.addValue(Events.histogram(WEIGHTS + name, values));
      if (name.equals(FIRST_KERNELS)) {
        String subject = "%s on %s, epoch %d".formatted(run.name(), run.dataset(), result.epoch());
        summary.addValue(Events.image(KERNELS, KernelPicture.draw(subject, values)));
      }
    }
    summary.addValue(
        Events.image(
            CONFUSION,
            ConfusionMatrixPicture.draw(
                measured(result), result.test().confusion(), run.classes())));
    if (result.isLast()) {
      summary.addValue(HParams.sessionEnd(result.time()));
    }
    writer.write(
        List.of(Events.at(result.time(), result.epoch()).setSummary(grouped(summary)).build()));
  }

  private String measured(EpochResult result) {
    return String.format(
        Locale.ROOT,
        "%s, epoch %d on %s: loss %.4f, accuracy %.2f %%",
        run.name(),
        result.epoch(),
        run.dataset(),
        result.test().loss(),
        100 * result.test().accuracy());
  }

  /** The event file written to. */
  public Path file() {
    return writer.file();
  }

  /** Closes the event file; closing it again does nothing. */
  @Override
  public void close() {
    writer.close();
  }

  private static List<Event> first(Instant started, Run run) {
    // Rounded to what an event's time can hold, so that events that are made again are the same.
    Instant time = started.truncatedTo(ChronoUnit.MICROS);
    Summary summary =
        Summary.newBuilder()
            .addValue(Events.table(CONFIGURATION, run.configuration()))
            .addValue(Events.layout())
            .addValue(Events.furtherGraph(OPERATIONS, run.operations()))
            .addValue(HParams.sessionStart(run.configuration(), time))
            .addValue(
                Events.image(
                    BATCH,
                    ImageGridPicture.draw(
                        "Batch", run.name() + " on " + run.dataset(), run.batch())))
            .build();
    return List.of(
        Events.graph(time, run.layers()), Events.at(time, 0).setSummary(summary).build());
  }
}
