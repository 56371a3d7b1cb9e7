package org.lenet5.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import me.tongfei.progressbar.ProgressBar;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Prediction;
import org.lenet5.image.DecodedImage;
import org.lenet5.image.Fit;
import org.lenet5.image.ImageDecoder;
import org.lenet5.image.ImageException;
import org.lenet5.image.ImageOptions;
import org.lenet5.image.ImagePipeline;
import org.lenet5.image.ImageShape;
import org.lenet5.io.OneLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Labels images. */
@Command(
    name = "classify",
    description =
        "Label images: files, folders with all below them, or - for an image on standard input.")
final class ClassifyCommand implements Callable<Integer> {
  private static final String STDIN = "-";

  // Images that are decoded while the model is loaded, and then ahead of it: 10,000 small ones.
  private static final long AHEAD_BYTES = Math.min(32 << 20, Runtime.getRuntime().maxMemory() / 16);
  // Images computed at a time: whoever is done first waits for the others, so not too few.
  private static final int LEAST_BATCH = 64;
  private static final int MOST_BATCH = 512;
  private static final int BATCH_BYTES = 3 << 20;
  // Fewer need not wait until it is known how large they are.
  private static final int MANY = 100;

  private static final Pattern ADDRESS = Pattern.compile("(?is)([a-z][a-z0-9+.-]+)://.*");

  @Spec private CommandSpec spec;
  @Mixin private Folders folders;

  @Parameters(paramLabel = "IMAGE|FOLDER|-", arity = "1..*", description = "What to label.")
  private List<String> sources;

  @Option(
      names = "--model",
      paramLabel = "RUN|PATH",
      description = "A run or a SavedModel's folder. Default: the newest run with a SavedModel.")
  private String model;

  @Option(
      names = "--format",
      paramLabel = "HOW",
      defaultValue = "table",
      description = "table, csv, or json: an object a line. Default: ${DEFAULT-VALUE}.")
  private String format;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "1",
      description = "Classes to name for each image. Default: ${DEFAULT-VALUE}.")
  private int top;

  @Option(
      names = "--min-confidence",
      paramLabel = "P",
      description =
          "Say uncertain where the most probable class is less probable, 0 to 1. Default: always"
              + " name a class.")
  private Float minConfidence;

  @Option(
      names = "--fit",
      paramLabel = "HOW",
      defaultValue = "crop",
      description =
          "How an image becomes square: crop (its middle) or squash. Default: ${DEFAULT-VALUE}.")
  private String fit;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images computed at a time. Default: 64 to 512, the smaller the more.")
  private Integer batch;

  @Option(
      names = "--lenient",
      description = "Label damaged images too, with a warning, as far as they can be seen.")
  private boolean lenient;

  /** Number of folders that could not be listed or held no images. */
  private int unlisted;

  /** Tells how many files of folders were skipped. */
  private String skipped;

  @Override
  public Integer call() {
    WrongUsage.require(
        minConfidence == null || minConfidence >= 0 && minConfidence <= 1,
        "--min-confidence " + minConfidence + ": must be from 0 to 1");
    WrongUsage.require(top >= 1, "--top " + top + ": must be at least 1");
    WrongUsage.require(
        batch == null || batch >= 1 && batch <= 4096,
        "--batch " + batch + ": must be from 1 to 4096");
    WrongUsage.require(
        fit.equals("crop") || fit.equals("squash"), "--fit " + fit + ": must be crop or squash");
    WrongUsage.require(
        List.of("table", "csv", "json").contains(format),
        "--format " + format + ": must be table, csv or json");
    ImageOptions options =
        ImageOptions.DEFAULT
            .withFit(fit.equals("crop") ? Fit.CROP : Fit.SQUASH)
            .withLenient(lenient);
    sources.forEach(ClassifyCommand::requireNoAddress);
    List<String> images = list();
    if (images.isEmpty()) {
      tellSkipped();
      return Errors.FAILED;
    }
    Path found = model();
    // The first images are decoded beside the loading.
    CompletableFuture<ImageDecoder> decoder =
        CompletableFuture.supplyAsync(
            () -> new ImageDecoder(Classifier.imageShape(found), options));
    int failed;
    try (ImagePipeline<DecodedImage> decoded =
        ImagePipeline.of(images.iterator(), image -> read(decoder.join(), image))) {
      decoded.begin(images.size() < MANY ? 0 : decoder.handle(ClassifyCommand::ahead).join());
      try (Classifier classifier = Classifier.load(found)) {
        announce(classifier);
        tellSkipped();
        PrintWriter out = spec.commandLine().getOut();
        int shown = Math.min(top, classifier.classes().size());
        PredictionPrinter printer =
            PredictionPrinter.of(
                format,
                out,
                shown,
                classifier.model().toString(),
                images,
                Optional.ofNullable(minConfidence));
        failed = classify(images, decoded, classifier, printer);
      }
    }
    if (failed > 0 && images.size() > 1) {
      spec.commandLine().getErr().println(failed + " of " + images.size() + " images failed");
    }
    return failed + unlisted == 0 ? 0 : Errors.FAILED;
  }

  // A web address would otherwise be reported as a missing file.
  private static void requireNoAddress(String source) {
    Matcher address = ADDRESS.matcher(source);
    if (!address.matches()) {
      return;
    }
    throw new WrongUsage(
        address.group(1).equalsIgnoreCase("file")
            ? source + ": must be a path, without " + address.group(1) + "://"
            : source
                + ": images are read from files, not from the web; fetch it first: curl -fLO "
                + Words.quoted(source));
  }

  /** Says which model answers, and how good it is. */
  private void announce(Classifier classifier) {
    Map<String, String> origin = classifier.origin();
    StringBuilder text = new StringBuilder("Model: ").append(classifier.model());
    if (origin.containsKey("run") && origin.containsKey("epoch")) {
      text.append(", run ")
          .append(origin.get("run"))
          .append(", epoch ")
          .append(origin.get("epoch"))
          .append(" of ")
          .append(origin.getOrDefault("epochs", "?"));
    }
    percent(origin.get("validation_accuracy"))
        .ifPresent(accuracy -> text.append(", validation accuracy ").append(accuracy));
    percent(origin.get("test_accuracy"))
        .ifPresent(accuracy -> text.append(", test accuracy ").append(accuracy));
    if (origin.containsKey("dataset")) {
      text.append(" on ").append(origin.get("dataset"));
    }
    if (model == null) {
      text.append(" (the newest; --model names another)");
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println(OneLine.of(text.toString()));
    if (top > classifier.classes().size()) {
      err.println(
          "--top " + top + ": the model has only " + classifier.classes().size() + " classes");
    }
    err.flush();
  }

  private static Optional<String> percent(String share) {
    // The text comes from the model's maker and may hold anything.
    return Optional.ofNullable(share)
        .filter(text -> text.matches("[01](\\.[0-9]{1,20})?(E-[0-9]{1,3})?"))
        .map(text -> String.format(Locale.ROOT, "%.2f %%", 100 * Double.parseDouble(text)));
  }

  // A model that cannot be read is reported where it is loaded.
  private static int ahead(ImageDecoder decoder, Throwable failure) {
    return failure == null ? (int) (AHEAD_BYTES / decoder.shape().bytes()) : 0;
  }

  private int batch(ImageShape shape) {
    return batch == null
        ? Math.max(LEAST_BATCH, Math.min(MOST_BATCH, BATCH_BYTES / shape.bytes()))
        : batch;
  }

  private static DecodedImage read(ImageDecoder decoder, String image) {
    return image.equals(STDIN) ? decoder.read(System.in) : decoder.read(Path.of(image));
  }

  // While one batch is classified the next are decoded.
  private int classify(
      List<String> images,
      ImagePipeline<DecodedImage> decoded,
      Classifier classifier,
      PredictionPrinter printer) {
    int failed = 0;
    int together = batch(classifier.imageShape());
    try (ProgressBar bar = Terminal.images("Classifying", images.size())) {
      for (int start = 0; start < images.size(); start += together) {
        List<String> names = new ArrayList<>();
        List<DecodedImage> some = new ArrayList<>();
        for (String image : images.subList(start, Math.min(images.size(), start + together))) {
          try {
            some.add(decoded.next());
            names.add(image);
          } catch (ImageException e) {
            report(e);
            failed++;
          }
        }
        List<Prediction> predictions = classifier.classifyDecoded(some);
        for (int i = 0; i < predictions.size(); i++) {
          if (!predictions.get(i).warnings().isEmpty()) {
            PredictionPrinter.flush(spec.commandLine().getOut());
            warn(names.get(i), predictions.get(i));
          }
          printer.print(names.get(i), predictions.get(i));
        }
        PredictionPrinter.flush(spec.commandLine().getOut());
        if (bar != null) {
          bar.stepTo(Math.min(images.size(), start + together));
        }
      }
    }
    return failed;
  }

  private List<String> list() {
    ImageFiles files = ImageFiles.of(sources, STDIN);
    skipped = files.skipped();
    // Among many, what cannot be listed is like an image that cannot be read.
    for (RuntimeException each : files.failures()) {
      if (sources.size() == 1 && each instanceof WrongUsage) {
        throw each;
      }
      unlisted++;
      report(each);
    }
    return files.images();
  }

  private void tellSkipped() {
    if (!skipped.isEmpty()) {
      spec.commandLine().getErr().println(skipped);
    }
  }

  private void warn(String image, Prediction prediction) {
    String text = image + ": " + String.join("; ", prediction.warnings());
    spec.commandLine().getErr().println("warning: " + OneLine.of(text));
  }

  private void report(RuntimeException e) {
    spec.commandLine().getErr().println("error: " + OneLine.of(e.getMessage()));
  }

  private Path model() {
    return model == null
        ? NamedModel.newest(folders)
            .orElseThrow(
                () ->
                    new WrongUsage(
                        "--model: there is no run with a SavedModel in "
                            + folders.checkpoints()
                            + "; train one first (train), or name a SavedModel's folder"))
        : NamedModel.of("--model " + model, model, folders);
  }
}
