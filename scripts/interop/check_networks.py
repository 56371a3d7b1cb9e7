#!/usr/bin/env python3
"""Compares lenet5-bn and resnet8 with the same networks in Keras 3 and PyTorch (scripts/peers), which begin
with this program's weights: logits, probabilities, gradients, and ten steps of SGD and of Adam.

    check_networks.py LENET5 WORK_FOLDER TEST_RECORDS CLASSPATH

LENET5 is scripts/lenet5, TEST_RECORDS a file of CIFAR-10 records, CLASSPATH has the tests' classes.
WORK_FOLDER is made anew. Both optimizers begin with the same random weights, a checkpoint written here and
taken by --from. All of a training's images are one batch, so that an epoch is a step, whatever their order
is, and has a checkpoint of its own. Gradients are read from Adam's first moment after the first step, which
is a tenth of them.

The others compute in float64. Two things no program can do in float32. A ReLU whose input is 0 but for
rounding passes the gradient or does not: the pictures are those of which the gradients do not jump when all
weights are changed by a millionth. And what has no effect, as a bias in front of a batch normalization, has a
gradient that is rounding and nothing else, which Adam makes steps of: it is checked to be small, and after
each step the others take this program's values of it, as the moving means contain them.

Prints a line for each check; exit code 1 if one fails, 2 for wrong usage or without Keras or PyTorch.
"""

import csv
import os
import pathlib
import shutil
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "peers"))

try:
    import keras
    import numpy as np
    import tensorflow as tf
    import torch
    import networks_keras
    import networks_pytorch
except ImportError as missing:
    print(f"check_networks.py: {missing}; install it with: pip install tensorflow_cpu torch (PyTorch's CPU build is enough)",
          file=sys.stderr)
    sys.exit(2)

CLASSES, MEASURED = 10, 100  # images that are classified
STEPS = 10
RATES = {"sgd": 0.002, "adam": 0.0002}  # ten steps move the weights by some percent
LAYERS = {"lenet5-bn": "C1 C2 C3 F6 F7 F8".split(), "resnet8": "C1 A1 A2 B1 B2 BS D1 D2 DS F".split()}
OUTPUTS, TRAINED, ROUNDING = 1e-5, 1e-4, 1e-5
NOTHING = 1e-10  # as a share of the largest gradient: rounding in float64
failed = 0


def check(what, holds, detail):
    global failed
    failed += not holds
    print(f"{'ok    ' if holds else 'FAILED'} {what}: {detail}", flush=True)


class Keras:
    def __init__(self, network, precision, weights):
        keras.config.set_floatx(precision)
        keras.config.set_dtype_policy(precision)
        self.model = networks_keras.NETWORKS[network]()
        self.variables = {f"{layer.name.removesuffix('_norm')}/{value.name.removeprefix('moving_')}": value
                          for layer in self.model.layers for value in layer.weights}
        self.set(weights)

    def set(self, weights):
        for name, value in weights.items():
            self.variables[name].assign(value)

    def weights(self):
        return {name: value.numpy() for name, value in self.variables.items()}

    def logits(self, images):
        return self.model(images / 255, training=False).numpy()

    def optimizer(self, kind):
        return keras.optimizers.SGD(RATES[kind]) if kind == "sgd" else keras.optimizers.Adam(RATES[kind])

    def step(self, optimizer, number, images, labels):
        """-> the loss before, the gradients by name"""
        trained = self.model.trainable_variables
        with tf.GradientTape() as tape:
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, self.model(images / 255, training=True))
        gradients = tape.gradient(loss, trained)
        if hasattr(optimizer, "epsilon"):  # Keras adds it before it corrects the second moment, PyTorch and this program after
            optimizer.epsilon = 1e-8 * (1 - 0.999 ** number) ** 0.5
        optimizer.apply_gradients(zip(gradients, trained))
        by_value = {id(value): gradient.numpy() for value, gradient in zip(trained, gradients)}
        return float(loss), {name: by_value[id(value)] for name, value in self.variables.items() if id(value) in by_value}


class PyTorch:
    PARTS = {torch.nn.Conv2d: {"kernel": "weight", "bias": "bias"}, torch.nn.BatchNorm2d: {"gamma": "weight", "beta": "bias", "mean": "running_mean", "variance": "running_var"}}
    PARTS[torch.nn.Linear], PARTS[torch.nn.BatchNorm1d] = PARTS[torch.nn.Conv2d], PARTS[torch.nn.BatchNorm2d]
    AXES = {4: (2, 3, 1, 0), 2: (1, 0)}  # of a kernel, as this program has them

    def __init__(self, network, precision, weights):
        build = networks_pytorch.NETWORKS[network]
        self.model = (build(as_tensorflow=True) if network == "resnet8" else build()).to(getattr(torch, precision))
        self.precision, self.variables, self.values = precision, {}, {}
        layers = iter(LAYERS[network])
        for module in self.model.modules():
            parts = self.PARTS.get(type(module), {})
            if "kernel" in parts:
                layer = next(layers)
            self.variables.update({f"{layer}/{part}": getattr(module, name) for part, name in parts.items()})
            if "variance" in parts:  # what the batch's variance is taken of
                module.register_forward_hook(lambda _, x, y, name=layer: self.values.update({name: y.numel() // y.shape[1]}))
        self.first = weights
        self.set(weights)

    def set(self, weights):
        with torch.no_grad():
            for name, value in weights.items():
                to = self.variables[name]
                to.copy_(torch.from_numpy(value.transpose(np.argsort(self.AXES[value.ndim])) if name.endswith("/kernel") else value))

    def here(self, name, tensor):
        value = tensor.detach().numpy()
        return value.transpose(self.AXES[value.ndim]) if name.endswith("/kernel") else value.copy()

    def weights(self):
        found = {name: self.here(name, value) for name, value in self.variables.items()}
        for name, value in found.items():
            if name.endswith("/variance"):  # PyTorch keeps the sample's variance, Keras and this program the population's
                n, begun = self.values[name.split("/")[0]], 0.9 ** STEPS * self.first[name]
                found[name] = begun + (value - begun) * (n - 1) / n
        return found

    def pixels(self, images):
        return torch.from_numpy(images.transpose(0, 3, 1, 2).copy()).to(getattr(torch, self.precision)) / 255

    def logits(self, images):
        self.model.eval()
        with torch.no_grad():
            return self.model(self.pixels(images)).numpy()

    def optimizer(self, kind):
        return {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[kind](self.model.parameters(), RATES[kind])

    def step(self, optimizer, number, images, labels):
        self.model.train()
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(self.model(self.pixels(images)), torch.from_numpy(labels))
        loss.backward()
        gradients = {name: self.here(name, value.grad) for name, value in self.variables.items() if value.grad is not None}
        optimizer.step()
        return loss.item(), gradients


def random_weights(network):
    """As after some training: nothing is 0 or 1"""
    random = np.random.default_rng(1)
    model, weights = Keras(network, "float32", {}), {}
    for name, value in model.variables.items():
        shape, part = value.shape, name.split("/")[1]
        weights[name] = {"kernel": lambda: random.normal(0, (2 / np.prod(shape[:-1])) ** 0.5, shape),
                         "gamma": lambda: random.uniform(0.5, 1.5, shape),
                         "variance": lambda: random.uniform(0.5, 1.5, shape)}.get(part, lambda: random.uniform(-0.5, 0.5, shape))().astype(np.float32)
    return weights


def gradients_of(network, weights, images, labels):
    model = PyTorch(network, "float64", weights)
    return model.step(model.optimizer("sgd"), 1, images.astype("float64"), labels)[1]


def jumps(network, weights, images, labels):
    random = np.random.default_rng(2)
    expected = gradients_of(network, weights, images, labels)
    for _ in range(3):
        near = {name: value * (1 + 1e-6 * random.standard_normal(value.shape)) for name, value in weights.items()}
        if worst(gradients_of(network, near, images, labels), expected, without_effect(expected))[0] > TRAINED / 2:
            return True
    return False


def smooth(records, starts):
    """-> one image of each class, with which no network's gradients jump; their labels"""
    labels = np.arange(CLASSES)
    by_class = [records[records[:, 0] == kind][:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1) for kind in labels]
    for images in map(np.stack, zip(*by_class)):
        if not any(jumps(network, weights, images, labels) for network, weights in starts.items()):
            return images, labels
    raise SystemExit("FAILED there are no such pictures")


def write(images, tests, folder):
    """-> a list of pictures for this program"""
    folder.mkdir()
    with open(folder / "list.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "label", "split"])
        for split, pictures in ("train", images), ("test", tests):
            for kind, pixels in enumerate(pictures):
                (folder / f"{split}-{kind}.png").write_bytes(tf.io.encode_png(pixels).numpy())
                rows.writerow([f"{split}-{kind}.png", kind, split])
    return folder / "list.csv"


def without_effect(gradients):
    """By name, which of a variable's values have a gradient that is 0 but for rounding"""
    largest = max(np.abs(value).max() for value in gradients.values())
    return {name: np.abs(value) < NOTHING * largest for name, value in gradients.items()}


def worst(found, expected, ignored):
    """The largest relative norm of a difference, and whose it is"""
    worst = 0, ""
    for name, right in expected.items():
        kept = ~ignored.get(name, np.zeros(right.shape, bool))
        if kept.any():
            difference = np.linalg.norm(found[name][kept].astype("float64") - right[kept]) / np.linalg.norm(right[kept])
            worst = max(worst, (float(difference), name))
    return worst


class Run:
    def __init__(self, work, name):
        self.folder, self.graphs = work / "checkpoints" / name, work / "graphs" / name

    def values(self, epoch):
        reader = tf.train.load_checkpoint(str(self.folder / f"ckpt-{epoch}"))
        return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}

    def losses(self):
        with open(self.graphs / "metrics.csv") as file:
            return [float(row["train_loss"]) for row in csv.DictReader(file)]


def outputs(network, run, classpath, images):
    weights = variables(run.values(STEPS))
    lines = subprocess.run(["java", "-Xmx1g", "-cp", classpath, "org.lenet5.interop.ProbabilitiesOfRun", str(run.folder), str(len(images))],
                           check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    probabilities = np.array([line.split() for line in lines.splitlines()], "float64")
    served = tf.saved_model.load(str(run.folder / "saved_model" / "1")).signatures["serving_default"](images=tf.constant(images))
    for peer in Keras, PyTorch:
        logits = peer(network, "float64", weights).logits(images.astype("float64"))
        expected = np.exp(logits - logits.max(1, keepdims=True))
        expected /= expected.sum(1, keepdims=True)
        for what, found, right in (("logits as served", served["logits"].numpy(), logits),
                                   ("probabilities as served", served["probabilities"].numpy(), expected),
                                   ("probabilities", probabilities, expected)):
            difference = np.abs(found - right).max()
            check(f"{network}, {what}, of {len(images)} images: as {peer.__name__}'s", difference <= OUTPUTS, f"{difference:.1e}")


def variables(values):
    """Without the optimizer's state"""
    return {name: value for name, value in values.items() if name.split("/")[-1] in ("kernel", "bias", "gamma", "beta", "mean", "variance")}


def steps(network, kind, run, begin, images, labels):
    kept = [variables(run.values(step)) for step in range(1, STEPS + 1)]
    losses = run.losses()
    ignored = without_effect(gradients_of(network, begin, images, labels))
    for peer in Keras, PyTorch:
        model = peer(network, "float64", begin)
        optimizer = model.optimizer(kind)
        theirs = []
        for step, mine in enumerate(kept, 1):
            loss, gradients = model.step(optimizer, step, images.astype("float64"), labels)
            theirs.append(loss)
            own = model.weights()
            model.set({name: np.where(some, mine[name], own[name]) for name, some in ignored.items() if some.any()})
            if step == 1 and kind == "adam":
                gradient(f"{network}, gradients: as {peer.__name__}'s", run.values(1), gradients, ignored)
        difference = max(abs(a - b) for a, b in zip(losses, theirs))
        check(f"{network}, losses before ten steps of {kind}: as {peer.__name__}'s", difference <= TRAINED, f"{difference:.1e}")
        difference, name = worst(kept[-1], model.weights(), ignored)
        check(f"{network}, weights and statistics after ten steps of {kind}: as {peer.__name__}'s",
              difference <= TRAINED, f"{difference:.1e} ({name})")


def gradient(what, after, expected, ignored):
    found = {name: after[name + "-m"] / (1 - np.float32(0.9)) for name in expected}
    difference, name = worst(found, expected, ignored)
    check(what, difference <= TRAINED, f"{difference:.1e} ({name})")
    noise = max(np.abs(found[name][some]).max() for name, some in ignored.items() if some.any())
    largest = max(np.abs(value).max() for value in expected.values())
    check(f"{what}: none where nothing has an effect", noise <= ROUNDING * largest, f"{noise:.1e}, the largest is {largest:.1e}")


def main():
    if len(sys.argv) != 5:
        print(__doc__, file=sys.stderr)
        return 2
    lenet5, work, classpath = sys.argv[1], pathlib.Path(sys.argv[2]).absolute(), sys.argv[4]
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    records = np.fromfile(sys.argv[3], np.uint8).reshape(-1, 3073)
    measured = records[:MEASURED, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    starts = {network: random_weights(network) for network in LAYERS}
    images, labels = smooth(records, starts)
    tests = np.stack([records[records[:, 0] == kind][-1, 1:].reshape(3, 32, 32).transpose(1, 2, 0) for kind in range(CLASSES)])
    listed = write(images, tests, work / "pictures")

    def train(network, kind):
        name = f"{network}-{kind}"
        done = subprocess.run([lenet5, "train", "--dataset", listed, "--run", name, "--network", network, "--from", work / network,
                               "--epochs", str(STEPS), "--keep", str(STEPS), "--batch-size", str(len(images)),
                               "--optimizer", kind, "--learning-rate", str(RATES[kind]),
                               "--graphs-dir", work / "graphs", "--checkpoints-dir", work / "checkpoints", "--data-dir", work / "data"],
                              capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"FAILED to train {name}: {done.stderr}")
        return Run(work, name)

    for network, weights in starts.items():
        tf.raw_ops.SaveV2(prefix=str(work / network), tensor_names=list(weights), shape_and_slices=[""] * len(weights),
                          tensors=[tf.constant(value) for value in weights.values()])
        for kind in RATES:
            run = train(network, kind)
            steps(network, kind, run, weights, images, labels)
        outputs(network, run, classpath, measured)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
