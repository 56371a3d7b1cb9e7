#!/usr/bin/env python3
"""Has this program evaluate and export a checkpoint that Python wrote: LeNet5's variables alone,
random, by the raw operation SaveV2.

    check_elsewhere.py WORK_FOLDER TEST_RECORDS

Prints a line for each check; exit code 1 if one fails, 2 for wrong usage or without TensorFlow.
"""

import json
import pathlib
import shutil
import subprocess
import sys

import check_tensorflow as other

np, tf = other.np, other.tf
LENET5 = pathlib.Path(__file__).resolve().parent.parent / "lenet5"


def lenet5(*args):
    return subprocess.run([str(LENET5), *map(str, args)], capture_output=True, text=True, check=True).stdout


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    work = pathlib.Path(sys.argv[1])
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    records = np.fromfile(sys.argv[2], np.uint8).reshape(-1, 3073)
    images = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    random = np.random.default_rng(1)
    weights = {name: random.uniform(-.2, .2, shape).astype(np.float32) for name, shape in other.SHAPES.items()}
    prefix = work / "elsewhere"
    tf.raw_ops.SaveV2(prefix=str(prefix), tensor_names=list(weights), shape_and_slices=[""] * len(weights),
                      tensors=[tf.constant(value) for value in weights.values()])
    expected = other.forward(weights, images, "cifar10")

    exported = lenet5("export", prefix, "--normalize", "cifar10", "--out", work / "saved_model").strip()
    found = tf.saved_model.load(exported).signatures["serving_default"](images=tf.constant(images))["probabilities"].numpy()
    difference = np.abs(found - expected).max()
    other.check(f"Python's checkpoint, exported, gives Python's probabilities of {len(images)} images", difference <= other.TOLERANCE, f"{difference:.1e}")
    measured = json.loads(lenet5("evaluate", prefix, "--normalize", "cifar10", "--dataset", "sample", "--json"))
    accuracy = (expected.argmax(1) == records[:, 0]).mean()
    loss = -np.log(expected[np.arange(len(images)), records[:, 0]]).mean()
    other.check("evaluated, it has Python's accuracy and loss",
                measured["accuracy"] == accuracy and abs(measured["loss"] - loss) <= 1e-4, f"{measured['accuracy']}, {measured['loss']:.5f}")
    return 1 if other.failed else 0


if __name__ == "__main__":
    sys.exit(main())
