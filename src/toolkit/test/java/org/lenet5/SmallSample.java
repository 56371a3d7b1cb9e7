package org.lenet5;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.lenet5.data.DataStore;
import org.lenet5.data.Dataset;

/** The first images of the embedded sample, for trainings that take no time. */
public final class SmallSample {
  private static final Dataset SAMPLE = new DataStore(Path.of("data")).load("sample");

  private SmallSample() {}

  /** A data set of the first {@code train} and {@code test} images. */
  public static Dataset of(int train, int test) {
    return new Dataset(
        SAMPLE.name(),
        SAMPLE.train().select(IntStream.range(0, train).toArray()),
        SAMPLE.test().select(IntStream.range(0, test).toArray()),
        SAMPLE.classNames(),
        SAMPLE.sha256());
  }
}
