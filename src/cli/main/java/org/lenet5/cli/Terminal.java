package org.lenet5.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarRenderer;
import org.jline.utils.Signals;
import org.lenet5.data.Progress;
import org.lenet5.training.PassListener;

/** Progress bars on stderr, drawn only where stderr is a terminal. */
final class Terminal {
  private static final Pattern ROWS_COLUMNS = Pattern.compile("(\\d{1,6}) (\\d{1,6})\\s*");
  private static final Size UNKNOWN = new Size(24, 80);
  private static final AtomicBoolean WATCHED = new AtomicBoolean();
  private static final AtomicBoolean CHANGED = new AtomicBoolean(true);
  private static volatile Size known = UNKNOWN;

  private Terminal() {}

  // Java 17 cannot tell stderr from stdout; scripts/lenet5 can.
  static boolean onTerminal() {
    return Boolean.getBoolean("lenet5.terminal") && !isDumb();
  }

  /** The columns of stdout's terminal; {@link EpochLine#ENDLESS} if stdout is not a terminal. */
  static int stdoutColumns() {
    return Boolean.getBoolean("lenet5.terminal.stdout") ? size().columns() : EpochLine.ENDLESS;
  }

  /** True if it can show plain lines only: no bars, no colours. */
  static boolean isDumb() {
    return "dumb".equals(System.getenv("TERM"));
  }

  /**
   * The terminal's rows and columns; 24 and 80 where nobody knows. Asked of stty, which is wherever
   * there are terminals, at first and after each signal that they may have changed. Thread-safe.
   */
  static Size size() {
    if (WATCHED.compareAndSet(false, true)) {
      Signals.register("WINCH", () -> CHANGED.set(true));
      Signals.register("CONT", () -> CHANGED.set(true)); // a stopped job is not told of changes
    }
    if (CHANGED.compareAndSet(true, false)) {
      known = measured();
    }
    return known;
  }

  private static Size measured() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String text = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      Matcher size = ROWS_COLUMNS.matcher(text);
      return size.matches()
          ? new Size(
              orElse(Integer.parseInt(size.group(1)), UNKNOWN.rows()),
              orElse(Integer.parseInt(size.group(2)), UNKNOWN.columns()))
          : known; // Ctrl-C reaches stty as well
    } catch (IOException e) {
      return known; // without stty or /dev/tty: only the layout suffers
    }
  }

  private static int orElse(int size, int unknown) {
    return size == 0 ? unknown : size;
  }

  /** Begins a new line where a bar may stand that nobody is going to clear. */
  static void leaveBar() {
    if (onTerminal()) {
      System.err.println();
    }
  }

  /** Of a terminal, in characters. */
  record Size(int rows, int columns) {}

  private static ProgressBar bar(String task, long total, ProgressBarRenderer renderer) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total)
        .setUpdateIntervalMillis(200)
        .setConsumer(new BarLine(System.err, () -> size().columns()))
        .setRenderer(renderer)
        .clearDisplayOnFinish()
        .build();
  }

  /** Shows each pass of a training of so many epochs. */
  static PassListener training(int epochs) {
    if (!onTerminal()) {
      return PassListener.NONE;
    }
    TrainingBar text = new TrainingBar(epochs, System::nanoTime);
    return new PassListener() {
      private ProgressBar bar;

      @Override
      public void begin(int epoch, String pass, long images) {
        text.begin(epoch, pass, images);
        bar = bar(pass, images, (state, columns) -> text.row(columns));
      }

      @Override
      public void advance(int images, double loss) {
        text.advance(images, loss);
        bar.stepBy(images);
      }

      @Override
      public void end() {
        bar.close();
      }
    };
  }

  /** Shows how many of a list's images are done, where it is long enough to wait for. */
  static ProgressBar images(String task, int count) {
    return onTerminal() && count >= 50 ? bar(task, count, BarRow.counting("img", 1)) : null;
  }

  /** Shows a fetch, step by step. Must be closed. */
  static final class Fetching implements Progress, AutoCloseable {
    private ProgressBar bar;
    private String step;

    @Override
    public void at(String newStep, long done, long total) {
      if (!newStep.equals(step)) {
        close();
        step = newStep;
        if (onTerminal()) {
          bar = bar(step, total, BarRow.counting("MB", 1_000_000));
        } else {
          System.err.println(step);
        }
      }
      if (bar != null) {
        bar.stepTo(done);
      }
    }

    @Override
    public void report(List<String> lines) {
      close();
      step = null;
      lines.forEach(System.err::println);
    }

    @Override
    public void failed(String reason) {
      close();
      step = null;
      System.err.println(reason);
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
        bar = null;
      }
    }
  }
}
