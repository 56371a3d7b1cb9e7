package org.lenet5;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README quotes is what is built: the apps in src/it, which mvn verify runs. */
class ReadmeTest {
  private static final String README = read(Path.of("README.md"));

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<String> quoted(String language) {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(README)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  // Indentation is the only difference that a quote may have.
  private static String flush(String text) {
    return text.lines().map(String::strip).reduce("", (a, b) -> a + b + "\n");
  }

  @Test
  void quotedCodeIsTheFiles() {
    assertThat(quoted("java"))
        .containsExactly(
            read(Path.of("src/it/label-photos/src/main/java/app/LabelPhotos.java")),
            read(Path.of("src/it/tensorflow-only/src/main/java/app/TensorFlowOnly.java")));
  }

  @Test
  void quotedDependenciesAreThePoms() {
    List<String> snippets = quoted("xml");
    assertThat(snippets).hasSize(2);
    assertThat(flush(read(Path.of("src/it/label-photos/pom.xml"))))
        .contains("<dependencies>\n" + flush(snippets.get(0)) + "</dependencies>");
    assertThat(flush(read(Path.of("src/it/tensorflow-only/pom.xml"))))
        .contains("<dependencies>\n" + flush(snippets.get(1)) + "</dependencies>");
  }

  @Test
  void everyPackageAndCommandHasARow() throws IOException {
    for (String module : List.of("classify", "toolkit", "cli")) {
      try (Stream<Path> packages = Files.list(Path.of("src", module, "main/java/org/lenet5"))) {
        for (Path each : packages.toList()) {
          assertThat(README).contains("\n| `" + each.getFileName() + "` | ");
        }
      }
    }
    for (String command :
        List.of("train", "exercises", "evaluate", "classify", "export", "summary", "data")) {
      assertThat(README).containsPattern("\n\\| `" + command + "[ `]");
    }
  }

  @Test
  void linksLeadSomewhere() {
    List<String> links =
        Pattern.compile("[^\"]\\]\\(([^)#:=]+)\\)")
            .matcher(README)
            .results()
            .map((MatchResult found) -> found.group(1))
            .toList();
    assertThat(links).isNotEmpty().allSatisfy(link -> assertThat(Path.of(link)).exists());
  }
}
