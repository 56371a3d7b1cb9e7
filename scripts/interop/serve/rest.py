"""Asks a server over HTTP as people do: by curl and by Python's requests."""

import base64
import json
import struct
import subprocess

import requests


def curl(*args, sent=None):
    found = subprocess.run(["curl", "--silent", "--show-error", "--fail-with-body", "--max-time", "20", *args], input=sent, capture_output=True)
    if found.returncode:
        raise RuntimeError(f"curl {' '.join(args)} ended with {found.returncode}: {found.stderr.decode()}{found.stdout.decode()}")
    return json.loads(found.stdout)


def ranked(answer, classes):
    """An answer of /classify as probabilities in the classes' order, and the label."""
    shares = {each["label"]: each["probability"] for each in answer["top"]}
    return [shares[name] for name in classes], answer["label"]


def predicted(rows):
    return [(row["probabilities"], row["label"]) for row in rows]


def columns(outputs):
    return list(zip(outputs["probabilities"], outputs["label"]))


def by_curl(url, model, classes, pictures, images):
    """Yields the name of each way to ask, and its answers."""
    yield "curl, /classify with a file", [
        ranked(curl("--data-binary", f"@{file}", f"{url}/classify?top={len(classes)}"), classes) for file in pictures]
    form = [part for file in pictures for part in ("--form", f"picture=@{file}")]
    answers = curl(*form, f"{url}/classify?top={len(classes)}&model={model}")
    assert [each["image"] for each in answers] == [file.name for file in pictures]
    yield "curl, /classify with a form of all", [ranked(each, classes) for each in answers]
    body = json.dumps({"instances": images.tolist()}).encode()
    yield "curl, predict in rows", predicted(
        curl("--data-binary", "@-", f"{url}/v1/models/{model}:predict", sent=body)["predictions"])


def by_requests(url, model, pictures, images):
    """Yields the name of each way to ask, and its answers."""
    session = requests.Session()

    def post(path, **body):
        answer = session.post(url + path, timeout=20, **body)
        answer.raise_for_status()
        return answer

    predict, infer = f"/v1/models/{model}:predict", f"/v2/models/{model}/infer"
    yield "requests, predict, a row at a time", [
        predicted(post(predict, json={"instances": [image.tolist()]}).json()["predictions"])[0] for image in images]
    yield "requests, predict, rows with the input's name", predicted(
        post(predict, json={"instances": [{"images": image.tolist()} for image in images]}).json()["predictions"])
    yield "requests, predict in columns", columns(post(predict, json={"inputs": images.tolist()}).json()["outputs"])
    yield "requests, predict in named columns", columns(
        post(predict, json={"inputs": {"images": images.tolist()}}).json()["outputs"])
    encoded = [{"b64": base64.b64encode(file.read_bytes()).decode()} for file in pictures]
    yield "requests, predict with b64", predicted(post(predict, json={"instances": encoded}).json()["predictions"])
    shape = list(images.shape)
    for name, data in ("nested", images.tolist()), ("flat", images.ravel().tolist()):
        body = {"id": name, "inputs": [{"name": "images", "shape": shape, "datatype": "UINT8", "data": data}]}
        answer = post(infer, json=body).json()
        assert answer["id"] == name, answer["id"]
        yield f"requests, infer with {name} JSON", inferred(answer, len(images))
    yield "requests, infer with binary tensors", binary(post, infer, images)
    texts = [each["b64"] for each in encoded]
    body = {"inputs": [{"name": "images", "shape": [len(texts)], "datatype": "BYTES", "data": texts}]}
    yield "requests, infer with pictures as BYTES", inferred(post(infer, json=body).json(), len(images))


def inferred(answer, count):
    outputs = {each["name"]: each for each in answer["outputs"]}
    probabilities, classes = outputs["probabilities"], outputs["probabilities"]["shape"][1]
    assert probabilities["datatype"] == "FP32" and probabilities["shape"][0] == count and outputs["label"]["datatype"] == "BYTES"
    flat = probabilities["data"]
    return [(flat[i * classes:(i + 1) * classes], outputs["label"]["data"][i]) for i in range(count)]


def binary(post, path, images):
    """As Triton's clients write and read it: tensors behind the JSON, little-endian."""
    head = json.dumps({
        "inputs": [{"name": "images", "shape": list(images.shape), "datatype": "UINT8",
                    "parameters": {"binary_data_size": images.nbytes}}],
        "outputs": [{"name": each, "parameters": {"binary_data": True}} for each in ("probabilities", "label")],
    }).encode()
    answer = post(path, data=head + images.tobytes(), headers={
        "Inference-Header-Content-Length": str(len(head)), "Content-Type": "application/octet-stream"})
    split = int(answer.headers["Inference-Header-Content-Length"])
    described, rest = json.loads(answer.content[:split])["outputs"], answer.content[split:]
    tensors = {}
    for each in described:
        size = each["parameters"]["binary_data_size"]
        tensors[each["name"]], rest = rest[:size], rest[size:]
    assert not rest, f"{len(rest)} bytes too many"
    classes, labels, at = described[0]["shape"][1], [], 0
    for _ in images:
        (size,) = struct.unpack_from("<I", tensors["label"], at)
        labels.append(tensors["label"][at + 4:at + 4 + size].decode())
        at += 4 + size
    shares = struct.unpack(f"<{len(images) * classes}f", tensors["probabilities"])
    return [(shares[i * classes:(i + 1) * classes], labels[i]) for i in range(len(images))]
