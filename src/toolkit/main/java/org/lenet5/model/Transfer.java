package org.lenet5.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;

/**
 * What a network takes of another one's weights: each layer whose name and shapes match, statistics
 * of batch normalization included. Of a layer that is normalized there and not here, the normalized
 * weights are taken, as they would be served. Immutable.
 *
 * @param values by variable
 * @param layers whose values these are
 * @param others the layers with variables that match none, with the reason: "F8 (no such layer)"
 */
public record Transfer(Map<String, FloatNdArray> values, List<String> layers, List<String> others) {
  public Transfer {
    values = Map.copyOf(values);
    layers = List.copyOf(layers);
    others = List.copyOf(others);
  }

  /**
   * Compares layer by layer.
   *
   * @param to the network that takes
   * @param from the other one's variables by name
   * @param sameClasses whether it tells the same classes apart, as far as that is known; else the
   *     layer of the classes is not taken
   */
  public static Transfer of(Model to, Map<String, FloatNdArray> from, boolean sameClasses) {
    Map<String, FloatNdArray> values = new LinkedHashMap<>();
    List<String> layers = new ArrayList<>();
    List<String> others = new ArrayList<>();
    List<Model.Row> table = to.table();
    for (Model.Row row : table) {
      String name = row.layer().name();
      Map<String, Shape> wanted = shapes(row);
      Map<String, FloatNdArray> found = like(wanted, name + "/", from);
      if (wanted.isEmpty()) {
        continue;
      }
      if (found.isEmpty()) {
        others.add(name + " (no such layer)");
      } else if (!wanted.equals(shapes(found))) {
        others.add(name + " (other shapes)");
      } else if (row == table.get(table.size() - 1) && !sameClasses) {
        others.add(name + " (other classes)");
      } else {
        values.putAll(found);
        layers.add(name);
      }
    }
    return new Transfer(values, layers, others);
  }

  private static Map<String, Shape> shapes(Model.Row row) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    row.layer()
        .variables(row.input())
        .forEach(each -> shapes.put(row.layer().name() + "/" + each.name(), each.shape()));
    return shapes;
  }

  private static Map<String, Shape> shapes(Map<String, FloatNdArray> values) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    values.forEach((name, value) -> shapes.put(name, value.shape()));
    return shapes;
  }

  private static Map<String, FloatNdArray> like(
      Map<String, Shape> wanted, String scope, Map<String, FloatNdArray> from) {
    Map<String, FloatNdArray> own = new LinkedHashMap<>();
    from.forEach(
        (name, value) -> {
          if (name.startsWith(scope)) {
            own.put(name, value);
          }
        });
    boolean folds =
        !wanted.containsKey(scope + BatchNormalization.GAMMA)
            && BatchNormalization.NAMES.stream().allMatch(each -> own.containsKey(scope + each));
    if (!folds) {
      return own;
    }
    Map<String, FloatNdArray> folded = new LinkedHashMap<>();
    FoldedWeights.fold(scope, own, folded);
    return folded;
  }
}
