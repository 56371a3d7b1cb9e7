/**
 * Pictures: the curves of a run as PNG files, and small pictures of kernels, batches and confusion
 * matrices. Draws without a display.
 */
package org.lenet5.chart;
