package org.lenet5.cli;

import org.lenet5.checkpoint.Manifest;
import org.lenet5.exercise.Jobs;
import org.lenet5.exercise.Suite;

/** Hands everything on to a screen; who extends it does something besides. */
class ForwardingListener implements Jobs.Listener {
  private final Jobs.Listener screen;

  ForwardingListener(Jobs.Listener screen) {
    this.screen = screen;
  }

  @Override
  public void started(Suite.Run run) {
    screen.started(run);
  }

  @Override
  public void line(Suite.Run run) {
    screen.line(run);
  }

  @Override
  public void epoch(Suite.Run run, Manifest.Epoch epoch) {
    screen.epoch(run, epoch);
  }

  @Override
  public void message(Suite.Run run, String line) {
    screen.message(run, line);
  }

  @Override
  public void done(Suite.Run run) {
    screen.done(run);
  }

  @Override
  public void failed(Suite.Run run, int exitCode, String message) {
    screen.failed(run, exitCode, message);
  }
}
