package org.lenet5.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.TestModel;
import org.lenet5.io.AtomicFiles;

class ImageClassifierTest {
  @TempDir private Path folder;

  @Test
  void aStageOfAPipelineThatIsSavedAndLoaded() throws Exception {
    Path model = TestModel.write(folder.resolve("m/1"), 5);
    Pictures.write(folder.resolve("photos"), 12);
    Dataset<Row> photos =
        Shared.SPARK.read().format("binaryFile").load(folder.resolve("photos").toString());
    ImageClassifier stage =
        new ImageClassifier().setModel(model.toString()).setTop(2).setPrefix("its_");
    SQLTransformer choice =
        new SQLTransformer()
            .setStatement(
                "SELECT path, its_label, its_probability, its_probabilities, its_model FROM __THIS__");
    PipelineModel pipeline =
        new Pipeline().setStages(new PipelineStage[] {stage, choice}).fit(photos);
    var before = pipeline.transform(photos).orderBy("path").collectAsList();
    assertThat(before).hasSize(12).allSatisfy(row -> assertThat(row.getList(3)).hasSize(2));

    pipeline.write().overwrite().save(folder.resolve("pipeline").toString());
    AtomicFiles.deleteTree(model); // what is saved needs it no more
    PipelineModel loaded = PipelineModel.load(folder.resolve("pipeline").toString());
    assertThat(loaded.transform(photos).orderBy("path").collectAsList()).isEqualTo(before);
    ImageClassifier first = (ImageClassifier) loaded.stages()[0];
    assertThat(first.uid()).isEqualTo(stage.uid());
    first.save(folder.resolve("again").toString());
    assertThat(
            ImageClassifier.load(folder.resolve("again").toString())
                .transform(photos)
                .select("path", "its_label", "its_probability", "its_probabilities", "its_model")
                .orderBy("path")
                .collectAsList())
        .isEqualTo(before);
  }

  @Test
  void describesItsParameters() {
    ImageClassifier stage = new ImageClassifier();
    assertThat(stage.params())
        .extracting(Param::name)
        .containsExactly("group", "inputCol", "inputKind", "model", "prefix", "top");
    assertThat(stage.explainParams()).contains("images computed at a time", "default: content");
    ImageClassifier other = stage.setModel("m").copy(new ParamMap());
    assertThat(other.uid()).isEqualTo(stage.uid());
    assertThat(other.explainParams()).isEqualTo(stage.explainParams());
  }

  @Test
  void refusesWhatCannotBe() {
    Dataset<Row> numbers = Shared.SPARK.range(3).toDF();
    assertThatThrownBy(() -> new ImageClassifier().transform(numbers))
        .hasMessage("model: must be set");
    assertThatThrownBy(() -> new ImageClassifier().transformSchema(numbers.schema()))
        .hasMessage("column content: is not in the input, which has id");
    assertThatThrownBy(
            () -> new ImageClassifier().setInputKind("tiff").transformSchema(numbers.schema()))
        .hasMessage("inputKind (tiff) must be picture, pixels or path");
  }
}
