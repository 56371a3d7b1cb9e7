/**
 * A model behind an address: {@link org.lenet5.serve.Server} answers over HTTP and gRPC, in a
 * program of its own or within another.
 *
 * <p>Needs {@code org.lenet5.classify} and Armeria; nothing that trains.
 */
package org.lenet5.serve;
