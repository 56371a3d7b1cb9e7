#!/usr/bin/env python3
"""Makes recipe.f32 and its part of golden.json: what PyTorch computes, in float64, of LeNet5's
weights in twelve steps of AdamW with a one-cycle rate, weight decay of kernels only, clipped
gradients and smoothed labels; and of a moving average of the weights.

    recipe.py FOLDER_OF_GOLDEN

Needs PyTorch and NumPy.
"""

import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

STEPS, RATE, DECAY, NORM, SMOOTHING, AVERAGE = 12, 0.01, 0.1, 1.0, 0.1, 0.9
folder = pathlib.Path(sys.argv[1])
index = json.loads((folder / "golden.json").read_text())


def arrays(file):
    flat = np.fromfile(folder / file, "<f4")
    found = {}
    for each in index["files"][file]:
        size = int(np.prod(each["shape"]))
        found[each["name"]] = flat[each["offset"] // 4:each["offset"] // 4 + size].reshape(each["shape"])
    return found


weights = {name: torch.tensor(value.astype(np.float64), requires_grad=True) for name, value in arrays("weights.f32").items()}
images = torch.tensor(np.fromfile(folder / "images.u8", np.uint8).reshape(-1, 32, 32, 3).astype(np.float64) / 255).permute(0, 3, 1, 2)
labels = torch.tensor(index["labels"])


def logits(x):
    for name, pool in (("C1", (2, 2)), ("C2", None), ("C3", (6, 6))):
        x = F.relu(F.conv2d(x, weights[name + "/kernel"].permute(3, 2, 0, 1), weights[name + "/bias"]))
        x = F.max_pool2d(x, *pool) if pool else x
    x = x.flatten(1)
    for name in ("F6", "F7", "F8"):
        x = x @ weights[name + "/kernel"] + weights[name + "/bias"]
        x = x if name == "F8" else F.relu(x)
    return x


kernels = [value for name, value in weights.items() if name.endswith("kernel")]
others = [value for name, value in weights.items() if not name.endswith("kernel")]
optimizer = torch.optim.AdamW([{"params": kernels}, {"params": others, "weight_decay": 0}], lr=RATE, weight_decay=DECAY)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=STEPS, cycle_momentum=False)
averages = {name: value.detach().clone() for name, value in weights.items()}
losses, norms = [], []
for step in range(STEPS):
    batch = slice(0, 10) if step % 2 == 0 else slice(10, 20)
    optimizer.zero_grad()
    loss = F.cross_entropy(logits(images[batch]), labels[batch], label_smoothing=SMOOTHING)
    loss.backward()
    losses.append(loss.item())
    norms.append(torch.nn.utils.clip_grad_norm_(list(weights.values()), NORM).item())
    optimizer.step()
    if step + 1 < STEPS:
        schedule.step()
    decay = min(AVERAGE, (1 + step) / (10 + step))
    for name, value in weights.items():
        averages[name] = decay * averages[name] + (1 - decay) * value.detach()
assert min(norms) < NORM < max(norms), norms  # clipped in some steps, and in others not

stored = {name: value.detach().numpy() for name, value in weights.items()}
stored.update({name + "-average": averages[name].numpy() for name in ("C1/kernel", "F8/kernel", "F8/bias")})
entries, offset, data = [], 0, b""
for name, value in stored.items():
    entries.append({"name": name, "shape": list(value.shape), "offset": offset})
    data += value.astype("<f4").tobytes()
    offset = len(data)
(folder / "recipe.f32").write_bytes(data)
index["files"]["recipe.f32"] = entries
index["training"]["recipe"] = {"lossBeforeEachStep": losses, "gradientNorms": norms}
(folder / "golden.json").write_text(json.dumps(index, indent=1) + "\n")
print(losses, norms)
