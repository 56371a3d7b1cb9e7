package org.lenet5.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.Golden;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.data.BatchStream;
import org.lenet5.data.DataStore;
import org.lenet5.model.Model;
import org.lenet5.model.Normalization;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;

class SavedModelsTest {
  private static final List<String> CLASSES =
      new DataStore(Path.of("data")).load("sample").classNames();

  @TempDir Path folder;

  private static ByteNdArray images() {
    try (BatchStream all = BatchStream.inOrder(Golden.images(), 20)) {
      ByteNdArray copy = NdArrays.ofBytes(Shape.of(20, 32, 32, 3));
      all.next().images().copyTo(copy);
      return copy;
    }
  }

  private Path export(FloatNdArray expected) {
    Path checkpoint = folder.resolve("weights");
    CheckpointFile.write(checkpoint.toString(), Golden.arrays("weights.f32"));
    Path target = folder.resolve("saved_model/1");
    SavedModels.write(
        new SavedModels.Source(
            Model.leNet5(10, Normalization.NONE), CLASSES, checkpoint, images(), expected),
        target);
    return target;
  }

  private static FloatNdArray probabilities() {
    return Golden.arrays("outputs.f32").get("probabilities");
  }

  @Test
  void givesTheReferencesOutputs() {
    Path model = export(probabilities());
    try (SavedModelBundle bundle = SavedModelBundle.load(model.toString(), "serve");
        TUint8 images = TUint8.tensorOf(images());
        Result result = bundle.function("serving_default").call(Map.of("images", images))) {
      close((TFloat32) result.get("logits").orElseThrow(), "logits");
      close((TFloat32) result.get("probabilities").orElseThrow(), "probabilities");
      TInt64 ids = (TInt64) result.get("class_id").orElseThrow();
      TString labels = (TString) result.get("label").orElseThrow();
      for (int i = 0; i < 20; i++) {
        assertThat(labels.getObject(i)).isEqualTo(CLASSES.get((int) ids.getLong(i)));
        FloatNdArray row = probabilities().get(i);
        for (int c = 0; c < 10; c++) {
          assertThat(row.getFloat(c)).isLessThanOrEqualTo(row.getFloat(ids.getLong(i)));
        }
      }
    }
  }

  private static void close(FloatNdArray found, String name) {
    assertThat(Golden.values(found))
        .containsExactly(Golden.values(Golden.arrays("outputs.f32").get(name)), within(1e-5));
  }

  @Test
  void hasTheContractsSignatureAndNothingOfTraining() throws IOException {
    Path model = export(probabilities());
    try (SavedModelBundle bundle = SavedModelBundle.load(model.toString(), "serve")) {
      assertThat(bundle.metaGraphDef().getSignatureDefMap().keySet())
          .contains("serving_default")
          .allMatch(name -> name.equals("serving_default") || name.startsWith("__saved_model"));
      SignatureDef signature = bundle.metaGraphDef().getSignatureDefOrThrow("serving_default");
      assertThat(signature.getMethodName()).isEqualTo("tensorflow/serving/predict");
      assertThat(signature.getInputsMap().keySet()).containsExactly("images");
      assertThat(signature.getOutputsMap().keySet())
          .containsExactlyInAnyOrder("probabilities", "logits", "class_id", "label");
      assertThat(bundle.metaGraphDef().getGraphDef().getNodeList())
          .extracting(NodeDef::getOp)
          .noneMatch(op -> op.matches("Apply.*|.*Grad.*|.*Backprop.*|StatelessRandom.*"));
    }
    assertThat(model.resolve("assets.extra/labels.txt")).hasContent(String.join("\n", CLASSES));
    try (Stream<Path> beside = Files.list(model.getParent())) {
      assertThat(beside).containsExactly(model);
    }
  }

  @Test
  void aModelThatDisagreesIsNotPublished() throws IOException {
    FloatNdArray wrong = NdArrays.ofFloats(Shape.of(20, 10));
    probabilities().copyTo(wrong);
    wrong.setFloat(wrong.getFloat(7, 3) + 1e-4f, 7, 3);
    assertThatThrownBy(() -> export(wrong))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("image 7")
        .hasMessageContaining("class 3");
    assertThat(folder.resolve("saved_model")).isEmptyDirectory();

    wrong.setFloat(Float.NaN, 7, 3);
    assertThatThrownBy(() -> export(wrong)).isInstanceOf(IllegalStateException.class);
  }
}
