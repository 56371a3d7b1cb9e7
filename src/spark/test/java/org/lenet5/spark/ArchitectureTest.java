package org.lenet5.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What this module stands on, and what it must not. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("org.lenet5");

  @Test
  void noOtherModuleNeedsIt() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.lenet5.spark..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.lenet5.spark..", "org.apache.spark..")
        .check(CLASSES);
  }
}
