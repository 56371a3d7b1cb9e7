package org.lenet5.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.lenet5.image.ImageShape;

/**
 * A published data set in a folder below the data folder.
 *
 * <p>{@link #fetch}: several processes may call it at once; one fetches, the others wait.
 *
 * @param folder the data folder; need not exist
 * @param contents what it holds when it is complete
 * @param ways to fetch it
 * @param reader reads the files in their folder and checks each against its SHA-256
 */
record PublishedSource(
    Path folder, Contents contents, PublishedFetch ways, Function<Path, Dataset> reader)
    implements DataSource {

  /**
   * What is known of a data set without reading it.
   *
   * @param name as the flag has it
   * @param training images
   * @param test images
   */
  record Contents(String name, int training, int test, ImageShape shape, List<String> classNames) {}

  @Override
  public String name() {
    return contents.name();
  }

  @Override
  public DataStore.Entry describe() {
    return new DataStore.Entry(
        name(),
        ways.files().state(files()),
        files().toString(),
        ways.files().bytes(),
        contents.training(),
        contents.test(),
        contents.shape(),
        contents.classNames().size());
  }

  @Override
  public Dataset open() {
    checkFolder();
    try {
      return reader.apply(files());
    } catch (DataException e) {
      throw new DataException(e.getMessage() + howToMend(), e);
    }
  }

  @Override
  public String verify() {
    checkFolder();
    Map<String, String> faults = ways.files().faults(files());
    if (!faults.isEmpty()) {
      throw new DataException(String.join("; ", faults.values()) + howToMend());
    }
    return ways.files().sha256();
  }

  @Override
  public boolean fetch(Progress progress) {
    return ways.into(folder, progress);
  }

  private void checkFolder() {
    if (Files.notExists(files())) {
      throw new DataException(files() + " is missing" + howToMend());
    }
  }

  private String howToMend() {
    return ": run scripts/lenet5 data fetch " + ways.name();
  }

  private Path files() {
    return folder.resolve(ways.files().folder());
  }
}
