package org.lenet5.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lenet5.training.Setting;
import org.lenet5.training.Settings;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Help in which commands and flags stand together by what they are about. */
final class HelpText {
  private static final int NARROWEST = 55; // picocli takes no less
  private static final int WIDEST = 500;

  /** Commands by subject. */
  static final Map<String, List<String>> COMMANDS = new LinkedHashMap<>();

  /**
   * Flags by subject; those of all commands, as they mean the same in each. A training's settings
   * stand before them, under the headings that {@link Settings} gives them.
   */
  private static final Map<String, List<String>> FLAGS = new LinkedHashMap<>();

  static {
    COMMANDS.put("Train", List.of("train", "exercises", "tune", "replay"));
    COMMANDS.put("Use what was trained", List.of("evaluate", "classify", "serve", "export"));
    COMMANDS.put("When one machine is not enough", List.of("spark"));
    COMMANDS.put("Look up", List.of("runs", "networks", "recipes", "summary", "data"));
    FLAGS.put("Data", List.of("--data-dir"));
    FLAGS.put("Model", List.of("--model", "--classes", "--calibrate"));
    FLAGS.put(
        "Search",
        List.of("--space", "--trials", "--minutes", "--sampling", "--reduction", "--best"));
    FLAGS.put("Experiments", List.of("--only", "--file", "--add", "--seeds", "--suite", "--list"));
    FLAGS.put(
        "Run", List.of("--recipe", "--run", "--resume", "--epoch", "--keep", "--checkpoint-every"));
    FLAGS.put("Speed", List.of("--workers", "--jobs", "--batch", "--spark", "--spark-results"));
    FLAGS.put("Images", List.of("--top", "--min-confidence", "--lenient"));
    FLAGS.put("Address", List.of("--host", "--port"));
    FLAGS.put("Versions", List.of("--versions", "--label", "--poll-millis"));
    FLAGS.put(
        "Batches", List.of("--max-batch", "--batch-wait-micros", "--queue", "--compute-threads"));
    FLAGS.put(
        "Limits",
        List.of(
            "--max-bytes",
            "--max-bytes-together",
            "--max-pixels",
            "--max-items",
            "--max-requests",
            "--max-connections",
            "--max-header-bytes",
            "--timeout-seconds",
            "--idle-seconds",
            "--drain-seconds",
            "--decode-threads"));
    FLAGS.put(
        "Access",
        List.of("--token-file", "--tls-certificate", "--tls-key", "--cors-origin", "--access-log"));
    FLAGS.put(
        "Output",
        List.of(
            "--out",
            "--version",
            "--format",
            "--json",
            "--threshold",
            "--flip",
            "--report",
            "--yes",
            "--graphs-dir",
            "--checkpoints-dir"));
  }

  private HelpText() {}

  /** Sets it for the command and all below it. */
  static void set(CommandLine line) {
    Map<String, CommandLine.IHelpSectionRenderer> sections = line.getHelpSectionMap();
    sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpText::flags);
    sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, HelpText::commands);
    line.setHelpSectionMap(sections);
    // The program's own help lists the commands first.
    List<String> keys = new ArrayList<>(line.getHelpSectionKeys());
    keys.remove(UsageMessageSpec.SECTION_KEY_OPTION_LIST);
    keys.add(
        keys.indexOf(UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST_HEADING),
        UsageMessageSpec.SECTION_KEY_OPTION_LIST);
    line.setHelpSectionKeys(keys);
    int columns = columns(System.getenv("COLUMNS"));
    if (columns == 0) {
      line.setUsageHelpAutoWidth(true); // the terminal's
    } else {
      line.setUsageHelpWidth(columns);
    }
  }

  /** The width that the environment asks for, within what can be set; 0 if it asks for none. */
  static int columns(String asked) {
    return asked != null && asked.matches("[1-9]\\d{0,5}")
        ? Math.max(NARROWEST, Math.min(WIDEST, Integer.parseInt(asked)))
        : 0;
  }

  // Not at the start: a command whose help nobody asks for need not load the table.
  static Map<String, List<String>> bySubject() {
    Map<String, List<String>> flags = new LinkedHashMap<>();
    for (Setting<?> each : Settings.all()) {
      flags
          .computeIfAbsent(each.group().heading(), heading -> new ArrayList<>())
          .add("--" + each.name());
    }
    FLAGS.forEach(
        (subject, names) ->
            flags.computeIfAbsent(subject, heading -> new ArrayList<>()).addAll(names));
    return flags;
  }

  private static String flags(Help help) {
    List<OptionSpec> left = new ArrayList<>(help.commandSpec().options());
    left.removeIf(OptionSpec::hidden);
    StringBuilder text = new StringBuilder();
    bySubject()
        .forEach(
            (subject, names) -> {
              List<OptionSpec> flags = new ArrayList<>();
              for (String name : names) {
                left.stream().filter(each -> each.longestName().equals(name)).forEach(flags::add);
              }
              // -V, --version is every command's; export alone has a --version of its own.
              flags.removeIf(OptionSpec::versionHelp);
              left.removeAll(flags);
              append(text, help, subject, flags);
            });
    append(text, help, text.isEmpty() ? "Options" : "Other", left);
    return text.toString();
  }

  private static void append(
      StringBuilder text, Help help, String subject, List<OptionSpec> flags) {
    if (!flags.isEmpty()) {
      Help.Layout layout = help.createDefaultLayout();
      layout.addOptions(flags, help.createDefaultParamLabelRenderer());
      text.append(String.format("%n%s:%n", subject)).append(layout);
    }
  }

  private static String commands(Help help) {
    Map<String, Help> left = new LinkedHashMap<>(help.subcommands());
    StringBuilder text = new StringBuilder();
    if (help.commandSpec().parent() == null) {
      COMMANDS.forEach(
          (subject, names) -> {
            Map<String, Help> commands = new LinkedHashMap<>();
            names.stream()
                .filter(left::containsKey)
                .forEach(name -> commands.put(name, left.remove(name)));
            if (!commands.isEmpty()) {
              text.append(String.format("%n%s:%n", subject)).append(help.commandList(commands));
            }
          });
    }
    return text.append(left.isEmpty() ? "" : help.commandList(left)).toString();
  }
}
