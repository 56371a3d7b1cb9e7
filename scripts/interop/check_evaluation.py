#!/usr/bin/env python3
"""Reads with TensorBoard's own code what `evaluate` put into a run's event files, and compares the
precision-recall curves with those that TensorBoard makes of predictions.csv.

    check_evaluation.py RUN_GRAPHS_DIR EPOCH DATASET

Prints a line for each check; exit code 1 if one fails, 2 for wrong usage or without TensorBoard.
"""

import csv
import json
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

try:
    import numpy as np
    from tensorboard.backend.event_processing import event_accumulator
    from tensorboard.plugins.pr_curve import metadata, summary
    from tensorboard.util import tensor_util
except ImportError as missing:
    print(f"check_evaluation.py: TensorBoard is missing ({missing}); "
          "install it with: pip install tensorboard", file=sys.stderr)
    sys.exit(2)

failed = 0


def check(what, holds, detail=""):
    global failed
    failed += not holds
    print(f"{'ok    ' if holds else 'FAILED'} {what}{': ' + str(detail) if detail != '' else ''}")


def main():
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    folder = pathlib.Path(sys.argv[1])
    data = event_accumulator.EventAccumulator(str(folder), size_guidance={event_accumulator.TENSORS: 0})
    data.Reload()
    evaluation = folder / "evaluation" / f"epoch-{sys.argv[2]}-{sys.argv[3]}"
    with open(evaluation / "predictions.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    classes = list(rows[0])[5:]
    tags = data.PluginTagToContent(metadata.PLUGIN_NAME)
    check("a precision-recall curve for each class", [tag.rsplit("/", 1)[1] for tag in tags] == classes, list(tags)[:2])
    for tag, content in tags.items():
        name = tag.rsplit("/", 1)[1]
        thresholds = metadata.parse_plugin_metadata(content).num_thresholds
        events = [event for event in data.Tensors(tag) if event.step == int(sys.argv[2])]
        found = tensor_util.make_ndarray(events[-1].tensor_proto)
        theirs = summary.pb("curve", labels=np.array([row["true"] == name for row in rows]),
                            predictions=np.array([float(row[name]) for row in rows]), num_thresholds=thresholds)
        wanted = tensor_util.make_ndarray(theirs.value[0].tensor)
        check(f"{tag} is TensorBoard's own", len(events) == 1 and found.shape == (6, thresholds) and np.allclose(found, wanted, atol=1e-6),
              f"{thresholds} thresholds, {len(events)} evaluation")
    matrices = [tag for tag in data.Tags()["images"] if tag == f"Pictures/Confusion matrix of {sys.argv[3]}"]
    check("the confusion matrix is a picture", len(matrices) == 1 and data.Images(matrices[0])[-1].width > 300, matrices)
    summary_file = json.loads((evaluation / "summary.json").read_text(encoding="utf-8"))
    right = sum(row["true"] == row["predicted"] for row in rows) / len(rows)
    loss = sum(float(row["loss"]) for row in rows) / len(rows)
    check("summary.json is of this evaluation",
          summary_file["epoch"] == int(sys.argv[2]) and summary_file["dataset"] == sys.argv[3]
          and abs(summary_file["accuracy"] - right) < 1e-12 and abs(summary_file["loss"] - loss) < 1e-9,
          {name: summary_file[name] for name in ("epoch", "dataset", "accuracy", "loss")})
    recalls, f1s = [], []
    for name in classes:
        hits = sum(row["true"] == row["predicted"] == name for row in rows)
        true = sum(row["true"] == name for row in rows)
        called = sum(row["predicted"] == name for row in rows)
        if true:
            recalls.append(hits / true)
        if true + called:
            f1s.append(2 * hits / (true + called))
    check("balanced accuracy and macro F1 are the classes' means",
          abs(summary_file["balanced_accuracy"] - np.mean(recalls)) < 1e-12
          and abs(summary_file["macro_f1"] - np.mean(f1s)) < 1e-12,
          {name: summary_file[name] for name in ("balanced_accuracy", "macro_f1")})
    with open(evaluation / "coverage.csv", newline="") as file:
        points = list(csv.DictReader(file))
    wrong = 0
    for point in points:
        answered = [row for row in rows if np.float32(row["probability"]) >= np.float32(point["threshold"])]
        errors = sum(row["true"] != row["predicted"] for row in answered)
        wrong += (int(point["answered"]) != len(answered)
                  or (point["risk"] != "" if not answered else abs(float(point["risk"]) - errors / len(answered)) > 1e-12))
    check("coverage.csv counts what predictions.csv has", len(points) == 101 and wrong == 0, f"{len(points)} thresholds, {wrong} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
