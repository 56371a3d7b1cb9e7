/**
 * TensorBoard event files: written, read back, and trimmed when a run is resumed. TensorFlow Java's
 * own summary writer takes neither raw PNGs nor plugin metadata and cannot append.
 */
package org.lenet5.summary;
