package org.lenet5.report;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * A report as one HTML file without references to others: it can be mailed, printed, and opened
 * from disk.
 */
public final class HtmlReport {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #d0d7de; --soft: #f4f6f8; }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #e6e8eb; --paper: #15181c; --line: #3a4048; --soft: #1f242a; }
      }
      body { margin: 2rem auto; max-width: 68rem; padding: 0 1rem; background: var(--paper); color: var(--ink);
        font: 16px/1.5 system-ui, sans-serif; }
      @media (max-width: 40rem) { body { margin-top: .5rem; padding: 0 .5rem; } }
      @media (min-width: 60rem) { td:first-child { white-space: nowrap; } }
      h1, h2, h3 { line-height: 1.25; }
      h1, h2, h3, p, li, figcaption { overflow-wrap: anywhere; }
      h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
      .wide { overflow-x: auto; }
      .flag { white-space: nowrap; }
      table { border-collapse: collapse; font-size: .875rem; margin: 1rem 0; }
      th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: left; }
      thead th { background: var(--soft); }
      pre { overflow-x: auto; background: var(--soft); padding: .5rem .75rem; }
      p, li { max-width: 54rem; }
      .n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
      th.n { white-space: normal; }
      figure { display: inline-block; vertical-align: top; max-width: 100%; margin: .5rem 0; }
      figure svg, figure img { display: block; max-width: 100%; height: auto; }
      figure svg { width: 32.5rem; }
      figcaption { font-size: .875rem; opacity: .8; }
      @media print {
        :root { --ink: #000; --paper: #fff; --line: #bbb; --soft: #eee; color-scheme: light; }
        body { max-width: none; margin: 0; font-size: 10pt; }
        .wide { overflow-x: visible; }
        pre { white-space: pre-wrap; }
        table { font-size: 7.5pt; }
        th, td { padding: .15rem .3rem; }
        h2, h3 { break-after: avoid; }
        figure, tr { break-inside: avoid; }
      }
      """;

  private HtmlReport() {}

  /** The whole file. */
  public static String of(String title, List<Block> blocks) {
    StringBuilder html = new StringBuilder();
    html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        .append(escape(title))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n");
    blocks.forEach(block -> add(html, block));
    return html.append("</body>\n</html>\n").toString();
  }

  private static void add(StringBuilder html, Block block) {
    if (block instanceof Block.Heading heading) {
      String tag = "h" + heading.level();
      html.append(element(tag, heading.text())).append('\n');
    } else if (block instanceof Block.Paragraph paragraph) {
      html.append(element("p", paragraph.text())).append('\n');
    } else if (block instanceof Block.Command command) {
      html.append("<pre tabindex=\"0\">").append(escape(command.text())).append("</pre>\n");
    } else if (block instanceof Block.Items items) {
      html.append("<ul>\n");
      items.items().forEach(item -> html.append(element("li", item)).append('\n'));
      html.append("</ul>\n");
    } else if (block instanceof Block.Table table) {
      // Reached with the Tab key, it scrolls by the arrow keys.
      html.append("<div class=\"wide\" tabindex=\"0\"><table>\n<thead>");
      row(html, "th", table.words(), table.header());
      html.append("</thead>\n<tbody>\n");
      table.rows().forEach(row -> row(html, "td", table.words(), row));
      html.append("</tbody>\n</table></div>\n");
    } else if (block instanceof Block.Picture picture) {
      html.append("<figure>");
      if (picture.isSvg()) {
        html.append(new String(picture.content(), StandardCharsets.UTF_8));
      } else {
        html.append("<img alt=\"")
            .append(escape(picture.caption()))
            .append("\" src=\"data:image/png;base64,")
            .append(Base64.getEncoder().encodeToString(picture.content()))
            .append("\">");
      }
      // A chart has its title in itself.
      html.append(picture.isSvg() ? "" : element("figcaption", picture.caption()))
          .append("</figure>\n");
    }
  }

  private static void row(StringBuilder html, String tag, int words, List<String> cells) {
    html.append("<tr>");
    for (int i = 0; i < cells.size(); i++) {
      html.append('<').append(tag).append(i < words ? ">" : " class=\"n\">");
      html.append(text(cells.get(i))).append("</").append(tag).append('>');
    }
    html.append("</tr>\n");
  }

  private static String element(String tag, String text) {
    return "<" + tag + ">" + text(text) + "</" + tag + ">";
  }

  // A browser breaks lines behind hyphens, those of flags as well.
  private static String text(String text) {
    return Block.FLAG.matcher(escape(text)).replaceAll("<span class=\"flag\">$0</span>");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
