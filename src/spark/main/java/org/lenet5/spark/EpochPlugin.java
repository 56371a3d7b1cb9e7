package org.lenet5.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.lenet5.checkpoint.Manifest;

/**
 * Tells the driver of epochs while tasks train them: what a task returns comes at its end. {@code
 * --spark} has it in {@code spark.plugins}; where a program's own session has not, nobody is told,
 * and nothing else changes.
 */
public final class EpochPlugin implements SparkPlugin {
  // The driver's and the executor's of this JVM: a local master has both.
  private static final Map<String, Consumer<Manifest.Epoch>> LISTENERS = new ConcurrentHashMap<>();
  private static volatile PluginContext executor;

  /** An epoch on its way to who asked for it. */
  private record Told(String task, Manifest.Epoch epoch) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** What listens until it is closed. */
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * On the driver: hands on what a task tells, from Spark's threads.
   *
   * @param task a name that no other has
   */
  static Listening listen(String task, Consumer<Manifest.Epoch> listener) {
    LISTENERS.put(task, listener);
    return () -> LISTENERS.remove(task);
  }

  /** On an executor: tells the driver; does not wait. */
  static void tell(String task, Manifest.Epoch epoch) {
    PluginContext context = executor;
    if (context == null) {
      return;
    }
    try {
      context.send(new Told(task, epoch));
    } catch (IOException e) {
      // The run is worth more than to be watched, and its end tells the same.
      executor = null;
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Object receive(Object message) {
        if (message instanceof Told told) {
          LISTENERS.getOrDefault(told.task(), ended -> {}).accept(told.epoch());
        }
        return null;
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> settings) {
        executor = context;
      }

      @Override
      public void shutdown() {
        executor = null;
      }
    };
  }
}
