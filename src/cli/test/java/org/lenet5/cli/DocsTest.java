package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lenet5.data.PictureFiles;

/** What README and docs tell people to type works, and what they quote is what is built. */
class DocsTest {
  private static final Path README = Path.of("README.md");
  private static final Path EMBEDDING = Path.of("docs/embedding.md");
  private static final String HOME = "lenet5.home";

  @TempDir private static Path home;

  @BeforeAll
  static void aProjectWithARun() throws IOException {
    System.setProperty(HOME, home.toString());
    Path photos = Files.createDirectories(home.resolve("holiday-photos"));
    for (Path file : List.of(home.resolve("cat.jpg"), photos.resolve("beach.jpg"))) {
      ImageIO.write(new BufferedImage(48, 40, BufferedImage.TYPE_INT_RGB), "jpg", file.toFile());
    }
    PictureFiles.folder(home.resolve("my-photos"), 10, "cat", "dog");
    PictureFiles.folder(home.resolve("more-photos"), 2, "cat", "dog");
    Files.writeString(
        home.resolve("mine.conf"),
        "[Mine]\nmore-dropout = --dropout 0.5\nnesterov = --optimizer nesterov --learning-rate 0.01\n");
    Matcher space =
        Pattern.compile("(?m)^    optimizer .*\n(    .+\n)+")
            .matcher(Docs.text(Path.of("docs/tuning.md")));
    assertThat(space.find()).as("a space in docs/tuning.md").isTrue();
    Files.writeString(home.resolve("mine.space"), space.group());
  }

  @AfterAll
  static void noHome() {
    System.clearProperty(HOME);
  }

  static Stream<String> commands() {
    return Docs.pages().stream().flatMap(page -> Docs.commands(page).stream()).distinct();
  }

  // In the order of the pages, as a reader would; on the sample where they take all of CIFAR-10,
  // and for
  // one epoch of large batches.
  @ParameterizedTest(name = "{0}")
  @MethodSource("commands")
  void commandRuns(String command) {
    List<String> args = new ArrayList<>(Arrays.asList(command.split("\\s+")));
    args.remove(0);
    args.replaceAll(
        word ->
            switch (word) {
              case "cifar10" ->
                  args.get(args.indexOf(word) - 1).equals("--dataset") ? "sample" : word;
              case "RUN" -> "better";
              case "cat.jpg",
                  "holiday-photos/",
                  "mine.conf",
                  "mine.space",
                  "served",
                  "my-photos",
                  "more-photos",
                  "checkpoints/pets/saved_model" ->
                  home.resolve(word).toString();
              default -> word;
            });
    if (args.contains("--epochs")) {
      args.set(args.indexOf("--epochs") + 1, "1");
    } else if (args.get(0).equals("train") && !args.contains("--resume")) {
      args.addAll(List.of("--epochs", "1"));
    }
    if (args.get(0).equals("train")
        && !args.contains("--resume")
        && !args.contains("--batch-size")) {
      args.addAll(List.of("--batch-size", "128"));
    }
    if (args.get(0).equals("serve")) { // it would serve for ever; ServeCommandTest serves
      args.add("--help");
    }
    if (args.get(0).equals("exercises") && !args.contains("--list")) {
      args.addAll(List.of("--epochs", "1"));
      if (!args.contains("--only")) {
        args.addAll(List.of("--only", args.contains("--file") ? "batch-128" : "baseline-even"));
      }
    }
    if (args.get(0).equals("tune") && !args.contains("--list")) {
      args.add("--list"); // TuneCommandTest searches
    }
    if (args.get(0).equals("data")) {
      // Others would fetch what no test may.
      assertThat(args.get(1)).isIn("check", "describe", "gc", "import", "show");
    }
    Cli.Outcome outcome = Cli.run(args.toArray(String[]::new));
    assertThat(outcome.exit()).as(outcome.err()).isZero();
  }

  @Test
  void quotedProgramsAreTheFiles() {
    assertThat(Docs.quoted(EMBEDDING, "java"))
        .contains(
            Docs.text(Path.of("src/it/label-photos/src/main/java/app/LabelPhotos.java")),
            Docs.text(Path.of("src/it/tensorflow-only/src/main/java/app/TensorFlowOnly.java")),
            Docs.text(Path.of("src/it/train-own/src/main/java/app/TrainOwn.java")));
  }

  @Test
  void quotedDependenciesAreThePoms() {
    List<String> snippets = Docs.quoted(EMBEDDING, "xml");
    assertThat(snippets).hasSizeGreaterThanOrEqualTo(3);
    assertThat(flush(Docs.text(Path.of("src/it/label-photos/pom.xml"))))
        .contains("<dependencies>\n" + flush(snippets.get(0)) + "</dependencies>")
        .contains(flush(Docs.quoted(README, "xml").get(0)));
    assertThat(flush(Docs.text(Path.of("src/it/tensorflow-only/pom.xml"))))
        .contains("<dependencies>\n" + flush(snippets.get(1)) + "</dependencies>");
    assertThat(flush(Docs.text(Path.of("src/it/train-own/pom.xml"))))
        .contains("<dependencies>\n" + flush(snippets.get(2)) + "</dependencies>");
  }

  // Indentation is the only difference that a quotation may have.
  private static String flush(String text) {
    return text.lines().map(String::strip).reduce("", (a, b) -> a + b + "\n");
  }

  static Stream<String> snippets() {
    // Those on Spark are compiled in its module.
    return Docs.pages().stream()
        .filter(page -> !page.toString().contains("spark"))
        .flatMap(page -> Docs.quoted(page, "java").stream());
  }

  // What is no whole file stands in a method, as it would in the reader's program.
  @ParameterizedTest
  @MethodSource("snippets")
  void snippetCompiles(String snippet) throws IOException {
    boolean whole = snippet.startsWith("package ");
    String name = whole ? snippet.replaceFirst("(?s).*?class (\\w+).*", "$1") : "Snippet";
    String source =
        whole
            ? snippet
            : """
              import java.net.URI;
              import java.net.http.*;
              import java.nio.file.*;
              import java.util.*;
              import org.lenet5.classify.*;
              import org.lenet5.data.*;
              import org.lenet5.image.*;
              import org.lenet5.run.*;
              import org.lenet5.serve.*;
              import org.lenet5.training.*;
              class Snippet {
                void run() throws Exception {
                  %s
                }
              }
              """
                .formatted(snippet);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    Path classes = Files.createDirectories(home.resolve("classes"));
    boolean compiled =
        compiler
            .getTask(
                said,
                null,
                null,
                List.of("-d", classes.toString(), "-proc:none"),
                null,
                List.of(
                    new SimpleJavaFileObject(
                        URI.create("string:///" + name + ".java"),
                        SimpleJavaFileObject.Kind.SOURCE) {
                      @Override
                      public CharSequence getCharContent(boolean ignored) {
                        return source;
                      }
                    }))
            .call();
    assertThat(compiled).as(said + source).isTrue();
  }

  @Test
  void everyPackageAndCommandIsNamed() throws IOException {
    String development = Docs.text(Path.of("docs/development.md"));
    for (String module : List.of("classify", "toolkit", "serve", "spark", "cli")) {
      try (Stream<Path> packages = Files.list(Path.of("src", module, "main/java/org/lenet5"))) {
        for (Path each : packages.toList()) {
          assertThat(development).contains("\n| `" + each.getFileName() + "` | ");
        }
      }
    }
    String guide = Docs.text(Path.of("docs/guide.md"));
    Main.line().getSubcommands().keySet().stream()
        .filter(command -> !command.equals("help"))
        .forEach(command -> assertThat(guide).containsPattern("\n\\| `" + command + "[ `]"));
  }

  @Test
  void linksLeadSomewhere() {
    List<Path> links = Docs.pages().stream().flatMap(page -> Docs.links(page).stream()).toList();
    assertThat(links).isNotEmpty().allSatisfy(link -> assertThat(link).exists());
  }

  @Test
  void theReadmeIsShort() {
    assertThat(Docs.text(README).lines().count()).isLessThan(200);
  }
}
