package org.lenet5.report;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A part of a report, which is written both as HTML and as Markdown. Texts are plain; flags of the
 * command line in them, such as {@code --seeds}, are set so that they stay in one piece.
 */
public sealed interface Block {
  /** A flag of the command line. */
  Pattern FLAG = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");

  /**
   * A heading.
   *
   * @param level 1 for the report's title, 2 and 3 below it
   */
  record Heading(int level, String text) implements Block {}

  /** Sentences. */
  record Paragraph(String text) implements Block {}

  /** Something to copy, a line as it is. */
  record Command(String text) implements Block {}

  /** A list of sentences. */
  record Items(List<String> items) implements Block {
    public Items {
      items = List.copyOf(items);
    }
  }

  /**
   * A table; all columns but the first {@code words} hold numbers.
   *
   * @param words how many columns from the left hold words
   */
  record Table(int words, List<String> header, List<List<String>> rows) implements Block {
    public Table {
      header = List.copyOf(header);
      rows = rows.stream().map(List::copyOf).toList();
    }
  }

  /**
   * A picture: SVG text or a PNG.
   *
   * @param file its name in Markdown's folder, ending in .svg or .png
   * @param caption what it shows, also for those who cannot see it
   */
  record Picture(String file, String caption, byte[] content) implements Block {
    boolean isSvg() {
      return file.endsWith(".svg");
    }
  }
}
