package org.lenet5.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Prediction;
import org.lenet5.image.Fit;
import org.lenet5.image.ImageDecoder;
import org.lenet5.image.ImageException;
import org.lenet5.image.ImageOptions;
import org.lenet5.io.AtomicFiles;
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
  private static final String IMAGE = "(?is).*\\.(png|jpe?g|jfif|gif|bmp|webp|tiff?)";

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
      names = "--fit",
      paramLabel = "HOW",
      defaultValue = "crop",
      description =
          "How an image becomes square: crop (its middle) or squash. Default: ${DEFAULT-VALUE}.")
  private String fit;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Images computed at a time. Default: ${DEFAULT-VALUE}.")
  private int batch;

  /** Folders that could not be listed, or held nothing. */
  private int unlisted;

  @Override
  public Integer call() {
    WrongUsage.require(top >= 1, "--top " + top + ": must be at least 1");
    WrongUsage.require(
        batch >= 1 && batch <= 4096, "--batch " + batch + ": must be from 1 to 4096");
    WrongUsage.require(
        fit.equals("crop") || fit.equals("squash"), "--fit " + fit + ": must be crop or squash");
    WrongUsage.require(
        List.of("table", "csv", "json").contains(format),
        "--format " + format + ": must be table, csv or json");
    ImageOptions options = ImageOptions.DEFAULT.withFit(fit.equals("crop") ? Fit.CROP : Fit.SQUASH);
    List<String> images = list();
    if (images.isEmpty()) {
      return Errors.FAILED;
    }
    Path found = model();
    // The first images are decoded beside the loading.
    CompletableFuture<Decoded> first =
        decoding(() -> new ImageDecoder(Classifier.imageShape(found), options), images, 0);
    int failed;
    try (Classifier classifier = Classifier.load(found)) {
      PrintWriter out = spec.commandLine().getOut();
      int shown = Math.min(top, classifier.classes().size());
      PredictionPrinter printer = PredictionPrinter.of(format, out, shown, images);
      ImageDecoder decoder = new ImageDecoder(classifier.imageShape(), options);
      failed = classify(images, first, classifier, decoder, printer);
    }
    if (failed > 0 && images.size() > 1) {
      spec.commandLine().getErr().println(failed + " of " + images.size() + " images failed");
    }
    return failed + unlisted == 0 ? 0 : Errors.FAILED;
  }

  /**
   * A batch of images.
   *
   * @param names of those that could be read
   * @param pixels theirs, one image after the other
   * @param failures of the others
   */
  private record Decoded(List<String> names, byte[] pixels, List<ImageException> failures) {}

  private CompletableFuture<Decoded> decoding(
      Supplier<ImageDecoder> made, List<String> images, int start) {
    List<String> wanted = images.subList(start, Math.min(images.size(), start + batch));
    return CompletableFuture.supplyAsync(
        () -> {
          ImageDecoder decoder = made.get();
          List<String> names = new ArrayList<>();
          ByteArrayOutputStream pixels = new ByteArrayOutputStream();
          List<ImageException> failures = new ArrayList<>();
          for (String image : wanted) {
            try {
              pixels.writeBytes(
                  image.equals(STDIN) ? decoder.decode(System.in) : decoder.decode(Path.of(image)));
              names.add(image);
            } catch (ImageException e) {
              failures.add(e);
            }
          }
          return new Decoded(names, pixels.toByteArray(), failures);
        });
  }

  private static Decoded await(CompletableFuture<Decoded> decoding) {
    try {
      return decoding.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  // While one batch is classified the next is decoded.
  private int classify(
      List<String> images,
      CompletableFuture<Decoded> first,
      Classifier classifier,
      ImageDecoder decoder,
      PredictionPrinter printer) {
    int failed = 0;
    CompletableFuture<Decoded> decoding = first;
    try (ProgressBar bar = Terminal.images("Classifying", images.size())) {
      for (int start = 0; start < images.size(); start += batch) {
        Decoded decoded = await(decoding);
        if (start + batch < images.size()) {
          decoding = decoding(() -> decoder, images, start + batch);
        }
        failed += decoded.failures().size();
        decoded.failures().forEach(this::report);
        List<Prediction> predictions = classifier.classifyPixels(decoded.pixels());
        for (int i = 0; i < predictions.size(); i++) {
          printer.print(decoded.names().get(i), predictions.get(i));
        }
        if (bar != null) {
          bar.stepTo(Math.min(images.size(), start + batch));
        }
      }
    }
    return failed;
  }

  // Files in the order given, a folder's in the order of their names; each once.
  private List<String> list() {
    List<String> images = new ArrayList<>();
    for (String source : sources) {
      if (source.equals(STDIN) || !Files.isDirectory(Path.of(source))) {
        images.add(source);
      } else {
        images.addAll(inside(Path.of(source)));
      }
    }
    return images.stream().distinct().toList();
  }

  // Links to files count, those to folders do not: what they hold may be listed already, or be all
  // there is. The folder that was named may be a link itself.
  private List<String> inside(Path folder) {
    List<String> images = new ArrayList<>();
    int before = unlisted;
    try {
      Path real = folder.toRealPath();
      Files.walkFileTree(
          real,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (file.getFileName().toString().matches(IMAGE) && Files.isRegularFile(file)) {
                images.add(folder.resolve(real.relativize(file)).toString());
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              unlisted(AtomicFiles.failed("cannot list", folder.resolve(real.relativize(file)), e));
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      unlisted(AtomicFiles.failed("cannot list", folder, e));
    }
    if (images.isEmpty() && unlisted == before) {
      unlisted(new WrongUsage(folder + ": holds no images"));
    }
    images.sort(null);
    return images;
  }

  // Among many, what cannot be listed is like an image that cannot be read.
  private void unlisted(RuntimeException e) {
    if (sources.size() == 1 && e instanceof WrongUsage) {
      throw e;
    }
    unlisted++;
    report(e);
  }

  private void report(RuntimeException e) {
    spec.commandLine().getErr().println("error: " + OneLine.of(e.getMessage()));
  }

  private Path model() {
    if (model == null) {
      return newest()
          .orElseThrow(
              () ->
                  new WrongUsage(
                      "--model: there is no run with a SavedModel in "
                          + folders.checkpoints()
                          + "; train one first (train), or name a SavedModel's folder"));
    }
    Path run = folders.checkpoints().resolve(model);
    if (Files.isDirectory(run)) {
      return run;
    }
    WrongUsage.require(
        Files.isDirectory(Path.of(model)),
        "--model "
            + model
            + ": there is neither such a run in "
            + folders.checkpoints()
            + " nor such a folder");
    return Path.of(model);
  }

  private Optional<Path> newest() {
    Path checkpoints = folders.checkpoints();
    if (!Files.isDirectory(checkpoints)) {
      return Optional.empty();
    }
    // A run's name may have parts: exercise-1/adam.
    try (Stream<Path> tree = Files.walk(checkpoints, 4)) {
      return tree.filter(each -> Files.isRegularFile(each.resolve(Manifest.FILE)))
          .filter(ClassifyCommand::hasModel)
          .max(Comparator.comparing(ClassifyCommand::modified));
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", checkpoints, e);
    } catch (UncheckedIOException e) {
      throw AtomicFiles.failed("cannot list", checkpoints, e.getCause());
    }
  }

  // A run that is about to write its first has the folder already.
  private static boolean hasModel(Path run) {
    Path saved = run.resolve("saved_model");
    if (!Files.isDirectory(saved)) {
      return false;
    }
    try (Stream<Path> versions = Files.list(saved)) {
      return versions.anyMatch(each -> each.getFileName().toString().matches("\\d+"));
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", saved, e);
    }
  }

  private static FileTime modified(Path run) {
    try {
      return Files.getLastModifiedTime(run.resolve("saved_model"));
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", run, e);
    }
  }
}
