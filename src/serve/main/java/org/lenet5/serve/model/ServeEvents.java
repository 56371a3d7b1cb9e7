package org.lenet5.serve.model;

/** Is told what a server does, for figures and logs. Called by many threads; must be quick. */
public interface ServeEvents {
  /** Hears nothing. */
  ServeEvents NONE = new ServeEvents() {};

  /**
   * A request has its answer, or is refused.
   *
   * @param model that it named, if there is such a model; else empty
   * @param reason why it is refused; null if it is answered
   * @param nanos since its body was there
   */
  default void request(String model, Reason reason, long nanos) {}

  /** A batch was computed, in so many nanoseconds. */
  default void batch(Scorer scorer, int requests, int images, long nanos) {}

  /** A model's folder is away, or there again. */
  default void storage(String model, boolean isAway) {}

  /** A request was refused because too much waits. */
  default void refused() {}

  /** Something failed that no client can be blamed for, and that a person should see. */
  default void failed(String what, Throwable cause) {}

  /** Tells both of all, this one first. */
  default ServeEvents and(ServeEvents other) {
    ServeEvents first = this;
    return new ServeEvents() {
      @Override
      public void request(String model, Reason reason, long nanos) {
        first.request(model, reason, nanos);
        other.request(model, reason, nanos);
      }

      @Override
      public void batch(Scorer scorer, int requests, int images, long nanos) {
        first.batch(scorer, requests, images, nanos);
        other.batch(scorer, requests, images, nanos);
      }

      @Override
      public void refused() {
        first.refused();
        other.refused();
      }

      @Override
      public void storage(String model, boolean isAway) {
        first.storage(model, isAway);
        other.storage(model, isAway);
      }

      @Override
      public void failed(String what, Throwable cause) {
        first.failed(what, cause);
        other.failed(what, cause);
      }

      @Override
      public void version(String model, VersionStatus status) {
        first.version(model, status);
        other.version(model, status);
      }
    };
  }

  /** A model's version has come into another state. */
  default void version(String model, VersionStatus status) {}
}
