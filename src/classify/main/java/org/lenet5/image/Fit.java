package org.lenet5.image;

/** How an image gets the proportions that a model takes. */
public enum Fit {
  /** The largest part of those proportions in the middle; what lies outside is not seen. */
  CROP,
  /** The whole image, stretched or squashed. */
  SQUASH
}
