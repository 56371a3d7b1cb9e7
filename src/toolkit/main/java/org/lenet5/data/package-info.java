/**
 * Labelled images: find, fetch and verify a data set, split it, augment it, and stream an epoch's
 * batches.
 */
package org.lenet5.data;
