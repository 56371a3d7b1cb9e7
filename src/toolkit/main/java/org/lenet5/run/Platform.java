package org.lenet5.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.io.AtomicFiles;
import org.lenet5.training.Position;
import org.tensorflow.TensorFlow;

/**
 * Versions and hardware on which a run's numbers may depend, besides its settings and data. They
 * are kept in {@code run.json} as its versions, in the order of how likely they are to change the
 * last bits.
 */
public final class Platform {
  // oneDNN rounds in another order than TensorFlow's own kernels, and chooses its by these.
  private static final List<String> ONEDNN =
      List.of(
          "TF_ENABLE_ONEDNN_OPTS",
          "ONEDNN_MAX_CPU_ISA",
          "DNNL_MAX_CPU_ISA",
          "ONEDNN_DEFAULT_FPMATH_MODE",
          "DNNL_DEFAULT_FPMATH_MODE");
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Platform() {}

  /** This process's, by name. */
  static Map<String, String> now() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("onednn", oneDnn(System.getenv()));
    all.put("processor", processor());
    all.put("tensorflow", TensorFlow.version());
    all.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    all.put("lenet5", program());
    all.put("java", System.getProperty("java.version"));
    return all;
  }

  /**
   * The differences between this process and that of a run, a clause each; what the run did not
   * record is not counted.
   */
  public static List<String> differences(Manifest run) {
    List<String> found = new ArrayList<>();
    now()
        .forEach(
            (name, now) -> {
              String then = run.versions().getOrDefault(name, now);
              if (!then.equals(now)) {
                found.add(name + " is " + now + ", the run had " + then);
              }
            });
    return found;
  }

  /** What runs of an earlier version did not record. */
  public static List<String> unrecorded(Manifest run) {
    return now().keySet().stream().filter(name -> !run.versions().containsKey(name)).toList();
  }

  /** The versions to record for a run that goes on here from a position. */
  static Map<String, String> goingOn(Manifest run, Position from) {
    if (from.equals(Position.afterEpochs(0))) {
      return now();
    }
    Map<String, String> all = new LinkedHashMap<>(run.versions());
    now()
        .forEach(
            (name, now) -> {
              String then = all.get(name);
              // What an earlier version did not record stays unknown.
              if (then != null && !then.equals(now) && !then.endsWith(" on " + now)) {
                all.put(name, then + "; from epoch " + (from.epochs() + 1) + " on " + now);
              }
            });
    return all;
  }

  /** The program's version, from the jar's manifest. */
  private static String program() {
    String version = Platform.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** The variables that are set, or "default". */
  static String oneDnn(Map<String, String> environment) {
    String set =
        ONEDNN.stream()
            .filter(environment::containsKey)
            .map(name -> name + "=" + environment.get(name))
            .collect(Collectors.joining(" "));
    return set.isEmpty() ? "default" : set;
  }

  /** The processor's name, or its architecture where the system does not say. */
  private static String processor() {
    if (!Files.isReadable(CPU_INFO)) {
      return System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", System.getProperty("os.arch"));
    }
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.replaceFirst("^[^:]*:\\s*", "").strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", CPU_INFO, e);
    }
  }
}
