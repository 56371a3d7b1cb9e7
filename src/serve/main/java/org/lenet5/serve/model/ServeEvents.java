package org.lenet5.serve.model;

/** Is told what a server does, for figures and logs. Called by many threads; must be quick. */
public interface ServeEvents {
  /** Hears nothing. */
  ServeEvents NONE = new ServeEvents() {};

  /** A batch was computed, in so many nanoseconds. */
  default void batch(Scorer scorer, int requests, int images, long nanos) {}

  /** A request was refused because too much waits. */
  default void refused() {}

  /** Something failed that no client can be blamed for, and that a person should see. */
  default void failed(String what, Throwable cause) {}

  /** A model's version has come into another state. */
  default void version(String model, VersionStatus status) {}
}
