package org.lenet5.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** README.md and the pages in docs, as those who follow them read them. */
final class Docs {
  private Docs() {}

  /** All pages: the README, then docs in the order of their names. */
  static List<Path> pages() {
    try (Stream<Path> docs = Files.list(Path.of("docs"))) {
      return Stream.concat(
              Stream.of(Path.of("README.md"), Path.of("CONTRIBUTING.md"), Path.of("SECURITY.md")),
              docs.filter(page -> page.toString().endsWith(".md")).sorted())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The commands of this program that a page has people type, a line each. */
  static List<String> commands(Path page) {
    return text(page)
        .lines()
        .filter(line -> line.startsWith("    scripts/lenet5 "))
        .map(String::strip)
        .toList();
  }

  /** A page's quotations in a language. */
  static List<String> quoted(Path page, String language) {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(text(page))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  /** Where a page's links to files lead. */
  static List<Path> links(Path page) {
    return Pattern.compile("\\]\\(([^)#:=]+)(#[^)]*)?\\)")
        .matcher(text(page))
        .results()
        .map((MatchResult found) -> page.resolveSibling(found.group(1)).normalize())
        .toList();
  }
}
