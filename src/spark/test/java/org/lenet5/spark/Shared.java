package org.lenet5.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;

/** The one SparkSession of this module's tests; it ends with the JVM. */
final class Shared {
  static final SparkSession SPARK = LocalSpark.start("tests", 2);

  static {
    SPARK.conf().set("spark.sql.shuffle.partitions", "2");
  }

  private Shared() {}

  /** What the user interface and the event log call the jobs that {@code work} starts. */
  static List<String> jobNames(Runnable work) {
    List<String> names = new CopyOnWriteArrayList<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart job) {
            names.add(job.properties().getProperty("spark.job.description"));
          }
        };
    SPARK.sparkContext().addSparkListener(listener);
    work.run();
    SPARK.range(1).count(); // events come in order: when this one's are there, all are
    while (names.stream().noneMatch(each -> each == null)) {
      Thread.onSpinWait();
    }
    SPARK.sparkContext().removeSparkListener(listener);
    List<String> all = new ArrayList<>(names);
    all.removeIf(each -> each == null);
    return all;
  }
}
