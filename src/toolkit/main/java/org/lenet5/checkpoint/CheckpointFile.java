package org.lenet5.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lenet5.training.Averages;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Constant;
import org.tensorflow.types.TString;

/**
 * TensorFlow's checkpoint format (SaveV2): variables by name in PREFIX.index and
 * PREFIX.data-00000-of-00001, readable by Python's {@code tf.train.load_checkpoint}. Thread-safe.
 */
public final class CheckpointFile {
  static final List<String> ENDINGS = List.of(".data-00000-of-00001", ".index");

  private CheckpointFile() {}

  /** Writes both files; {@code prefix} is their path without the endings. */
  public static void write(String prefix, Map<String, FloatNdArray> variables) {
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      List<Operand<?>> values = new ArrayList<>();
      variables.values().forEach(value -> values.add(tf.constant(value)));
      String[] names = variables.keySet().toArray(String[]::new);
      tf.train.save(
          tf.constant(prefix),
          tf.constant(NdArrays.vectorOfObjects(names)),
          whole(tf, names.length),
          values);
    }
  }

  /**
   * Reads variables of a checkpoint made by this program or another.
   *
   * @param prefix the file's path without {@code .index}
   * @param shapes the expected shapes by name; others that the file holds are left
   * @throws RunException if it is missing or damaged, lacks a variable, or one has another shape
   */
  public static Map<String, FloatNdArray> load(Path prefix, Map<String, Shape> shapes) {
    if (!exists(prefix)) {
      throw new RunException("there is no checkpoint " + prefix + " (no " + prefix + ".index)");
    }
    try {
      return read(prefix.toString(), shapes);
    } catch (IllegalArgumentException e) {
      throw new RunException(prefix + " does not fit: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the weights to evaluate and export: the averages of those variables that a training kept
   * some of ({@link Averages}).
   *
   * @param shapes of the model's variables by name
   * @throws RunException as {@link #load} does
   */
  public static Map<String, FloatNdArray> weights(Path prefix, Map<String, Shape> shapes) {
    if (!hasAverages(prefix, shapes)) {
      return load(prefix, shapes);
    }
    Map<String, Shape> averages = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> averages.put(Averages.name(name), shape));
    return Averages.of(load(prefix, averages));
  }

  /** True if a checkpoint holds averages of these variables. */
  public static boolean hasAverages(Path prefix, Map<String, Shape> shapes) {
    if (!exists(prefix)) {
      return false;
    }
    TensorBundle bundle = TensorBundle.open(prefix);
    return shapes.keySet().stream().map(Averages::name).anyMatch(bundle::contains);
  }

  /**
   * The variables that a checkpoint holds, by name.
   *
   * @param prefix the file's path without {@code .index}
   * @throws RunException if it is missing or damaged
   */
  public static Map<String, Shape> shapes(Path prefix) {
    return TensorBundle.open(prefix).shapes();
  }

  /** True if {@code prefix} names a checkpoint. */
  public static boolean exists(Path prefix) {
    return Files.isRegularFile(Path.of(prefix + ".index"));
  }

  /**
   * Reads variables, in Java: TensorFlow's own reader can be killed by what a file announces.
   *
   * @param shapes the expected shapes by name
   * @throws IllegalArgumentException if one is absent or has another shape
   * @throws RunException if a file is missing or damaged
   */
  static Map<String, FloatNdArray> read(String prefix, Map<String, Shape> shapes) {
    TensorBundle bundle = TensorBundle.open(Path.of(prefix));
    Map<String, FloatNdArray> variables = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> {
          Shape found = bundle.shape(name);
          if (!found.equals(shape)) {
            throw new IllegalArgumentException(
                name + " has shape " + found + ", expected " + shape);
          }
          variables.put(name, bundle.floats(name));
        });
    return variables;
  }

  // An empty slice means the whole tensor.
  private static Constant<TString> whole(Ops tf, int count) {
    String[] slices = new String[count];
    java.util.Arrays.fill(slices, "");
    return tf.constant(NdArrays.vectorOfObjects(slices));
  }
}
