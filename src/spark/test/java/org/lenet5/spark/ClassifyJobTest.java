package org.lenet5.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.TestModel;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Prediction;

class ClassifyJobTest {
  private static final int COUNT = 40;

  @TempDir private Path folder;

  private record Outcome(int exit, String err) {}

  @BeforeEach
  void pictures() throws IOException {
    Pictures.write(folder.resolve("photos/below"), COUNT);
  }

  private Outcome job(String... more) {
    List<String> args = new ArrayList<>(Arrays.asList(more));
    if (!args.contains("--model")) {
      args.addAll(List.of("--model", Pictures.MODEL.toString()));
    }
    StringWriter err = new StringWriter();
    int exit =
        ClassifyJob.line(Shared.SPARK)
            .setErr(new PrintWriter(err, true))
            .execute(args.toArray(String[]::new));
    return new Outcome(exit, err.toString());
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private static List<Prediction> expected() {
    try (Classifier classifier = Classifier.load(Pictures.MODEL)) {
      return classifier.classifyPixels(TestModel.pixels(COUNT));
    }
  }

  private static void areThose(Dataset<Row> results) {
    List<Row> rows = results.orderBy("path").collectAsList();
    assertThat(rows)
        .extracting(row -> row.<String>getAs("label"))
        .containsExactlyElementsOf(expected().stream().map(Prediction::label).toList());
    assertThat(rows)
        .extracting(row -> row.<Float>getAs("probability"))
        .containsExactlyElementsOf(expected().stream().map(Prediction::probability).toList());
  }

  @Test
  void aFolderIntoParquet() {
    Outcome outcome = job("--input", at("photos"), "--output", at("out"), "--top", "3");
    assertThat(outcome).isEqualTo(new Outcome(0, "40 images labelled: " + at("out") + "\n"));
    Dataset<Row> results = Shared.SPARK.read().parquet(at("out"));
    assertThat(results.columns())
        .containsExactly("path", "label", "probability", "probabilities", "model", "error");
    areThose(results);
    assertThat(results.filter("size(probabilities) = 3 and error is null").count())
        .isEqualTo(COUNT);
    assertThat(results.orderBy("path").first().getString(0))
        .isEqualTo(folder.resolve("photos/below/000.png").toUri().toString().replace("///", "/"));
  }

  @Test
  void whatLiesOnAnotherFileSystemOfHadoops() {
    Shared.SPARK
        .sparkContext()
        .hadoopConfiguration()
        .set("fs.viewfs.mounttable.shared.link./there", folder.toUri().toString());
    String there = "viewfs://shared/there/";
    assertThat(job("--input", there + "photos", "--output", there + "out"))
        .isEqualTo(new Outcome(0, "40 images labelled: viewfs://shared/there/out\n"));
    Dataset<Row> results = Shared.SPARK.read().parquet(at("out"));
    areThose(results);
    assertThat(results.orderBy("path").first().getString(0))
        .isEqualTo("viewfs://shared/there/photos/below/000.png");
    assertThat(
            job("--input", there + "photos", "--output", there + "out", "--resume", "--group", "7")
                .err())
        .startsWith("40 images were done before");
  }

  @Test
  void aRunIsFoundByItsName() throws IOException {
    Files.createDirectories(folder.resolve("runs/mine"));
    Files.createSymbolicLink(folder.resolve("runs/mine/pets"), Pictures.MODEL.getParent());
    String[] args = {
      "--checkpoints-dir",
      at("runs"),
      "--model",
      "mine/pets",
      "--input",
      at("photos"),
      "--output",
      at("out")
    };
    assertThat(job(args).exit()).isZero();
    areThose(Shared.SPARK.read().parquet(at("out")));
  }

  @Test
  void csvIsWhatOtherProgramsRead() throws IOException {
    Path odd = folder.resolve("photos/a \"b\", c.png");
    Files.writeString(odd, "no picture");
    assertThat(job("--input", at("photos"), "--output", at("out"), "--format", "csv").err())
        .isEqualTo("40 images labelled, 1 could not be read (error says why): " + at("out") + "\n");
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      for (Path each : files.filter(file -> file.toString().endsWith(".csv")).toList()) {
        lines.addAll(Files.readAllLines(each));
      }
    }
    assertThat(lines).contains("path,label,probability,probabilities,model,error");
    assertThat(lines)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("\"file:" + folder + "/photos/a \"\"b\"\", c.png\",,,,")
                    .endsWith(",\"is no PNG, JPEG, GIF, BMP, WebP or TIFF image\""));
    Prediction first = expected().get(0);
    assertThat(lines)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains(
                        "/below/000.png,"
                            + first.label()
                            + ","
                            + first.probability()
                            + ",\"[{\"\"label\"\":\"\""
                            + first.label()
                            + "\"\",\"\"probability\"\":"));
  }

  @Test
  void jsonHasAllNames() throws IOException {
    assertThat(job("--input", at("photos"), "--output", at("out"), "--format", "json").exit())
        .isZero();
    areThose(
        Shared.SPARK
            .read()
            .json(at("out"))
            .selectExpr("path", "label", "cast(probability as float)"));
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      Path any = files.filter(file -> file.toString().endsWith(".json")).findFirst().orElseThrow();
      assertThat(Files.readAllLines(any)).allMatch(line -> line.endsWith("\"error\":null}"));
    }
  }

  @ParameterizedTest
  @CsvSource({"parquet", "csv", "json"})
  void resumesWhereSomeIsDone(String format) throws IOException {
    String[] args = {"--output", at("out"), "--format", format, "--input", at("photos")};
    // Of another model: it is not to be mixed.
    Path other = TestModel.write(folder.resolve("other/1"), 99);
    assertThat(
            job(Stream.concat(Stream.of("--glob", "*[37].png"), Stream.of(args))
                    .toArray(String[]::new))
                .err())
        .startsWith("8 images labelled");
    assertThat(job(args))
        .isEqualTo(
            new Outcome(
                2,
                "error: --output " + at("out") + ": is there already; --resume goes on with it\n"));
    List<String> wrong = new ArrayList<>(List.of(args));
    wrong.addAll(List.of("--resume", "--model", other.toString()));
    Outcome mixed = job(wrong.toArray(String[]::new));
    assertThat(mixed.exit()).isEqualTo(2);
    assertThat(mixed.err()).contains("holds results of the model ", "choose another --output");
    List<String> again = new ArrayList<>(List.of(args));
    again.add("--resume");
    assertThat(job(again.toArray(String[]::new)))
        .isEqualTo(
            new Outcome(0, "8 images were done before\n32 images labelled: " + at("out") + "\n"));
    assertThat(job(again.toArray(String[]::new)).err())
        .isEqualTo("40 images were done before\n0 images labelled: " + at("out") + "\n");
    Dataset<Row> results =
        Shared.SPARK
            .read()
            .format(format)
            .option("header", "true")
            .option("escape", "\"")
            .load(at("out"))
            .selectExpr("path", "label", "cast(probability as float)");
    areThose(results);
  }

  @Test
  void tablesAndParquetWithBytesPixelsOrPaths() {
    Shared.SPARK
        .read()
        .format("binaryFile")
        .load(at("photos/below"))
        .selectExpr(
            "substring(path, -7) AS id", "'true' AS label", "content AS photo", "path AS place")
        .write()
        .parquet(at("photos.parquet"));
    String input = at("photos.parquet");
    assertThat(job("--input", input, "--output", at("out")))
        .isEqualTo(
            new Outcome(
                2,
                "error: --prefix : column label: is in the input already; set a prefix for the columns of results\n"));
    assertThat(job("--input", input, "--output", at("bytes"), "--prefix", "its_").exit()).isZero();
    Dataset<Row> bytes = Shared.SPARK.read().parquet(at("bytes"));
    assertThat(bytes.columns())
        .containsExactly(
            "id",
            "label",
            "place",
            "its_label",
            "its_probability",
            "its_probabilities",
            "its_model",
            "its_error");
    areThose(
        bytes.selectExpr("id AS path", "its_label AS label", "its_probability AS probability"));
    assertThat(
            job("--input", input, "--output", at("paths"), "--prefix", "its_", "--column", "place")
                .exit())
        .isZero();
    Dataset<Row> paths = Shared.SPARK.read().parquet(at("paths"));
    assertThat(paths.columns()).contains("photo");
    areThose(
        paths.selectExpr("id AS path", "its_label AS label", "its_probability AS probability"));
    Shared.SPARK.read().parquet(input).drop("label").createOrReplaceTempView("my_photos");
    assertThat(job("--table", "my_photos", "--output", at("table"), "--resume").err())
        .isEqualTo("40 images labelled: " + at("table") + "\n");
    assertThat(job("--table", "my_photos", "--output", at("table"), "--resume").err())
        .startsWith("error: --resume: needs --key NAME");
    assertThat(
            job("--table", "my_photos", "--output", at("table"), "--resume", "--key", "id").err())
        .isEqualTo("40 images were done before\n0 images labelled: " + at("table") + "\n");
    assertThat(job("--table", "my_photos", "--output", at("pixels"), "--pixels"))
        .extracting(Outcome::exit)
        .isEqualTo(3); // they are image files
    assertThat(Shared.SPARK.read().parquet(at("pixels")).first().<String>getAs("error"))
        .endsWith("pixels of [32,32,3] have 3072");
  }

  @Test
  void saysWhatIsWrong() {
    String out = at("out");
    assertThat(job("--input", at("none"), "--output", out))
        .isEqualTo(
            new Outcome(3, "error: --input " + at("none") + ": there is no such file or folder\n"));
    assertThat(
            job("--input", Pictures.MODEL.resolve("variables").toString(), "--output", out).err())
        .endsWith("holds no pictures; PNG, JPEG, GIF, BMP, WebP and TIFF are read\n");
    assertThat(job("--input", at("photos"), "--output", out, "--format", "xml"))
        .isEqualTo(new Outcome(2, "error: --format xml: must be parquet, csv or json\n"));
    assertThat(job("--output", out))
        .isEqualTo(new Outcome(2, "error: --input or --table: must be given, one of them\n"));
    assertThat(job("--input", at("photos"), "--output", out, "--model", at("photos")))
        .extracting(Outcome::exit, each -> each.err().lines().count())
        .containsExactly(1, 1L);
    assertThat(job("--input", at("photos"), "--output", out, "--model", "petz"))
        .isEqualTo(
            new Outcome(
                2,
                "error: --model petz: there is neither such a run in checkpoints nor such a folder; it must be a run's name, or the folder of a SavedModel, the one above its versions, or a run's (checkpoints/RUN)\n"));
    assertThat(job("--input", at("photos"), "--output", out, "--model", "file:/petz").err())
        .isEqualTo("error: --model file:/petz: /petz: there is no such folder\n");
    assertThat(job("--table", "none_such", "--output", out))
        .isEqualTo(new Outcome(3, "error: --table none_such: there is no such table\n"));
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void whereResultsCannotBeWrittenItSaysSo() throws IOException {
    Files.writeString(folder.resolve("file"), "no folder");
    Outcome outcome = job("--input", at("photos"), "--output", at("file"));
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("error: --output " + at("file") + ": is there already");
    outcome = job("--input", at("photos"), "--output", at("file"), "--resume");
    assertThat(outcome.exit()).as(outcome.err()).isEqualTo(1);
    assertThat(outcome.err()).contains(at("file")).hasLineCount(1);
  }

  @Test
  void tasksAreAsLargeAsSparksSettingsSay() throws IOException {
    Shared.SPARK.conf().set("spark.sql.files.maxPartitionBytes", "400KB");
    try {
      // A picture counts for 32 KB and its own 2: twelve fill a task.
      assertThat(job("--input", at("photos"), "--output", at("out")).exit()).isZero();
      try (Stream<Path> files = Files.list(folder.resolve("out"))) {
        assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).hasSize(4);
      }
    } finally {
      Shared.SPARK.conf().unset("spark.sql.files.maxPartitionBytes");
    }
  }

  @Test
  void aPersonUnderstandsTheJobsNames() {
    List<String> names = Shared.names(() -> job("--input", at("photos"), "--output", at("out")));
    assertThat(names)
        .containsOnly("Classify 40 pictures of " + at("photos") + " with " + Pictures.MODEL);
  }

  @Test
  void theLineOfATerminal() {
    assertThat(ProgressLine.text("Classifying", 2500, 10_000, 2))
        .isEqualTo(
            "Classifying  25% [======>                 ] 2,500 of 10,000, 1,250/s, 0:06 left");
    assertThat(ProgressLine.text("Classifying", 0, 10, 0)).endsWith("] 0 of 10");
  }
}
