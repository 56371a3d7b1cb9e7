package org.lenet5.exercise;

import java.io.Serializable;
import org.lenet5.checkpoint.RunException;
import org.lenet5.io.Sha256;
import org.lenet5.run.RunFolders;

/**
 * What came of a {@link RunOrder}: all files of the run, sealed by their SHA-256, and how it ended.
 *
 * @param order that it is of, by its SHA-256
 * @param files packed; also of a run that failed, as far as it came
 * @param sha256 of the files, in hexadecimal
 * @param exitCode that {@code train} has then
 * @param message why it failed; empty if it did not
 */
public record RunDelivery(String order, byte[] files, String sha256, int exitCode, String message)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static RunDelivery of(String order, byte[] files, Runner.Ended ended) {
    return new RunDelivery(order, files, Sha256.of(files), ended.exitCode(), ended.message());
  }

  /**
   * Puts the files in their place, in the suite's folders, each folder whole or not at all.
   *
   * @return how the run ended
   * @throws RunException if this is of another order, or damaged
   * @throws java.io.UncheckedIOException naming what cannot be written
   */
  public Runner.Ended publish(RunOrder asked, RunFolders home) {
    if (!order.equals(asked.sha256()) || !sha256.equals(Sha256.of(files))) {
      throw new RunException("what came back of run " + asked.name() + " is not what was sent");
    }
    RunFiles.unpack(files, home, asked.name());
    return new Runner.Ended(exitCode, message);
  }
}
