/** The training loop: configuration, losses, optimizers, evaluation, and what each epoch yields. */
package org.lenet5.training;
