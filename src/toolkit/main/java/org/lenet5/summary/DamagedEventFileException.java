package org.lenet5.summary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.lenet5.io.OneLine;

/** Thrown where a record of an event file does not match its checksum. */
public final class DamagedEventFileException extends UncheckedIOException {
  private static final long serialVersionUID = 1;

  DamagedEventFileException(Path file, long offset, String complaint) {
    super(
        OneLine.of(
            "cannot read %s: the record at byte %d is damaged: %s"
                .formatted(file, offset, complaint)),
        new IOException(complaint));
  }
}
