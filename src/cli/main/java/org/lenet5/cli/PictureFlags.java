package org.lenet5.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lenet5.data.PictureOptions;
import org.lenet5.training.Setting;
import org.lenet5.training.Settings;
import org.lenet5.training.TrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The flags of {@code train} that say how pictures become images. */
@Command // else picocli would not take it for a mixin, as its options are not fields
final class PictureFlags {
  private static final List<Setting<?>> SETTINGS =
      List.of(
          Settings.IMAGE_SIZE,
          Settings.COLOR,
          Settings.FIT,
          Settings.TEST_SHARE,
          Settings.SKIP_BAD);

  private final Map<String, String> given = new LinkedHashMap<>();

  /** Called by picocli with the command that has these flags. */
  @Spec(Spec.Target.MIXEE)
  void addTo(CommandSpec command) {
    SETTINGS.forEach(each -> command.addOption(TrainingFlags.option(each, given)));
  }

  PictureOptions options() {
    return WrongUsage.unless(() -> TrainingConfig.of(given).pictures());
  }
}
