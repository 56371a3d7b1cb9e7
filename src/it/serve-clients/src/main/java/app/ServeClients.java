package app;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Serves a run, asks each client about 100 images, and compares the answers with those of the
 * command classify: CLASSPATH_FILE RUN RECORDS, the last a file of CIFAR-10's records.
 */
public final class ServeClients {
  private static final int IMAGES = 100;
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final double MOST = 1e-6;

  private ServeClients() {}

  public static void main(String[] args) throws Exception {
    Lenet5 lenet5 = new Lenet5(Path.of(args[0]));
    Path run = Path.of(args[1]);
    List<String> classes = Files.readAllLines(run.resolve("saved_model/1/assets.extra/labels.txt"));
    List<byte[]> images = images(Path.of(args[2]));
    List<Answer> expected = lenet5.classify(run, classes, pictures(images));
    try (Lenet5.Served served = lenet5.new Served(run, "it")) {
      ManagedChannel channel =
          Grpc.newChannelBuilder(served.address, InsecureChannelCredentials.create()).build();
      try {
        compare("camel-kserve, raw bytes", expected, Clients.kserve(channel, "it", images, true));
        compare("camel-kserve, contents", expected, Clients.kserve(channel, "it", images, false));
        compare(
            "camel-tensorflow-serving", expected, Clients.tensorflowServing(channel, "it", images));
      } finally {
        channel.shutdownNow();
      }
      compare(
          "Triton client, binary", expected, Clients.triton(served.address, "it", images, true));
      compare(
          "Triton client, answers in JSON",
          expected,
          Clients.triton(served.address, "it", images, false));
    }
  }

  /** The first images of the records, row by row with the colours of a pixel side by side. */
  private static List<byte[]> images(Path records) throws IOException {
    byte[] bytes = Files.readAllBytes(records);
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      byte[] image = new byte[3 * PLANE];
      for (int at = 0; at < image.length; at++) { // behind the label, a plane for each colour
        image[at] = bytes[i * (1 + image.length) + 1 + at % 3 * PLANE + at / 3];
      }
      images.add(image);
    }
    return images;
  }

  private static List<String> pictures(List<byte[]> images) throws IOException {
    Path folder = Files.createDirectories(Path.of("target/pictures").toAbsolutePath());
    List<String> files = new ArrayList<>();
    for (byte[] image : images) {
      BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < PLANE; i++) {
        int rgb =
            (image[3 * i] & 0xFF) << 16 | (image[3 * i + 1] & 0xFF) << 8 | image[3 * i + 2] & 0xFF;
        picture.setRGB(i % SIDE, i / SIDE, rgb);
      }
      Path file = folder.resolve(files.size() + ".png");
      ImageIO.write(picture, "png", file.toFile());
      files.add(file.toString());
    }
    return files;
  }

  private static void compare(String client, List<Answer> expected, List<Answer> found) {
    if (found.size() != expected.size() || found.size() != IMAGES) {
      throw new IllegalStateException(client + ": " + found.size() + " answers");
    }
    double most = 0;
    for (int i = 0; i < found.size(); i++) {
      float[] want = expected.get(i).probabilities();
      float[] got = found.get(i).probabilities();
      if (got.length != want.length || found.get(i).classId() != expected.get(i).classId()) {
        throw new IllegalStateException(
            "%s: image %d: %s instead of %s"
                .formatted(client, i, Arrays.toString(got), Arrays.toString(want)));
      }
      for (int k = 0; k < want.length; k++) {
        most = Math.max(most, Math.abs(got[k] - want[k]));
      }
    }
    if (!(most <= MOST)) { // NaN, too
      throw new IllegalStateException(client + ": differs by " + most);
    }
    System.out.printf("%s: %d images, largest difference %.1e%n", client, found.size(), most);
  }
}
