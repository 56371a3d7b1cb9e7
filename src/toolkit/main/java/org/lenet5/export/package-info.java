/** A trained model as a SavedModel that any TensorFlow program can serve. */
package org.lenet5.export;
