package org.lenet5.exercise;

import java.util.List;

/**
 * How often a run's test images were learned and forgotten over its epochs. The first three shares
 * add up to 1.
 *
 * @param learned share of images that are right at the end
 * @param forgotten share that were right after some epoch and are wrong at the end
 * @param never share that were never right
 * @param forgettings mean number of times an image turned from right to wrong (the forgetting
 *     events of Toneva et al. 2019, here counted from epoch to epoch and on test images)
 */
record Learning(double learned, double forgotten, double never, double forgettings) {

  /**
   * @param right which images were right, by epoch; at least one epoch
   */
  static Learning of(List<boolean[]> right) {
    int images = right.get(0).length;
    int learned = 0;
    int never = 0;
    int forgettings = 0;
    for (int i = 0; i < images; i++) {
      boolean before = false;
      boolean ever = false;
      for (boolean[] epoch : right) {
        forgettings += before && !epoch[i] ? 1 : 0;
        before = epoch[i];
        ever |= before;
      }
      learned += before ? 1 : 0;
      never += ever ? 0 : 1;
    }
    return new Learning(
        (double) learned / images,
        (double) (images - learned - never) / images,
        (double) never / images,
        (double) forgettings / images);
  }
}
