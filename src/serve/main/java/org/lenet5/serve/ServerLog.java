package org.lenet5.serve;

import java.util.function.Consumer;
import org.lenet5.io.OneLine;
import org.lenet5.serve.model.ServeEvents;
import org.lenet5.serve.model.VersionStatus;
import org.lenet5.serve.model.VersionStatus.State;

/**
 * Tells people what a server does, a line for each: versions that come and go while it answers, and
 * failures.
 */
final class ServerLog implements ServeEvents {
  private final Consumer<String> to;
  private volatile boolean isAnswering;

  ServerLog(Consumer<String> to) {
    this.to = to;
  }

  /** From now on versions that come and go are news; before and after, they are not. */
  void answering(boolean now) {
    isAnswering = now;
  }

  @Override
  public void version(String model, VersionStatus status) {
    if (!isAnswering && status.reason() == null) {
      return;
    }
    if (status.state() == State.AVAILABLE) {
      to.accept("model " + model + " version " + status.version() + " is served");
    } else if (status.state() == State.END) {
      to.accept(
          OneLine.of(
              "model "
                  + model
                  + " version "
                  + status.version()
                  + (status.reason() == null
                      ? " is no longer served"
                      : " cannot be served: " + status.message())));
    }
  }

  @Override
  public void storage(String model, boolean isAway) {
    to.accept(
        "model "
            + model
            + (isAway
                ? ": its folder is away; what is loaded stays"
                : ": its folder is there again"));
  }

  @Override
  public void failed(String what, Throwable cause) {
    to.accept(OneLine.of("error: " + what + ": " + cause));
  }
}
