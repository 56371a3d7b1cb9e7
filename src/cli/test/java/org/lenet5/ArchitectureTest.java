package org.lenet5;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The house: which packages each module holds, and that a package imports only from those before
 * it. As modules follow one another in the same order, no module needs one below it.
 */
class ArchitectureTest {
  private static final Map<String, List<String>> MODULES =
      new TreeMap<>(
          Map.of(
              "classify", List.of("io", "image", "classify"),
              "toolkit",
                  List.of(
                      "data",
                      "model",
                      "training",
                      "evaluation",
                      "checkpoint",
                      "chart",
                      "summary",
                      "report",
                      "export",
                      "run",
                      "exercise"),
              "serve", List.of("serve"),
              "spark", List.of("spark"),
              "cli", List.of("cli")));

  // Without spark, which nobody needs who does not use it: a test of its own there looks at it.
  private static final List<String> ORDER =
      Stream.of("classify", "toolkit", "serve", "cli")
          .flatMap(each -> MODULES.get(each).stream())
          .toList();

  private static String pattern(String name) {
    return "org.lenet5." + name + "..";
  }

  @Test
  void aPackageImportsOnlyFromThoseBeforeIt() {
    for (int i = 0; i < ORDER.size() - 1; i++) {
      String[] later =
          ORDER.subList(i + 1, ORDER.size()).stream()
              .map(ArchitectureTest::pattern)
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(pattern(ORDER.get(i)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(later)
          .check(PublishedClasses.ALL);
    }
  }

  /** Who serves a model needs nothing that trains. */
  @Test
  void theServerNeedsTheClassifierAlone() {
    noClasses()
        .that()
        .resideInAPackage(pattern("serve"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            MODULES.get("toolkit").stream().map(ArchitectureTest::pattern).toArray(String[]::new))
        .check(PublishedClasses.ALL);
  }

  /** Within the server: models below what is spoken about them. */
  @Test
  void theServersModelsKnowNoProtocol() {
    noClasses()
        .that()
        .resideInAPackage("org.lenet5.serve.model")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.lenet5.serve.rest", "org.lenet5.serve.grpc", "com.linecorp..", "io.grpc..")
        .check(PublishedClasses.ALL);
    noClasses()
        .that()
        .resideInAnyPackage(
            "org.lenet5.serve.model", "org.lenet5.serve.rest", "org.lenet5.serve.grpc")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.lenet5.serve")
        .check(PublishedClasses.ALL);
  }

  @Test
  void noCycles() {
    SlicesRuleDefinition.slices()
        .matching("org.lenet5.(*)..")
        .should()
        .beFreeOfCycles()
        .check(PublishedClasses.ALL);
  }

  @Test
  void everyModuleHoldsItsPackagesAndDescribesThem() throws IOException {
    for (Map.Entry<String, List<String>> module : MODULES.entrySet()) {
      Path root = Path.of("src", module.getKey(), "main/java/org/lenet5");
      try (Stream<Path> folders = Files.list(root)) {
        List<Path> packages = folders.toList();
        assertThat(packages)
            .as(module.getKey())
            .extracting(each -> each.getFileName().toString())
            .containsExactlyInAnyOrderElementsOf(module.getValue());
        assertThat(packages)
            .allSatisfy(each -> assertThat(each.resolve("package-info.java")).exists());
      }
    }
  }
}
