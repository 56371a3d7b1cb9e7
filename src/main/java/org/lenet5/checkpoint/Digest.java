package org.lenet5.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.ndarray.FloatNdArray;

/** SHA-256 in hex, of files and of weights. */
public final class Digest {
  private Digest() {}

  /** Of a file's bytes. */
  public static String of(Path file) throws IOException {
    MessageDigest sha256 = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  /** Of bytes. */
  static String of(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /** Of all variables in the order of their names: name, then the values' bits, little-endian. */
  public static String of(Map<String, FloatNdArray> variables) {
    MessageDigest sha256 = sha256();
    new TreeMap<>(variables)
        .forEach(
            (name, value) -> {
              sha256.update(name.getBytes(StandardCharsets.UTF_8));
              ByteBuffer bytes =
                  ByteBuffer.allocate(Math.toIntExact(value.size() * Float.BYTES))
                      .order(ByteOrder.LITTLE_ENDIAN);
              value.scalars().forEach(scalar -> bytes.putFloat(scalar.getFloat()));
              sha256.update(bytes.array());
            });
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
