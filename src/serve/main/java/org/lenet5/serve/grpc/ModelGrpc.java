package org.lenet5.serve.grpc;

import io.grpc.stub.StreamObserver;
import org.lenet5.serve.model.VersionStatus;
import org.lenet5.serve.proto.tensorflow.GetModelStatusRequest;
import org.lenet5.serve.proto.tensorflow.GetModelStatusResponse;
import org.lenet5.serve.proto.tensorflow.ModelServiceGrpc;
import org.lenet5.serve.proto.tensorflow.ModelVersionStatus;
import org.lenet5.serve.proto.tensorflow.StatusProto;
import org.lenet5.serve.rest.Backend;

/** TensorFlow Serving's ModelService. */
public final class ModelGrpc extends ModelServiceGrpc.ModelServiceImplBase {
  private final Backend backend;
  private final Calls calls;

  /** For these models. */
  public ModelGrpc(Backend backend) {
    this.backend = backend;
    calls = new Calls(backend);
  }

  @Override
  public void getModelStatus(
      GetModelStatusRequest request, StreamObserver<GetModelStatusResponse> to) {
    calls.now(
        to,
        () -> {
          GetModelStatusResponse.Builder response = GetModelStatusResponse.newBuilder();
          backend
              .models()
              .status(PredictionGrpc.wanted(request.getModelSpec()))
              .forEach(each -> response.addModelVersionStatus(status(each)));
          return response.build();
        });
  }

  private static ModelVersionStatus status(VersionStatus from) {
    return ModelVersionStatus.newBuilder()
        .setVersion(from.version())
        .setStateValue(from.state().number())
        .setStatus(
            StatusProto.newBuilder()
                .setErrorCodeValue(from.reason() == null ? 0 : from.reason().code())
                .setErrorMessage(from.message()))
        .build();
  }
}
