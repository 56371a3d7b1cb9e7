#!/usr/bin/env python3
"""Trains on a folder of pictures and compares how its classes are numbered with Python and Keras.

    check_folders.py LENET5 WORK_FOLDER

LENET5 is scripts/lenet5; WORK_FOLDER is made anew, for the pictures and the run. Prints a line for
each check; exit code 1 if one fails, 2 for wrong usage or without TensorFlow and NumPy.
"""

import json
import pathlib
import shutil
import subprocess
import sys

try:
    import numpy as np
    import tensorflow as tf
except ImportError as missing:
    print(f"check_folders.py: {missing}; install it with: pip install tensorflow_cpu numpy", file=sys.stderr)
    sys.exit(2)

# Digits, capitals, what comes behind U+FFFF, and letters that a locale would sort otherwise.
NAMES = ["10", "2", "Zebra", "ant", "Äpfel", "\U0001f600", "\uff5e", "with space", 'comma,"quote"', "-dash", "_x", "%s"]
MISSING_IN_TEST = {"10", "ant"}
TRAINING, TEST = 4, 1  # pictures of each

failed = 0


def check(what, actual, expected):
    global failed
    failed += actual != expected
    print(f"{'ok    ' if actual == expected else 'FAILED'} {what}" + ("" if actual == expected else f": {actual}, expected {expected}"))


def pictures(folder, count, random):
    folder.mkdir(parents=True)
    for i in range(count):
        pixels = random.integers(0, 256, (32, 32, 3), np.uint8)
        (folder / f"{i}.png").write_bytes(tf.io.encode_png(pixels).numpy())


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    lenet5, work = sys.argv[1], pathlib.Path(sys.argv[2]).absolute()
    shutil.rmtree(work, ignore_errors=True)
    random = np.random.default_rng(1)
    folder = work / "pictures"
    for name in NAMES:
        pictures(folder / "train" / name, TRAINING, random)
        if name not in MISSING_IN_TEST:
            pictures(folder / "test" / name, TEST, random)
    subprocess.run(
        [lenet5, "train", "--dataset", folder, "--epochs", "1", "--batch-size", "16", "--run", "folders",
         "--graphs-dir", work / "graphs", "--checkpoints-dir", work / "checkpoints", "--data-dir", work / "data"],
        check=True)
    run = work / "checkpoints" / "folders"
    data = json.loads((run / "run.json").read_text(encoding="utf-8"))["data"]
    labels = (run / "saved_model" / "1" / "assets.extra" / "labels.txt").read_text(encoding="utf-8").splitlines()
    keras = tf.keras.utils.image_dataset_from_directory(folder / "train", verbose=False)
    expected = sorted(NAMES)
    check("Keras numbers classes as Python sorts them", keras.class_names, expected)
    check("run.json does, too", data["classes"], expected)
    check("the exported labels.txt does, too", labels, expected)
    check("all training pictures are there", data["training"], TRAINING * len(NAMES))
    check("a class without test pictures shifts nothing", data["test"], TEST * (len(NAMES) - len(MISSING_IN_TEST)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
