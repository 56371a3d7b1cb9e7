package org.lenet5.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/**
 * A model's variables in a graph. Its layers can be added several times; all copies share the
 * variables. Belongs to the graph of its {@link Ops}; not thread-safe.
 */
public final class Network {
  private final Model model;
  private final Predicate<String> plain;
  private final Set<String> frozen;
  private final List<Model.Row> table;
  private final Map<String, Variable<TFloat32>> variables = new LinkedHashMap<>();
  private final Map<String, Operand<TFloat32>> memory = new HashMap<>();
  private final Map<String, Ops> scopes =
      new HashMap<>(); // Asked for twice, a scope gets a number.
  private final List<Op> updates = new ArrayList<>();

  /** Adds the variables, without initial values, to the graph. */
  public Network(Ops tf, Model model) {
    this(tf, model, Set.of());
  }

  /**
   * The same where some layers stay as they are: they are not {@link #trained}, and keep their
   * statistics.
   *
   * @param frozen the layers' names
   */
  public Network(Ops tf, Model model, Set<String> frozen) {
    this(tf, model, layer -> false, frozen);
  }

  /**
   * The same.
   *
   * @param isPlain whether convolutions are TensorFlow's own, for comparison
   */
  Network(Ops tf, Model model, boolean isPlain) {
    this(tf, model, layer -> isPlain, Set.of());
  }

  /**
   * The same.
   *
   * @param plain which layers' convolutions are TensorFlow's own
   */
  Network(Ops tf, Model model, Predicate<String> plain) {
    this(tf, model, plain, Set.of());
  }

  private Network(Ops tf, Model model, Predicate<String> plain, Set<String> frozen) {
    this.plain = plain;
    this.frozen = Set.copyOf(frozen);
    this.model = model;
    this.table = model.table();
    model
        .variables()
        .forEach(
            (name, shape) -> {
              String layer = layer(name);
              variables.put(
                  name,
                  scopes
                      .computeIfAbsent(layer, tf::withSubScope)
                      .withName(name.substring(layer.length() + 1))
                      .variable(shape, TFloat32.class));
            });
  }

  /**
   * A part of a batch that is trained on.
   *
   * @param scope where the part's layers go
   * @param images uint8 [n,height,width,channels]
   * @param weights float32 [n,1]: each image's share in the whole batch; those of all parts sum to
   *     1
   * @param seed int64 [2] that decides which units are dropped; the same seed drops the same units
   */
  public record Part(
      Ops scope, Operand<TUint8> images, Operand<TFloat32> weights, Operand<TInt64> seed) {}

  /**
   * Adds the layers for inference: no dropout, batch normalization by moving means. Convolutions
   * are products of matrices where that is faster, see {@link TiledConvolution}.
   *
   * @param parent where the layers go
   * @param scope prefix of the operations' names there
   * @param images uint8 [n,height,width,channels]
   * @return float32 [n,classes]
   */
  public Operand<TFloat32> logits(Ops parent, String scope, Operand<TUint8> images) {
    return build(List.of(parent.withSubScope(scope)), List.of(images), Training.NONE).get(0);
  }

  /** True if the parts of a batch have to be built together, for statistics over all of them. */
  public boolean isJoint() {
    return model.architecture().isNormalized();
  }

  /**
   * Adds the layers for training.
   *
   * @param parts of the batch, all of them if the network {@link #isJoint}
   * @param scope prefix of the operations' names in their scopes
   * @param dropout share of units that are dropped after each hidden dense layer, 0 to below 1
   * @return float32 [n,classes] of each part
   */
  public List<Operand<TFloat32>> trainingLogits(List<Part> parts, String scope, float dropout) {
    return build(
        parts.stream().map(part -> part.scope().withSubScope(scope)).toList(),
        parts.stream().map(Part::images).toList(),
        new Training(
            true,
            dropout,
            parts.stream().map(Part::seed).toList(),
            parts.stream().map(Part::weights).toList(),
            updates));
  }

  /** What keeps the statistics of batch normalization: to be run with each step of training. */
  public List<Op> updates() {
    return Collections.unmodifiableList(updates);
  }

  private List<Operand<TFloat32>> build(
      List<Ops> scopes, List<Operand<TUint8>> images, Training training) {
    List<Operand<TFloat32>> scaled = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      scaled.add(model.normalization().apply(scopes.get(i).withSubScope("input"), images.get(i)));
    }
    Map<String, Flow> outputs = new HashMap<>();
    outputs.put("", new Flow(scaled, 1, true));
    Flow last = outputs.get("");
    for (int i = 0; i < table.size(); i++) {
      Model.Row row = table.get(i);
      boolean pooled = isPooled(i);
      LayerPlace place =
          new LayerPlace(
              row,
              pooled,
              plain.test(row.layer().name()),
              scopes.stream().map(scope -> scope.withSubScope(row.layer().name())).toList(),
              name -> this.scopes.get(row.layer().name()).withSubScope(name),
              variables(row),
              memory,
              training,
              frozen.contains(row.layer().name()));
      last = row.layer().build(place, row.from().stream().map(outputs::get).toList());
      outputs.put(row.layer().name(), last);
      if (pooled) { // The convolution has done the pool as well.
        i++;
        outputs.put(table.get(i).layer().name(), last);
      }
    }
    return last.parts();
  }

  private Map<String, Operand<TFloat32>> variables(Model.Row row) {
    Map<String, Operand<TFloat32>> own = new HashMap<>();
    for (LayerVariable each : row.layer().variables(row.input())) {
      own.put(each.name(), variables.get(row.layer().name() + "/" + each.name()));
    }
    return own;
  }

  /** Whether a convolution in tiles is followed by a halving pool, and by nothing else. */
  private boolean isPooled(int i) {
    Model.Row row = table.get(i);
    if (!(row.layer() instanceof Convolution convolution)
        || i + 1 == table.size()
        || !(table.get(i + 1).layer() instanceof Pool pool)
        || !pool.isHalving()
        || plain.test(convolution.name())
        || !TiledConvolution.fits(convolution, row.input(), true)) {
      return false;
    }
    String name = convolution.name();
    return table.get(i + 1).from().equals(List.of(name))
        && table.stream().filter(each -> each.from().contains(name)).count() == 1;
  }

  /** The variables by name, in the order of the layers. */
  public Map<String, Variable<TFloat32>> variables() {
    return Collections.unmodifiableMap(variables);
  }

  private static String layer(String variable) {
    return variable.substring(0, variable.indexOf('/'));
  }

  /** The variables that the optimizer changes, in the order of the layers. */
  public List<Variable<TFloat32>> trained() {
    return model.layerVariables().entrySet().stream()
        .filter(each -> each.getValue().isTrained())
        .filter(each -> !frozen.contains(layer(each.getKey())))
        .<Variable<TFloat32>>map(each -> variables.get(each.getKey()))
        .toList();
  }
}
