package org.lenet5.cli;

import com.linecorp.armeria.client.WebClient;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.lenet5.serve.Server;
import org.lenet5.serve.ServerOptions;
import org.tensorflow.internal.c_api.global.tensorflow;

/**
 * What scripts/lenet5 runs after a build while Java notes which classes are loaded, to keep them
 * parsed and checked for the next start: first trains a moment and classifies with the model; in a
 * second run serves it, in a third classifies on Spark. The many classes of these two would slow
 * the other commands down.
 */
final class Startup {
  private Startup() {}

  /**
   * Takes what to do, the folder for what is trained, and, to train, the natives' new folder; exits
   * with what the commands exit with.
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[1]);
    Path model = folder.resolve("startup/saved_model/1");
    Path golden = model.resolve("assets.extra/golden");
    int exit =
        switch (args[0]) {
          case "train" -> train(folder, model, golden, Path.of(args[2]));
          case "serve" -> serve(model, golden.resolve("0.png"));
          case "spark" -> spark(folder, model, golden);
          default -> throw new IllegalArgumentException(args[0] + ": train, serve or spark");
        };
    System.exit(exit);
  }

  private static int train(Path folder, Path model, Path golden, Path natives) throws IOException {
    layDown(Path.of(Loader.load(tensorflow.class)).getParent(), natives);
    Main.run("--help");
    int exit =
        Main.run(
            "train",
            "--run=startup",
            "--epochs=1",
            "--validation=0.96", // 200 images are left to train on
            "--batch-size=50",
            "--graphs-dir=" + folder,
            "--checkpoints-dir=" + folder);
    return exit == 0
        ? Main.run("classify", "--model=" + model, golden.resolve("0.png").toString())
        : exit;
  }

  private static int serve(Path model, Path image) throws IOException {
    Main.run("serve", "--help");
    ServerOptions options = new ServerOptions().model("startup", model);
    options.port = 0;
    try (Server server = Server.start(options)) {
      WebClient client = WebClient.of(server.address());
      client.post("/classify", Files.readAllBytes(image)).aggregate().join();
      client.post("/v1/models/startup:predict", "{}").aggregate().join();
      client.post("/v2/models/startup/infer", "{}").aggregate().join();
    }
    return 0;
  }

  private static int spark(Path folder, Path model, Path golden) {
    return Main.run(
        "spark",
        "classify",
        "--model=" + model,
        "--input=" + golden,
        "--output=" + folder.resolve("labels"),
        "--format=csv",
        "--threads=1");
  }

  /**
   * Lays TensorFlow's natives down for everybody, as JavaCPP unpacks them for its user alone: links
   * a folder's files into a new one, or copies them where that is on another disk.
   */
  static void layDown(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(each -> !Files.isDirectory(each)).toList()) {
        Path target = to.resolve(file.getFileName());
        if (Files.isSymbolicLink(file)) {
          Files.createSymbolicLink(target, Files.readSymbolicLink(file));
          continue;
        }
        try {
          Files.createLink(target, file);
        } catch (FileSystemException | UnsupportedOperationException e) {
          Files.copy(file, target, LinkOption.NOFOLLOW_LINKS);
        }
      }
    }
  }
}
