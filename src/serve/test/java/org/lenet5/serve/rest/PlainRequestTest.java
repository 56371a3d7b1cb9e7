package org.lenet5.serve.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.image.ImageShape;
import org.lenet5.serve.model.ServeException;

/** What is read quickly is what the parser of all JSON reads; the rest is left to that one. */
class PlainRequestTest {
  private static final ImageShape SHAPE = new ImageShape(3, 2, 3);
  private static final int MOST = 5;
  private static final String[] SPACES = {"", "", "", " ", "\n", "\t \r\n"};

  /** A request of 1 to 4 images with white space wherever it may stand. */
  private static String request(Random random) {
    StringBuilder text = new StringBuilder();
    text.append("{")
        .append(space(random))
        .append(random.nextBoolean() ? "\"instances\"" : "\"inputs\"");
    text.append(space(random)).append(':').append(space(random));
    tensor(text, random, 1 + random.nextInt(4), SHAPE.height(), SHAPE.width(), SHAPE.channels());
    return space(random) + text.append(space(random)).append('}').append(space(random));
  }

  private static void tensor(StringBuilder text, Random random, int... sizes) {
    text.append('[');
    for (int i = 0; i < sizes[0]; i++) {
      text.append(i > 0 ? "," : "").append(space(random));
      if (sizes.length == 1) {
        text.append(random.nextInt(256));
      } else {
        tensor(text, random, Arrays.copyOfRange(sizes, 1, sizes.length));
      }
      text.append(space(random));
    }
    text.append(']');
  }

  private static String space(Random random) {
    return SPACES[random.nextInt(SPACES.length)];
  }

  private static PredictRequest plain(byte[] body) {
    return PlainRequest.read(body, body.length, SHAPE, MOST);
  }

  private static void assertSame(PredictRequest plain, byte[] body) {
    PredictRequest any = PredictRequest.readAny(body, body.length, SHAPE, MOST);
    assertThat(plain.isRows()).isEqualTo(any.isRows());
    assertThat(plain.signature()).isEqualTo(any.signature());
    assertThat(plain.images().size()).isEqualTo(any.images().size());
    int bytes = any.images().size() * SHAPE.bytes();
    assertThat(Arrays.copyOf(plain.images().array(), bytes))
        .isEqualTo(Arrays.copyOf(any.images().array(), bytes));
  }

  @Test
  void plainRequestsAreReadAlike() {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      byte[] body = request(random).getBytes(StandardCharsets.US_ASCII);
      PredictRequest plain = plain(body);
      assertThat(plain).as(new String(body, StandardCharsets.US_ASCII)).isNotNull();
      assertSame(plain, body);
    }
  }

  @Test
  void damagedOnesAreLeftOrReadAlike() {
    Random random = new Random(2);
    String letters = "[]{},:0123456789 \n-.eE\"tux";
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] body = request(random).getBytes(StandardCharsets.US_ASCII);
      int at = random.nextInt(body.length);
      byte letter = (byte) letters.charAt(random.nextInt(letters.length()));
      byte[] damaged = Arrays.copyOf(body, body.length + (i % 3 == 0 ? 1 : i % 3 == 1 ? -1 : 0));
      if (i % 3 == 0) { // a letter more
        System.arraycopy(body, at, damaged, at + 1, body.length - at);
      } else if (i % 3 == 1) { // one less
        System.arraycopy(body, at + 1, damaged, at, body.length - at - 1);
      }
      if (i % 3 != 1) {
        damaged[at] = letter;
      }
      PredictRequest plain = plain(damaged);
      if (plain != null) {
        read++;
        assertSame(plain, damaged);
      }
    }
    assertThat(read).isBetween(1000, 19_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "{\"instances\":[]}",
        "{\"instances\":[%s],}",
        "{\"instances\":[%s]}x",
        "{\"instances\":[%s,]}",
        "{\"instances\":%s}",
        "{\"instances\":[{\"images\":%s}]}",
        "{\"Instances\":[%s]}",
        "{\"instances\":[%s],\"signature_name\":\"serving_default\"}",
      })
  void otherRequestsAreLeft(String form) {
    String image = "[[[1,2,3],[4,5,6]],[[1,2,3],[4,5,6]],[[1,2,3],[4,5,6]]]";
    String body = form.replace("%s", image);
    assertThat(plain(body.getBytes(StandardCharsets.US_ASCII))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"256", "-1", "01", "00", "1.0", "1e1", "0255", "1000", "\"1\"", "null"})
  void otherNumbersAreLeft(String number) {
    String row = "[[1,2,3],[4,5,6]]";
    String body = "{\"inputs\":[[" + row + "," + row + ",[[1,2," + number + "],[4,5,6]]]]}";
    assertThat(plain(body.getBytes(StandardCharsets.US_ASCII))).isNull();
    assertThat(plain(body.replace("2," + number, "2,255").getBytes(StandardCharsets.US_ASCII)))
        .isNotNull();
  }

  @Test
  void tooManyImagesAreRefusedAlike() {
    String image = "[[[1,2,3],[4,5,6]],[[1,2,3],[4,5,6]],[[1,2,3],[4,5,6]]]";
    String body = "{\"inputs\":[" + (image + ",").repeat(MOST) + image + "]}";
    byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> plain(bytes))
        .isInstanceOf(ServeException.class)
        .hasMessage("a request may have 5 images and this one has more (--max-items)");
    assertThatThrownBy(() -> PredictRequest.readAny(bytes, bytes.length, SHAPE, MOST))
        .hasMessage("a request may have 5 images and this one has more (--max-items)");
  }
}
