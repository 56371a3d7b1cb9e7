package org.lenet5.serve.rest;

import java.util.function.BooleanSupplier;
import org.lenet5.serve.model.Admission;
import org.lenet5.serve.model.Models;
import org.lenet5.serve.model.Predictor;
import org.lenet5.serve.model.ServeEvents;

/**
 * What requests are answered with.
 *
 * @param admission that requests with images need
 * @param isOpen false once the server is shutting down
 * @param mostImages that a request may have
 * @param version of this program, for clients that ask
 */
public record Backend(
    Models models,
    Predictor predictor,
    Admission admission,
    ServeEvents events,
    BooleanSupplier isOpen,
    int mostImages,
    String version) {
  /** Whether requests should be sent here. */
  public boolean isReady() {
    return isOpen.getAsBoolean() && models.areReady();
  }
}
