/**
 * LeNet5 as a list of layers: read as a table, and built as a graph. Normalisation is the model's
 * first step, so that a served model cannot disagree with a trained one.
 */
package org.lenet5.model;
