package org.lenet5.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.lenet5.chart.CurvesSvg.Curve;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class CurvesSvgTest {
  private static Document draw(Curve... curves) throws Exception {
    String svg = CurvesSvg.draw("a", "Loss & \"more\"", "%.2f", List.of(curves));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static List<Element> all(Document svg, String tag, String style) {
    List<Element> found = new ArrayList<>();
    NodeList list = svg.getElementsByTagName(tag);
    for (int i = 0; i < list.getLength(); i++) {
      Element each = (Element) list.item(i);
      if (List.of(each.getAttribute("class").split(" ")).contains(style)) {
        found.add(each);
      }
    }
    return found;
  }

  /** The names beside the curves, from top to bottom. */
  private static List<Element> names(Document svg) {
    return all(svg, "text", "").stream().filter(t -> number(t, "x") > 300).toList();
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  @Test
  void eachNameStandsAtItsCurvesEnd() throws Exception {
    Document svg =
        draw(
            new Curve("low", List.of(1.0, 0.0)),
            new Curve("high", List.of(1.0, 2.0)),
            new Curve("middle", List.of(1.0, 1.0)));
    assertThat(svg.getDocumentElement().getAttribute("aria-label")).isEqualTo("Loss & \"more\"");
    List<Element> names = names(svg);
    assertThat(names)
        .extracting(Element::getTextContent)
        .containsExactly("2.00 high", "1.00 middle", "0.00 low");
    List<Element> dots = all(svg, "circle", "dot");
    // Drawn from the last curve to the first.
    assertThat(number(names.get(0), "y") - number(dots.get(1), "cy")).isBetween(-6.0, 6.0);
    assertThat(number(names.get(1), "y") - number(dots.get(0), "cy")).isBetween(-6.0, 6.0);
    assertThat(number(names.get(2), "y") - number(dots.get(2), "cy")).isBetween(-6.0, 6.0);
  }

  @Test
  void namesDoNotCoverEachOtherNorLeaveThePicture() throws Exception {
    Document svg =
        draw(
            IntStream.range(0, 30)
                .mapToObj(i -> new Curve("curve " + i, List.of(0.5, i < 15 ? 1e-9 * i : 1)))
                .toArray(Curve[]::new));
    List<Element> names = names(svg);
    assertThat(names).hasSize(30);
    for (int i = 1; i < names.size(); i++) {
      assertThat(number(names.get(i), "y") - number(names.get(i - 1), "y"))
          .isGreaterThanOrEqualTo(17.9);
    }
    assertThat(number(names.get(0), "y")).isPositive();
    assertThat(number(names.get(29), "y")).isLessThan(number(svg.getDocumentElement(), "height"));
  }

  @Test
  void aNameTooLongForItsPlaceIsSqueezed() throws Exception {
    List<Element> names =
        names(
            draw(
                new Curve("augmentation+true-normalization", List.of(2.0)),
                new Curve("n".repeat(60), List.of(1.0))));
    assertThat(names.get(0).hasAttribute("textLength")).isFalse();
    assertThat(316 + number(names.get(1), "textLength")).isLessThanOrEqualTo(592);
  }

  @Test
  void curvesThatCoincideAreOneWithAllNames() throws Exception {
    Document svg =
        draw(
            new Curve("base", List.of(1.0, 0.5)),
            new Curve("other", List.of(1.0, 0.25)),
            new Curve("twin", List.of(1.0, 0.5)));
    assertThat(all(svg, "path", "curve")).hasSize(2);
    assertThat(names(svg))
        .extracting(Element::getTextContent)
        .containsExactly("0.50 base", "= twin", "0.25 other");
    // A last bit is a difference.
    assertThat(
            all(
                draw(
                    new Curve("base", List.of(1.0, 0.5)),
                    new Curve("near", List.of(1.0, Math.nextUp(0.5)))),
                "path",
                "curve"))
        .hasSize(2);
  }

  @Test
  void theRangeOverSeedsIsShaded() throws Exception {
    Document svg =
        draw(
            new Curve("plain", List.of(1.0, 1.0)),
            new Curve("seeds", List.of(1.0, 2.0), List.of(0.5, 1.5), List.of(1.5, 3.0)));
    assertThat(all(svg, "path", "range"))
        .singleElement()
        .satisfies(
            range -> {
              assertThat(range.getAttribute("class")).isEqualTo("range c1");
              assertThat(range.getAttribute("d").split("[ML]")).hasSize(1 + 4);
            });
    // The scale holds the highest value of the range.
    assertThat(all(svg, "text", "")).extracting(Element::getTextContent).contains("3.00", "0.50");
  }

  @Test
  void anEpochAloneIsADotInTheMiddle() throws Exception {
    Document svg = draw(new Curve("one", List.of(1.0), List.of(0.5), List.of(1.5)));
    assertThat(all(svg, "path", "bar")).hasSize(1);
    assertThat(all(svg, "circle", "dot")).hasSize(1);
  }

  @Test
  void noTwoOfManyCurvesLookAlike() {
    Curve[] many =
        IntStream.range(0, 14)
            .mapToObj(i -> new Curve("curve " + i, List.of(0.0, (double) i)))
            .toArray(Curve[]::new);
    String svg = CurvesSvg.draw("a", "Many", "%.1f", List.of(many));
    List<String> looks =
        svg.lines()
            .filter(line -> line.matches("#a \\.c\\d+ .*"))
            .map(line -> line.replaceAll("#a \\.c\\d+ ", ""))
            .toList();
    assertThat(looks).hasSize(14).doesNotHaveDuplicates();
    assertThat(svg.lines().filter(line -> line.contains("--chart-1:")))
        .as("on white, on black")
        .hasSize(2)
        .first()
        .asString()
        .contains("--chart-1: #0072b2;", "--chart-2: #d55e00;");
  }
}
