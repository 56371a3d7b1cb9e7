package org.lenet5.cli;

import org.lenet5.run.RunListener;
import org.lenet5.training.PassListener;

/** The passes of a training as a bar, where stderr is a terminal. */
class PassBar implements RunListener {
  private PassListener bar = PassListener.NONE;

  /** Shows the passes from now on, of a training of so many epochs. */
  final void show(int epochs) {
    bar = Terminal.training(epochs);
  }

  @Override
  public final void begin(int epoch, String pass, long images) {
    bar.begin(epoch, pass, images);
  }

  @Override
  public final void advance(int images, double loss) {
    bar.advance(images, loss);
  }

  @Override
  public final void end() {
    bar.end();
  }
}
