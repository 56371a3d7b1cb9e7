/**
 * A training run from its name to its files: {@link org.lenet5.run.TrainingRun}, what the command
 * {@code train} and other programs call.
 */
package org.lenet5.run;
