/**
 * Puts a trained model to work in any JVM program: {@link org.lenet5.classify.Classifier} loads a
 * SavedModel and labels images.
 *
 * <p>Needs TensorFlow Java and the image libraries only, and imports nothing else of this project.
 * All exceptions are unchecked; there is no static state.
 */
package org.lenet5.classify;
