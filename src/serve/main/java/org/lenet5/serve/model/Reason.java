package org.lenet5.serve.model;

/**
 * Why a request got no answer: gRPC's codes, with what TensorFlow Serving makes of them in HTTP.
 */
public enum Reason {
  CANCELLED(1, 499),
  UNKNOWN(2, 500),
  INVALID_ARGUMENT(3, 400),
  DEADLINE_EXCEEDED(4, 504),
  NOT_FOUND(5, 404),
  RESOURCE_EXHAUSTED(8, 429),
  /** The request itself is too large, however often it is sent. */
  TOO_LARGE(8, 413),
  FAILED_PRECONDITION(9, 400),
  UNIMPLEMENTED(12, 501),
  /** The path is right, what is to be done with it is not. */
  METHOD_NOT_ALLOWED(12, 405),
  /** A body in a form that nothing here reads. */
  UNSUPPORTED(3, 415),
  INTERNAL(13, 500),
  UNAVAILABLE(14, 503),
  UNAUTHENTICATED(16, 401);

  private final int code;
  private final int httpStatus;

  Reason(int code, int httpStatus) {
    this.code = code;
    this.httpStatus = httpStatus;
  }

  /** The number that gRPC and TensorFlow have for it. */
  public int code() {
    return code;
  }

  /** The status of an HTTP answer. */
  public int httpStatus() {
    return httpStatus;
  }

  /** Whether the same request may get an answer a moment later. */
  public boolean isForNow() {
    return this == RESOURCE_EXHAUSTED || this == UNAVAILABLE;
  }
}
