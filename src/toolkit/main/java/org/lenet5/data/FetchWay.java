package org.lenet5.data;

import java.io.IOException;
import java.nio.file.Path;

/** One way to a published data set's files: from the user, from a server, out of a package. */
interface FetchWay {
  /** Whether it is worth a try: a file that the user might have put there may not be there. */
  default boolean applies(Path folder) {
    return true;
  }

  /**
   * Puts the files into {@code staging}, which is empty; they are checked afterwards.
   *
   * @param folder the data folder
   * @throws DataException if it cannot
   * @throws IOException if a folder cannot be written
   */
  void bring(Path folder, Path staging, Progress progress) throws IOException;
}
