package org.lenet5.exercise;

import java.util.function.ToIntFunction;
import org.lenet5.run.Machines;
import org.lenet5.run.RunData;
import org.lenet5.run.RunFolders;

/**
 * A cluster of machines. Each keeps nothing that could not be lost: what they train is sent to this
 * process, which writes all files. Thread-safe.
 */
public interface Cluster extends Machines, AutoCloseable {
  /**
   * Who connects to clusters. An implementation stands in {@code
   * META-INF/services/org.lenet5.exercise.Cluster$Provider}, with a constructor that takes nothing.
   */
  interface Provider {
    /**
     * Connects to a cluster.
     *
     * @param master where it is, such as {@code local[2]} or {@code spark://host:7077}
     * @param name of what is done, for people who look at the cluster
     * @param threads that a task needs, at least 1
     * @throws IllegalArgumentException "--spark master: …" if it cannot be reached
     */
    Cluster connect(String master, String name, int threads);
  }

  /** Tasks that it can do at a time. */
  int tasks();

  /**
   * Trains whole runs there, a task each.
   *
   * @param home the suite's folders here
   * @param data where this process gets the runs' data, which it sends
   * @param keep checkpoints to keep of each
   * @param until the last epoch to train of a run
   * @param results where each task leaves what came of its run, on storage that this process and
   *     all tasks see; what is there is not trained again, whoever had it trained. Null for nowhere
   * @throws IllegalArgumentException "--spark-results results: …" if that cannot be used
   */
  Runner runner(
      RunFolders home, RunData data, int keep, ToIntFunction<Suite.Run> until, String results);

  @Override
  void close();
}
