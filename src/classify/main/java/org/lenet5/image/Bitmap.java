package org.lenet5.image;

/**
 * Decoded pixels. Not to be changed.
 *
 * @param channels 1 for grey; 3 for red, green and blue
 * @param levels uint8 [height,width,channels]
 */
record Bitmap(int width, int height, int channels, byte[] levels) {}
