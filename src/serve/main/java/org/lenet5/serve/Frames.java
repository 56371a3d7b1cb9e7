package org.lenet5.serve;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Follows HTTP/2's frames as they come: whether one, or the headers that it begins, is not whole
 * yet. A frame has a head of 9 bytes, its length (3), type (1), flags (1) and stream (4), and so
 * many bytes of payload. Headers go on in the next frame if a flag does not say that they end.
 *
 * <p>Not thread-safe.
 */
final class Frames {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD = 9;
  private static final int HEADERS = 1;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;

  private int preface; // bytes of it that came
  private int head; // of a frame
  private int length;
  private int type;
  private int flags;
  private int payload;
  private boolean isWithinHeaders;

  /** Whether HTTP/2 has begun: its preface came, first of all or after a request for an upgrade. */
  boolean areFrames() {
    return preface == PREFACE.length;
  }

  /** Whether there is nothing begun that has not come to its end. */
  boolean isWhole() {
    return head == 0 && !isWithinHeaders;
  }

  /** Looks at bytes without taking them; returns how many frames or whole headers ended in them. */
  int read(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (!areFrames() && at < end && bytes.getByte(at) == PREFACE[preface]) {
      at++;
      preface++;
    }
    if (!areFrames()) {
      preface = at < end ? 0 : preface; // a request of HTTP/1
      return 0;
    }
    int ended = 0;
    while (at < end) {
      if (head < HEAD) {
        headByte(bytes.getUnsignedByte(at++));
      } else {
        int part = Math.min(end - at, length - payload);
        at += part;
        payload += part;
      }
      if (head == HEAD && payload == length) {
        ended += frameEnds() ? 1 : 0;
      }
    }
    return ended;
  }

  private void headByte(int value) {
    switch (head++) {
      case 0 -> length = value << 16;
      case 1 -> length |= value << 8;
      case 2 -> length |= value;
      case 3 -> type = value;
      case 4 -> flags = value;
      default -> {} // the stream
    }
  }

  /** Whether the headers are whole with it, if it is one of headers. */
  private boolean frameEnds() {
    if (type == HEADERS || type == CONTINUATION) {
      isWithinHeaders = (flags & END_HEADERS) == 0;
    }
    head = 0;
    payload = 0;
    return !isWithinHeaders;
  }
}
