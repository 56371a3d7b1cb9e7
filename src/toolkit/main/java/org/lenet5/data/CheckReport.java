package org.lenet5.data;

import java.util.List;
import java.util.Optional;

/**
 * What the check of a data set came to. Immutable.
 *
 * @param findings what is wrong or odd
 * @param refusal the line with which a training on it would be refused; empty if it would begin
 */
public record CheckReport(List<Finding> findings, Optional<String> refusal) {
  public CheckReport {
    findings = List.copyOf(findings);
  }
}
