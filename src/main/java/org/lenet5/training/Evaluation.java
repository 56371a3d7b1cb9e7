package org.lenet5.training;

/**
 * What a pass over labelled images without augmentation or dropout measures.
 *
 * @param loss mean over the images
 * @param accuracy share of images whose most probable class is their label, 0 to 1
 * @param predictions the most probable class of each image, in the set's order
 * @param confusion images counted by [true class][predicted class]
 */
public record Evaluation(double loss, double accuracy, byte[] predictions, int[][] confusion) {}
