package org.lenet5.data;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.lenet5.image.ImageShape;

/**
 * MNIST's handwritten digits, grey, 28×28, as published by LeCun, Cortes and Burges.
 *
 * @see <a href="https://yann.lecun.com/exdb/mnist/">The MNIST database</a>
 */
final class Mnist {
  static final String NAME = "mnist";

  static final PublishedIdx CONTENTS =
      new PublishedIdx(
          NAME,
          60_000,
          10_000,
          new ImageShape(28, 28, 1),
          IntStream.range(0, 10).mapToObj(Integer::toString).toList());

  /** Where its files are: TensorFlow's copy, as the authors' own server has no TLS. */
  static final URI BASE = URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/");

  private Mnist() {}

  static DataSource source(Path folder) {
    PublishedFiles files =
        CONTENTS.files(
            NAME,
            List.of(
                "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"));
    GzipFiles published =
        new GzipFiles(
            BASE,
            List.of(
                new PublishedFiles.Entry(
                    "train-images-idx3-ubyte.gz",
                    9_912_422,
                    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
                new PublishedFiles.Entry(
                    "train-labels-idx1-ubyte.gz",
                    28_881,
                    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
                new PublishedFiles.Entry(
                    "t10k-images-idx3-ubyte.gz",
                    1_648_877,
                    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
                new PublishedFiles.Entry(
                    "t10k-labels-idx1-ubyte.gz",
                    4_542,
                    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6")),
            files,
            PublishedFetch.CONNECT,
            PublishedFetch.STALL);
    return CONTENTS.source(
        folder, new PublishedFetch(NAME, files, published.ways(), published::byHand));
  }
}
