#!/usr/bin/env python3
"""Reads a run's event file with TensorBoard's own code and compares it with metrics.csv.

    check_tensorboard.py RUN_GRAPHS_DIR

Prints a line for each check; exit code 1 if one fails, 2 for wrong usage or without TensorBoard
(pip install tensorboard). Needs Python 3.9 and nothing else.
"""

import csv
import os
import pathlib
import struct
import sys

# TensorBoard loads TensorFlow where it is installed, which then logs what nobody asked for.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

try:
    from google.protobuf import text_format
    from tensorboard import context
    from tensorboard.backend.event_processing import (
        data_provider, event_accumulator, plugin_event_multiplexer)
    from tensorboard.compat.proto import graph_pb2
    from tensorboard.plugins import base_plugin
    from tensorboard.plugins.custom_scalar import layout_pb2
    from tensorboard.plugins.graph import graphs_plugin
except ImportError as missing:
    print(f"check_tensorboard.py: TensorBoard is missing ({missing}); "
          "install it with: pip install tensorboard", file=sys.stderr)
    sys.exit(2)

SCALARS = {
    "Loss train": "train_loss",
    "Loss test": "test_loss",
    "Train Accuracy": "train_accuracy",
    "Test Accuracy": "test_accuracy",
    "Loss/train": "train_loss",
    "Loss/test": "test_loss",
    "Accuracy/train": "train_accuracy",
    "Accuracy/test": "test_accuracy",
    "Accuracy/test balanced": "test_balanced_accuracy",
    "Accuracy/test macro F1": "test_macro_f1",
    "Training/Learning rate": "learning_rate",
    "Training/Images per second": "images_per_second",
}
VALIDATION_SCALARS = {
    "Loss validation": "validation_loss",
    "Validation Accuracy": "validation_accuracy",
    "Loss/validation": "validation_loss",
    "Accuracy/validation": "validation_accuracy",
    "Accuracy/validation balanced": "validation_balanced_accuracy",
    "Accuracy/validation macro F1": "validation_macro_f1",
}
VARIABLES = [f"Weights/{layer}/{part}" for layer in ("C1", "C2", "C3", "F6", "F7", "F8")
             for part in ("kernel", "bias")]
EPOCH_IMAGES = ("Pictures/C1 kernels", "Pictures/Confusion matrix")
OPERATIONS = "All operations of the training"
LAYERS = ["input", "C1", "S1", "C2", "C3", "S2", "F6", "F7", "F8", "softmax"]
CHARTS = {
    "Loss": ["Loss train", "Loss test"],
    "Accuracy": ["Train Accuracy", "Test Accuracy"],
}


class Failed(Exception):
    """A check that did not hold; the message says what was found."""


def require(holds, complaint):
    if not holds:
        raise Failed(complaint)


def single_precision(number):
    return struct.unpack("<f", struct.pack("<f", float(number)))[0]


def same(number, text):
    wanted = single_precision(text)
    return number == wanted or (number != number and wanted != wanted)


def png_size(data):
    require(data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR", "not a PNG")
    require(data[-8:-4] == b"IEND", "the PNG is cut off")
    return struct.unpack(">II", data[16:24])


def read_metrics(folder):
    with open(folder / "metrics.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    require(rows, "metrics.csv holds no epoch")
    epochs = [int(row["epoch"]) for row in rows]
    require(epochs == list(range(1, len(rows) + 1)), f"epochs are {epochs}")
    return rows


def check_steps(events, epochs):
    steps = [event.step for event in events]
    require(steps == list(range(1, epochs + 1)), f"steps are {steps}, not 1 to {epochs}")


def check_scalar(data, tag, column, rows):
    events = data.Scalars(tag)
    check_steps(events, len(rows))
    for event, row in zip(events, rows):
        require(same(event.value, row[column]),
                f"step {event.step} is {event.value}, metrics.csv has {row[column]}")


def check_histogram(data, tag, epochs):
    events = data.Histograms(tag)
    check_steps(events, epochs)
    for event in events:
        histogram = event.histogram_value
        require(sum(histogram.bucket) == histogram.num,
                f"step {event.step}: the buckets hold {sum(histogram.bucket)} of {histogram.num}")
        limits = list(histogram.bucket_limit)
        require(limits == sorted(set(limits)) and limits[-1] == histogram.max,
                f"step {event.step}: bucket limits {limits}")


def check_images(data, tag, steps):
    events = data.Images(tag)
    require([event.step for event in events] == steps,
            f"steps are {[event.step for event in events]}")
    for event in events:
        size = png_size(event.encoded_image_string)
        require(size == (event.width, event.height),
                f"step {event.step}: the PNG is {size}, said {event.width, event.height}")


def string_of(data, tag, plugin):
    require(tag in data.Tags()["tensors"], "missing")
    found = data.SummaryMetadata(tag).plugin_data.plugin_name
    require(found == plugin, f"plugin is {found!r}, not {plugin!r}")
    events = data.Tensors(tag)
    require([event.step for event in events] == [0], "not exactly once, at step 0")
    return events[0].tensor_proto.string_val[0]


def check_text(data):
    text = string_of(data, "Configuration", "text").decode("utf-8")
    lines = text.strip().split("\n")
    require(len(lines) > 2 and all(line.startswith("|") and line.endswith("|") for line in lines),
            f"not a table: {text!r}")


def check_layout(data):
    layout = layout_pb2.Layout.FromString(
        string_of(data, "custom_scalars__config__", "custom_scalars"))
    charts = {chart.title: list(chart.multiline.tag)
              for category in layout.category for chart in category.chart}
    require(charts == CHARTS, f"charts are {charts}")


def scope(name):
    return name.lstrip("^").split("/")[0]


class Graphs:
    """What the GRAPHS page gets of a run: its own plugin's answers."""

    def __init__(self, folder):
        runs = plugin_event_multiplexer.EventMultiplexer()
        runs.AddRun(str(folder), "run")
        runs.Reload()
        provider = data_provider.MultiplexerDataProvider(runs, str(folder))
        self.plugin = graphs_plugin.GraphsPlugin(base_plugin.TBContext(
            logdir=str(folder), multiplexer=runs, data_provider=provider))

    def offered(self):
        return self.plugin.info_impl(context.RequestContext(), experiment="")["run"]

    def graph(self, tag):
        body, _ = self.plugin.graph_impl(context.RequestContext(), "run", tag, False, experiment="")
        return text_format.Parse(body, graph_pb2.GraphDef())


def check_layers(graphs):
    """The graph that the page opens with is the layers in one line."""
    require(graphs.offered()["run_graph"], "there is no graph")
    graph = graphs.graph(None)
    found = list(dict.fromkeys(scope(node.name) for node in graph.node))
    require(found == LAYERS, f"scopes are {found}")
    arrows = {(scope(name), scope(node.name)) for node in graph.node for name in node.input}
    between = {arrow for arrow in arrows if arrow[0] != arrow[1]}
    require(between == set(zip(LAYERS, LAYERS[1:])), f"arrows are {between}")
    require(all("_output_shapes" in node.attr for node in graph.node), "shapes are missing")


def check_operations(graphs):
    """The whole graph is offered beside it, its parts of a batch in one scope."""
    tags = graphs.offered()["tags"]
    require(list(tags) == [OPERATIONS] and tags[OPERATIONS]["op_graph"], f"tags are {tags}")
    scopes = {scope(node.name) for node in graphs.graph(OPERATIONS).node}
    wanted = {layer for layer in LAYERS if layer[0] in "CF"} | {"batch", "gradients", "optimizer"}
    require(wanted <= scopes, f"scopes are {scopes}")
    parts = {name for name in scopes if name.startswith(("batch_", "train_", "part"))}
    require(parts <= {"train_loss"}, f"parts of a batch beside the layers: {parts}")


def check_groups(data):
    """TensorBoard opens the first two groups of cards in the order of their letters."""
    tags = data.Tags()
    groups = {tag.split("/")[0] for kind in ("scalars", "images", "histograms") for tag in tags[kind]}
    require(sorted(groups)[:2] == ["Accuracy", "Loss"], f"groups are {sorted(groups)}")


def check_folder(folder):
    """Runs all checks; returns how many failed."""
    failures = 0

    def check(name, action, *arguments):
        nonlocal failures
        try:
            result = action(*arguments)
            print(f"ok      {name}")
            return result
        except Exception as problem:  # what TensorBoard raises on bad data is a finding, too
            failures += 1
            print(f"FAILED  {name}: {problem if isinstance(problem, Failed) else repr(problem)}")
            return None

    files = sorted(folder.glob("events.out.tfevents.*"))
    check(f"event file in {folder}", require, len(files) > 0, "there is none")
    rows = check("metrics.csv", read_metrics, folder)
    if failures:
        return failures
    # 0 keeps every event. Orphans must not be purged: a step written twice has to show.
    data = event_accumulator.EventAccumulator(
        str(folder),
        size_guidance={event_accumulator.SCALARS: 0, event_accumulator.HISTOGRAMS: 0,
                       event_accumulator.IMAGES: 0, event_accumulator.TENSORS: 0},
        purge_orphaned_data=False)
    data.Reload()
    epochs = len(rows)
    scalars = dict(SCALARS)
    if "validation_loss" in rows[0]:
        scalars.update(VALIDATION_SCALARS)
    check("no other scalars", require, set(data.Tags()["scalars"]) == set(scalars),
          f"tags are {data.Tags()['scalars']}")
    for tag, column in scalars.items():
        check(f"scalar {tag}", check_scalar, data, tag, column, rows)
    check("no other histograms", require, set(data.Tags()["histograms"]) == set(VARIABLES),
          f"tags are {data.Tags()['histograms']}")
    for tag in VARIABLES:
        check(f"histogram {tag}", check_histogram, data, tag, epochs)
    for tag in EPOCH_IMAGES:
        check(f"images {tag}", check_images, data, tag, list(range(1, epochs + 1)))
    check("image Pictures/Batch", check_images, data, "Pictures/Batch", [0])
    check("text Configuration", check_text, data)
    check("custom scalars layout", check_layout, data)
    check("losses and accuracies open first", check_groups, data)
    graphs = check("graphs", Graphs, folder)
    check("graph of the layers", check_layers, graphs)
    check(f"graph {OPERATIONS}", check_operations, graphs)
    return failures


def main(arguments):
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    folder = pathlib.Path(arguments[0])
    failures = check_folder(folder)
    if failures:
        print(f"{folder}: {failures} checks FAILED")
        return 1
    print(f"{folder}: all checks passed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
