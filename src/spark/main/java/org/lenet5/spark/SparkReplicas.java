package org.lenet5.spark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.lenet5.data.DataException;
import org.lenet5.training.Replicas;
import org.lenet5.training.Share;
import org.lenet5.training.TrainedShare;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;

/**
 * Trains each round as a Spark job of its own, a task a share. A task depends on what it is sent
 * alone, so Spark may do it again, or twice, without changing a bit.
 */
final class SparkReplicas implements Replicas {
  private final JavaSparkContext context;
  private final String run;
  private final LinkedHashMap<String, String> settings;
  private final SentData data;

  SparkReplicas(JavaSparkContext context, String run, TrainingConfig config, SentData data) {
    this.context = context;
    this.run = run;
    this.settings = new LinkedHashMap<>(config.flags());
    this.data = data;
  }

  @Override
  public List<TrainedShare> train(SortedMap<String, float[]> variables, List<Share> shares) {
    Share first = shares.get(0);
    Share last = shares.get(shares.size() - 1);
    String round =
        "Train run %s: epoch %d, steps %d to %d, %d at a time"
            .formatted(
                run,
                first.epoch() + 1,
                first.first() + 1,
                last.first() + last.batches(),
                shares.size());
    SparkCluster.name(context, "lenet5 " + run, round);
    Broadcast<TreeMap<String, float[]>> begun = context.broadcast(new TreeMap<>(variables));
    try {
      return context
          .parallelize(shares, shares.size())
          .map(new Task(settings, data, begun))
          .collect();
    } catch (Exception e) { // Scala code throws checked ones without saying so
      if (SparkCluster.root(e) instanceof DataException damaged) {
        throw damaged;
      }
      throw new IllegalStateException(round + ": " + SparkCluster.reason(e), e);
    } finally {
      begun.destroy();
      SparkCluster.unname(context);
    }
  }

  @Override
  public void close() {
    ExecutorTrainers.close(new ExecutorTrainers.Key(settings, data)); // of a local master
  }

  /** A share, on an executor. */
  private record Task(
      LinkedHashMap<String, String> settings,
      SentData data,
      Broadcast<TreeMap<String, float[]>> begun)
      implements Function<Share, TrainedShare> {
    private static final long serialVersionUID = 1L;

    @Override
    public TrainedShare call(Share share) {
      ExecutorTrainers.Key key = new ExecutorTrainers.Key(settings, data);
      Trainer trainer = ExecutorTrainers.take(key);
      TrainedShare trained;
      try {
        trained = trainer.train(share, begun.value());
      } catch (RuntimeException | Error e) {
        trainer.close();
        throw e;
      }
      ExecutorTrainers.giveBack(key, trainer);
      return trained;
    }
  }
}
