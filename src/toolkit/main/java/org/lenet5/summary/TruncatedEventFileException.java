package org.lenet5.summary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** An event file ends within a record, as after a kill or a power failure. */
public final class TruncatedEventFileException extends UncheckedIOException {
  private static final long serialVersionUID = 1;

  private final long offset;

  TruncatedEventFileException(Path file, long offset) {
    super(new IOException("cannot read " + file + ": cut off in the record at byte " + offset));
    this.offset = offset;
  }

  /** Where the whole records end and the cut one starts, in bytes from the file's start. */
  public long offset() {
    return offset;
  }
}
