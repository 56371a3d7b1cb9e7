package org.lenet5;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Data flows down the list of packages: a package imports only from those before it. */
class ArchitectureTest {
  private static final List<String> ORDER =
      List.of(
          "io",
          "data",
          "model",
          "training",
          "checkpoint",
          "chart",
          "summary",
          "report",
          "export",
          "exercise",
          "classify",
          "cli");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.lenet5");

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
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  @Test
  void classifyImportsNothingOfOurs() {
    String[] others =
        ORDER.stream()
            .filter(name -> !name.equals("classify"))
            .map(ArchitectureTest::pattern)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(pattern("classify"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void noCycles() {
    SlicesRuleDefinition.slices()
        .matching("org.lenet5.(*)..")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  @Test
  void everyPackageIsListedAndDescribed() throws Exception {
    Path root = Path.of("src/main/java/org/lenet5");
    try (Stream<Path> folders = Files.list(root)) {
      for (Path folder : folders.toList()) {
        assertThat(ORDER).contains(folder.getFileName().toString());
        assertThat(folder.resolve("package-info.java")).exists();
      }
    }
  }
}
