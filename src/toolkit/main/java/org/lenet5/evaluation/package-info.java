/** What a model gets right: accuracy by class, calibration, precision and recall. */
package org.lenet5.evaluation;
