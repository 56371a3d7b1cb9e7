/**
 * What is spoken over plain HTTP: TensorFlow Serving's REST, the Open Inference Protocol's, and
 * {@code /classify} for pictures as people send them.
 *
 * <p>Not for programs that embed a server: {@link org.lenet5.serve.Server} is.
 */
package org.lenet5.serve.rest;
