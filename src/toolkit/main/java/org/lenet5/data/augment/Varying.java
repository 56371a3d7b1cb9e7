package org.lenet5.data.augment;

import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.lenet5.image.ImageShape;

/**
 * Varies images of one shape: all moves at once, then what changes pixels. Keeps memory for its
 * work; not thread-safe.
 */
public final class Varying {
  private final ImageShape shape;
  private final List<Operation.Geometric> moves;
  private final List<Operation.Pixelwise> changes;
  private final Placement placement = new Placement();
  private Bilinear bilinear; // made when the first image is turned

  /** The moves and changes among {@code operations}, in their order. */
  public Varying(ImageShape shape, List<Operation> operations) {
    this.shape = shape;
    moves = of(operations, Operation.Geometric.class);
    changes = of(operations, Operation.Pixelwise.class);
  }

  private static <T extends Operation> List<T> of(List<Operation> operations, Class<T> kind) {
    return operations.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /**
   * Writes a varied copy of the image at {@code source[from]} to {@code target[to]}.
   *
   * @param early what was drawn for it before the epoch's first batch
   * @param random what else is drawn; may be null where only {@link Flip} and {@link Crop} act
   */
  public void vary(
      byte[] source, int from, byte[] target, int to, int early, UniformRandomProvider random) {
    placement.reset();
    for (int i = 0; i < moves.size(); i++) {
      moves.get(i).place(placement, shape, early, random);
    }
    if (placement.isTurned()) {
      if (bilinear == null) {
        bilinear = new Bilinear(shape);
      }
      bilinear.resample(source, from, placement.affine(shape), target, to);
    } else {
      BlockCopy.copy(shape, source, from, placement, target, to);
    }
    for (int i = 0; i < changes.size(); i++) {
      changes.get(i).change(target, to, shape, random);
    }
  }
}
