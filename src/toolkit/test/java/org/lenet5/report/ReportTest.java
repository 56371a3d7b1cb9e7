package org.lenet5.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The same blocks as HTML and as Markdown. */
class ReportTest {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};
  private static final String SVG = "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"a\"/>";

  private static final List<Block> ALL =
      List.of(
          new Block.Heading(1, "Tom & <Jerry>"),
          new Block.Paragraph("From --seeds 3 on, p < 0.05; a_b*c and `d`."),
          new Block.Items(List.of("one", "two | three")),
          new Block.Table(
              2,
              List.of("name", "flags", "loss"),
              List.of(List.of("a|b", "--batch-size 10 --loss l1", "−0.5"))),
          new Block.Picture("curves.svg", "Curves", SVG.getBytes(StandardCharsets.UTF_8)),
          new Block.Picture("cat.png", "A \"cat\"", PNG));

  /** The page without what makes it HTML and not XML. */
  private static Document page(List<Block> blocks) throws Exception {
    String html =
        HtmlReport.of("A <title>", blocks)
            .replace("<!DOCTYPE html>\n", "")
            .replaceAll("(<(meta|img) [^>]*[^/])>", "$1/>");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html)));
  }

  private static Element only(Document page, String tag) {
    NodeList found = page.getElementsByTagName(tag);
    assertThat(found.getLength()).as(tag).isEqualTo(1);
    return (Element) found.item(0);
  }

  @Test
  void textsArriveAsTheyAreAndNotAsTags() throws Exception {
    Document page = page(ALL);
    assertThat(only(page, "title").getTextContent()).isEqualTo("A <title>");
    assertThat(only(page, "h1").getTextContent()).isEqualTo("Tom & <Jerry>");
    assertThat(only(page, "p").getTextContent())
        .isEqualTo("From --seeds 3 on, p < 0.05; a_b*c and `d`.");
    assertThat(page.getElementsByTagName("li").item(1).getTextContent()).isEqualTo("two | three");
  }

  @Test
  void aCommandCanBeCopiedAsItIs() throws Exception {
    String command = "train --run 'a_<b>' --dropout 0.5";
    List<Block> blocks = List.of(new Block.Command(command));
    assertThat(only(page(blocks), "pre").getTextContent()).isEqualTo(command);
    assertThat(MarkdownReport.of(blocks)).isEqualTo("    " + command + "\n");
  }

  @Test
  void numbersAreSetRightAndWordsLeft() throws Exception {
    NodeList cells = page(ALL).getElementsByTagName("td");
    assertThat(cells.getLength()).isEqualTo(3);
    assertThat(((Element) cells.item(0)).getAttribute("class")).isEmpty();
    assertThat(((Element) cells.item(1)).getAttribute("class")).isEmpty();
    assertThat(((Element) cells.item(2)).getAttribute("class")).isEqualTo("n");
    assertThat(cells.item(2).getTextContent()).isEqualTo("−0.5");
  }

  @Test
  void picturesAreInTheFileItself() throws Exception {
    Document page = page(ALL);
    assertThat(only(page, "svg").getAttribute("id")).isEqualTo("a");
    Element image = only(page, "img");
    assertThat(image.getAttribute("alt")).isEqualTo("A \"cat\"");
    assertThat(image.getAttribute("src"))
        .isEqualTo("data:image/png;base64," + Base64.getEncoder().encodeToString(PNG));
    assertThat(only(page, "figcaption").getTextContent()).isEqualTo("A \"cat\"");
  }

  @Test
  void flagsStayInOnePiece() throws Exception {
    NodeList spans = page(ALL).getElementsByTagName("span");
    assertThat(List.of(0, 1, 2))
        .extracting(i -> spans.item(i).getTextContent())
        .containsExactly("--seeds", "--batch-size", "--loss");
    assertThat(HtmlReport.of("", ALL)).contains(".flag { white-space: nowrap; }");
    assertThat(MarkdownReport.of(ALL)).contains("From `--seeds` 3", "| `--batch-size` 10 `--loss`");
    assertThat(HtmlReport.of("", List.of(new Block.Paragraph("a -- b, a--b, ---"))))
        .contains("<p>a -- b, a--b, ---</p>");
  }

  @Test
  void wideTablesScrollByThemselvesAndTextBreaks() {
    assertThat(HtmlReport.of("", ALL))
        .contains("width=device-width")
        .contains("<div class=\"wide\" tabindex=\"0\"><table>", ".wide { overflow-x: auto; }")
        .contains("figure svg, figure img { display: block; max-width: 100%; height: auto; }");
  }

  @Test
  void markdownIsThat() {
    assertThat(MarkdownReport.of(ALL))
        .isEqualTo(
            """
            # Tom &amp; &lt;Jerry>

            From `--seeds` 3 on, p &lt; 0.05; a\\_b\\*c and \\`d\\`.

            - one
            - two | three

            | name | flags | loss |
            |---|---|---:|
            | a\\|b | `--batch-size` 10 `--loss` l1 | −0.5 |

            ![Curves](curves.svg)

            ![A "cat"](cat.png)
            """);
  }

  @Test
  void anEmptyReportIsAPage() throws Exception {
    assertThat(only(page(List.of()), "body").getTextContent()).isBlank();
    assertThat(MarkdownReport.of(List.of())).isBlank();
  }
}
