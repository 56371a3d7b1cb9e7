package org.lenet5.serve.model;

/**
 * What a version of a model is doing.
 *
 * @param version its number
 * @param reason why it is not served; null if nothing is wrong
 * @param message for people: one line, without the server's paths; empty if nothing is wrong
 */
public record VersionStatus(long version, State state, Reason reason, String message) {
  /** TensorFlow Serving's states, with its numbers. */
  public enum State {
    START(10),
    LOADING(20),
    AVAILABLE(30),
    UNLOADING(40),
    END(50);

    private final int number;

    State(int number) {
      this.number = number;
    }

    /** The number that TensorFlow Serving's messages have for it. */
    public int number() {
      return number;
    }
  }

  static VersionStatus of(long version, State state) {
    return new VersionStatus(version, state, null, "");
  }
}
