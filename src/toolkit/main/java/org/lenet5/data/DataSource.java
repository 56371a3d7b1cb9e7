package org.lenet5.data;

/**
 * A source of a data set, known by a name. A program's own needs a name and {@link #open}.
 * Implementations are thread-safe.
 */
public interface DataSource {
  /** The data set's name, as the flag has it. */
  String name();

  /**
   * What is known without reading the images, whether they are there or not. Unless a source says
   * otherwise, its images are in memory and it opens at once.
   */
  default DataStore.Entry describe() {
    Dataset data = open();
    int images = data.train().size() + data.test().size();
    return new DataStore.Entry(
        data.name(),
        DataStore.State.EMBEDDED,
        "in memory",
        (long) images * data.shape().bytes(),
        data.train().size(),
        data.test().size(),
        data.shape(),
        data.classNames().size());
  }

  /**
   * Reads the data set and checks it.
   *
   * @throws DataException if it is missing or damaged; says what to do
   */
  Dataset open();

  /**
   * The same with what else is known of it.
   *
   * @param progress told of what takes long
   * @throws DataException as {@link #open()} does
   */
  default OpenedData open(Progress progress) {
    return OpenedData.of(open());
  }

  /**
   * Makes the data set complete and intact. After a failure only files stay that the next call can
   * go on from.
   *
   * @return whether anything had to be done
   * @throws DataException if it cannot; says why, and what to do by hand
   * @throws java.io.UncheckedIOException if files cannot be written or the thread is interrupted
   */
  default boolean fetch(Progress progress) {
    return false;
  }

  /**
   * Checks every byte. Unless a source says otherwise, opening it does.
   *
   * @return the data set's SHA-256, as {@link Dataset#sha256}
   * @throws DataException naming each file that is missing or damaged
   */
  default String verify() {
    return open().sha256();
  }

  /** A data set that is in memory already. */
  static DataSource of(Dataset data) {
    return new DataSource() {
      @Override
      public String name() {
        return data.name();
      }

      @Override
      public Dataset open() {
        return data;
      }
    };
  }
}
