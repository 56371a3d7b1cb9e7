package org.lenet5.training;

import java.io.Serializable;
import java.util.SortedMap;

/**
 * What came of a {@link Share}. The arrays are its own: nobody writes to them.
 *
 * @param variables all values of each variable, by name, after its last step
 * @param losses of its batches, before each one's step; ends with the first that is not finite
 * @param images in its batches
 */
public record TrainedShare(SortedMap<String, float[]> variables, double[] losses, int images)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
