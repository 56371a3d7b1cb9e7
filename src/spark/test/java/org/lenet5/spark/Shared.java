package org.lenet5.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.lenet5.io.AtomicFiles;

/** The one SparkSession of this module's tests, with an event log; it ends with the JVM. */
final class Shared {
  private static final Path LOG = log();
  static final SparkSession SPARK = LocalSpark.start("tests", 2);

  static {
    SPARK.conf().set("spark.sql.shuffle.partitions", "2");
  }

  private Shared() {}

  private static Path log() {
    try {
      // Spark writes there until the JVM has ended.
      Path folder = Path.of("src/spark/target/event-log").toAbsolutePath();
      AtomicFiles.deleteTree(folder);
      Files.createDirectories(folder);
      System.setProperty("spark.plugins", EpochPlugin.class.getName());
      System.setProperty("spark.eventLog.enabled", "true");
      System.setProperty("spark.eventLog.dir", folder.toUri().toString());
      System.setProperty("spark.eventLog.compress", "false");
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the event log calls the jobs, stages and queries that {@code work} starts. */
  static List<String> names(Runnable work) {
    String begin = mark();
    work.run();
    String end = mark();
    List<String> all = named();
    return all.subList(all.lastIndexOf(begin) + 1, all.indexOf(end));
  }

  // Events are logged in their order, a while later: when this job's are there, all before are.
  private static String mark() {
    String name = UUID.randomUUID().toString();
    JavaSparkContext context = new JavaSparkContext(SPARK.sparkContext());
    SparkCluster.name(context, name, name);
    context.parallelize(List.of(1), 1).count();
    SparkCluster.unname(context);
    while (!named().contains(name)) {
      Thread.onSpinWait();
    }
    return name;
  }

  private static List<String> named() {
    List<String> names = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(LOG)) {
      for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
        String text = Files.readString(file);
        // The last line may not be whole yet.
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
          JsonNode event = new ObjectMapper().readTree(line);
          switch (event.path("Event").asText()) {
            case "SparkListenerJobStart" -> {
              names.add(event.path("Properties").path("spark.job.description").asText());
              event
                  .path("Stage Infos")
                  .forEach(each -> names.add(each.path("Stage Name").asText()));
            }
            case "org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart" ->
                names.add(event.path("description").asText());
            default -> {}
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }
}
