/**
 * Ways to vary a training image, one class each, as {@code --augment} names them. {@link
 * org.lenet5.data.augment.Operations} lists them in the order in which they are applied.
 */
package org.lenet5.data.augment;
