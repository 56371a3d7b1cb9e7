"""lenet5-bn and resnet8 in a plain PyTorch loop, all in memory: Adam 0.001, batch 128, no augmentation.
usage: networks_pytorch.py CIFAR_FOLDER NETWORK [EPOCHS]"""
import sys, time
import torch
from torch import nn
from cifar10 import even_half, say


def conv(inputs, filters, size, stride=1, padding=0, relu=True):
    return nn.Sequential(nn.Conv2d(inputs, filters, size, stride, padding), nn.BatchNorm2d(filters, 1e-3), nn.ReLU() if relu else nn.Identity())


def dense(inputs, units):
    return nn.Sequential(nn.Linear(inputs, units), nn.BatchNorm1d(units, 1e-3), nn.ReLU())


def lenet5_bn():
    return nn.Sequential(conv(3, 6, 5), nn.MaxPool2d(2), conv(6, 16, 5), conv(16, 120, 5), nn.AdaptiveMaxPool2d(1), nn.Flatten(),
                         dense(120, 84), dense(84, 42), nn.Linear(42, 10))


class Block(nn.Module):
    def __init__(self, inputs, filters, stride, as_tensorflow):
        super().__init__()
        first = conv(inputs, filters, 3, stride, 1)
        if as_tensorflow and stride == 2:  # pads an even side below and to the right alone
            first = nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), conv(inputs, filters, 3, stride))
        self.body = nn.Sequential(first, conv(filters, filters, 3, 1, 1, relu=False))
        self.shortcut = nn.Identity() if stride == 1 else nn.Conv2d(inputs, filters, 1, stride)

    def forward(self, x):
        return torch.relu(self.shortcut(x) + self.body(x))


def resnet8(as_tensorflow=False):
    blocks = [Block(*shape, as_tensorflow) for shape in ((16, 16, 1), (16, 32, 2), (32, 64, 2))]
    return nn.Sequential(conv(3, 16, 3, 1, 1), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


NETWORKS = {"lenet5-bn": lenet5_bn, "resnet8": resnet8}


def train(layout, epochs):
    x, y = even_half(sys.argv[1])
    x, y = torch.from_numpy(x).permute(0, 3, 1, 2).float().div(255).contiguous(memory_format=layout), torch.from_numpy(y)
    model = NETWORKS[sys.argv[2]]().to(memory_format=layout)
    optimizer, criterion = torch.optim.Adam(model.parameters(), 1e-3), nn.CrossEntropyLoss()
    name = "PyTorch" if layout == torch.contiguous_format else "PyTorch, channels last"
    for epoch in range(epochs):
        begin, order, total = time.time(), torch.randperm(len(x)), 0.0
        model.train()
        for j in order.split(128):
            optimizer.zero_grad()
            loss = criterion(model(x[j]), y[j])
            total += loss.item() * len(j)
            loss.backward()
            optimizer.step()
        say(name, network=sys.argv[2], epoch=epoch, train_s=time.time() - begin, train_loss=total / len(x))


if __name__ == "__main__":
    for each in (torch.contiguous_format, torch.channels_last):
        train(each, int(sys.argv[3]) if len(sys.argv) > 3 else 1)
