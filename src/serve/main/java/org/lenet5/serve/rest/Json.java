package org.lenet5.serve.rest;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.lenet5.io.OneLine;
import org.lenet5.serve.model.ServeException;

/**
 * JSON as TensorFlow Serving reads and writes it: NaN, Infinity and -Infinity stand bare, whole
 * floats are 1.0, and a float has the fewest digits that read back. Limited in depth and in the
 * length of numbers.
 */
final class Json {
  /** Arrays and objects within one another, at most. */
  static final int MOST_DEPTH = 100;

  private static final int MOST_DIGITS = 100;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MOST_DEPTH)
                  .maxNumberLength(MOST_DIGITS)
                  .maxNameLength(1000)
                  .maxStringLength(Integer.MAX_VALUE) // the request's length is limited
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .build();

  private Json() {}

  /** Something that reads JSON. */
  @FunctionalInterface
  interface Reading<T> {
    T read(JsonParser in) throws IOException;
  }

  /** Something that writes JSON. */
  @FunctionalInterface
  interface Writing {
    void write(JsonGenerator out) throws IOException;
  }

  /**
   * Reads a JSON object that is all of {@code bytes}; the reading begins behind its first brace and
   * ends with its last.
   *
   * @throws ServeException if it is no JSON, or something follows
   */
  static <T> T read(byte[] bytes, int length, Reading<T> reading) {
    try (JsonParser in = FACTORY.createParser(bytes, 0, length)) {
      JsonToken first = in.nextToken();
      if (first == null) {
        throw ServeException.invalid("JSON Parse error: The document is empty");
      }
      if (first != JsonToken.START_OBJECT) {
        throw ServeException.invalid("Malformed request: the body is no JSON object");
      }
      T result = reading.read(in);
      if (in.nextToken() != null) {
        throw ServeException.invalid(
            "Malformed request: something follows the JSON object at byte " + at(in));
      }
      return result;
    } catch (StreamConstraintsException e) {
      throw ServeException.invalid("JSON over a limit: " + reason(e));
    } catch (IOException e) {
      throw ServeException.invalid("JSON Parse error: " + reason(e));
    }
  }

  /** Reads a piece of JSON that was checked before. */
  static <T> T readPart(byte[] bytes, int from, int to, Reading<T> reading) {
    try (JsonParser in = FACTORY.createParser(bytes, from, to - from)) {
      in.nextToken();
      return reading.read(in);
    } catch (IOException e) {
      throw ServeException.invalid("JSON Parse error: " + reason(e));
    }
  }

  private static String reason(IOException e) {
    // Without the parser's place: it quotes the request.
    String said =
        e instanceof JacksonException json ? json.getOriginalMessage() : OneLine.reason(e);
    return said.replaceFirst(" \\(.*StreamRead.*", ""); // nor Jackson's own classes
  }

  /** The byte that is being read. */
  static long at(JsonParser in) {
    return in.currentTokenLocation().getByteOffset();
  }

  /** Writes JSON. */
  static byte[] write(Writing writing) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(2000)) {
      try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
        writing.write(out);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write into memory", e);
    }
  }

  /** Writes numbers as an array. */
  static void floats(JsonGenerator out, float[] row) throws IOException {
    out.writeStartArray();
    for (float each : row) {
      out.writeNumber(each);
    }
    out.writeEndArray();
  }
}
