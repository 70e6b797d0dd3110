"""Training steps raced against PyTorch eager: zero_grad, forward, loss, backward, Adam (PyTorch's default one).

On a GPU both sides run there, inputs too, and a step ends when the device has finished. With two threads the rows in SHARED give each of
our threads half of the batch (`dlcourse.parallel`); in the other rows NumPy's products use them, as PyTorch's do.
"""

import argparse
import json
import os

import numpy as np


def mlp(batch):
    """A step of the 784-256-128-10 network on random images; returns both steps and whether they agree."""
    from dlcourse import functional as F
    from dlcourse.models import MLP

    rng = np.random.default_rng(0)
    x, y = rng.random((batch, 784), dtype=np.float32), rng.integers(0, 10, batch)
    return contest(MLP(784, 256, 128, 10, rng=rng), x, y, F.cross_entropy, "cross_entropy", shared=True)


def xor():
    """A step of the 2-8-1 network on the four points of XOR: hardly any arithmetic, all overhead."""
    from dlcourse import functional as F
    from dlcourse.models import MLP

    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    y = np.array([[0], [1], [1], [0]], np.float32)
    return contest(MLP(2, 8, 1, rng=np.random.default_rng(0)), x, y, F.bce_with_logits, "binary_cross_entropy_with_logits")


def cnn(memory_format):
    """A step of two 3 x 3 convolutions (16 and 32 channels), each with ReLU and pooling, and a linear layer, on 64 images of 28 x 28."""
    from dlcourse import functional as F
    from dlcourse.nn import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(64, 1, 28, 28)).astype("f4"), rng.integers(0, 10, 64)
    layers = [Conv2d(1, 16, 3, padding=1, rng=rng), ReLU(), MaxPool2d(2), Conv2d(16, 32, 3, padding=1, rng=rng), ReLU(), MaxPool2d(2)]
    model = Sequential(*layers, Flatten(), Linear(32 * 7 * 7, 10, rng=rng))
    return contest(model, x, y, F.cross_entropy, "cross_entropy", memory_format=memory_format, shared=True)


def dcgan():
    """A step of DCGAN's generator: 64 images of 28 x 28 from 64 numbers of noise by way of 128 and 64 channels, towards random images."""
    from dlcourse import functional as F
    from dlcourse.models import DCGenerator

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(64, 64)).astype("f4"), rng.uniform(-1, 1, (64, 1, 28, 28)).astype("f4")
    return contest(DCGenerator(width=64, rng=rng), x, y, F.mse_loss, "mse_loss")


def recurrent(name):
    """A step of one recurrent layer, 128 units on 64 steps of 32 sequences of 128 numbers, towards random outputs."""
    from dlcourse import functional as F
    from dlcourse import nn

    rng = np.random.default_rng(0)
    x, y = (rng.normal(size=(64, 32, 128)).astype("f4") for _ in range(2))
    return contest(getattr(nn, name)(128, 128, rng=rng), x, y, F.mse_loss, "mse_loss")


def gpt(batch=16, length=64):
    """A step of a small GPT with AdamW: 4 layers, 128 wide, 4 heads, on `batch` sequences of `length` tokens out of 65."""
    from dlcourse.models import GPT

    rng = np.random.default_rng(0)
    ids = rng.integers(0, 65, (batch, length + 1))
    model = GPT(65, length, layers=4, heads=4, channels=128, rng=rng)
    return contest(model, ids[:, :-1].copy(), ids[:, 1:].copy(), GPT.loss, tokens_cross_entropy, "AdamW", shared=True)


def tokens_cross_entropy(logits, targets):
    """GPT.loss in PyTorch."""
    from torch.nn.functional import cross_entropy

    return cross_entropy(logits.flatten(0, 1), targets.flatten())


def tape(operations=1000):
    """Forward and backward through a chain of additions and products of four numbers: what one recorded operation costs. No optimizer."""
    import torch

    from dlcourse import Tensor
    from dlcourse.compare import relative_difference

    start = np.array([0.1, -0.2, 0.3, 0.4], np.float32)
    ours, theirs = Tensor(start, requires_grad=True), torch.tensor(start, requires_grad=True)

    def chain(x):
        x.grad = None
        y = x
        for _ in range(operations // 2):
            y = y * x + x
        y.sum().backward()
        return y

    agree = relative_difference(chain(ours), chain(theirs)) < 1e-4 and relative_difference(ours.grad, theirs.grad) < 1e-4
    return lambda: chain(ours), lambda: chain(theirs), agree


WORKLOADS = {
    "mlp_64": lambda: mlp(64),
    "mlp_512": lambda: mlp(512),
    "xor": xor,
    "cnn": lambda: cnn("contiguous_format"),
    "cnn_channels_last": lambda: cnn("channels_last"),
    "dcgan": dcgan,
    "lstm": lambda: recurrent("LSTM"),
    "gru": lambda: recurrent("GRU"),
    "rnn": lambda: recurrent("RNN"),
    "gpt": gpt,
    "tape": tape,
}
SHARED = ("mlp_512", "cnn", "cnn_channels_last", "gpt")


def contest(model, x, y, loss, torch_loss, optimizer="Adam", memory_format="preserve_format", shared=False):
    """(our step, PyTorch's step, agree): equal loss and gradients in the first step, equal loss after four.

    `torch_loss` is a function, or the name of one; the optimizer has PyTorch's settings unless told otherwise, on both sides.
    `shared` lets two of our threads have half of the batch each, where PyTorch has two threads.
    `memory_format` is the order in which PyTorch's images and weights lie in memory; ours are always channels_last.
    """
    import torch

    from dlcourse import optim
    from dlcourse.backend import device_name, synchronize, to_device
    from dlcourse.compare import relative_difference, to_torch
    from dlcourse.parallel import DataParallel

    gpu = device_name() == "gpu"
    place, wait = ("cuda", torch.cuda.synchronize) if gpu else ("cpu", lambda: None)
    memory_format = getattr(torch, memory_format)
    twin = to_torch(model).to(place, memory_format=memory_format)
    there = torch.from_numpy(x).to(place, memory_format=memory_format), torch.from_numpy(y).to(place)
    torch_loss = getattr(torch.nn.functional, torch_loss) if isinstance(torch_loss, str) else torch_loss
    torch_optimizer = getattr(torch.optim, optimizer)(twin.parameters())
    here = to_device(x), to_device(y), getattr(optim, optimizer)(model.parameters()), synchronize
    parallel = shared and torch.get_num_threads() > 1
    ours = sharing(DataParallel(model, loss), *here) if parallel else stepping(model, loss, *here)
    theirs = stepping(twin, torch_loss, *there, torch_optimizer, wait)
    learned = dict(twin.named_parameters())
    pairs = [(ours(), theirs())] + [(p.grad, learned[name].grad) for name, p in model.named_parameters()]
    agree = all(relative_difference(a, b) < 1e-4 for a, b in pairs)
    after_four = [number([step() for _ in range(4)][-1]) for step in (ours, theirs)]
    return ours, theirs, agree and relative_difference(*map(np.array, after_four)) < 1e-4


def number(value):
    """A loss as a Python number."""
    return value if isinstance(value, float) else value.item()


def stepping(model, loss, x, y, optimizer, wait):
    """A training step as a function; both libraries are driven by the same lines."""
    from dlcourse.compare.parity import in_tuple

    def step():
        optimizer.zero_grad()
        value = loss(in_tuple(model(x))[0], y)  # recurrent layers also give their last state
        value.backward()
        optimizer.step()
        wait()
        return value

    return step


def sharing(parallel, x, y, optimizer, wait):
    """The same step, its gradients from two threads."""

    def step():
        optimizer.zero_grad()
        value = parallel(x, y)
        optimizer.step()
        wait()
        return value

    return step


def main():
    """Run one workload in this process and print its row as JSON."""
    import torch

    from dlcourse import device

    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=WORKLOADS)
    parser.add_argument("threads", type=int)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_float32_matmul_precision("high" if os.environ.get("CUPY_TF32") == "1" else "highest")  # TF32 on both sides, or on neither
    with device(args.device):
        print(json.dumps(row(args.name, args.threads, args.quick)))


def row(name, threads, quick):
    from benchmarks.clock import race

    ours, theirs, agree = WORKLOADS[name]()
    rest = 0.03 if threads > 1 else 0.0
    ours_ms, torch_ms = race([ours, theirs], seconds=0.05 if quick else 0.1, samples=7 if quick else 15, rest=rest)
    return {"name": name, "threads": threads, "ours_ms": ours_ms, "torch_ms": torch_ms, "ratio": ours_ms / torch_ms, "agree": bool(agree)}


if __name__ == "__main__":
    main()
