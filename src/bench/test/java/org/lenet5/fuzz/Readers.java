package org.lenet5.fuzz;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.Predictions;
import org.lenet5.checkpoint.RunException;
import org.lenet5.checkpoint.StepReader;
import org.lenet5.checkpoint.VariableDigests;
import org.lenet5.classify.ModelException;
import org.lenet5.classify.ModelReaders;
import org.lenet5.cli.ArgumentReader;
import org.lenet5.data.Cifar10;
import org.lenet5.data.DataException;
import org.lenet5.data.DataReaders;
import org.lenet5.exercise.Experiments;
import org.lenet5.exercise.Sampling;
import org.lenet5.exercise.Space;
import org.lenet5.exercise.Suite;
import org.lenet5.exercise.TuneResults;
import org.lenet5.exercise.Tuning;
import org.lenet5.image.ImageDecoder;
import org.lenet5.image.ImageException;
import org.lenet5.image.ImageOptions;
import org.lenet5.image.ImageShape;
import org.lenet5.image.Photos;
import org.lenet5.report.MetricsCsv;
import org.lenet5.summary.DamagedEventFileException;
import org.lenet5.summary.EventFileReader;
import org.lenet5.summary.EventFiles;
import org.lenet5.summary.EventRecord;
import org.lenet5.summary.TruncatedEventFileException;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/** Every reader of bytes from outside. */
final class Readers {
  private static final int IMAGES = 10;
  private static final int EPOCHS = 3;

  private Readers() {}

  private static final Map<String, Supplier<Reader>> ALL =
      Map.ofEntries(
          Map.entry("records", Readers::records),
          Map.entry("archive", Readers::archive),
          Map.entry("tar", Readers::tar),
          Map.entry("strip", Readers::strip),
          Map.entry("labels", Readers::labels),
          Map.entry("manifest", Readers::manifest),
          Map.entry("later-epochs", Readers::laterEpochs),
          Map.entry("step", Readers::step),
          Map.entry("suite", Readers::suite),
          Map.entry("predictions", Readers::predictions),
          Map.entry("digests", Readers::digests),
          Map.entry("events", Readers::events),
          Map.entry("event", Readers::event),
          Map.entry("checkpoint-index", CheckpointReaders::index),
          Map.entry("checkpoint-table", CheckpointReaders::table),
          Map.entry("checkpoint-data", CheckpointReaders::data),
          Map.entry("model", ModelFolderReader::reader),
          Map.entry("model-foreign", ModelFolderReader::foreign),
          Map.entry("model-graph", Readers::modelGraph),
          Map.entry("model-golden", Readers::modelGolden),
          Map.entry("image", Readers::image),
          Map.entry("image-large", Readers::imageLarge),
          Map.entry("arguments", Readers::arguments),
          Map.entry("experiments", Readers::experiments),
          Map.entry("space", Readers::space),
          Map.entry("tune", Readers::tune),
          Map.entry("serve-predict", ServeReaders::predict),
          Map.entry("serve-infer", ServeReaders::infer),
          Map.entry("serve-multipart", ServeReaders::multipart),
          Map.entry("serve-b64", ServeReaders::b64));

  /** The readers' names, in alphabetical order. */
  static List<String> names() {
    return ALL.keySet().stream().sorted().toList();
  }

  static Reader named(String name) {
    Supplier<Reader> reader = ALL.get(name);
    if (reader == null) {
      throw new IllegalArgumentException(
          "reader (" + name + ") must be one of " + String.join(", ", names()));
    }
    return reader.get();
  }

  /** A reader of the file {@code name} in the folder. */
  static Reader.Action file(String name, Reader.Action action) {
    return (input, folder) -> {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, input);
      action.read(input, file);
    };
  }

  private static Reader records() {
    return new Reader(
        "records",
        Seeds.of("records", DataReaders.records()),
        file("a.bin", (input, file) -> Cifar10.read(file)),
        Set.of(DataException.class));
  }

  private static Reader archive() {
    return new Reader(
        "archive",
        Seeds.of("archive", tars().map(Seeds::gzip).toArray(byte[][]::new)),
        Readers::unpack,
        Set.of(DataException.class));
  }

  private static Reader tar() {
    return new Reader(
        "tar",
        Seeds.of("tar", tars().toArray(byte[][]::new)),
        (input, folder) -> unpack(Seeds.gzip(input), folder),
        Set.of(DataException.class));
  }

  private static Stream<byte[]> tars() {
    try {
      return Stream.of(
          DataReaders.tar(),
          DataReaders.evilTar("in/../../../a"),
          DataReaders.evilTar("/in/a"),
          DataReaders.evilTar(
              "in/" + "deep/".repeat(60) + "a"), // a long name has an entry of its own
          DataReaders.linkTar("/"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void unpack(byte[] archive, Path folder) throws IOException {
    Path target = Files.createDirectories(folder.resolve("target"));
    for (String name : List.of("a", "b")) {
      Files.deleteIfExists(target.resolve(name));
    }
    try {
      DataReaders.unpack(Files.write(folder.resolve("a.tar.gz"), archive), target);
    } finally {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.toList()) {
          String name = folder.relativize(each).toString();
          if (!Set.of("", "a.tar.gz", "target", "target/a", "target/b").contains(name)
              || name.startsWith("target/") && Files.size(each) > 2000) {
            throw new AssertionError("unpacked " + each);
          }
        }
      }
    }
  }

  private static Reader strip() {
    try {
      return new Reader(
          "strip",
          Seeds.of("strip", DataReaders.strip(), Seeds.picture("png", BufferedImage.TYPE_INT_ARGB)),
          file("a.png", (input, file) -> DataReaders.readStrip(file)),
          Set.of(DataException.class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Reader labels() {
    return new Reader(
        "labels",
        Seeds.of("labels", Seeds.text("[0, 9, 5]"), Seeds.text("[1.5, \"7\", {\"a\": [null]}]")),
        file("a.json", (input, file) -> DataReaders.readLabels(file)),
        Set.of(DataException.class));
  }

  private static Reader manifest() {
    return new Reader(
        "manifest",
        Seeds.of(
            "manifest", ManifestSeed.json(false), ManifestSeed.json(true), ManifestSeed.newest()),
        file(Manifest.FILE, (input, file) -> readManifest(file.getParent())),
        Set.of(RunException.class));
  }

  private static Reader laterEpochs() {
    return new Reader(
        "later-epochs",
        List.of(ManifestSeed.later()),
        file(
            "epochs.jsonl",
            (input, file) -> {
              Files.write(file.resolveSibling(Manifest.FILE), ManifestSeed.json(false));
              readManifest(file.getParent());
            }),
        Set.of(RunException.class));
  }

  // All that going on with a run does with it.
  private static void readManifest(Path folder) {
    Manifest manifest = Manifest.read(folder);
    TrainingConfig.of(manifest.settings());
    manifest.epochs().forEach(MetricsCsv.Row::of);
    manifest.best();
    for (Manifest.Checkpoint each : manifest.checkpoints()) {
      manifest.epochs().get(each.epoch() - 1);
    }
  }

  private static Reader step() {
    return new Reader(
        "step",
        Seeds.of(
            "step",
            Seeds.text(
                "{\"position\": {\"epochs\": 1, \"steps\": 7, \"loss_sum\": 2.5, \"seconds\": 0.5},",
                "\"files\": {\"ckpt-1-step-7.index\": \"aa\",",
                "\"ckpt-1-step-7.data-00000-of-00001\": \"bb\"}}")),
        file("step.json", (input, file) -> StepReader.read(file.getParent())),
        Set.of(RunException.class));
  }

  private static Reader suite() {
    return new Reader(
        "suite",
        Seeds.of(
            "suite",
            Seeds.text(
                "{\"settings\": {\"dataset\": \"sample\", \"epochs\": \"2\"}, \"firstSeed\": 42,",
                "\"seeds\": 2, \"experiments\": [{\"name\": \"a\", \"exercise\": \"b\",",
                "\"differences\": {\"dropout\": \"0.5\"}}], \"seconds\": 1.5, \"failures\": {\"a\": \"killed\"}}")),
        file(
            "suite.json",
            (input, file) -> {
              Suite suite = Suite.read(file.getParent());
              suite.runs();
              suite.epochs();
            }),
        Set.of(RunException.class));
  }

  private static Reader predictions() {
    return new Reader(
        "predictions",
        Seeds.of("predictions", new byte[EPOCHS * IMAGES]),
        file(
            Predictions.FILE,
            (input, file) -> Predictions.read(file.getParent(), EPOCHS, IMAGES, 10)),
        Set.of(UncheckedIOException.class));
  }

  private static Reader digests() {
    String sha256 = "0123456789abcdef".repeat(4);
    return new Reader(
        "digests",
        Seeds.of(
            "digests",
            Seeds.text("epoch,variable,sha256", "1,C1/bias," + sha256, "2,\"C1/bias\"," + sha256)),
        file(VariableDigests.FILE, (input, file) -> VariableDigests.read(file.getParent())),
        Set.of(UncheckedIOException.class));
  }

  private static Reader events() {
    byte[] one = EventRecord.frame(anEvent());
    return new Reader(
        "events",
        Seeds.of("events", one, concat(one, one, one), new byte[20]),
        file("events.out.tfevents.1", (input, file) -> readEvents(file)),
        Set.of(DamagedEventFileException.class, TruncatedEventFileException.class));
  }

  // With sound checksums, so that what they protect is reached.
  private static Reader event() {
    return new Reader(
        "event",
        Seeds.of("event", anEvent()),
        (input, folder) -> {
          Path file = folder.resolve("events.out.tfevents.1");
          Files.write(file, EventRecord.frame(input));
          readEvents(file);
        },
        Set.of(DamagedEventFileException.class, TruncatedEventFileException.class));
  }

  private static byte[] anEvent() {
    return Event.newBuilder()
        .setStep(2)
        .setWallTime(1.5)
        .setSummary(
            Summary.newBuilder()
                .addValue(Summary.Value.newBuilder().setTag("Loss train").setSimpleValue(2.3f)))
        .build()
        .toByteArray();
  }

  private static void readEvents(Path file) {
    try {
      EventFileReader.readAll(file);
    } finally {
      EventFiles.trim(file.getParent(), 1);
    }
  }

  private static byte[] concat(byte[]... parts) {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static Reader modelGraph() {
    return new Reader(
        "model-graph",
        Seeds.of("model-graph", ModelFolderReader.file("saved_model.pb")),
        file("saved_model.pb", (input, file) -> ModelReaders.signature(file.getParent())),
        Set.of(ModelException.class));
  }

  private static Reader modelGolden() {
    return new Reader(
        "model-golden",
        Seeds.of(
            "model-golden",
            ModelFolderReader.file("assets.extra/golden.csv"),
            Seeds.text(",", "", ",,", "../../../etc/passwd,0.5", "/dev/zero,0.5", "a\0b,1")),
        file(
            "assets.extra/golden.csv",
            (input, file) -> {
              Path model = file.getParent().getParent();
              ModelFolderReader.writeImages(model);
              ModelReaders.golden(model);
            }),
        Set.of(ModelException.class));
  }

  private static Reader image() {
    ImageDecoder decoder = new ImageDecoder(Cifar10.SHAPE, ImageOptions.DEFAULT);
    return new Reader(
        "image",
        Seeds.of(
            "image",
            Seeds.picture("png", BufferedImage.TYPE_INT_ARGB),
            Seeds.picture("png", BufferedImage.TYPE_USHORT_GRAY),
            Seeds.picture("jpeg", BufferedImage.TYPE_INT_RGB),
            Seeds.picture("gif", BufferedImage.TYPE_BYTE_INDEXED),
            Seeds.picture("bmp", BufferedImage.TYPE_INT_RGB),
            Seeds.picture("tiff", BufferedImage.TYPE_INT_RGB)),
        (input, folder) -> decoder.decode(input),
        Set.of(ImageException.class));
  }

  // So much larger than what is wanted that JPEGs are decoded at a reduced scale.
  private static Reader imageLarge() {
    ImageDecoder decoder = new ImageDecoder(new ImageShape(7, 9, 1), ImageOptions.DEFAULT);
    return new Reader(
        "image-large",
        Seeds.of(
            "image-large",
            Photos.resource("waves-420-progressive.jpg"),
            Photos.resource("waves-422-restart.jpg"),
            Photos.resource("waves-420-scans.jpg"),
            Photos.resource("waves-grey.jpg"),
            Photos.resource("odd-colours.png"),
            Photos.resource("odd-palette.png")),
        (input, folder) -> decoder.decode(input),
        Set.of(ImageException.class));
  }

  private static Reader arguments() {
    return new Reader(
        "arguments",
        Seeds.of(
            "arguments",
            Seeds.text(
                "--epochs 3", "--run 'a b' # a comment", "--augment=flip,crop", "--seed", "7"),
            Seeds.text("--optimizer sgd --learning-rate 0.01 --help", "@missing @@at @/ @.")),
        file("arguments", (input, file) -> ArgumentReader.read(file)),
        Set.of());
  }

  private static Reader experiments() {
    Experiments notebook = Experiments.notebook();
    return new Reader(
        "experiments",
        Seeds.of(
            "experiments",
            Seeds.text("# mine", "[Mine]", "more = --dropout 0.5 --augment flip,crop", "less ="),
            Seeds.text("[Mine]", "a = --optimizer sgd --learning-rate 0.01 --threads 3")),
        file("mine.conf", (input, file) -> notebook.with(file)),
        Set.of(IllegalArgumentException.class, UncheckedIOException.class));
  }

  private static Reader space() {
    return new Reader(
        "space",
        Seeds.of(
            "space",
            Seeds.text(
                "# mine", "optimizer adam|sgd", "learning-rate 1e-4..1e-2 log", "dropout 0..0.5"),
            Seeds.text("batch-size 8..64 integer log", "--augment none | flip,crop")),
        file("space.conf", (input, file) -> Space.read(file).draw(Sampling.QUASI, 42, Map.of(), 3)),
        Set.of(IllegalArgumentException.class, UncheckedIOException.class));
  }

  private static Reader tune() {
    return new Reader(
        "tune",
        Seeds.of(
            "tune",
            Seeds.text(
                "{\"settings\": {\"dataset\": \"sample\", \"epochs\": \"9\", \"validation\": \"0.1\"},",
                "\"space\": [{\"setting\": \"dropout\", \"labels\": [], \"choices\": [], \"low\": 0.0,",
                "\"high\": 0.5, \"log\": false, \"integer\": false}, {\"setting\": \"loss\",",
                "\"labels\": [\"l1\"], \"choices\": [\"l1\"], \"low\": 0.0, \"high\": 0.0, \"log\": false,",
                "\"integer\": false}], \"sampling\": \"QUASI\", \"first_seed\": 42, \"reduction\": 3,",
                "\"best\": 2, \"seeds\": 2, \"trials\": 4, \"asked\": 4, \"minutes\": 1.5, \"planned\": true,",
                "\"seconds\": 1.5, \"failures\": {\"trial-0001\": {\"exit_code\": 4, \"message\": \"a\"}},",
                "\"tested\": [{\"run\": \"trial-0002\", \"variables_sha256\": \"ab\", \"accuracy\": 0.5,",
                "\"loss\": 1.5}]}")),
        file(
            Tuning.FILE,
            (input, file) -> {
              Tuning tuning = Tuning.read(file.getParent());
              tuning.halving();
              new TuneResults(tuning.with(Math.min(tuning.trials(), 5)), file.getParent())
                  .finalists();
            }),
        Set.of(RunException.class));
  }
}
