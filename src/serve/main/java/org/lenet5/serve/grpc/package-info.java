/**
 * What is spoken over gRPC: TensorFlow Serving's services and the Open Inference Protocol's.
 *
 * <p>Not for programs that embed a server: {@link org.lenet5.serve.Server} is.
 */
package org.lenet5.serve.grpc;
