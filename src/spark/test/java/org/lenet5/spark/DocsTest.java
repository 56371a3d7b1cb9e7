package org.lenet5.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * What the pages on Spark quote is what is built; the others are looked at by the commands' tests.
 */
class DocsTest {
  private static final Path PAGE = Path.of("docs/spark.md");
  private static final Path TRAINING = Path.of("docs/spark-training.md");

  @TempDir private Path folder;

  static Stream<String> snippets() throws IOException {
    return Pattern.compile("(?ms)^```java\n(.*?)^```")
        .matcher(Files.readString(PAGE) + Files.readString(TRAINING))
        .results()
        .map(each -> each.group(1));
  }

  @ParameterizedTest
  @MethodSource("snippets")
  void snippetCompiles(String snippet) {
    String source =
        """
        import java.nio.file.Path;
        import org.apache.spark.api.java.JavaSparkContext;
        import org.apache.spark.ml.*;
        import org.apache.spark.sql.Dataset;
        import org.apache.spark.sql.Row;
        import org.apache.spark.sql.SparkSession;
        import org.lenet5.run.*;
        import org.lenet5.spark.*;
        import org.lenet5.training.*;
        class Snippet {
          void run(SparkSession spark, RunData data) throws Exception {
            %s
          }
        }
        """
            .formatted(snippet);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    SimpleJavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///Snippet.java"), SimpleJavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignored) {
            return source;
          }
        };
    List<String> options = List.of("-d", folder.toString(), "-proc:none");
    assertThat(compiler.getTask(said, null, null, options, null, List.of(file)).call())
        .as(said + source)
        .isTrue();
  }

  @Test
  void everyFlagIsNamedAndNoOther() throws IOException {
    List<String> flags =
        new CommandLine(new ClassifyJob())
            .getCommandSpec().options().stream().map(each -> each.longestName()).toList();
    String table =
        Files.readString(PAGE).lines().filter(line -> line.startsWith("| `--")).toList().toString();
    assertThat(
            Pattern.compile("`(--[a-z-]+)")
                .matcher(table)
                .results()
                .map(each -> each.group(1))
                .distinct())
        .containsExactlyInAnyOrderElementsOf(flags);
  }
}
