package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ParameterException;

class ArgumentFilesTest {
  @TempDir private Path folder;

  private String[] expanded(String... args) {
    return ArgumentFiles.expand(Main.line(), args);
  }

  private String file(byte[] bytes) throws IOException {
    return "@" + Files.write(folder.resolve("arguments"), bytes);
  }

  private String file(String text) throws IOException {
    return file(text.getBytes(StandardCharsets.UTF_8));
  }

  // As the editors of Windows save: with a byte order mark, lines ending in CR LF.
  @ParameterizedTest
  @CsvSource({"UTF-8, ''", "UTF-8, \uFEFF", "UTF-16LE, \uFEFF", "UTF-16BE, \uFEFF"})
  void readsWhatEditorsWrite(String charset, String mark) throws IOException {
    String text = mark + "--run Übung\r\n# not this\r\n--dataset \"a b\"\r\n";
    assertThat(expanded("train", file(text.getBytes(Charset.forName(charset))), "--epochs", "2"))
        .containsExactly("train", "--run", "Übung", "--dataset", "a b", "--epochs", "2");
  }

  @Test
  void readsTheFilesThatAFileNames() throws IOException {
    Path inner = Files.writeString(folder.resolve("inner"), "\uFEFF--seed 7");
    assertThat(expanded(file("--epochs 1 @" + inner + " @@literal")))
        .containsExactly("--epochs", "1", "--seed", "7", "@literal");
  }

  @Test
  void whatIsNoFileIsAnArgument() {
    assertThat(expanded("@" + folder.resolve("nowhere"), "@@home"))
        .containsExactly("@" + folder.resolve("nowhere"), "@home");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--run\0x", "\u00FF\u00FE\u0000\u00D8"})
  void refusesWhatIsNoText(String bytes) throws IOException {
    String arg = file(bytes.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> expanded("train", arg))
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith(arg + ": is no text");
  }

  @Test
  void aTrainingTakesItsFlagsFromANotepad() throws IOException {
    byte[] bytes = "\uFEFF--epochs 0\r\n".getBytes(StandardCharsets.UTF_16LE);
    Cli.Outcome outcome = Cli.run("train", file(bytes));
    assertThat(outcome.exit()).isEqualTo(Errors.WRONG_USAGE);
    assertThat(outcome.err()).contains("--epochs 0").doesNotContain("\uFEFF");
  }
}
