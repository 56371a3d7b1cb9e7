package org.lenet5.exercise;

import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lenet5.checkpoint.RunException;
import org.lenet5.io.OneLine;
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

  private static final String FORMAT = "lenet5-run 1 ";
  private static final Pattern LINE =
      Pattern.compile(FORMAT + "([0-9a-f]{64}) ([0-9a-f]{64}) (\\d{1,3}) (.*)");
  private static final int SEAL = FORMAT.length() + 65; // behind it and its space

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
    if (!isOf(asked) || !sha256.equals(Sha256.of(files))) {
      throw new RunException("what came back of run " + asked.name() + " is not what was sent");
    }
    RunFiles.unpack(files, home, asked.name());
    return new Runner.Ended(exitCode, message);
  }

  /** True if this is what came of that order. */
  public boolean isOf(RunOrder asked) {
    return order.equals(asked.sha256());
  }

  /** True if the same order would end so again: all went well, or the training diverged. */
  public boolean isLasting() {
    return exitCode == 0 || exitCode == RunOrder.DIVERGED;
  }

  /**
   * This as a file: {@code lenet5-run 1}, the SHA-256 of what follows it, and then the order, the
   * exit code and the message, with spaces between; from the second line on the packed files, a
   * zip.
   */
  public byte[] toBytes() {
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    sealed.writeBytes(
        "%s %d %s\n"
            .formatted(order, exitCode, OneLine.of(message))
            .getBytes(StandardCharsets.UTF_8));
    sealed.writeBytes(files);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(
        (FORMAT + Sha256.of(sealed.toByteArray()) + " ").getBytes(StandardCharsets.UTF_8));
    all.writeBytes(sealed.toByteArray());
    return all.toByteArray();
  }

  /**
   * Reads what {@link #toBytes} gave.
   *
   * @throws RunException saying what is wrong, after the name of a file: "is damaged: …"
   */
  public static RunDelivery of(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    Matcher line = LINE.matcher(new String(bytes, 0, end, StandardCharsets.UTF_8));
    if (end == bytes.length || !line.matches()) {
      throw new RunException("is no archive of a run that this version knows");
    }
    String found = Sha256.of(Arrays.copyOfRange(bytes, SEAL, bytes.length));
    if (!found.equals(line.group(1))) {
      throw new RunException(
          "is damaged: its SHA-256 is %s, should be %s".formatted(found, line.group(1)));
    }
    return of(
        line.group(2),
        Arrays.copyOfRange(bytes, end + 1, bytes.length),
        new Runner.Ended(Integer.parseInt(line.group(3)), line.group(4)));
  }
}
