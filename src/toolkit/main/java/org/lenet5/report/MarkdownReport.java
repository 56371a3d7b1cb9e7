package org.lenet5.report;

import java.util.List;
import java.util.stream.Collectors;

/** A report as Markdown; its pictures are files beside it. */
public final class MarkdownReport {
  private MarkdownReport() {}

  /** The whole file. */
  public static String of(List<Block> blocks) {
    return blocks.stream().map(MarkdownReport::of).collect(Collectors.joining("\n\n")) + "\n";
  }

  private static String of(Block block) {
    if (block instanceof Block.Heading heading) {
      return "#".repeat(heading.level()) + " " + text(heading.text());
    }
    if (block instanceof Block.Paragraph paragraph) {
      return text(paragraph.text());
    }
    if (block instanceof Block.Command command) {
      return "    " + command.text().replace("\n", "\n    ");
    }
    if (block instanceof Block.Items items) {
      return items.items().stream()
          .map(item -> "- " + text(item))
          .collect(Collectors.joining("\n"));
    }
    if (block instanceof Block.Table table) {
      String rule =
          "|"
              + "---|".repeat(table.words())
              + "---:|".repeat(table.header().size() - table.words());
      return row(table.header())
          + "\n"
          + rule
          + table.rows().stream().map(row -> "\n" + row(row)).collect(Collectors.joining());
    }
    Block.Picture picture = (Block.Picture) block;
    return "![" + escape(picture.caption()) + "](" + picture.file() + ")";
  }

  private static String row(List<String> cells) {
    return "| "
        + cells.stream()
            .map(cell -> text(cell).replace("|", "\\|"))
            .collect(Collectors.joining(" | "))
        + " |";
  }

  // Flags are code: as text, two hyphens can become a dash.
  private static String text(String text) {
    return Block.FLAG.matcher(escape(text)).replaceAll("`$0`");
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace("*", "\\*")
        .replace("_", "\\_")
        .replace("`", "\\`")
        .replace("[", "\\[");
  }
}
