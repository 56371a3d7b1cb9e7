#!/usr/bin/env python3
"""Reads the HParams of runs with TensorBoard's own code.

    check_hparams.py GRAPHS_DIR CHECKPOINTS_DIR

Compares what the HPARAMS page would show with each run's run.json; of a suite of runs, also the
columns of its table. Prints a line for each check;
exit code 1 if one fails, 2 for wrong usage or without TensorBoard (pip install tensorboard).
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

try:
    from google.protobuf import json_format
    from tensorboard.backend.event_processing import event_accumulator
    from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2
except ImportError as missing:
    print(f"check_hparams.py: TensorBoard is missing ({missing}); "
          "install it with: pip install tensorboard", file=sys.stderr)
    sys.exit(2)

NUMBERS = {"validation", "epochs", "batch-size", "learning-rate", "dropout", "seed", "test-share", "threads", "warmup", "clip-norm",
           "ema", "label-smoothing", "patience", "minutes", "temperature", "teacher-weight",
           "replicas", "warmup-steps", "outer-momentum"}
MEANS = {of: [f"Accuracy/{of} balanced", f"Accuracy/{of} macro F1"] for of in ("test", "validation")}  # of the classes
METRICS = ["Test Accuracy", "Train Accuracy", "Loss test", "Loss train", *MEANS["test"]]
VALIDATED = ["Validation Accuracy", "Test Accuracy", "Train Accuracy",
             "Loss validation", "Loss test", "Loss train", *MEANS["validation"], *MEANS["test"]]
HELD_OUT = ["Validation Accuracy", "Train Accuracy", "Loss validation", "Loss train", *MEANS["validation"]]
# What run.json has of an epoch, by the tag that it stands under.
FIGURES = {"Test Accuracy": "test_accuracy", "Train Accuracy": "train_accuracy", "Validation Accuracy": "validation_accuracy",
           "Loss test": "test_loss", "Loss train": "train_loss", "Loss validation": "validation_loss",
           **{tag: f"{of}_{name}" for of, tags in MEANS.items() for tag, name in zip(tags, ("balanced_accuracy", "macro_f1"))}}
OPEN = 5  # columns of settings, and of metrics, that the page opens with


def plugin_data(folder, tag):
    data = event_accumulator.EventAccumulator(str(folder), purge_orphaned_data=False)
    data.Reload()
    assert data.SummaryMetadata(tag).plugin_data.plugin_name == metadata.PLUGIN_NAME, "plugin name"
    content = data.SummaryMetadata(tag).plugin_data.content
    message = plugin_data_pb2.HParamsPluginData.FromString(content)
    # Fields that TensorBoard does not know would be ours by mistake.
    assert message.SerializeToString(deterministic=True) and not unknown(message), "unknown fields"
    return data, content


def unknown(message):
    again = type(message)()
    json_format.ParseDict(json_format.MessageToDict(message), again)
    return again.ByteSize() != message.ByteSize()


def metrics(runs):
    if all(run["measure-on"] == "held-out" for run in runs):
        return HELD_OUT
    return VALIDATED if any(float(run["validation"]) > 0 for run in runs) else METRICS


def settings_of(checkpoints):
    """By flag: format 2 of run.json has underscores where flags have hyphens."""
    settings = json.loads((checkpoints / "run.json").read_text())["settings"]
    return {name.replace("_", "-"): value for name, value in settings.items()}


def check_run(graphs, checkpoints):
    settings = settings_of(checkpoints)
    data, content = plugin_data(graphs, metadata.SESSION_START_INFO_TAG)
    start = metadata.parse_session_start_info_plugin_data(content)
    found = {name: value.number_value if name in NUMBERS else value.string_value
             for name, value in start.hparams.items()}
    wanted = {name: float(value) if name in NUMBERS else value for name, value in settings.items()}
    assert found == wanted, f"settings are {found}, run.json has {wanted}"
    assert start.start_time_secs > 1.6e9, "time"
    if (checkpoints / "saved_model" / "1").exists():  # a trial of a search may have ended early
        end = metadata.parse_session_end_info_plugin_data(
            plugin_data(graphs, metadata.SESSION_END_INFO_TAG)[1])
        assert end.status == api_pb2.STATUS_SUCCESS, f"status is {end.status}"
        assert end.end_time_secs > start.start_time_secs, "times"
    assert set(metrics([settings])) <= set(data.Tags()["scalars"]), "a metric is missing"
    last = json.loads((checkpoints / "run.json").read_text())["epochs"][-1]
    for tag in metrics([settings]):
        shown = max(data.Scalars(tag), key=lambda each: each.step)
        assert shown.step == last["epoch"] and abs(shown.value - last[FIGURES[tag]]) < 1e-6, f"{tag} is {shown}, run.json has {last}"


def check_experiment(graphs, runs):
    experiment = metadata.parse_experiment_plugin_data(
        plugin_data(graphs, metadata.EXPERIMENT_TAG)[1])
    assert {info.name for info in experiment.hparam_infos} == set(runs[0]), "columns"
    for info in experiment.hparam_infos:
        wanted = api_pb2.DATA_TYPE_FLOAT64 if info.name in NUMBERS else api_pb2.DATA_TYPE_STRING
        assert info.type == wanted, f"type of {info.name} is {info.type}"
    # As TensorBoard sorts them: what differs, then the rest, each by name.
    columns = sorted(experiment.hparam_infos, key=lambda info: (not info.differs, info.name))
    shown = {info.name for info in columns[:OPEN]}
    differ = {name for name in runs[0] if len({run[name] for run in runs}) > 1}
    wanted = differ | {"optimizer", "learning-rate"}
    assert len(wanted) > OPEN or wanted <= shown, f"{differ} differ, {shown} are shown"
    found = [info.name.tag for info in experiment.metric_infos]
    assert found == metrics(runs), f"metrics are {found}"


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    graphs, checkpoints = map(pathlib.Path, arguments)
    runs = sorted(path.parent.name for path in checkpoints.glob("*/run.json"))
    if not runs:
        print(f"FAILED  {checkpoints}: no runs")
        return 1
    settings = [settings_of(checkpoints / run) for run in runs]
    checks = []
    if any(graphs.glob("events.out.tfevents.*")):
        checks.append(("experiment", check_experiment, (graphs, settings)))
    checks += [(run, check_run, (graphs / run, checkpoints / run)) for run in runs]
    failures = 0
    for name, check, values in checks:
        try:
            check(*values)
            print(f"ok      HParams of {name}")
        except Exception as problem:  # what TensorBoard raises on bad data is a finding, too
            failures += 1
            print(f"FAILED  HParams of {name}: {problem!r}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
