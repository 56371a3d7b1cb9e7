package org.lenet5.reliability;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.summary.EventFileReader;
import org.lenet5.summary.TrainingSummaries;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.Summary;

/** Compares two runs that should be the same to the last bit, times aside. */
public final class RunComparison {
  // Rows of title and subject in each picture.
  private static final int HEADING = 60;

  private RunComparison() {}

  /** ROOT EXPECTED ACTUAL: prints what differs between two runs; exit code 1 if anything does. */
  public static void main(String[] args) throws IOException {
    List<String> differences = differences(Path.of(args[0]), args[1], args[2]);
    differences.forEach(System.out::println);
    System.exit(differences.isEmpty() ? 0 : 1);
  }

  /** What differs, a line each. */
  static List<String> differences(Path root, String expected, String actual) throws IOException {
    List<String> found = new ArrayList<>();
    Path left = root.resolve("checkpoints").resolve(expected);
    Path right = root.resolve("checkpoints").resolve(actual);
    Manifest a = Manifest.read(left);
    Manifest b = Manifest.read(right);
    same(found, "settings", a.settings(), b.settings());
    same(found, "data", a.data(), b.data());
    same(found, "epochs", timeless(a), timeless(b));
    same(found, "checkpoints", a.checkpoints(), b.checkpoints());
    found.addAll(RunConsistency.faults(root, actual));
    for (String file :
        List.of(
            "checkpoint",
            "digests.csv",
            "predictions.bin",
            "saved_model/1/variables/variables.data-00000-of-00001",
            "saved_model/1/assets.extra/golden.csv")) {
      sameBytes(found, left.resolve(file), right.resolve(file));
    }
    Path graphs = root.resolve("graphs");
    left = graphs.resolve(expected);
    right = graphs.resolve(actual);
    same(
        found,
        "metrics.csv",
        measured(left.resolve("metrics.csv")),
        measured(right.resolve("metrics.csv")));
    sameEvents(found, events(left), events(right));
    for (Path folder : List.of(right, root.resolve("checkpoints").resolve(actual))) {
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .filter(file -> file.toString().contains("part"))
            .forEach(f -> found.add("left: " + f));
      }
    }
    return found;
  }

  private static void same(List<String> found, String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      found.add(what + " differ: " + brief(expected) + " became " + brief(actual));
    }
  }

  private static void sameEvents(
      List<String> found, List<List<Object>> expected, List<List<Object>> actual) {
    for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
      if (!expected.get(i).equals(actual.get(i))) {
        same(found, "event " + i + " of " + expected.size(), expected.get(i), actual.get(i));
        return;
      }
    }
    same(found, "numbers of events", expected.size(), actual.size());
  }

  private static String brief(Object value) {
    String text = value.toString();
    return text.length() < 300 ? text : text.substring(0, 300) + "…";
  }

  private static void sameBytes(List<String> found, Path expected, Path actual) throws IOException {
    if (!Files.exists(actual)) {
      found.add(actual + " is missing");
    } else if (Files.mismatch(expected, actual) >= 0) {
      found.add(actual + " differs from byte " + Files.mismatch(expected, actual));
    }
  }

  private static List<List<Object>> timeless(Manifest manifest) {
    return manifest.epochs().stream()
        .map(
            e ->
                Arrays.<Object>asList(
                    e.epoch(),
                    e.trainLoss(),
                    e.testLoss(),
                    e.trainAccuracy(),
                    e.testAccuracy(),
                    e.validationLoss(),
                    e.validationAccuracy(),
                    e.learningRate(),
                    e.variablesSha256()))
        .toList();
  }

  // epoch,wall_time,train_loss,test_loss,train_accuracy,test_accuracy,learning_rate,…
  private static List<List<String>> measured(Path csv) throws IOException {
    return Files.readAllLines(csv).stream()
        .map(line -> line.split(","))
        .map(cells -> List.of(cells[0], cells[2], cells[3], cells[4], cells[5], cells[6]))
        .toList();
  }

  /** A picture's pixels but for its heading, which has the run's name in it: another one here. */
  private static List<Object> belowTheHeading(Summary.Image image) throws IOException {
    BufferedImage picture = ImageIO.read(image.getEncodedImageString().newInput());
    int width = picture.getWidth();
    int height = picture.getHeight();
    int[] pixels = picture.getRGB(0, HEADING, width, height - HEADING, null, 0, width);
    return List.of(width, height, Arrays.hashCode(pixels));
  }

  private static List<List<Object>> events(Path folder) throws IOException {
    List<List<Object>> all = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.filter(f -> f.toString().contains("tfevents")).sorted().toList();
    }
    for (Path file : files) {
      for (Event event : EventFileReader.readAll(file)) {
        if (event.hasFileVersion()) {
          continue; // each file begins with one, and a run that goes on may begin another
        }
        if (event.hasSummary()) {
          for (Summary.Value value : event.getSummary().getValueList()) {
            // Two tell the time, and one how many epochs were asked for when the run began.
            if (!value.getTag().equals(TrainingSummaries.IMAGES_PER_SECOND)
                && !value.getTag().equals("Configuration")
                && !value.getTag().startsWith("_hparams_")) {
              all.add(
                  value.hasImage()
                      ? List.of(event.getStep(), value.getTag(), belowTheHeading(value.getImage()))
                      : List.of(event.getStep(), value));
            }
          }
        } else {
          // Parsed: a map's entries may be written in any order.
          all.add(
              List.of(
                  event.getStep(), event.getWhatCase(), GraphDef.parseFrom(event.getGraphDef())));
        }
      }
    }
    return all;
  }
}
