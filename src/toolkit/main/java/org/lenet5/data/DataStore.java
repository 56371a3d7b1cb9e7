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
 * folder ({@code cifar10} in {@code cifar-10-batches-bin}), and what a program adds with {@link
 * #with}. Immutable and thread-safe.
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
    this(
        List.of(
            new Sample(),
            Cifar10.source(folder, Cifar10Fetch.published()),
            Cifar100.source(Cifar100.FINE, folder, Cifar100.archive()),
            Cifar100.source(Cifar100.COARSE, folder, Cifar100.archive()),
            Mnist.source(folder),
            FashionMnist.source(folder)));
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

  /**
   * True if what a flag names is a path: if it has a slash, or there is such a file or folder and
   * no data set of that name.
   */
  public static boolean isPath(String name) {
    return !NAMES.contains(name)
        && !name.isBlank()
        && (name.contains("/") || name.contains(File.separator) || new File(name).exists());
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
