package org.lenet5.data;

import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.lenet5.data.augment.Operation;
import org.lenet5.data.augment.Varying;
import org.lenet5.image.ImageShape;

/**
 * The images of one epoch in their shuffled order. Order, mirroring and crops are drawn here,
 * before the first batch, and all else from a generator of each position's own, so the result does
 * not depend on which thread makes a batch, or when. Immutable.
 */
final class EpochImages implements BatchStream.Source {
  private final LabeledImages images;
  private final ImageShape shape;
  private final Augmentation augmentation;
  private final List<Operation.Mixing> mixings;
  private final long seed;
  private final int epoch;
  private final int[] order; // image at each position of the epoch; null: as they come
  private final int[] draws; // as Crop says, for each position; null: unvaried

  /** The images as they come, unvaried. */
  EpochImages(LabeledImages images) {
    this.images = images;
    shape = images.shape();
    augmentation = Augmentation.NONE;
    mixings = List.of();
    seed = 0;
    epoch = 0;
    order = null;
    draws = null;
  }

  EpochImages(
      LabeledImages images, Sampler sampler, Augmentation augmentation, long seed, int epoch) {
    augmentation.requireFits(images.shape());
    this.images = images;
    this.seed = seed;
    this.epoch = epoch;
    this.augmentation = augmentation;
    shape = images.shape();
    mixings =
        augmentation.operations().stream()
            .filter(Operation.Mixing.class::isInstance)
            .map(Operation.Mixing.class::cast)
            .toList();
    order = sampler.draw(images, seed, epoch);
    SeededRandom.shuffle(order, SeededRandom.generator(seed, epoch, SeededRandom.Purpose.ORDER));
    draws = augmentation.equals(Augmentation.NONE) ? null : draws();
  }

  private int[] draws() {
    UniformRandomProvider random =
        SeededRandom.generator(seed, epoch, SeededRandom.Purpose.AUGMENTATION);
    int positions = 2 * augmentation.padding() + 1;
    int[] drawn = new int[images.size()];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = random.nextInt(positions * positions * 2);
    }
    return drawn;
  }

  @Override
  public ImageShape shape() {
    return shape;
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public boolean mixes() {
    return !mixings.isEmpty();
  }

  @Override
  public void fill(int first, int count, BatchStream.Room room) {
    Filling filling = draws == null ? null : new Filling();
    for (int i = 0; i < count; i++) {
      int image = image(first + i);
      int to = i * shape.bytes();
      room.labels()[i] = images.label(image);
      if (filling == null) {
        images.copyTo(image, room.pixels(), to);
        continue;
      }
      filling.vary(first + i, room.pixels(), to);
      if (mixes()) {
        UniformRandomProvider random =
            SeededRandom.generator(seed, epoch, SeededRandom.Purpose.MIXING, first + i);
        int other = random.nextInt(images.size());
        room.secondLabels()[i] = images.label(image(other));
        room.weights()[i] = filling.mix(other, room.pixels(), to, random);
      }
    }
  }

  private int image(int position) {
    return order == null ? position : order[position];
  }

  /** What one thread needs to vary images. */
  private final class Filling {
    private final byte[] all = images.array();
    private final byte[] one = all == null ? new byte[shape.bytes()] : null; // out of a file
    private final byte[] second = mixes() ? new byte[shape.bytes()] : null;
    private final Varying varying = new Varying(shape, augmentation.operations());
    private final boolean early = augmentation.isDrawnEarly();

    void vary(int position, byte[] target, int to) {
      int image = image(position);
      UniformRandomProvider random =
          early
              ? null
              : SeededRandom.generator(seed, epoch, SeededRandom.Purpose.VARIATION, position);
      if (one == null) {
        int from = images.row(image) * shape.bytes();
        varying.vary(all, from, target, to, draws[position], random);
      } else {
        images.copyTo(image, one, 0);
        varying.vary(one, 0, target, to, draws[position], random);
      }
    }

    /** With another position's image, varied as it is there; by one of several ways at random. */
    float mix(int other, byte[] target, int to, UniformRandomProvider random) {
      vary(other, second, 0);
      return mixings.get(random.nextInt(mixings.size())).mix(target, to, second, shape, random);
    }
  }
}
