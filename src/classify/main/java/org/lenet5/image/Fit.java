package org.lenet5.image;

/** How an image that is not square becomes one. */
public enum Fit {
  /** The largest square in the middle; what lies outside is not seen. */
  CROP,
  /** The whole image, its proportions changed. */
  SQUASH
}
