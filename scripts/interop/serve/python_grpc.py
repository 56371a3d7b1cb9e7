"""Asks a server with Python's grpc, by stubs made of the server's .proto files."""

import importlib
import sys
from pathlib import Path

import grpc
import numpy as np
from grpc_tools import protoc

import grpc_tools


def stubs(folders, out):
    """Generates Python from every message in these folders; they can be imported afterwards."""
    out.mkdir(parents=True)
    files = [str(file.relative_to(folder)) for folder in folders for file in sorted(folder.rglob("*.proto"))]
    google = Path(grpc_tools.__file__).parent / "_proto"
    code = protoc.main(["protoc", *(f"-I{each}" for each in [*folders, google]), f"--python_out={out}", f"--grpc_python_out={out}", *files])
    if code:
        raise RuntimeError(f"protoc ended with exit code {code}")
    sys.path.insert(0, str(out))


def by_grpc(address, model, images, folders, out):
    """Yields the name of each way to ask, and its answers."""
    stubs(folders, out)
    load = importlib.import_module
    with grpc.insecure_channel(address) as channel:
        health = load("health_pb2")
        check = load("health_pb2_grpc").HealthStub(channel).Check(health.HealthCheckRequest(), timeout=20)
        assert check.status == health.HealthCheckResponse.SERVING, check
        status = load("tensorflow_serving.apis.get_model_status_pb2")
        asked = status.GetModelStatusRequest()
        asked.model_spec.name = model
        states = load("tensorflow_serving.apis.model_service_pb2_grpc").ModelServiceStub(channel).GetModelStatus(asked, timeout=20)
        assert [each.state for each in states.model_version_status] == [status.ModelVersionStatus.AVAILABLE], states
        yield "Python's grpc, Predict", list(predict(channel, load, model, images))
        yield "Python's grpc, ModelInfer", infer(channel, load, model, images)


def predict(channel, load, model, images):
    """An image at a time, as TensorFlow's make_tensor_proto writes it."""
    types = load("tensorflow.core.framework.types_pb2")
    stub = load("tensorflow_serving.apis.prediction_service_pb2_grpc").PredictionServiceStub(channel)
    for image in images:
        request = load("tensorflow_serving.apis.predict_pb2").PredictRequest()
        request.model_spec.name, request.model_spec.signature_name = model, "serving_default"
        tensor = request.inputs["images"]
        tensor.dtype = types.DT_UINT8
        for size in (1, *image.shape):
            tensor.tensor_shape.dim.add().size = size
        tensor.tensor_content = image.tobytes()
        outputs = stub.Predict(request, timeout=20).outputs
        shares = outputs["probabilities"]
        found = shares.float_val or np.frombuffer(shares.tensor_content, "<f4")
        yield list(found), outputs["label"].string_val[0].decode()


def infer(channel, load, model, images):
    """All images in one request, their bytes as uint_contents; then raw, which must answer the same."""
    messages = load("inference_pb2")
    stub = load("inference_pb2_grpc").GRPCInferenceServiceStub(channel)
    request = messages.ModelInferRequest(model_name=model)
    tensor = request.inputs.add(name="images", datatype="UINT8", shape=images.shape)
    tensor.contents.uint_contents.extend(images.ravel().tolist())
    answer = stub.ModelInfer(request, timeout=20)
    del tensor.contents.uint_contents[:]
    tensor.ClearField("contents")
    request.raw_input_contents.append(images.tobytes())
    raw = stub.ModelInfer(request, timeout=20)
    found, again = shares(answer), shares(raw)
    assert np.abs(found - again).max() < 1e-6
    return [(row, label) for row, label in zip(found.tolist(), labels(raw))]


def at(answer, name):
    return next(i for i, each in enumerate(answer.outputs) if each.name == name)


def shares(answer):
    i = at(answer, "probabilities")
    output = answer.outputs[i]
    flat = np.frombuffer(answer.raw_output_contents[i], "<f4") if answer.raw_output_contents else np.array(output.contents.fp32_contents)
    return flat.reshape(output.shape)


def labels(answer):
    i = at(answer, "label")
    if not answer.raw_output_contents:
        return [each.decode() for each in answer.outputs[i].contents.bytes_contents]
    raw, found = answer.raw_output_contents[i], []
    while raw:
        size = int.from_bytes(raw[:4], "little")
        found.append(raw[4:4 + size].decode())
        raw = raw[4 + size:]
    return found
