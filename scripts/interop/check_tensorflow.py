#!/usr/bin/env python3
"""Loads a run's last checkpoint and its SavedModel with Python's TensorFlow and compares them with
this program.

    check_tensorflow.py RUN_CHECKPOINTS_DIR TEST_RECORDS PROBABILITIES

TEST_RECORDS is a file of CIFAR-10 records, PROBABILITIES a file with a line for each of its first
images: the class probabilities that this program computed from the same checkpoint.

Prints a line for each check; exit code 1 if one fails, 2 for wrong usage or without TensorFlow
(pip install tensorflow_cpu).
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

try:
    import numpy as np
    import tensorflow as tf
except ImportError as missing:
    print(f"check_tensorflow.py: TensorFlow is missing ({missing}); "
          "install it with: pip install tensorflow_cpu", file=sys.stderr)
    sys.exit(2)

TOLERANCE = 1e-5
SHAPES = {
    "C1/kernel": [5, 5, 3, 6], "C1/bias": [6],
    "C2/kernel": [5, 5, 6, 16], "C2/bias": [16],
    "C3/kernel": [5, 5, 16, 120], "C3/bias": [120],
    "F6/kernel": [120, 84], "F6/bias": [84],
    "F7/kernel": [84, 42], "F7/bias": [42],
    "F8/kernel": [42, 10], "F8/bias": [10],
}
failed = 0


def check(what, holds, detail=""):
    global failed
    failed += not holds
    print(f"{'ok    ' if holds else 'FAILED'} {what}{': ' + str(detail) if detail != '' else ''}")


def forward(weights, images, normalize):
    """The notebook's LeNet5 in plain TensorFlow, from a checkpoint's values."""
    x = tf.cast(images, tf.float32) / 255
    if normalize == "cifar10":
        x = (x - [.49139968, .48215841, .44653091]) / [.24703223, .24348513, .26158784]
    for name, pool in (("C1", (2, 2)), ("C2", None), ("C3", (6, 1))):
        x = tf.nn.relu(tf.nn.conv2d(x, weights[name + "/kernel"], 1, "VALID") + weights[name + "/bias"])
        if pool:
            x = tf.nn.max_pool2d(x, pool[0], pool[1], "VALID")
    x = tf.reshape(x, [len(images), -1])
    for name in ("F6", "F7", "F8"):
        x = x @ weights[name + "/kernel"] + weights[name + "/bias"]
        x = x if name == "F8" else tf.nn.relu(x)
    return tf.nn.softmax(x).numpy()


def main():
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    folder = pathlib.Path(sys.argv[1])
    ours = np.loadtxt(sys.argv[3], dtype=np.float32)
    records = np.fromfile(sys.argv[2], np.uint8).reshape(-1, 3073)[:len(ours)]
    images = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    manifest = json.loads((folder / "run.json").read_text())

    latest = tf.train.latest_checkpoint(str(folder))
    check("tf.train.latest_checkpoint finds the last epoch",
          latest is not None and latest.endswith(f"ckpt-{len(manifest['epochs'])}"), latest)
    reader = tf.train.load_checkpoint(str(folder))
    shapes = reader.get_variable_to_shape_map()
    check("the checkpoint holds LeNet5's 12 variables", all(shapes.get(name) == shape for name, shape in SHAPES.items()))
    slots = sorted(set(shapes) - set(SHAPES))
    check("and the optimizer's state", bool(slots) or manifest["settings"]["optimizer"] == "sgd", f"{len(slots)} variables")
    weights = {name: reader.get_tensor(name) for name in SHAPES}
    difference = np.abs(forward(weights, images, manifest["settings"]["normalize"]) - ours).max()
    check(f"its weights give this program's probabilities of {len(ours)} images", difference <= TOLERANCE, f"{difference:.1e}")

    model = tf.saved_model.load(str(folder / "saved_model" / "1"))
    signature = model.signatures["serving_default"]
    outputs = signature(images=tf.constant(images))
    difference = np.abs(outputs["probabilities"].numpy() - ours).max()
    check(f"the SavedModel gives this program's probabilities of {len(ours)} images", difference <= TOLERANCE, f"{difference:.1e}")
    check("its outputs are probabilities, logits, class_id and label",
          sorted(outputs) == ["class_id", "label", "logits", "probabilities"], sorted(outputs))
    check("the class is the most probable one", (outputs["class_id"].numpy() == ours.argmax(1)).all())
    labels = [label.decode() for label in outputs["label"].numpy()]
    names = manifest["data"]["classes"]
    check("the label is its name", labels == [names[i] for i in ours.argmax(1)])
    listed = (folder / "saved_model" / "1" / "assets.extra" / "labels.txt").read_text().split()
    check("labels.txt lists the names", listed == names)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
