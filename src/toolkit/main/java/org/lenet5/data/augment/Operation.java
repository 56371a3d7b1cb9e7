package org.lenet5.data.augment;

import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;
import org.lenet5.image.ImageShape;

/**
 * One way to vary an image, a word of {@code --augment}; {@code toString} is that word. Immutable
 * and thread-safe: whatever is random comes out of the generator that is handed in.
 */
public sealed interface Operation {

  /** Why images of this shape cannot be varied so, as "PAD must be …"; empty if they can. */
  default Optional<String> misfit(ImageShape shape) {
    return Optional.empty();
  }

  /** Moves the image. All moves of an image are done at once, so that it is resampled once. */
  non-sealed interface Geometric extends Operation {
    /**
     * Adds this move.
     *
     * @param early what was drawn for the image before the epoch's first batch, see {@link Crop}
     */
    void place(Placement placement, ImageShape shape, int early, UniformRandomProvider random);
  }

  /** Changes the pixels of an image where they lie. */
  non-sealed interface Pixelwise extends Operation {
    /** Changes the image of {@code shape} that begins at {@code pixels[from]}. */
    void change(byte[] pixels, int from, ImageShape shape, UniformRandomProvider random);
  }

  /** Mixes an image with another one, and their labels with them. */
  non-sealed interface Mixing extends Operation {
    /**
     * Changes the image of {@code shape} that begins at {@code pixels[from]}.
     *
     * @param other the whole other image
     * @return the weight of the image's own label, 0 to 1; the other's label has the rest
     */
    float mix(
        byte[] pixels, int from, byte[] other, ImageShape shape, UniformRandomProvider random);
  }
}
