package org.lenet5.serve.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import com.linecorp.armeria.client.grpc.GrpcClients;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.serve.Server;
import org.lenet5.serve.ServerOptions;
import org.lenet5.serve.TinyModel;
import org.lenet5.serve.model.ModelOptions;
import org.lenet5.serve.model.VersionPolicy;
import org.lenet5.serve.proto.inference.GRPCInferenceServiceGrpc;
import org.lenet5.serve.proto.inference.InferTensorContents;
import org.lenet5.serve.proto.inference.ModelInferRequest;
import org.lenet5.serve.proto.inference.ModelInferResponse;
import org.lenet5.serve.proto.inference.ModelMetadataRequest;
import org.lenet5.serve.proto.inference.ModelMetadataResponse;
import org.lenet5.serve.proto.inference.ModelReadyRequest;
import org.lenet5.serve.proto.inference.ServerLiveRequest;
import org.lenet5.serve.proto.inference.ServerMetadataRequest;
import org.lenet5.serve.proto.inference.ServerReadyRequest;
import org.lenet5.serve.proto.tensorflow.ClassificationRequest;
import org.lenet5.serve.proto.tensorflow.GetModelMetadataRequest;
import org.lenet5.serve.proto.tensorflow.GetModelMetadataResponse;
import org.lenet5.serve.proto.tensorflow.GetModelStatusRequest;
import org.lenet5.serve.proto.tensorflow.ModelServiceGrpc;
import org.lenet5.serve.proto.tensorflow.ModelSpec;
import org.lenet5.serve.proto.tensorflow.ModelVersionStatus;
import org.lenet5.serve.proto.tensorflow.MultiInferenceRequest;
import org.lenet5.serve.proto.tensorflow.PredictRequest;
import org.lenet5.serve.proto.tensorflow.PredictResponse;
import org.lenet5.serve.proto.tensorflow.PredictionServiceGrpc;
import org.lenet5.serve.proto.tensorflow.RegressionRequest;
import org.lenet5.serve.proto.tensorflow.SignatureDefMap;
import org.lenet5.serve.rest.Pictures;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** TensorFlow Serving's and the Open Inference Protocol's gRPC, and health, on the port of HTTP. */
class GrpcTest {
  @TempDir private static Path folder;
  private static Server server;
  private static PredictionServiceGrpc.PredictionServiceBlockingStub predictions;
  private static GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub inference;

  @BeforeAll
  static void start() {
    TinyModel.write(folder.resolve("tiny/1"), 1);
    TinyModel.write(folder.resolve("tiny/2"), 0);
    ServerOptions options = new ServerOptions();
    options.models.add(
        new ModelOptions(
            "tiny", folder.resolve("tiny"), VersionPolicy.parse("all"), Map.of("stable", 1L)));
    options.port = 0;
    options.maxItems = 100;
    server = Server.start(options);
    predictions = stub(PredictionServiceGrpc.PredictionServiceBlockingStub.class);
    inference = stub(GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub.class);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static <T> T stub(Class<T> type) {
    return GrpcClients.newClient("gproto+" + server.address(), type);
  }

  private static ModelSpec.Builder tiny() {
    return ModelSpec.newBuilder().setName("tiny");
  }

  private static TensorShapeProto shape(long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long each : sizes) {
      shape.addDimBuilder().setSize(each);
    }
    return shape.build();
  }

  private static TensorProto.Builder uint8(long... sizes) {
    return TensorProto.newBuilder().setDtype(DataType.DT_UINT8).setTensorShape(shape(sizes));
  }

  private static TensorProto image(int number) {
    return uint8(1, 2, 2, 3).setTensorContent(ByteString.copyFrom(TinyModel.image(number))).build();
  }

  private static PredictResponse predict(ModelSpec.Builder spec, TensorProto images) {
    return predictions.predict(
        PredictRequest.newBuilder().setModelSpec(spec).putInputs("images", images).build());
  }

  private static void assertFails(ThrowingCallable call, Status.Code code, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(code);
              assertThat(e.getStatus().getDescription()).contains(message);
            });
  }

  @Test
  void predict() {
    PredictResponse response = predict(tiny(), image(0x800000));
    assertThat(response.getModelSpec())
        .isEqualTo(tiny().setVersion(Int64Value.of(2)).setSignatureName("serving_default").build());
    Map<String, TensorProto> outputs = response.getOutputsMap();
    assertThat(outputs).hasSize(4);
    assertThat(outputs.get("probabilities"))
        .isEqualTo(
            TensorProto.newBuilder()
                .setDtype(DataType.DT_FLOAT)
                .setTensorShape(shape(1, 2))
                .addFloatVal(0.5f)
                .addFloatVal(0.5f)
                .build());
    assertThat(outputs.get("logits").getFloatValList()).containsExactly(2f, 2f);
    assertThat(outputs.get("class_id").getInt64ValList()).containsExactly(0L);
    assertThat(outputs.get("label").getStringVal(0).toStringUtf8()).isEqualTo("yes");
  }

  @Test
  void whichVersionAnswers() {
    assertThat(
            predict(tiny().setVersion(Int64Value.of(1)), image(0x800000))
                .getOutputsMap()
                .get("probabilities")
                .getFloatVal(0))
        .isZero();
    assertThat(
            predict(tiny().setVersionLabel("stable"), image(1))
                .getModelSpec()
                .getVersion()
                .getValue())
        .isEqualTo(1);
    assertFails(
        () -> predict(tiny().setVersion(Int64Value.of(9)), image(1)),
        Status.Code.NOT_FOUND,
        "Specific(tiny, 9)");
    assertFails(
        () -> predict(ModelSpec.newBuilder().setName("x"), image(1)),
        Status.Code.NOT_FOUND,
        "Latest(x)");
    assertFails(
        () -> predict(ModelSpec.newBuilder(), image(1)), Status.Code.INVALID_ARGUMENT, "ModelSpec");
    assertFails(
        () -> predict(tiny().setSignatureName("x"), image(1)),
        Status.Code.FAILED_PRECONDITION,
        "Serving signature key \"x\" not found.");
  }

  @Test
  void formsOfTensors() {
    TensorProto.Builder values = uint8(1, 2, 2, 3);
    IntStream.of(64, 0, 0).forEach(values::addIntVal); // the last stands for the rest
    assertThat(yes(values.build())).containsExactly(0.25f, 0.75f);
    assertThat(yes(uint8(2, 2, 2, 3).addIntVal(0).build())).containsExactly(0f, 1f, 0f, 1f);
    TensorProto pictures =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_STRING)
            .setTensorShape(shape(2))
            .addStringVal(ByteString.copyFrom(Pictures.png(0x400000)))
            .addStringVal(ByteString.copyFrom(Pictures.png(0xC00000)))
            .build();
    assertThat(yes(pictures)).containsExactly(0.25f, 0.75f, 0.75f, 0.25f);
  }

  private static List<Float> yes(TensorProto images) {
    return predict(tiny(), images).getOutputsMap().get("probabilities").getFloatValList();
  }

  @Test
  void wrongTensors() {
    ByteString content = ByteString.copyFrom(TinyModel.image(1));
    for (TensorProto each :
        List.of(
            uint8(12).setTensorContent(content).build(),
            uint8(2, 2, 2, 3).setTensorContent(content).build(),
            uint8(0, 2, 2, 3).build(),
            uint8(-1, 2, 2, 3).setTensorContent(content).build(),
            uint8(1, 2, 2, 3).build(),
            uint8(1, 2, 2, 3).addIntVal(256).build(),
            uint8(1, 2, 2, 3).addIntVal(-1).build(),
            uint8(101, 2, 2, 3).addIntVal(1).build(),
            uint8(Long.MAX_VALUE, 2, 2, 3).addIntVal(1).build(),
            image(1).toBuilder().setDtype(DataType.DT_FLOAT).build(),
            TensorProto.newBuilder().setDtype(DataType.DT_STRING).setTensorShape(shape(1)).build(),
            TensorProto.newBuilder()
                .setDtype(DataType.DT_STRING)
                .setTensorShape(shape(1))
                .addStringVal(content)
                .build())) {
      assertFails(() -> predict(tiny(), each), Status.Code.INVALID_ARGUMENT, "image");
    }
    PredictRequest other =
        PredictRequest.newBuilder().setModelSpec(tiny()).putInputs("x", image(1)).build();
    assertFails(
        () -> predictions.predict(other),
        Status.Code.INVALID_ARGUMENT,
        "input keys must be exactly ['images'], but are [x]");
  }

  @Test
  void outputsAreFiltered() {
    PredictRequest.Builder request =
        PredictRequest.newBuilder().setModelSpec(tiny()).putInputs("images", image(1));
    assertThat(
            predictions
                .predict(request.clone().addOutputFilter("label").build())
                .getOutputsMap()
                .keySet())
        .containsExactly("label");
    assertFails(
        () -> predictions.predict(request.clone().addOutputFilter("x").build()),
        Status.Code.INVALID_ARGUMENT,
        "output tensor alias not found in signature: x");
  }

  @Test
  void whatTheSignatureIsNotMadeFor() {
    assertFails(
        () -> predictions.classify(ClassificationRequest.newBuilder().setModelSpec(tiny()).build()),
        Status.Code.INVALID_ARGUMENT,
        "Expected classification signature method_name");
    assertFails(
        () -> predictions.regress(RegressionRequest.newBuilder().setModelSpec(tiny()).build()),
        Status.Code.INVALID_ARGUMENT,
        "Expected regression signature method_name");
    assertThatThrownBy(() -> predictions.multiInference(MultiInferenceRequest.getDefaultInstance()))
        .hasMessageContaining("UNIMPLEMENTED");
  }

  @Test
  void metadataAndStatus() throws Exception {
    GetModelMetadataRequest.Builder request =
        GetModelMetadataRequest.newBuilder().setModelSpec(tiny());
    GetModelMetadataResponse response =
        predictions.getModelMetadata(request.clone().addMetadataField("signature_def").build());
    assertThat(response.getModelSpec().getVersion().getValue()).isEqualTo(2);
    SignatureDefMap signatures =
        response.getMetadataOrThrow("signature_def").unpack(SignatureDefMap.class);
    assertThat(
            signatures
                .getSignatureDefOrThrow("serving_default")
                .getInputsOrThrow("images")
                .getDtype())
        .isEqualTo(DataType.DT_UINT8);
    assertFails(
        () -> predictions.getModelMetadata(request.build()),
        Status.Code.INVALID_ARGUMENT,
        "metadata_field");
    assertFails(
        () -> predictions.getModelMetadata(request.clone().addMetadataField("x").build()),
        Status.Code.INVALID_ARGUMENT,
        "Metadata field x is not supported");

    ModelServiceGrpc.ModelServiceBlockingStub models =
        stub(ModelServiceGrpc.ModelServiceBlockingStub.class);
    assertThat(
            models
                .getModelStatus(GetModelStatusRequest.newBuilder().setModelSpec(tiny()).build())
                .getModelVersionStatusList())
        .extracting(ModelVersionStatus::getVersion, ModelVersionStatus::getState)
        .containsExactly(
            tuple(2L, ModelVersionStatus.State.AVAILABLE),
            tuple(1L, ModelVersionStatus.State.AVAILABLE));
  }

  private static ModelInferRequest.Builder infer(String datatype, long... shape) {
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder().setModelName("tiny").setId("a");
    ModelInferRequest.InferInputTensor.Builder input = request.addInputsBuilder();
    input.setName("images").setDatatype(datatype);
    for (long each : shape) {
      input.addShape(each);
    }
    return request;
  }

  private static ByteString element(byte[] bytes) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(4 + bytes.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(bytes.length)
            .put(bytes)
            .flip());
  }

  @Test
  void inferRaw() {
    ModelInferResponse response =
        inference.modelInfer(
            infer("UINT8", 1, 2, 2, 3)
                .addRawInputContents(ByteString.copyFrom(TinyModel.image(0x400000)))
                .build());
    assertThat(response.getId()).isEqualTo("a");
    assertThat(response.getModelName()).isEqualTo("tiny");
    assertThat(response.getModelVersion()).isEqualTo("2");
    assertThat(response.getOutputsList())
        .extracting(ModelInferResponse.InferOutputTensor::getName)
        .containsExactly("probabilities", "logits", "class_id", "label");
    ByteBuffer floats =
        response.getRawOutputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    assertThat(List.of(floats.getFloat(), floats.getFloat())).containsExactly(0.25f, 0.75f);
    assertThat(response.getRawOutputContents(3)).isEqualTo(element(new byte[] {'n', 'o'}));
    ByteString picture = element(Pictures.png(0x800000));
    ByteBuffer found =
        inference
            .modelInfer(infer("BYTES", 1).addRawInputContents(picture).build())
            .getRawOutputContents(0)
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(found.getFloat()).isEqualTo(0.5f);
  }

  @Test
  void inferContents() {
    ModelInferRequest.Builder request = infer("UINT8", 1, 2, 2, 3).setModelVersion("2");
    InferTensorContents.Builder contents = request.getInputsBuilder(0).getContentsBuilder();
    for (byte each : TinyModel.image(0x400000)) {
      contents.addUintContents(each & 0xFF);
    }
    request.addOutputsBuilder().setName("label");
    request.addOutputsBuilder().setName("probabilities");
    ModelInferResponse response = inference.modelInfer(request.build());
    assertThat(response.getRawOutputContentsCount()).isZero();
    assertThat(response.getOutputs(0).getContents().getBytesContents(0).toStringUtf8())
        .isEqualTo("no");
    assertThat(response.getOutputs(1).getShapeList()).containsExactly(1L, 2L);
    assertThat(response.getOutputs(1).getContents().getFp32ContentsList())
        .containsExactly(0.25f, 0.75f);
    ModelInferRequest.Builder pictures = infer("BYTES", 1);
    pictures
        .getInputsBuilder(0)
        .getContentsBuilder()
        .addBytesContents(ByteString.copyFrom(Pictures.png(0xC00000)));
    assertThat(
            inference.modelInfer(pictures.build()).getOutputs(0).getContents().getFp32Contents(0))
        .isEqualTo(0.75f);
  }

  @Test
  void wrongInference() {
    ByteString image = ByteString.copyFrom(TinyModel.image(1));
    ModelInferRequest.Builder right = infer("UINT8", 1, 2, 2, 3).addRawInputContents(image);
    ModelInferRequest.Builder large = infer("UINT8", 1, 2, 2, 3);
    large.getInputsBuilder(0).getContentsBuilder().addUintContents(-1);
    for (ModelInferRequest.Builder each :
        List.of(
            infer("UINT8", 1, 2, 2, 3),
            large,
            infer("UINT8", 2, 2, 2, 3).addRawInputContents(image),
            infer("UINT8", 1, 12).addRawInputContents(image),
            infer("FP32", 1, 2, 2, 3).addRawInputContents(image),
            infer("BYTES", 1).addRawInputContents(image),
            right.clone().addRawInputContents(image),
            right.clone().clearInputs(),
            right.clone().setModelVersion("x"))) {
      assertFails(() -> inference.modelInfer(each.build()), Status.Code.INVALID_ARGUMENT, "");
    }
    assertFails(
        () -> inference.modelInfer(right.clone().setModelName("x").build()),
        Status.Code.NOT_FOUND,
        "Latest(x)");
  }

  @Test
  void aboutTheServer() {
    assertThat(inference.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
    assertThat(inference.serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isTrue();
    assertThat(inference.serverMetadata(ServerMetadataRequest.getDefaultInstance()).getName())
        .isEqualTo("lenet5-serve");
    ModelReadyRequest.Builder ready = ModelReadyRequest.newBuilder().setName("tiny");
    assertThat(inference.modelReady(ready.build()).getReady()).isTrue();
    assertThat(inference.modelReady(ready.clone().setVersion("9").build()).getReady()).isFalse();
    ModelMetadataResponse metadata =
        inference.modelMetadata(ModelMetadataRequest.newBuilder().setName("tiny").build());
    assertThat(metadata.getVersionsList()).containsExactly("1", "2");
    assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 2L, 2L, 3L);
    HealthGrpc.HealthBlockingStub health = stub(HealthGrpc.HealthBlockingStub.class);
    for (String each :
        List.of("", "tensorflow.serving.PredictionService", "inference.GRPCInferenceService")) {
      assertThat(health.check(HealthCheckRequest.newBuilder().setService(each).build()).getStatus())
          .isEqualTo(ServingStatus.SERVING);
    }
  }
}
