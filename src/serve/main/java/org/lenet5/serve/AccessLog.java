package org.lenet5.serve;

/** What a server writes of each request, a line on its log. */
public enum AccessLog {
  /** Nothing. */
  OFF,

  /** For people. */
  TEXT,

  /** A JSON object. */
  JSON
}
