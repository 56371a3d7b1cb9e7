/**
 * From the bytes of a picture to the pixels that a model takes. {@link
 * org.lenet5.image.ImageDecoder} is the way in.
 */
package org.lenet5.image;
