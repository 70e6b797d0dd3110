"""The same training step in other people's small engines: `python -m benchmarks.peers`, each raced against ours in one process.

One multi-layer perceptron with ReLU, from the same weights, in float32 where the engine lets one choose: forward, loss, backward, SGD.
A peer that is not installed, or can't run here, is named with the reason: `pip install micrograd autograd tinygrad` brings them, and
tinygrad wants clang.
"""

import argparse
import json
import sys

import numpy as np

from benchmarks.clock import on_one_thread, race

LR = 0.1
SIZES = {"xor": (2, 8, 1), "mlp_64": (784, 256, 128, 10)}


def problem(work):
    """Weights (D, K) and biases of each layer, inputs and targets: XOR with squared error, or images with cross entropy."""
    rng = np.random.default_rng(0)
    sizes = SIZES[work]
    layers = [((rng.normal(size=(d, k)) * (2 / d) ** 0.5).astype("f4"), np.zeros(k, "f4")) for d, k in zip(sizes, sizes[1:], strict=False)]
    if work == "xor":
        return layers, np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "f4"), np.array([[0], [1], [1], [0]], "f4")
    return layers, rng.random((64, 784), dtype=np.float32), rng.integers(0, 10, 64)


def ours(layers, x, y):
    from dlcourse import functional as F
    from dlcourse.models import MLP
    from dlcourse.optim import SGD

    model = MLP(*(w.shape[0] for w, _ in layers), layers[-1][0].shape[1])
    for p, array in zip(model.parameters(), (a for w, b in layers for a in (w.T, b)), strict=True):
        p.data = array.copy()
    optimizer, loss = SGD(model.parameters(), LR), F.cross_entropy if y.dtype.kind == "i" else F.mse_loss

    def step():
        optimizer.zero_grad()
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        return value.item()

    return step


def pytorch(layers, x, y):
    import torch

    x, y = torch.from_numpy(x), torch.from_numpy(y)
    parameters = [torch.tensor(a, requires_grad=True) for layer in layers for a in layer]
    optimizer = torch.optim.SGD(parameters, LR)
    loss = torch.nn.functional.cross_entropy if y.dtype == torch.int64 else torch.nn.functional.mse_loss

    def step():
        optimizer.zero_grad()
        value = loss(forward(x, parameters, torch.relu), y)
        value.backward()
        optimizer.step()
        return value.item()

    return step


def autograd(layers, x, y):
    """HIPS autograd: https://github.com/HIPS/autograd."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    parameters = [a.copy() for layer in layers for a in layer]

    def loss(parameters):
        z = forward(x, parameters, lambda z: z * (z > 0))  # its maximum splits the gradient at 0
        if y.dtype.kind == "f":
            return anp.mean((z - y) ** 2)
        z = z - anp.max(z, axis=1, keepdims=True)
        return anp.mean(anp.log(anp.sum(anp.exp(z), axis=1)) - z[anp.arange(len(y)), y])

    both = value_and_grad(loss)

    def step():
        value, gradients = both(parameters)
        for p, g in zip(parameters, gradients, strict=True):
            p -= LR * g
        return float(value)

    return step


def tinygrad(layers, x, y):
    """tinygrad with its JIT: https://github.com/tinygrad/tinygrad."""
    from tinygrad import Context, Tensor, TinyJit
    from tinygrad.nn.optim import SGD

    x, target = Tensor(x), Tensor(y)
    parameters = [Tensor(a).contiguous().realize() for layer in layers for a in layer]
    optimizer = SGD(parameters, lr=LR)

    @TinyJit
    def jitted():
        optimizer.zero_grad()
        z = forward(x, parameters, lambda z: z.relu())
        value = ((z - target) ** 2).mean() if y.dtype.kind == "f" else z.sparse_categorical_crossentropy(target)
        value.backward()
        return value.realize(*optimizer.schedule_step())  # one schedule, so that the loss is that before the step

    def step():
        with Context(TRAINING=1):
            return jitted().item()

    return step


def micrograd(layers, x, y):
    """micrograd, number by number: https://github.com/karpathy/micrograd. It has no exponential, so only the squared error."""
    from micrograd.engine import Value

    if y.dtype.kind != "f":
        raise NotImplementedError("micrograd has neither exp nor log, so no cross entropy")
    weights = [([[Value(float(v)) for v in row] for row in w], [Value(float(v)) for v in b]) for w, b in layers]
    parameters = [v for w, b in weights for v in [*(v for row in w for v in row), *b]]
    points, targets = x.tolist(), y.tolist()

    def output(row):
        for i, (w, b) in enumerate(weights):
            row = [sum((v * w[d][k] for d, v in enumerate(row)), b[k]) for k in range(len(b))]
            row = [v.relu() for v in row] if i < len(weights) - 1 else row
        return row[0]

    def step():
        for p in parameters:
            p.grad = 0
        value = sum((output(row) - t[0]) ** 2 for row, t in zip(points, targets, strict=True)) / len(points)
        value.backward()
        for p in parameters:
            p.data -= LR * p.grad
        return value.data

    return step


PEERS = {"pytorch": pytorch, "autograd": autograd, "tinygrad": tinygrad, "micrograd": micrograd}


def forward(x, parameters, relu):
    """Linear layers with ReLU between them, for engines whose arrays know `@` and `+`."""
    for i in range(0, len(parameters), 2):
        x = x @ parameters[i] + parameters[i + 1]
        x = relu(x) if i < len(parameters) - 2 else x
    return x


def compare(work, peer, quick=False):
    """One row: milliseconds of ours and of the peer, how many times slower the peer is, and whether five losses agree."""
    row = {"name": f"{work}_{peer}", "threads": 1, "ours_ms": None, "peer_ms": None, "slower": None, "agree": None, "why": None}
    try:
        steps = ours(*problem(work)), PEERS[peer](*problem(work))
    except Exception as error:  # not installed, no compiler, an operation it lacks: each engine has its own way of saying so
        return row | {"why": f"{type(error).__name__}: {error}"}
    losses = np.array([[step() for _ in range(5)] for step in steps])
    mine, theirs = race(steps, seconds=0.05 if quick else 0.2, samples=5 if quick else 9)
    agree = bool(np.allclose(losses[0], losses[1], rtol=1e-4))
    return row | {"ours_ms": mine, "peer_ms": theirs, "slower": theirs / mine, "agree": agree}


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", metavar="FILE", help="also write the rows to FILE")
    args = parser.parse_args()
    rows = []
    print(f"{'step':18}{'ours ms':>10}{'peer ms':>12}{'slower':>9}   agree")
    for work in SIZES:
        for peer in PEERS:
            rows.append(compare(work, peer))
            print(line(rows[-1]), flush=True)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=2)
    return 1 if any(row["agree"] is False for row in rows) else 0


def line(row):
    if row["why"]:
        return f"{row['name']:18}   {row['why'].splitlines()[0][:100]}"
    return f"{row['name']:18}{row['ours_ms']:10.3f}{row['peer_ms']:12.3f}{row['slower']:8.1f}x   {'yes' if row['agree'] else 'NO'}"


if __name__ == "__main__":
    on_one_thread("benchmarks.peers")
    sys.exit(main())
