package org.lenet5.exercise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.SmallSample;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.run.RunData;
import org.lenet5.run.RunFolders;
import org.lenet5.run.RunListener;
import org.lenet5.run.TrainingRun;
import org.lenet5.training.TrainingConfig;

/** A run that is trained as on another machine. */
class RunOrderTest {
  private static final RunData DATA = RunData.of(SmallSample.of(40, 10));
  private static final TrainingConfig CONFIG =
      TrainingConfig.of(Map.of("epochs", "2", "threads", "1"));
  private static final Suite.Run RUN =
      new Suite.Run("a", new Experiment("a", "Mine", Map.of()), CONFIG);

  @TempDir private Path home;

  /** As it arrives there, and back. */
  @SuppressWarnings("unchecked")
  private static <T> T sent(T object) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (T) in.readObject();
    }
  }

  @Test
  void goesOnWhereItStoppedToTheSameBits() throws Exception {
    RunFolders folders = RunFolders.in(home);
    List<Manifest.Epoch> epochs = new ArrayList<>();
    for (int until = 1; until <= 2; until++) {
      RunOrder order = RunOrder.of(RUN, "40", 1, until, folders);
      RunDelivery delivery = sent(sent(order).train(DATA, epochs::add));
      assertThat(delivery.publish(order, folders)).isEqualTo(Runner.Ended.WELL);
      assertThat(Manifest.read(folders.checkpoints().resolve("a")).epochs())
          .hasSize(until)
          .isEqualTo(epochs);
    }
    Manifest here =
        new TrainingRun(DATA, RunListener.NONE).start("here", CONFIG, folders).manifest();
    assertThat(Manifest.read(folders.checkpoints().resolve("a")).epochs())
        .extracting(Manifest.Epoch::variablesSha256)
        .isEqualTo(here.epochs().stream().map(Manifest.Epoch::variablesSha256).toList());
  }

  @Test
  void whatFailsSaysWithWhichExitCode() {
    RunFolders folders = RunFolders.in(home);
    Suite.Run refused = new Suite.Run("b", RUN.experiment(), CONFIG.with(Map.of("freeze", "C9")));
    RunOrder order = RunOrder.of(refused, "40", 1, 2, folders);
    Runner.Ended ended = order.train(DATA, any -> {}).publish(order, folders);
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.message()).startsWith("--freeze C9: there is no layer C9");
  }

  @Test
  void asAFileItIsWholeOrNamesItsFault() {
    RunOrder order = RunOrder.of(RUN, "40", 1, 1, RunFolders.in(home));
    Runner.Ended ended = new Runner.Ended(4, "diverged, as “1e30” says");
    RunDelivery sent = RunDelivery.of(order.sha256(), new byte[] {'\n', 0, -1}, ended);
    byte[] file = sent.toBytes();
    RunDelivery read = RunDelivery.of(file);
    assertThat(read).usingRecursiveComparison().isEqualTo(sent);
    assertThat(read.isOf(order)).isTrue();
    assertThat(read.isOf(RunOrder.of(RUN, "41", 1, 1, RunFolders.in(home)))).isFalse();
    for (int i = 0; i < file.length; i++) {
      byte[] damaged = file.clone();
      damaged[i] ^= 1;
      assertThatThrownBy(() -> RunDelivery.of(damaged)).isInstanceOf(RunException.class);
      byte[] cut = Arrays.copyOf(file, i);
      assertThatThrownBy(() -> RunDelivery.of(cut)).isInstanceOf(RunException.class);
    }
  }

  @Test
  void aBrokenSealIsNotPublished() {
    RunFolders folders = RunFolders.in(home);
    RunOrder order = RunOrder.of(RUN, "40", 1, 1, folders);
    RunDelivery sound = RunDelivery.of(order.sha256(), new byte[] {1, 2}, Runner.Ended.WELL);
    RunDelivery broken = new RunDelivery(sound.order(), new byte[] {1, 3}, sound.sha256(), 0, "");
    assertThatThrownBy(() -> broken.publish(order, folders))
        .isInstanceOf(RunException.class)
        .hasMessage("what came back of run a is not what was sent");
    RunOrder other = RunOrder.of(RUN, "40", 1, 2, folders);
    assertThatThrownBy(() -> sound.publish(other, folders)).isInstanceOf(RunException.class);
  }
}
