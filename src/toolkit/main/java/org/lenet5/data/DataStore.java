package org.lenet5.data;

import java.io.File;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.lenet5.image.ImageShape;

/**
 * The data sets by name: {@code sample}, which is embedded, published ones in folders below a data
 * folder ({@code cifar10} in {@code cifar-10-batches-bin}), those that were imported there before
 * this object was made, and what a program adds with {@link #with}. Immutable and thread-safe.
 */
public final class DataStore {
  /** The data sets that there always are. */
  public static final List<String> NAMES =
      List.of(
          Sample.NAME, Cifar10.NAME, Cifar100.FINE, Cifar100.COARSE, Mnist.NAME, FashionMnist.NAME);

  private final Map<String, DataSource> sources;

  /** How complete a data set is. */
  public enum State {
    /** Embedded in the program. */
    EMBEDDED,
    /** All files are there and have the right length. */
    PRESENT,
    /** Some files are missing or have a wrong length. */
    INCOMPLETE,
    /** Not fetched yet. */
    ABSENT
  }

  /**
   * One data set.
   *
   * @param name as the flag has it
   * @param state judged by the files' lengths; {@link #verify} reads every byte
   * @param location its folder, or {@code embedded}
   * @param bytes that its files have in all when complete
   * @param training images
   * @param test images
   * @param shape of each image
   * @param classes how many
   */
  public record Entry(
      String name,
      State state,
      String location,
      long bytes,
      int training,
      int test,
      ImageShape shape,
      int classes) {}

  /**
   * @param folder the data folder; need not exist
   */
  public DataStore(Path folder) {
    this(Stream.concat(published(folder).stream(), ImportedSource.all(folder).stream()).toList());
  }

  private static List<DataSource> published(Path folder) {
    return List.of(
        new Sample(),
        Cifar10.source(folder, Cifar10Fetch.published()),
        Cifar100.source(Cifar100.FINE, folder, Cifar100.archive()),
        Cifar100.source(Cifar100.COARSE, folder, Cifar100.archive()),
        Mnist.source(folder),
        FashionMnist.source(folder));
  }

  /**
   * Packs pictures or IDX files under a name, below a data folder: whole or not at all. From then
   * on they are a data set of that name there.
   *
   * @return what was packed
   * @throws IllegalArgumentException if the name cannot be one, or is taken
   * @throws DataException if something is wrong that would spoil a training
   */
  public static Entry importing(
      PathSource source, String name, Path dataFolder, Progress progress) {
    return ImportedSource.of(source, name, dataFolder, progress).describe();
  }

  DataStore(List<DataSource> all) {
    sources = new LinkedHashMap<>();
    all.forEach(each -> sources.put(each.name(), each));
  }

  /**
   * These data sets and one more.
   *
   * @throws IllegalArgumentException if there is one of that name already
   */
  public DataStore with(DataSource own) {
    if (sources.containsKey(own.name())) {
      throw new IllegalArgumentException("there is a data set " + own.name() + " already");
    }
    return new DataStore(Stream.concat(sources.values().stream(), Stream.of(own)).toList());
  }

  /** True if what a setting names is a path, not a data set by its name: if it has a slash. */
  public static boolean isPath(String name) {
    return name.contains("/") || name.contains(File.separator);
  }

  /**
   * What a flag says, as it can be found from any folder: an absolute path if it has a slash, or if
   * there is such a file or folder and no data set of that name; else as it is.
   */
  public String named(String flag) {
    boolean path =
        isPath(flag) || !sources.containsKey(flag) && !flag.isBlank() && new File(flag).exists();
    return path ? Path.of(flag).toAbsolutePath().normalize().toString() : flag;
  }

  /** True if there is a data set of that name, and it is complete. */
  public boolean isThere(String name) {
    DataSource source = sources.get(name);
    State state = source == null ? State.ABSENT : source.describe().state();
    return state == State.EMBEDDED || state == State.PRESENT;
  }

  /**
   * Opens the data set of that name, its images in the shape that the options ask for: scaled ones
   * are packed below a data folder.
   *
   * @throws DataException if it is missing or damaged
   * @throws IllegalArgumentException if there is no data set of that name
   */
  public OpenedData open(String name, PictureOptions options, Path dataFolder, Progress progress) {
    OpenedData own = source(name).open(progress);
    return new ScaledImages(own, name, options, List.of()).in(dataFolder, progress);
  }

  /** The data sets' names. */
  public List<String> names() {
    return List.copyOf(sources.keySet());
  }

  /**
   * Where the data set of that name comes from.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public DataSource source(String name) {
    DataSource source = sources.get(name);
    if (source == null) {
      throw new IllegalArgumentException(
          "data set (%s) must be %s".formatted(name, String.join(" or ", names())));
    }
    return source;
  }

  /**
   * {@link DataSource#open} by name.
   *
   * @throws DataException if it is missing or damaged
   * @throws IllegalArgumentException if there is no data set of that name
   */
  public Dataset load(String name) {
    return source(name).open();
  }

  /** All data sets, whether they are there or not; reads no file. */
  public List<Entry> list() {
    return sources.values().stream().map(DataSource::describe).toList();
  }

  /**
   * {@link DataSource#verify} by name.
   *
   * @return its SHA-256, as {@link Dataset#sha256}
   * @throws DataException naming each file that is missing or damaged
   * @throws IllegalArgumentException if there is no data set of that name
   */
  public String verify(String name) {
    return source(name).verify();
  }

  /**
   * {@link DataSource#fetch} by name.
   *
   * @return whether anything had to be done
   * @throws DataException if no way works; says why for each, and what to do by hand
   * @throws UncheckedIOException if the folder cannot be written or the thread is interrupted
   * @throws IllegalArgumentException if there is no data set of that name
   */
  public boolean fetch(String name, Progress progress) {
    return source(name).fetch(progress);
  }
}
