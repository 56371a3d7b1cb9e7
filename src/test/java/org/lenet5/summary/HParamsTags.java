package org.lenet5.summary;

import java.util.Set;

/** Which tags hold a time. */
public final class HParamsTags {
  public static final Set<String> TIMED = Set.of(HParams.SESSION_START, HParams.SESSION_END);

  private HParamsTags() {}
}
