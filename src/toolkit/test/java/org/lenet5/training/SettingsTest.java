package org.lenet5.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lenet5.data.Augmentation;

class SettingsTest {
  private static final Path PAGE = Path.of("docs", "settings.md");
  private static final String BEGIN = "<!-- the table, checked by SettingsTest -->\n";

  private static Iterable<Setting<?>> all() {
    return Settings.all();
  }

  /** The documentation's table, as the settings have it. */
  private static String table() {
    StringBuilder text = new StringBuilder();
    for (Setting.Group group : Setting.Group.values()) {
      text.append("\n## ").append(group.heading());
      text.append(
          "\n\n| flag | default | must be | does | in `run.json` |\n|---|---|---|---|---|\n");
      for (Setting<?> each : Settings.all()) {
        if (each.group() == group) {
          text.append(
              "| `--%s%s` | %s | %s | %s | `%s`: %s |\n"
                  .formatted(
                      each.name(),
                      each.isSwitch() ? "" : " " + each.label(),
                      each.standard(),
                      each.right(),
                      each.help(),
                      each.property(),
                      each.isNumber() ? "number" : "text"));
        }
      }
    }
    return text.toString();
  }

  @Test
  void theDocumentationHasTheTable() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(page.substring(page.indexOf(BEGIN) + BEGIN.length()))
        .as("put this below the mark in " + PAGE)
        .isEqualTo(table());
  }

  @ParameterizedTest
  @MethodSource("all")
  void eachHasANameAStandardAndHelp(Setting<?> setting) {
    assertThat(setting.name()).matches("[a-z]+(-[a-z]+)*");
    assertThat(setting.property()).matches("[a-z]+(_[a-z]+)*");
    assertThat(setting.help()).endsWith(".").doesNotContain("\n");
    assertThat(setting.standardValue()).isNotNull();
    assertThat(TrainingConfig.builder().build().get(setting)).isEqualTo(setting.standardValue());
  }

  @ParameterizedTest
  @MethodSource("all")
  void eachIsWrittenAsItIsRead(Setting<?> setting) {
    assertThat(again(setting)).isEqualTo(setting.standardValue());
  }

  private static <T> T again(Setting<T> setting) {
    return setting.parse(setting.text(setting.standardValue()));
  }

  @Test
  void namesDiffer() {
    Set<String> names = new HashSet<>();
    Settings.all().forEach(each -> assertThat(names.add(each.name())).as(each.name()).isTrue());
    assertThat(names).hasSizeGreaterThanOrEqualTo(13);
  }

  @Test
  void programsSetThemByType() {
    TrainingConfig config =
        TrainingConfig.builder()
            .epochs(5)
            .optimizer(OptimizerKind.SGD)
            .augmentation(Augmentation.parse("flip"))
            .set(Settings.DROPOUT, 0.25f)
            .build();
    assertThat(config.epochs()).isEqualTo(5);
    assertThat(config.flags())
        .containsEntry("optimizer", "sgd")
        .containsEntry("augment", "flip")
        .containsEntry("dropout", "0.25")
        .containsEntry("batch-size", "10");
    TrainingConfig longer = config.toBuilder().epochs(50).build();
    assertThat(longer).isNotEqualTo(config);
    assertThat(longer.toBuilder().epochs(5).build()).isEqualTo(config).hasSameHashCodeAs(config);
  }

  @Test
  void aWrongValueIsRefusedAsItsFlagWouldBe() {
    assertThatThrownBy(() -> TrainingConfig.builder().epochs(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--epochs 0: must be at least 1");
    assertThatThrownBy(() -> TrainingConfig.builder().dropout(Float.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--dropout NaN: must be from 0 to below 1");
    assertThatThrownBy(() -> TrainingConfig.builder().optimizer(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--optimizer null: must be");
    assertThatThrownBy(() -> TrainingConfig.builder().set("dropout", "0.99999999999"))
        .hasMessage("--dropout 0.99999999999: must be from 0 to below 1");
  }
}
