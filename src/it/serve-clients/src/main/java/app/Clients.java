package app;

import com.google.protobuf.ByteString;
import inference.GRPCInferenceServiceGrpc;
import inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import inference.GrpcPredictV2.InferTensorContents;
import inference.GrpcPredictV2.ModelInferRequest;
import inference.GrpcPredictV2.ModelInferResponse;
import inference.GrpcPredictV2.ModelReadyRequest;
import io.grpc.Channel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.tensorflow.framework.DataType;
import org.tensorflow.framework.TensorProto;
import org.tensorflow.framework.TensorShapeProto;
import tensorflow.serving.Model.ModelSpec;
import tensorflow.serving.Predict.PredictRequest;
import tensorflow.serving.PredictionServiceGrpc;
import tensorflow.serving.PredictionServiceGrpc.PredictionServiceBlockingStub;
import triton.client.InferInput;
import triton.client.InferRequestedOutput;
import triton.client.InferResult;
import triton.client.InferenceServerClient;

/**
 * Asks about images of 32x32x3 bytes, one at a time, with the classes of other people's clients.
 */
final class Clients {
  private static final long[] SHAPE = {1, 32, 32, 3};

  private Clients() {}

  private static float[] floats(ByteString bytes) {
    ByteBuffer buffer = bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.size() / 4];
    buffer.asFloatBuffer().get(values);
    return values;
  }

  /** The Open Inference Protocol's gRPC, the pixels as raw bytes or as numbers. */
  static List<Answer> kserve(Channel channel, String model, List<byte[]> images, boolean isRaw) {
    GRPCInferenceServiceBlockingStub stub =
        GRPCInferenceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    if (!stub.modelReady(ModelReadyRequest.newBuilder().setName(model).build()).getReady()) {
      throw new IllegalStateException(model + " is not ready");
    }
    List<Answer> answers = new ArrayList<>();
    for (byte[] image : images) {
      ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(model);
      ModelInferRequest.InferInputTensor.Builder input =
          request.addInputsBuilder().setName("images").setDatatype("UINT8");
      for (long size : SHAPE) {
        input.addShape(size);
      }
      if (isRaw) {
        request.addRawInputContents(ByteString.copyFrom(image));
      } else {
        InferTensorContents.Builder contents = input.getContentsBuilder();
        for (byte each : image) {
          contents.addUintContents(each & 0xFF);
        }
      }
      request.addOutputsBuilder().setName("probabilities");
      request.addOutputsBuilder().setName("class_id");
      answers.add(answer(stub.modelInfer(request.build())));
    }
    return answers;
  }

  /** As raw bytes or as numbers, whichever the server chose. */
  private static Answer answer(ModelInferResponse response) {
    if (response.getRawOutputContentsCount() > 0) {
      return new Answer(
          floats(response.getRawOutputContents(0)), (int) number(response.getRawOutputContents(1)));
    }
    InferTensorContents probabilities = response.getOutputs(0).getContents();
    float[] values = new float[probabilities.getFp32ContentsCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = probabilities.getFp32Contents(i);
    }
    return new Answer(values, (int) response.getOutputs(1).getContents().getInt64Contents(0));
  }

  private static long number(ByteString bytes) {
    return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /** TensorFlow Serving's gRPC. */
  static List<Answer> tensorflowServing(Channel channel, String model, List<byte[]> images) {
    PredictionServiceBlockingStub stub =
        PredictionServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : SHAPE) {
      shape.addDimBuilder().setSize(size);
    }
    List<Answer> answers = new ArrayList<>();
    for (byte[] image : images) {
      TensorProto tensor =
          TensorProto.newBuilder()
              .setDtype(DataType.DT_UINT8)
              .setTensorShape(shape)
              .setTensorContent(ByteString.copyFrom(image))
              .build();
      var outputs =
          stub.predict(
                  PredictRequest.newBuilder()
                      .setModelSpec(ModelSpec.newBuilder().setName(model))
                      .putInputs("images", tensor)
                      .build())
              .getOutputsMap();
      TensorProto found = outputs.get("probabilities");
      float[] probabilities =
          found.getTensorContent().isEmpty()
              ? new float[found.getFloatValCount()]
              : floats(found.getTensorContent());
      for (int i = 0; i < found.getFloatValCount(); i++) {
        probabilities[i] = found.getFloatVal(i);
      }
      TensorProto best = outputs.get("class_id");
      long id = best.getInt64ValCount() > 0 ? best.getInt64Val(0) : number(best.getTensorContent());
      answers.add(new Answer(probabilities, (int) id));
    }
    return answers;
  }

  /**
   * Triton's HTTP, the answer's tensors behind the JSON or in it. The images are always behind it:
   * in JSON this client writes a byte from 128 on as 2^32 - 256 more.
   */
  static List<Answer> triton(String address, String model, List<byte[]> images, boolean isBinary)
      throws Exception {
    List<Answer> answers = new ArrayList<>();
    try (InferenceServerClient client = new InferenceServerClient(address, 20_000, 20_000)) {
      for (byte[] image : images) {
        InferInput input = new InferInput("images", SHAPE, triton.client.pojo.DataType.UINT8);
        input.setData(image, true);
        InferResult result =
            client.infer(
                model,
                List.of(input),
                List.of(
                    new InferRequestedOutput("probabilities", isBinary),
                    new InferRequestedOutput("class_id", isBinary)));
        answers.add(
            new Answer(
                result.getOutputAsFloat("probabilities"),
                (int) result.getOutputAsLong("class_id")[0]));
      }
    }
    return answers;
  }
}
