package org.lenet5.data;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lenet5.image.ImageShape;

/**
 * Fashion-MNIST: Zalando's articles, grey, 28×28, in MNIST's form. Debian packages it too.
 *
 * @see <a href="https://github.com/zalandoresearch/fashion-mnist">Zalando Research</a>
 */
final class FashionMnist {
  static final String NAME = "fashion-mnist";

  static final PublishedIdx CONTENTS =
      new PublishedIdx(
          NAME,
          60_000,
          10_000,
          new ImageShape(28, 28, 1),
          List.of(
              "T-shirt/top",
              "Trouser",
              "Pullover",
              "Dress",
              "Coat",
              "Sandal",
              "Shirt",
              "Sneaker",
              "Bag",
              "Ankle boot"));

  /** Where its files are published. */
  static final URI BASE =
      URI.create(
          "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/");

  private FashionMnist() {}

  static DataSource source(Path folder) {
    PublishedFiles files =
        CONTENTS.files(
            NAME,
            List.of(
                "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"));
    return CONTENTS.source(
        folder,
        fetch(
            files,
            new GzipFiles(
                BASE,
                List.of(
                    new PublishedFiles.Entry(
                        "train-images-idx3-ubyte.gz",
                        26_421_880,
                        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
                    new PublishedFiles.Entry(
                        "train-labels-idx1-ubyte.gz",
                        29_515,
                        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
                    new PublishedFiles.Entry(
                        "t10k-images-idx3-ubyte.gz",
                        4_422_102,
                        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
                    new PublishedFiles.Entry(
                        "t10k-labels-idx1-ubyte.gz",
                        5_148,
                        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5")),
                files,
                PublishedFetch.CONNECT,
                PublishedFetch.STALL)));
  }

  /** Out of the user's files, out of a Debian package, or from where they are published. */
  static PublishedFetch fetch(PublishedFiles files, GzipFiles published) {
    DebianPackage debian =
        new DebianPackage("dataset-fashion-mnist", "usr/share/datasets/fashion-mnist", files);
    List<FetchWay> ways = new ArrayList<>(published.ways());
    ways.add(1, debian);
    return new PublishedFetch(
        NAME, files, ways, folder -> debian.byHand(folder) + " or " + published.byHand(folder));
  }
}
