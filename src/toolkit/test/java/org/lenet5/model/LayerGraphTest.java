package org.lenet5.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lenet5.data.PixelStatistics;
import org.lenet5.image.ImageShape;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

class LayerGraphTest {
  private static final List<String> LINE =
      List.of("input", "C1", "S1", "C2", "C3", "S2", "F6", "F7", "F8", "softmax");

  @ParameterizedTest
  @EnumSource
  void theLayersAreScopesInOneLine(Normalization normalization) {
    GraphDef graph = LayerGraph.of(model(10, normalization));
    Set<String> scopes = new LinkedHashSet<>();
    Set<String> arrows = new TreeSet<>();
    for (NodeDef node : graph.getNodeList()) {
      scopes.add(scope(node.getName()));
      for (String input : node.getInputList()) {
        if (!scope(input).equals(scope(node.getName()))) {
          arrows.add(scope(input) + " " + scope(node.getName()));
        }
      }
    }
    assertThat(scopes).containsExactlyElementsOf(LINE);
    Set<String> wanted = new TreeSet<>();
    for (int i = 1; i < LINE.size(); i++) {
      wanted.add(LINE.get(i - 1) + " " + LINE.get(i));
    }
    assertThat(arrows).isEqualTo(wanted);
  }

  /** The shapes beside the arrows are those of the layer table. */
  @ParameterizedTest
  @EnumSource
  void theShapesAreThere(Normalization normalization) {
    theShapesAreThere(model(7, normalization));
  }

  @Test
  void aSmallImageIsPaddedFirst() {
    theShapesAreThere(new LeNet5(new ImageShape(16, 30, 1), 3, PixelScaling.NONE));
  }

  private static void theShapesAreThere(LeNet5 model) {
    GraphDef graph = LayerGraph.of(model);
    for (LeNet5.Row row : model.table()) {
      NodeDef last =
          graph.getNodeList().stream()
              .filter(node -> scope(node.getName()).equals(row.layer().name()))
              .reduce((first, second) -> second)
              .orElseThrow();
      TensorShapeProto shape = last.getAttrOrThrow("_output_shapes").getList().getShape(0);
      String sizes =
          shape.getDimList().stream()
              .skip(1)
              .map(size -> Long.toString(size.getSize()))
              .collect(Collectors.joining(", "));
      assertThat("[" + sizes + "]").as(row.layer().name()).isEqualTo(row.output().toString());
    }
    // The variables are those of a checkpoint.
    assertThat(
            graph.getNodeList().stream()
                .filter(node -> node.getOp().equals("VariableV2"))
                .map(NodeDef::getName))
        .containsExactlyElementsOf(model.variables().keySet());
  }

  private static LeNet5 model(int classes, Normalization normalization) {
    ImageShape shape = new ImageShape(32, 32, 3);
    List<Double> third = List.of(0.3, 0.3, 0.3);
    return new LeNet5(
        shape, classes, normalization.scaling(shape, () -> new PixelStatistics(third, third)));
  }

  private static String scope(String name) {
    return name.replaceFirst("/.*", "");
  }
}
