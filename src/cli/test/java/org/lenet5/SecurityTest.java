package org.lenet5;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What SECURITY.md promises of the code as a whole. */
class SecurityTest {
  @Test
  void noJavaSerialization() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.io\\.Object(In|Out)putStream|java\\.beans\\.XML(De|En)coder")
        .check(PublishedClasses.ALL);
  }

  @Test
  void noCodeIsLoadedAtRunTime() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.net\\.URLClassLoader|javax\\.script\\..*|javax\\.naming\\..*|java\\.rmi\\..*")
        .orShould()
        .callMethod(System.class, "load", String.class)
        .orShould()
        .callMethod(Runtime.class, "load", String.class)
        .check(PublishedClasses.ALL);
  }

  @Test
  void programsAreStartedOnlyByNpmByTheExercisesForTheTerminalsSizeAndToEnd() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("org.lenet5.data.NpmPackage") // npm
        .and()
        .doNotHaveFullyQualifiedName("org.lenet5.exercise.Processes") // this program itself
        .and()
        .doNotHaveFullyQualifiedName("org.lenet5.cli.Terminal") // stty
        .and()
        .doNotHaveFullyQualifiedName("org.lenet5.cli.ParentWatch") // kill, of itself
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .orShould()
        .callMethod(Runtime.class, "exec", String.class)
        .orShould()
        .callMethod(Runtime.class, "exec", String[].class)
        .check(PublishedClasses.ALL);
  }

  @Test
  void onlyTheDownloadAndTheServerUseTheNetwork() {
    noClasses()
        .that()
        .haveNameNotMatching(
            "org\\.lenet5\\.(data\\.Download(\\$.*)?|serve\\.(Server|AccessLines))")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.net\\.(http\\..*|.*Socket.*|URL|URLConnection|HttpURL.*)")
        .check(PublishedClasses.ALL);
  }

  @Test
  void everyAddressIsHttps() throws Exception {
    // The names of XML's formats look like addresses and are none; this machine needs no secrecy.
    Pattern plain =
        Pattern.compile(
            "http://(?!www\\.w3\\.org/|maven\\.apache\\.org/|[\"(\\\\]|127\\.0\\.0\\.1[:/\"])|ftp://");
    try (Stream<Path> all = Stream.concat(sources(), scripts())) {
      List<Path> files = all.filter(Files::isRegularFile).filter(SecurityTest::isText).toList();
      assertThat(files).hasSizeGreaterThan(50);
      for (Path file : files) {
        assertThat(Files.readString(file)).as(file.toString()).doesNotContainPattern(plain);
      }
    }
  }

  private static Stream<Path> sources() throws Exception {
    return Files.walk(Path.of("src")).filter(file -> file.toString().matches("src/[a-z]+/main/.*"));
  }

  private static Stream<Path> scripts() throws Exception {
    return Files.walk(Path.of("scripts"));
  }

  private static boolean isText(Path file) {
    return !file.toString().matches(".*\\.(bin|png|pyc)");
  }
}
