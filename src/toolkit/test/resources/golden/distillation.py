#!/usr/bin/env python3
"""Makes distillation.f32 and its part of golden.json: what PyTorch computes, in float64, of LeNet5's
weights when it learns from a teacher: the gradient of the loss over all images, and twelve steps of
SGD. The teacher is LeNet5 with the weights of after_adam_0.001.f32 times two, and CIFAR-10's mean and
deviation before its first layer; it knows the classes in the opposite order.

    distillation.py FOLDER_OF_GOLDEN

Needs PyTorch and NumPy.
"""

import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

STEPS, RATE, TEMPERATURE, WEIGHT, SMOOTHING = 12, 0.01, 4.0, 0.75, 0.1
MEAN, DEVIATION = [.49139968, .48215841, .44653091], [.24703223, .24348513, .26158784]
STORED = ["C1/kernel", "C1/bias", "C2/kernel", "C2/bias", "C3/bias", "F7/kernel", "F8/kernel", "F8/bias"]
folder = pathlib.Path(sys.argv[1])
index = json.loads((folder / "golden.json").read_text())


def arrays(file):
    flat = np.fromfile(folder / file, "<f4")
    found = {}
    for each in index["files"][file]:
        size = int(np.prod(each["shape"]))
        found[each["name"]] = flat[each["offset"] // 4:each["offset"] // 4 + size].reshape(each["shape"])
    return {name: torch.tensor(value.astype(np.float64)) for name, value in found.items()}


student = {name: value.requires_grad_() for name, value in arrays("weights.f32").items()}
teacher = {name: 2 * value for name, value in arrays("after_adam_0.001.f32").items()}
images = torch.tensor(np.fromfile(folder / "images.u8", np.uint8).reshape(-1, 32, 32, 3).astype(np.float64) / 255)
labels = torch.tensor(index["labels"])


def logits(weights, x):
    x = x.permute(0, 3, 1, 2)
    for name, pool in (("C1", (2, 2)), ("C2", None), ("C3", (6, 6))):
        x = F.relu(F.conv2d(x, weights[name + "/kernel"].permute(3, 2, 0, 1), weights[name + "/bias"]))
        x = F.max_pool2d(x, *pool) if pool else x
    x = x.flatten(1)
    for name in ("F6", "F7", "F8"):
        x = x @ weights[name + "/kernel"] + weights[name + "/bias"]
        x = x if name == "F8" else F.relu(x)
    return x


def loss(batch):
    # Rounded to float32, as the graph has them.
    scaled = (images[batch] - torch.tensor(MEAN).double()) / torch.tensor(DEVIATION).double()
    answers = logits(teacher, scaled).flip(1)  # in the student's order
    found = logits(student, images[batch])
    soft = -(F.softmax(answers / TEMPERATURE, 1) * F.log_softmax(found / TEMPERATURE, 1)).sum(1).mean()
    hard = F.cross_entropy(found, labels[batch], label_smoothing=SMOOTHING)
    return (1 - WEIGHT) * hard + WEIGHT * TEMPERATURE ** 2 * soft


whole = loss(slice(0, 20))
whole.backward()
stored = {"gradient of " + name: student[name].grad.numpy().copy() for name in STORED}
optimizer = torch.optim.SGD(student.values(), lr=RATE)
losses = []
for step in range(STEPS):
    optimizer.zero_grad()
    before = loss(slice(0, 10) if step % 2 == 0 else slice(10, 20))
    before.backward()
    losses.append(before.item())
    optimizer.step()

stored.update({name: student[name].detach().numpy() for name in STORED})
entries, offset, data = [], 0, b""
for name, value in stored.items():
    entries.append({"name": name, "shape": list(value.shape), "offset": offset})
    data += value.astype("<f4").tobytes()
    offset = len(data)
(folder / "distillation.f32").write_bytes(data)
index["files"]["distillation.f32"] = entries
index["training"]["distillation"] = {"loss": whole.item(), "lossBeforeEachStep": losses}
(folder / "golden.json").write_text(json.dumps(index, indent=1) + "\n")
print(whole.item(), losses)
