/**
 * The models that are served and the computing of answers, without a word of HTTP or gRPC: versions
 * that are found, loaded, switched and freed; batches that form while the processor is busy.
 *
 * <p>Not for programs that embed a server: {@link org.lenet5.serve.Server} is.
 */
package org.lenet5.serve.model;
