package org.lenet5.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * What flows from layer to layer of a graph: for each part of the batch a tensor float32
 * [n,height,width,channels] or [n,units]; images may be cut into tiles, see {@link
 * TiledConvolution}. Immutable.
 *
 * @param parts a tensor for each part of the batch
 * @param tile side of the tiles in pixels; 1: not cut
 * @param isOfImages whether no variable has come into it yet, so that it needs no gradient
 */
record Flow(List<Operand<TFloat32>> parts, int tile, boolean isOfImages) {
  Flow {
    parts = List.copyOf(parts);
  }

  /** The same values in tiles of another side. */
  Flow inTilesOf(LayerPlace place, int side) {
    return side == tile
        ? this
        : new Flow(each(place, (ops, x) -> retiled(ops, x, tile, side)).parts, side, isOfImages);
  }

  /** What a function makes of each part. */
  Flow each(LayerPlace place, BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> made) {
    List<Operand<TFloat32>> all = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      all.add(made.apply(place.part(i), parts.get(i)));
    }
    return new Flow(all, tile, isOfImages);
  }

  /** The same, as the result of a computation with variables. */
  Flow computed() {
    return new Flow(parts, tile, false);
  }

  private static Operand<TFloat32> retiled(Ops ops, Operand<TFloat32> x, int from, int to) {
    Operand<TFloat32> pixels = from == 1 ? x : ops.nn.depthToSpace(x, (long) from);
    return to == 1 ? pixels : ops.nn.spaceToDepth(pixels, (long) to);
  }
}
