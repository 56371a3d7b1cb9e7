package org.lenet5.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.TestModel;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.ModelException;
import org.lenet5.classify.Prediction;

class ClassificationTest {
  private static final int COUNT = 300;

  @TempDir private Path folder;

  private static List<Prediction> expected(int count) {
    try (Classifier classifier = Classifier.load(Pictures.MODEL)) {
      return classifier.classifyPixels(TestModel.pixels(count));
    }
  }

  private static Classification labels(Dataset<Row> images) {
    return Classification.of(images).model(Pictures.MODEL.toString());
  }

  private static Dataset<Row> pixels(int count, int partitions) {
    byte[] all = TestModel.pixels(count);
    List<Row> rows =
        IntStream.range(0, count)
            .mapToObj(i -> RowFactory.create(i, Arrays.copyOfRange(all, i * 3072, (i + 1) * 3072)))
            .toList();
    return Shared.SPARK
        .createDataFrame(
            rows,
            new StructType().add("id", DataTypes.IntegerType).add("image", DataTypes.BinaryType))
        .repartition(partitions);
  }

  private static void areThoseOf(List<Row> rows, List<Prediction> predictions, int top) {
    assertThat(rows).hasSameSizeAs(predictions);
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      Prediction prediction = predictions.get(i);
      assertThat(row.<String>getAs("error")).isNull();
      assertThat(row.<String>getAs("label")).isEqualTo(prediction.label());
      assertThat(row.<Float>getAs("probability")).isEqualTo(prediction.probability());
      List<Row> ranked = row.getList(row.fieldIndex("probabilities"));
      assertThat(ranked)
          .extracting(each -> each.getString(0) + " " + each.getFloat(1))
          .containsExactlyElementsOf(
              prediction.top(top).stream()
                  .map(each -> each.label() + " " + each.probability())
                  .toList());
      assertThat(row.<String>getAs("model")).isEqualTo(Classifier.sha256(Pictures.MODEL));
    }
  }

  @Test
  void picturesInAColumn() throws Exception {
    Pictures.write(folder.resolve("some"), 20);
    Dataset<Row> files =
        Shared.SPARK.read().format("binaryFile").load(folder.resolve("some").toString());
    Dataset<Row> labelled = labels(files).top(2).run();
    assertThat(labelled.columns())
        .containsExactly(
            "path",
            "modificationTime",
            "length",
            "content",
            "label",
            "probability",
            "probabilities",
            "model",
            "error");
    areThoseOf(labelled.orderBy("path").collectAsList(), expected(20), 2);
  }

  @Test
  void pixelsInManyTasksAndGroups() {
    Dataset<Row> labelled = labels(pixels(COUNT, 5)).pixels("image").group(32).run();
    areThoseOf(labelled.orderBy("id").collectAsList(), expected(COUNT), 5);
    assertThat(ExecutorModels.size()).isBetween(1, ExecutorModels.MOST_IDLE);
  }

  @Test
  void pathsAndWhatIsWrongWithPictures() throws Exception {
    Pictures.write(folder, 3);
    Path text = Files.writeString(folder.resolve("text.png"), "no picture");
    byte[] whole = Files.readAllBytes(folder.resolve("001.png"));
    Path half = Files.write(folder.resolve("half.png"), Arrays.copyOf(whole, 1500));
    List<Row> paths = new ArrayList<>();
    for (Path each : List.of(folder.resolve("002.png"), text, half, folder.resolve("none.png"))) {
      paths.add(RowFactory.create(each.toString()));
    }
    paths.add(RowFactory.create((Object) null));
    paths.add(RowFactory.create(folder.resolve("000.png").toUri().toString()));
    Dataset<Row> named =
        Shared.SPARK
            .createDataFrame(paths, new StructType().add("photo", DataTypes.StringType))
            .coalesce(1);
    List<Row> rows = labels(named).paths("photo").run().collectAsList();
    assertThat(rows)
        .extracting(row -> row.<String>getAs("error"))
        .containsExactly(
            null,
            "is no PNG, JPEG, GIF, BMP, WebP or TIFF image",
            "is damaged: it ends too early",
            "there is no such file",
            "there is no image: null",
            null);
    List<Prediction> expected = expected(3);
    assertThat(rows)
        .extracting(row -> row.<String>getAs("label"))
        .containsExactly(expected.get(2).label(), null, null, null, null, expected.get(0).label());
    assertThat(rows).allSatisfy(row -> assertThat(row.<String>getAs("model")).hasSize(64));
  }

  @Test
  void keepsOnlyWhatIsAsked() {
    Dataset<Row> labelled =
        labels(pixels(10, 2)).pixels("image").keep(List.of("id")).prefix("said_").run();
    assertThat(labelled.columns())
        .containsExactly(
            "id",
            "said_label",
            "said_probability",
            "said_probabilities",
            "said_model",
            "said_error");
    assertThat(labelled.filter("said_error is null").count()).isEqualTo(10);
  }

  @Test
  void aBatchOfOneAndNoneAtAll() {
    areThoseOf(labels(pixels(1, 1)).pixels("image").run().collectAsList(), expected(1), 5);
    assertThat(labels(pixels(1, 1).limit(0)).pixels("image").run().collectAsList()).isEmpty();
  }

  @Test
  void whatHappensToTheFolderMeanwhileChangesNothing() throws Exception {
    Path model = TestModel.write(folder.resolve("m/1"), 11);
    String digest = Classifier.sha256(model);
    Dataset<Row> labelled =
        Classification.of(pixels(50, 3)).model(model.toString()).pixels("image").run();
    TestModel.write(folder.resolve("n/1"), 12);
    Files.delete(model.resolve("saved_model.pb"));
    assertThat(labelled.select("model").distinct().collectAsList())
        .containsExactly(RowFactory.create(digest));
  }

  @Test
  void modelsThatNobodyUsesGo() {
    for (int seed = 20; seed < 27; seed++) {
      Path model = TestModel.write(folder.resolve(seed + "/1"), seed);
      Classification.of(pixels(3, 1)).model(model.toString()).pixels("image").run().collectAsList();
    }
    assertThat(ExecutorModels.size()).isEqualTo(ExecutorModels.MOST_IDLE);
  }

  @Test
  void refusesWhatCannotBe() {
    Dataset<Row> images = pixels(1, 1);
    assertThatThrownBy(() -> labels(images).run())
        .hasMessage("column content: is not in the input, which has id, image");
    assertThatThrownBy(() -> labels(images).paths("image").run())
        .hasMessage("column image: is binary, must be string");
    assertThatThrownBy(() -> labels(images.withColumnRenamed("id", "Label")).pixels("image").run())
        .hasMessageStartingWith("column label: is in the input already");
    assertThatThrownBy(() -> labels(images).top(0)).hasMessage("top (0) must be at least 1");
    assertThatThrownBy(() -> labels(images).group(5000))
        .hasMessage("group (5000) must be from 1 to 4096");
    assertThatThrownBy(() -> Classification.of(images).pixels("image").run())
        .hasMessage("model: must be named");
    assertThatThrownBy(
            () -> labels(images).pixels("image").model(folder.resolve("no").toString()).run())
        .hasMessageContaining("there is no such folder");
  }

  @Test
  void aDamagedModelIsRefused() throws Exception {
    Path model = TestModel.write(folder.resolve("1"), 3);
    Path card = model.resolve("assets.extra/labels.txt");
    Files.writeString(card, Files.readString(card).replace("cat", "cap"));
    assertThatThrownBy(
            () ->
                Classification.of(pixels(1, 1))
                    .model(model.toString())
                    .pixels("image")
                    .run()
                    .collectAsList())
        .hasRootCauseInstanceOf(ModelException.class)
        .rootCause()
        .hasMessageContaining("labels.txt is damaged");
  }

  @Test
  void aFunctionOfSql() throws Exception {
    Pictures.write(folder, 4);
    ClassifyFunction.register(Shared.SPARK, "classify", Pictures.MODEL.toString());
    Shared.SPARK
        .read()
        .format("binaryFile")
        .load(folder.toString())
        .createOrReplaceTempView("photos");
    List<Row> rows =
        Shared.SPARK
            .sql("SELECT c.* FROM (SELECT path, classify(content) AS c FROM photos) ORDER BY path")
            .collectAsList();
    areThoseOf(rows, expected(4), 5);
    Row none = Shared.SPARK.sql("SELECT classify(X'00'), classify(NULL)").collectAsList().get(0);
    assertThat(none.getStruct(0).getString(4)).startsWith("is no PNG");
    assertThat(none.isNullAt(1)).isTrue();
  }
}
