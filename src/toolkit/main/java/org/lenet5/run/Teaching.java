package org.lenet5.run;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.classify.LogitsModel;
import org.lenet5.classify.ModelException;
import org.lenet5.data.DataException;
import org.lenet5.data.Dataset;
import org.lenet5.image.ImageShape;
import org.lenet5.io.OneLine;
import org.lenet5.training.Settings;
import org.lenet5.training.Teacher;
import org.lenet5.training.TrainingConfig;

/**
 * The teacher of a run, ready to answer, and where it is from; or none. Holds native memory until
 * it is closed.
 */
final class Teaching implements AutoCloseable {
  private static final int MOST_NAMED = 12;

  private final Manifest.Source source; // null: none
  private final Teacher teacher; // null: none

  private Teaching(Manifest.Source source, Teacher teacher) {
    this.source = source;
    this.teacher = teacher;
  }

  /**
   * The teacher that {@code --teacher} names.
   *
   * @param checkpoints where runs lie
   * @throws RunUsageException if there is no such run or model, or it is for other images or
   *     classes
   * @throws DataException if it is damaged, or no model that can be used
   */
  static Teaching of(TrainingConfig config, Dataset data, Path checkpoints) {
    String word = config.get(Settings.TEACHER);
    return word.equals(Settings.NONE)
        ? new Teaching(null, null)
        : find(word, 0, config, data, checkpoints);
  }

  /**
   * The teacher that a run had.
   *
   * @throws DataException if it is gone, or no longer what it was
   */
  static Teaching again(Manifest run, Dataset data, Path checkpoints) {
    if (run.sources() == null || run.sources().teacher() == null) {
      return new Teaching(null, null);
    }
    Manifest.Source then = run.sources().teacher();
    String began = "run %s learns from %s".formatted(run.run(), described(then));
    Teaching now;
    try {
      now = find(then.name(), then.epoch(), TrainingConfig.of(run.settings()), data, checkpoints);
    } catch (RunUsageException | DataException e) {
      throw new DataException(began + ", which is gone or damaged: " + e.getMessage(), e);
    }
    if (!now.source.sha256().equals(then.sha256())) {
      now.close();
      throw new DataException(
          "%s, which has changed: its SHA-256 is %s, it was %s"
              .formatted(began, now.source.sha256(), then.sha256()));
    }
    return now;
  }

  /** Refuses a run that is to learn from itself. */
  static void requireOther(TrainingConfig config, String name) {
    String teacher = config.get(Settings.TEACHER);
    if (teacher.equals(name) && !teacher.equals(Settings.NONE)) { // a run may be called so
      throw new RunUsageException("--teacher " + name + ": a run cannot be its own teacher");
    }
  }

  /**
   * @param epoch of a run; 0: as it would be exported
   */
  private static Teaching find(
      String word, int epoch, TrainingConfig config, Dataset data, Path checkpoints) {
    String flag = "--teacher " + word;
    try {
      Optional<RunFolder> run = RunFolder.of(word, checkpoints);
      if (run.isPresent()) {
        return ofRun(flag, Origin.ofRun(flag, run.get(), epoch), config, data);
      }
      Path path = Path.of(word).toAbsolutePath().normalize();
      if (Files.isDirectory(path)) {
        return ofModel(flag, path, config, data);
      }
    } catch (InvalidPathException e) {
      RunUsageException unknown = unknown(flag, checkpoints);
      unknown.initCause(e);
      throw unknown;
    } catch (RunException | ModelException e) {
      throw new DataException(flag + ": " + e.getMessage(), e);
    }
    throw unknown(flag, checkpoints);
  }

  private static RunUsageException unknown(String flag, Path checkpoints) {
    return new RunUsageException(
        "%s: there is neither such a run in %s nor a folder with such a SavedModel"
            .formatted(flag, checkpoints));
  }

  private static Teaching ofRun(String flag, Origin origin, TrainingConfig config, Dataset data) {
    Manifest run = origin.run().orElseThrow();
    requireSame(flag, run.model().image(), run.data().classes(), data);
    return new Teaching(
        origin.source(),
        opened(
            flag,
            () ->
                Teacher.of(
                    run.model(),
                    origin.variables(),
                    run.data().classes(),
                    data.classNames(),
                    config.threads())));
  }

  private static Teaching ofModel(String flag, Path path, TrainingConfig config, Dataset data) {
    LogitsModel model = LogitsModel.find(path);
    requireSame(flag, model.imageShape(), model.classes(), data);
    return new Teaching(
        new Manifest.Source(path.toString(), 0, model.sha256()),
        opened(flag, () -> Teacher.of(model, data.classNames(), config.threads())));
  }

  private static void requireSame(
      String flag, ImageShape shape, List<String> classes, Dataset data) {
    List<String> wanted = data.classNames();
    if (classes.size() != wanted.size() || !new HashSet<>(classes).equals(new HashSet<>(wanted))) {
      throw new RunUsageException(
          "%s: knows the classes %s; those of %s are %s"
              .formatted(flag, text(classes), data.name(), text(wanted)));
    }
    if (!shape.equals(data.shape())) {
      throw new RunUsageException(
          "%s: takes images of %s, those of %s are %s; --image-size %dx%d --color %s makes them so"
              .formatted(
                  flag,
                  shape,
                  data.name(),
                  data.shape(),
                  shape.height(),
                  shape.width(),
                  shape.isGrey() ? "grey" : "rgb"));
    }
  }

  private static String text(List<String> classes) {
    return classes.size() <= MOST_NAMED
        ? String.join(", ", classes)
        : String.join(", ", classes.subList(0, MOST_NAMED)) + " … (" + classes.size() + ")";
  }

  private static Teacher opened(String flag, Supplier<Teacher> opening) {
    try {
      return opening.get();
    } catch (ModelException e) {
      throw e;
    } catch (RuntimeException e) { // not all of TensorFlow's have a class in common
      throw new DataException(flag + ": " + OneLine.reason(e), e);
    }
  }

  private static String described(Manifest.Source source) {
    return source.name() + (source.epoch() > 0 ? " after epoch " + source.epoch() : "");
  }

  /** The teacher; empty if there is none. */
  Optional<Teacher> teacher() {
    return Optional.ofNullable(teacher);
  }

  /** As {@code run.json} keeps it; null if there is none. */
  Manifest.Source source() {
    return source;
  }

  /** For people, a line at most. */
  List<String> remarks(TrainingConfig config) {
    return source == null
        ? List.of()
        : List.of(
            "Learns from %s: temperature %s, weight %s"
                .formatted(
                    described(source),
                    config.get(Settings.TEMPERATURE),
                    config.get(Settings.TEACHER_WEIGHT)));
  }

  @Override
  public void close() {
    if (teacher != null) {
      teacher.close();
    }
  }
}
