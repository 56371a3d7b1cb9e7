package org.lenet5.cli;

import java.io.IOException;
import java.io.Reader;
import java.io.StreamTokenizer;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.lenet5.io.AtomicFiles;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Looks at the files that {@code @FILE} names before picocli reads them, with those that they name
 * in turn: picocli would read a device for ever, and throws past its handlers where a file is none.
 */
final class ArgumentFiles {
  private static final long MOST_BYTES = 1 << 20;
  private static final int MOST_FILES = 100;

  private final CommandLine line;
  private final Set<Path> seen = new HashSet<>();

  private ArgumentFiles(CommandLine line) {
    this.line = line;
  }

  /**
   * Refuses what cannot be read.
   *
   * @throws ParameterException naming the file
   */
  static void check(CommandLine line, String... args) {
    ArgumentFiles files = new ArgumentFiles(line);
    for (String arg : args) {
      files.check(arg);
    }
  }

  private void check(String arg) {
    // "@@" stands for an argument that begins with "@".
    if (arg == null || !arg.startsWith("@") || arg.startsWith("@@")) {
      return;
    }
    Path file = path(arg);
    // What is not there is an argument as it stands.
    if (file == null || !Files.exists(file) || !seen.add(file)) {
      return;
    }
    require(seen.size() <= MOST_FILES, arg, "is one of more than " + MOST_FILES + " such files");
    require(Files.isRegularFile(file), arg, "is not a file");
    try {
      require(Files.size(file) <= MOST_BYTES, arg, "has more than " + MOST_BYTES + " bytes");
      // As picocli reads it: bytes that are no text become a character that stands for them.
      String text = new String(Files.readAllBytes(file), Charset.defaultCharset());
      checkAll(new java.io.StringReader(text));
    } catch (IOException e) {
      throw new ParameterException(line, arg + ": cannot be read: " + AtomicFiles.reason(e), e);
    }
  }

  private void checkAll(Reader text) throws IOException {
    StreamTokenizer words = new StreamTokenizer(text);
    words.resetSyntax();
    words.wordChars(' ', 255);
    words.whitespaceChars(0, ' ');
    words.quoteChar('"');
    words.quoteChar('\'');
    words.commentChar('#');
    while (words.nextToken() != StreamTokenizer.TT_EOF) {
      check(words.sval);
    }
  }

  private static Path path(String arg) {
    try {
      return Path.of(arg.substring(1)).toAbsolutePath();
    } catch (InvalidPathException e) {
      return null; // no file has such a name
    }
  }

  private void require(boolean holds, String arg, String otherwise) {
    if (!holds) {
      throw new ParameterException(line, arg + ": " + otherwise);
    }
  }
}
