#!/usr/bin/env python3
"""Loads an exported SavedModel with Python's TensorFlow and looks at all that it carries.

    check_saved_model.py VERSION_FOLDER TEST_RECORDS PROBABILITIES

TEST_RECORDS is a file of CIFAR-10 records, PROBABILITIES a file with a line for each of its first
images: the class probabilities that this program computed from the same weights.

Prints a line for each check; exit code 1 if one fails, 2 for wrong usage or without TensorFlow
(pip install tensorflow_cpu).
"""

import csv
import hashlib
import os
import pathlib
import re
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

try:
    import numpy as np
    import tensorflow as tf
    from tensorflow.core.framework import tensor_pb2
except ImportError as missing:
    print(f"check_saved_model.py: TensorFlow is missing ({missing}); "
          "install it with: pip install tensorflow_cpu", file=sys.stderr)
    sys.exit(2)

TOLERANCE = 1e-5
# What the design promises: kind, name, type, shape.
SIGNATURE = {
    ("inputs", "images", "DT_UINT8", "(-1, 32, 32, 3)"),
    ("outputs", "probabilities", "DT_FLOAT", "(-1, 10)"),
    ("outputs", "logits", "DT_FLOAT", "(-1, 10)"),
    ("outputs", "class_id", "DT_INT64", "(-1)"),
    ("outputs", "label", "DT_STRING", "(-1)"),
}
failed = 0


def check(what, holds, detail=""):
    global failed
    failed += not holds
    print(f"{'ok    ' if holds else 'FAILED'} {what}{': ' + str(detail) if detail != '' else ''}")


def shown(folder):
    """What `saved_model_cli show --all` lists: tag sets, signatures, tensors, methods."""
    beside = pathlib.Path(sys.executable).parent / "saved_model_cli"
    tool = [beside] if beside.exists() else [sys.executable, "-m", "tensorflow.python.tools.saved_model_cli"]
    text = subprocess.run([*map(str, tool), "show", "--dir", str(folder), "--all"], capture_output=True, text=True, check=True).stdout
    tensors = re.findall(r"(inputs|outputs)\['(\w+)'\] tensor_info:\s+dtype: (\w+)\s+shape: (\([^)]*\))", text)
    # One with an unknown shape has to be seen too.
    assert len(tensors) == text.count("tensor_info:"), text
    return (re.findall(r"tag-set: '([^']*)'", text), re.findall(r"signature_def\['([^']*)'\]", text), tensors,
            re.findall(r"Method name is: (\S+)", text))


def fields(message):
    """A protocol buffer's fields of type "bytes" by number; nothing else may be in it."""
    found, at = {}, 0
    while at < len(message):
        number, at = varint(message, at)
        assert number & 7 == 2, f"field {number >> 3} has wire type {number & 7}"
        size, at = varint(message, at)
        assert at + size <= len(message), "a field goes beyond its message"
        found.setdefault(number >> 3, []).append(message[at:at + size])
        at += size
    return found


def varint(message, at):
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def warm_up(file):
    """The images of each request for TensorFlow Serving. TFRecordDataset checks both checksums."""
    for record in tf.data.TFRecordDataset(str(file)).as_numpy_iterator():
        request = fields(fields(fields(record)[6][0])[1][0])  # PredictionLog, PredictLog, PredictRequest
        model = fields(request[1][0])
        assert model[3] == [b"serving_default"], model
        (entry,) = request[2]
        key, value = fields(entry)[1][0], fields(entry)[2][0]
        assert key == b"images", key
        yield tf.make_ndarray(tensor_pb2.TensorProto.FromString(value))


def main():
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    folder = pathlib.Path(sys.argv[1])
    extra = folder / "assets.extra"
    ours = np.loadtxt(sys.argv[3], dtype=np.float32)
    records = np.fromfile(sys.argv[2], np.uint8).reshape(-1, 3073)[:len(ours)]
    images = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)

    tags, signatures, tensors, methods = shown(folder)
    check("saved_model_cli lists the tag serve alone", tags == ["serve"], tags)
    check("one signature, serving_default", signatures == ["serving_default"], signatures)
    check("with these tensors", len(tensors) == len(SIGNATURE) and set(tensors) == SIGNATURE, sorted(tensors))
    check("and the method predict", methods == ["tensorflow/serving/predict"], methods)

    model = tf.saved_model.load(str(folder))
    serve = model.signatures["serving_default"]
    outputs = serve(images=tf.constant(images))
    difference = np.abs(outputs["probabilities"].numpy() - ours).max()
    check(f"{len(ours)} test images get this program's probabilities", len(ours) >= 100 and difference <= TOLERANCE, f"{difference:.1e}")
    check("probabilities are the logits' softmax",
          np.abs(tf.nn.softmax(outputs["logits"]).numpy() - outputs["probabilities"].numpy()).max() <= TOLERANCE)
    names = (extra / "labels.txt").read_text().splitlines()
    labels = outputs["label"]
    check("labels come out as strings", labels.dtype == tf.string and [text.decode() for text in labels.numpy()[:5]]
          == [names[i] for i in ours.argmax(1)[:5]], list(labels.numpy()[:3]))
    operations = {operation.type for operation in serve.graph.get_operations()}
    training = {each for each in operations if re.search("Apply|Grad|Backprop|Random|Dropout|Assign", each)}
    check("nothing of training is inside", not training, sorted(training))

    sums = dict(reversed(line.split("  ", 1)) for line in (extra / "SHA256SUMS").read_text().splitlines())
    files = {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
             for file in folder.rglob("*") if file.is_file() and file.name != "SHA256SUMS"}
    check("SHA256SUMS holds every file's digest", sums == files, f"{len(files)} files")
    golden = list(csv.reader((extra / "golden.csv").open()))
    pictures = np.stack([tf.io.decode_png((folder / row[0]).read_bytes()).numpy() for row in golden])
    expected = np.array([row[1:] for row in golden], np.float32)
    difference = np.abs(serve(images=tf.constant(pictures))["probabilities"].numpy() - expected).max()
    check(f"{len(golden)} golden images get their probabilities", len(golden) >= 2 and difference <= TOLERANCE, f"{difference:.1e}")
    requests = list(warm_up(extra / "tf_serving_warmup_requests"))
    check("the warm-up requests are the golden images, one by one and together",
          len(requests) == len(golden) + 1 and (np.concatenate(requests[:-1]) == pictures).all() and (requests[-1] == pictures).all(),
          f"{len(requests)} requests")
    for request in requests:
        serve(images=tf.constant(request))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
