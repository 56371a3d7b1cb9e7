package org.lenet5.serve.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.lenet5.classify.Scores;
import org.lenet5.serve.model.ImageList;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.ModelRef;
import org.lenet5.serve.model.OpenInference;
import org.lenet5.serve.model.Results;
import org.lenet5.serve.model.ServeException;
import org.lenet5.serve.proto.inference.GRPCInferenceServiceGrpc;
import org.lenet5.serve.proto.inference.InferTensorContents;
import org.lenet5.serve.proto.inference.ModelInferRequest;
import org.lenet5.serve.proto.inference.ModelInferResponse;
import org.lenet5.serve.proto.inference.ModelMetadataRequest;
import org.lenet5.serve.proto.inference.ModelMetadataResponse;
import org.lenet5.serve.proto.inference.ModelReadyRequest;
import org.lenet5.serve.proto.inference.ModelReadyResponse;
import org.lenet5.serve.proto.inference.ServerLiveRequest;
import org.lenet5.serve.proto.inference.ServerLiveResponse;
import org.lenet5.serve.proto.inference.ServerMetadataRequest;
import org.lenet5.serve.proto.inference.ServerMetadataResponse;
import org.lenet5.serve.proto.inference.ServerReadyRequest;
import org.lenet5.serve.proto.inference.ServerReadyResponse;
import org.lenet5.serve.rest.Backend;

/** The Open Inference Protocol's GRPCInferenceService. */
public final class InferenceGrpc extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
  private final Backend backend;
  private final Calls calls;

  /** For these models. */
  public InferenceGrpc(Backend backend) {
    this.backend = backend;
    calls = new Calls(backend);
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> to) {
    calls.now(to, () -> ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> to) {
    calls.now(to, () -> ServerReadyResponse.newBuilder().setReady(backend.isReady()).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> to) {
    calls.now(
        to,
        () -> {
          ModelRef wanted = OpenInference.wanted(request.getName(), request.getVersion());
          backend.models().versions(wanted.name()); // a model that there is not is NOT_FOUND
          return ModelReadyResponse.newBuilder().setReady(backend.models().isReady(wanted)).build();
        });
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> to) {
    calls.now(
        to,
        () ->
            ServerMetadataResponse.newBuilder()
                .setName(OpenInference.SERVER)
                .setVersion(backend.version())
                .addAllExtensions(OpenInference.EXTENSIONS)
                .build());
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> to) {
    calls.now(to, () -> metadata(request));
  }

  private ModelMetadataResponse metadata(ModelMetadataRequest request) {
    List<Long> versions = backend.models().versions(request.getName());
    LoadedModel model =
        backend.models().lease(OpenInference.wanted(request.getName(), request.getVersion()));
    try {
      ModelMetadataResponse.Builder response = ModelMetadataResponse.newBuilder();
      response.setName(model.name()).setPlatform(OpenInference.PLATFORM);
      versions.forEach(each -> response.addVersions(each.toString()));
      response.addInputs(tensor(OpenInference.input(model)));
      OpenInference.outputs(model).forEach(each -> response.addOutputs(tensor(each)));
      return response.build();
    } finally {
      model.release();
    }
  }

  private static ModelMetadataResponse.TensorMetadata tensor(OpenInference.Tensor from) {
    ModelMetadataResponse.TensorMetadata.Builder tensor =
        ModelMetadataResponse.TensorMetadata.newBuilder();
    tensor.setName(from.name()).setDatatype(from.datatype());
    for (long each : from.shape()) {
      tensor.addShape(each);
    }
    return tensor.build();
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> to) {
    calls.later(
        to,
        () ->
            backend
                .models()
                .with(
                    OpenInference.wanted(request.getModelName(), request.getModelVersion()),
                    model -> infer(request, model, to)));
  }

  private CompletableFuture<ModelInferResponse> infer(
      ModelInferRequest request, LoadedModel model, StreamObserver<ModelInferResponse> to) {
    List<String> outputs =
        OpenInference.wantedOutputs(
            model,
            request.getOutputsList().stream()
                .map(ModelInferRequest.InferRequestedOutputTensor::getName)
                .toList());
    CompletableFuture<Scores> work =
        backend
            .predictor()
            .predict(
                model,
                images(request, model),
                Results.needLogits(outputs),
                Calls.deadline(),
                Calls.caller());
    Calls.cancelWith(work, to);
    return work.thenApply(scores -> response(request, new Results(model, scores), outputs));
  }

  private ImageList images(ModelInferRequest request, LoadedModel model) {
    if (request.getInputsCount() != 1) {
      throw ServeException.invalid(
          "expected 1 input, '%s', and got %d"
              .formatted(LoadedModel.INPUT, request.getInputsCount()));
    }
    ModelInferRequest.InferInputTensor input = request.getInputs(0);
    OpenInference.requireDatatype(input.getDatatype());
    int raw = request.getRawInputContentsCount();
    if (raw > 1 || raw == 1 && input.hasContents()) {
      throw ServeException.invalid(
          "raw_input_contents must have one element for the input, whose contents must then be"
              + " left out");
    }
    ImageList images = new ImageList(model.shape(), backend.mostImages());
    if (raw == 1) {
      ByteBuffer bytes = request.getRawInputContents(0).asReadOnlyByteBuffer();
      OpenInference.readRaw(input.getDatatype(), bytes, model, images);
    } else if (input.getDatatype().equals(OpenInference.BYTES)) {
      for (ByteString each : input.getContents().getBytesContentsList()) {
        images.addEncoded(each.toByteArray());
      }
    } else {
      OpenInference.readRaw(
          OpenInference.UINT8, ByteBuffer.wrap(pixels(input.getContents())), model, images);
    }
    OpenInference.requireShape(
        model,
        input.getName(),
        input.getDatatype(),
        input.getShapeList().stream().mapToLong(Long::longValue).toArray(),
        images.size());
    return images;
  }

  private static byte[] pixels(InferTensorContents contents) {
    byte[] pixels = new byte[contents.getUintContentsCount()];
    for (int i = 0; i < pixels.length; i++) {
      int value = contents.getUintContents(i);
      if (value < 0 || value > 255) { // below 0: 2^31 and more
        throw ServeException.invalid(
            "input '%s' holds %s, must be from 0 to 255"
                .formatted(LoadedModel.INPUT, Integer.toUnsignedString(value)));
      }
      pixels[i] = (byte) value;
    }
    return pixels;
  }

  private static ModelInferResponse response(
      ModelInferRequest request, Results results, List<String> outputs) {
    ModelInferResponse.Builder response = ModelInferResponse.newBuilder();
    response.setModelName(results.model().name());
    response.setModelVersion(Long.toString(results.model().version()));
    response.setId(request.getId());
    // In the form in which the request came.
    boolean isRaw = request.getRawInputContentsCount() > 0;
    for (String each : outputs) {
      OpenInference.Tensor tensor = OpenInference.output(results.model(), each, results.size());
      ModelInferResponse.InferOutputTensor.Builder output = response.addOutputsBuilder();
      output.setName(tensor.name()).setDatatype(tensor.datatype());
      for (long size : tensor.shape()) {
        output.addShape(size);
      }
      if (isRaw) {
        response.addRawOutputContents(
            UnsafeByteOperations.unsafeWrap(OpenInference.raw(results, each)));
      } else {
        output.setContents(contents(results, each));
      }
    }
    return response.build();
  }

  private static InferTensorContents.Builder contents(Results results, String output) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (int i = 0; i < results.size(); i++) {
      switch (output) {
        case Results.CLASS_ID -> contents.addInt64Contents(results.classId(i));
        case Results.LABEL -> contents.addBytesContents(ByteString.copyFromUtf8(results.label(i)));
        default -> {
          for (float each : results.scores(output, i)) {
            contents.addFp32Contents(each);
          }
        }
      }
    }
    return contents;
  }
}
