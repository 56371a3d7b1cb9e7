package org.lenet5.serve.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Int64Value;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.lenet5.classify.Scores;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.ModelRef;
import org.lenet5.serve.model.Reason;
import org.lenet5.serve.model.Results;
import org.lenet5.serve.model.ServeException;
import org.lenet5.serve.proto.tensorflow.ClassificationRequest;
import org.lenet5.serve.proto.tensorflow.ClassificationResponse;
import org.lenet5.serve.proto.tensorflow.GetModelMetadataRequest;
import org.lenet5.serve.proto.tensorflow.GetModelMetadataResponse;
import org.lenet5.serve.proto.tensorflow.ModelSpec;
import org.lenet5.serve.proto.tensorflow.PredictRequest;
import org.lenet5.serve.proto.tensorflow.PredictResponse;
import org.lenet5.serve.proto.tensorflow.PredictionServiceGrpc;
import org.lenet5.serve.proto.tensorflow.RegressionRequest;
import org.lenet5.serve.proto.tensorflow.RegressionResponse;
import org.lenet5.serve.proto.tensorflow.SignatureDefMap;
import org.lenet5.serve.rest.Backend;
import org.tensorflow.proto.TensorProto;

/** TensorFlow Serving's PredictionService. */
public final class PredictionGrpc extends PredictionServiceGrpc.PredictionServiceImplBase {
  private static final String SIGNATURE_DEF = "signature_def";

  private final Backend backend;
  private final Calls calls;

  /** For these models. */
  public PredictionGrpc(Backend backend) {
    this.backend = backend;
    calls = new Calls(backend);
  }

  @Override
  public void predict(PredictRequest request, StreamObserver<PredictResponse> to) {
    calls.later(
        to,
        () ->
            backend
                .models()
                .with(wanted(request.getModelSpec()), model -> predict(request, model, to)));
  }

  private CompletableFuture<PredictResponse> predict(
      PredictRequest request, LoadedModel model, StreamObserver<PredictResponse> to) {
    requireSignature(request.getModelSpec());
    TensorProto images = request.getInputsMap().get(LoadedModel.INPUT);
    if (images == null || request.getInputsCount() != 1) {
      throw ServeException.invalid(
          "input keys must be exactly ['%s'], but are %s"
              .formatted(LoadedModel.INPUT, request.getInputsMap().keySet()));
    }
    List<String> filter = request.getOutputFilterList();
    for (String each : filter) {
      if (!model.outputs().contains(each)) {
        throw ServeException.invalid(
            "output tensor alias not found in signature: %s Outputs expected to be in the set %s."
                .formatted(each, model.outputs()));
      }
    }
    List<String> outputs = filter.isEmpty() ? model.outputs() : filter.stream().distinct().toList();
    CompletableFuture<Scores> work =
        backend
            .predictor()
            .predict(
                model,
                Tensors.images(images, model, backend.mostImages()),
                Results.needLogits(outputs),
                Calls.deadline(),
                Calls.caller());
    Calls.cancelWith(work, to);
    return work.thenApply(scores -> response(new Results(model, scores), outputs));
  }

  private static PredictResponse response(Results results, List<String> outputs) {
    PredictResponse.Builder response = PredictResponse.newBuilder();
    response.setModelSpec(spec(results.model()).setSignatureName(LoadedModel.SIGNATURE));
    for (String each : outputs) {
      response.putOutputs(each, Tensors.output(results, each));
    }
    return response.build();
  }

  @Override
  public void classify(ClassificationRequest request, StreamObserver<ClassificationResponse> to) {
    calls.later(to, () -> notFor("classify", request.getModelSpec()));
  }

  @Override
  public void regress(RegressionRequest request, StreamObserver<RegressionResponse> to) {
    calls.later(to, () -> notFor("regress", request.getModelSpec()));
  }

  private <R> CompletableFuture<R> notFor(String method, ModelSpec spec) {
    return backend
        .models()
        .with(
            wanted(spec),
            model -> {
              requireSignature(spec);
              throw model.noMethod(method);
            });
  }

  @Override
  public void getModelMetadata(
      GetModelMetadataRequest request, StreamObserver<GetModelMetadataResponse> to) {
    calls.now(to, () -> metadata(request));
  }

  private GetModelMetadataResponse metadata(GetModelMetadataRequest request) {
    if (request.getMetadataFieldCount() == 0) {
      throw ServeException.invalid(
          "GetModelMetadataRequest must specify at least one metadata_field");
    }
    for (String each : request.getMetadataFieldList()) {
      if (!each.equals(SIGNATURE_DEF)) {
        throw ServeException.invalid("Metadata field " + each + " is not supported");
      }
    }
    LoadedModel model = backend.models().lease(wanted(request.getModelSpec()));
    try {
      SignatureDefMap signatures =
          SignatureDefMap.newBuilder()
              .putSignatureDef(LoadedModel.SIGNATURE, model.signature())
              .build();
      return GetModelMetadataResponse.newBuilder()
          .setModelSpec(spec(model))
          .putMetadata(SIGNATURE_DEF, Any.pack(signatures))
          .build();
    } finally {
      model.release();
    }
  }

  private static ModelSpec.Builder spec(LoadedModel model) {
    return ModelSpec.newBuilder().setName(model.name()).setVersion(Int64Value.of(model.version()));
  }

  private static void requireSignature(ModelSpec spec) {
    String name = spec.getSignatureName();
    if (!name.isEmpty() && !name.equals(LoadedModel.SIGNATURE)) {
      throw new ServeException(
          Reason.FAILED_PRECONDITION, "Serving signature key \"" + name + "\" not found.");
    }
  }

  /** What a request's model specification asks for. */
  static ModelRef wanted(ModelSpec spec) {
    if (spec.getName().isEmpty()) {
      throw ServeException.invalid("Missing ModelSpec");
    }
    return new ModelRef(
        spec.getName(),
        spec.hasVersion() ? spec.getVersion().getValue() : null,
        spec.hasVersionLabel() ? spec.getVersionLabel() : null);
  }
}
