package org.lenet5.serve.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.lenet5.serve.Client;
import org.lenet5.serve.TinyModel;

/** Cases from other servers' tests, told of in docs/serve-cases.md. */
final class Cases {
  private static final Path TABLE = Path.of("docs/serve-cases.md");

  private Cases() {}

  /**
   * A request and what must come of it.
   *
   * @param name of the case, as the table has it
   * @param parts that the answer must hold, in this order; an error's is JSON with them
   */
  record Case(String name, String method, String path, String body, int status, String... parts) {
    Client.Reply send(Client client) {
      return method.equals("GET") ? client.get(path) : client.post(path, filled(body));
    }

    @Override
    public String toString() {
      String all = method + " " + path + " " + body;
      return name + ": " + (all.length() > 100 ? all.substring(0, 100) + "…" : all);
    }
  }

  /** $A is an image that the model finds 0.5 of "yes" in, $B one of 0.25, $P that one as a PNG. */
  private static byte[] filled(String body) {
    return body.replace("$A", TinyModel.json(TinyModel.image(0x800000)))
        .replace("$B", TinyModel.json(TinyModel.image(0x400000)))
        .replace("$P", Base64.getEncoder().encodeToString(Pictures.png(0x400000)))
        .getBytes(StandardCharsets.UTF_8);
  }

  static void check(Case each, Client.Reply reply) {
    assertThat(reply.status()).as(reply.toString()).isEqualTo(each.status());
    assertThat(reply.header("content-type")).startsWith("application/json");
    assertThat(reply.body()).contains(each.parts());
    if (each.parts().length > 1) {
      assertThat(reply.body()).containsSubsequence(each.parts());
    }
    if (each.status() != 200) {
      assertThat(reply.body()).startsWith("{\"error\":\"").endsWith("\"}");
    }
  }

  /** The names in the table's rows that say they are tested by a class. */
  static List<String> inTable(Class<?> test) throws IOException {
    Pattern row = Pattern.compile("(?m)^\\| `(\\w+)` \\|.*\\| `" + test.getSimpleName() + "` \\|$");
    List<String> names = new ArrayList<>();
    for (MatchResult each : row.matcher(Files.readString(TABLE)).results().toList()) {
      names.add(each.group(1));
    }
    return names;
  }
}
