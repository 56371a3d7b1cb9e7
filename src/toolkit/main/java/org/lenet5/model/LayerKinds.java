package org.lenet5.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The kinds of layers that a network's text can name. A new kind is a class and a line here. */
final class LayerKinds {
  private static final Map<String, Function<Words, Layer>> KINDS =
      new TreeMap<>(
          Map.of(
              "add", Add::parse,
              "average-pool", Pool::average,
              "convolution", Convolution::parse,
              "dense", Dense::parse,
              "dropout", Dropout::parse,
              "max-pool", Pool::max,
              "pad", Pad::parse,
              "relu", Relu::parse));

  private LayerKinds() {}

  /** Reads the words behind a layer's name: its kind, and what that takes. */
  static Layer parse(String name, List<String> words) {
    if (words.isEmpty()) {
      throw new IllegalArgumentException(name + ": its kind is missing");
    }
    Function<Words, Layer> kind = KINDS.get(words.get(0));
    if (kind == null) {
      throw new IllegalArgumentException(
          words.get(0) + ": must be one of " + String.join(", ", KINDS.keySet()));
    }
    return kind.apply(new Words(name, words.subList(1, words.size())));
  }
}
