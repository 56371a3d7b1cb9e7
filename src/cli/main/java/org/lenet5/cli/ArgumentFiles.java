package org.lenet5.cli;

import java.io.IOException;
import java.io.StreamTokenizer;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lenet5.io.AtomicFiles;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Replaces {@code @FILE} by the content of that file, in the form that picocli documents: words, in
 * quotes if they hold spaces, comments after {@code #}, further files. Picocli itself would read a
 * device for ever, throws past its handlers where a file is none, and takes a byte order mark,
 * which editors on Windows write, for a part of the first word.
 */
final class ArgumentFiles {
  private static final long MOST_BYTES = 1 << 20;
  private static final int MOST_FILES = 100;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final CommandLine line;
  private final Set<Path> seen = new HashSet<>();
  private final List<String> words = new ArrayList<>();

  private ArgumentFiles(CommandLine line) {
    this.line = line;
  }

  /**
   * The arguments with those of the files.
   *
   * @throws ParameterException naming the file that cannot be read
   */
  static String[] expand(CommandLine line, String... args) {
    ArgumentFiles files = new ArgumentFiles(line);
    for (String arg : args) {
      files.add(arg);
    }
    return files.words.toArray(String[]::new);
  }

  private void add(String arg) {
    if (arg == null || !arg.startsWith("@")) {
      words.add(arg);
      return;
    }
    if (arg.startsWith("@@")) { // stands for an argument that begins with "@"
      words.add(arg.substring(1));
      return;
    }
    Path file = path(arg);
    if (file == null || !Files.exists(file)) {
      words.add(arg);
      return;
    }
    if (!seen.add(file)) {
      return;
    }
    require(seen.size() <= MOST_FILES, arg, "is one of more than " + MOST_FILES + " such files");
    words(text(line, arg, file)).forEach(this::add);
  }

  /**
   * The text of such a file.
   *
   * @param arg how messages name it
   * @throws ParameterException if it is too large, no text, or cannot be read
   */
  static String text(CommandLine line, String arg, Path file) {
    ArgumentFiles one = new ArgumentFiles(line);
    one.require(Files.isRegularFile(file), arg, "is not a file");
    try {
      one.require(Files.size(file) <= MOST_BYTES, arg, "has more than " + MOST_BYTES + " bytes");
      return one.text(arg, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new ParameterException(line, arg + ": cannot be read: " + AtomicFiles.reason(e), e);
    }
  }

  /** The words of such a text. */
  static List<String> words(String text) {
    StreamTokenizer tokens = new StreamTokenizer(new StringReader(text));
    tokens.resetSyntax();
    tokens.wordChars(' ', 255);
    tokens.whitespaceChars(0, ' ');
    tokens.quoteChar('"');
    tokens.quoteChar('\'');
    tokens.commentChar('#');
    List<String> words = new ArrayList<>();
    try {
      while (tokens.nextToken() != StreamTokenizer.TT_EOF) {
        words.add(tokens.sval);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not from a text in memory
    }
    return words;
  }

  /** In UTF-8; else in UTF-16 if its byte order mark says so; else as the locale has it. */
  private String text(String arg, byte[] bytes) {
    int first = bytes.length < 2 ? 0 : (bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF;
    List<Charset> charsets =
        first == 0xFEFF || first == 0xFFFE
            ? List.of(StandardCharsets.UTF_16)
            : List.of(
                StandardCharsets.UTF_8, Charset.forName(System.getProperty("native.encoding")));
    for (Charset each : charsets) {
      try {
        String text = each.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        require(text.indexOf(0) < 0, arg, "is no text: it holds a character of code 0");
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
      } catch (CharacterCodingException e) {
        continue; // reported below if no other encoding fits
      }
    }
    throw new ParameterException(line, arg + ": is no text in UTF-8 or UTF-16; save it as UTF-8");
  }

  private static Path path(String arg) {
    try {
      return Path.of(arg.substring(1)).toAbsolutePath();
    } catch (InvalidPathException e) {
      return null; // not a valid file name
    }
  }

  private void require(boolean holds, String arg, String otherwise) {
    if (!holds) {
      throw new ParameterException(line, arg + ": " + otherwise);
    }
  }
}
