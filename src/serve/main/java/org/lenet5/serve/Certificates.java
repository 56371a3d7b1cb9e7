package org.lenet5.serve;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.TlsProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.lenet5.io.OneLine;

/** The server's certificate and key, read again when their files change; for new connections. */
final class Certificates implements TlsProvider {
  private final Path certificate;
  private final Path key;
  private volatile List<FileTime> read;
  private volatile TlsKeyPair pair;

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException if they are no certificate and key
   */
  Certificates(Path certificate, Path key) {
    this.certificate = certificate;
    this.key = key;
    try {
      load();
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "tls-certificate %s and tls-key %s: %s".formatted(certificate, key, OneLine.reason(e)),
          e);
    }
  }

  private List<FileTime> times() throws IOException {
    return List.of(Files.getLastModifiedTime(certificate), Files.getLastModifiedTime(key));
  }

  private void load() throws IOException {
    List<FileTime> times = times();
    pair =
        TlsKeyPair.of(
            new ByteArrayInputStream(Files.readAllBytes(key)),
            new ByteArrayInputStream(Files.readAllBytes(certificate)));
    read = times;
  }

  /** Reads the files again if they have changed; what cannot be used leaves the old pair. */
  void refresh() throws IOException {
    if (!times().equals(read)) {
      load();
    }
  }

  @Override
  public TlsKeyPair keyPair(String hostname) {
    return pair;
  }
}
