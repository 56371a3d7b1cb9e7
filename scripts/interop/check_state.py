"""Checks what Python finds in finished runs: check_state.py CHECKPOINTS/RUN...

tf.train.latest_checkpoint must find the checkpoint that run.json names last, all of its
variables must be readable, and those of the SavedModel must be the same.
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf


def faults(folder):
    with open(os.path.join(folder, "run.json"), encoding="utf-8") as file:
        run = json.load(file)
    last = "ckpt-%d" % run["checkpoints"][-1]["epoch"]
    latest = tf.train.latest_checkpoint(folder)
    if latest is None or os.path.basename(latest) != last:
        yield "Python takes %s for the newest checkpoint, run.json names %s" % (latest, last)
        return
    state = tf.train.get_checkpoint_state(folder)
    names = [os.path.basename(path) for path in state.all_model_checkpoint_paths]
    kept = ["ckpt-%d" % each["epoch"] for each in run["checkpoints"]]
    if names != kept:
        yield "the state file names %s, run.json %s" % (names, kept)
    trained = tf.train.load_checkpoint(latest)
    for name in trained.get_variable_to_shape_map():
        if not np.isfinite(trained.get_tensor(name)).all():
            yield "%s of %s is not finite" % (name, last)
    served = tf.train.load_checkpoint(os.path.join(folder, "saved_model/1/variables/variables"))
    for name in served.get_variable_to_shape_map():
        if not np.array_equal(served.get_tensor(name), trained.get_tensor(name)):
            yield "%s of the SavedModel is not that of %s" % (name, last)


found = ["%s: %s" % (folder, fault) for folder in sys.argv[1:] for fault in faults(folder)]
for each in found:
    print("error: " + each)
if found:
    sys.exit(1)
print("Python finds the newest weights in all of %d runs" % (len(sys.argv) - 1))
