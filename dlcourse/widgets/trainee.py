"""What a playground trains: a model of two inputs and one output. Rows are arrays (N, 3) of x₁, x₂ and class 0 or 1."""

import numpy as np

from dlcourse import Tensor, no_grad
from dlcourse import functional as F
from dlcourse.models import MLP
from dlcourse.nn import Linear, Module, ReLU, Sequential, Sigmoid, Tanh
from dlcourse.optim import SGD

ACTIVATIONS = {"tanh": Tanh, "ReLU": ReLU, "sigmoid": Sigmoid, "none": Sequential}  # an empty Sequential changes nothing
QUIET = np.errstate(over="ignore", invalid="ignore")  # a rate that is too large is told by the loss, not by warnings


class Trainee:
    """model: Tensor (N, 2) -> Tensor (N,) or (N, 1), the logit of class 1; parameters: what `learn` moves, maybe nothing."""

    def __init__(self, model, parameters):
        self.model, self.parameters = model, list(parameters)
        self.optimizer = SGD(self.parameters, lr=1.0) if self.parameters else None

    @QUIET
    def learn(self, rows, rate, l2):
        """One step of gradient descent, where L2 adds l2 · w to the gradient of w. A loss that is not finite changes nothing."""
        loss = self._loss(rows)
        if not np.isfinite(loss.item()):
            return
        self.optimizer.zero_grad()
        loss.backward()
        for p in self.parameters:
            p.data *= 1 - rate * l2
        self.optimizer.lr = rate
        self.optimizer.step()

    @QUIET
    def loss(self, rows):
        """The mean loss as a list of one number, an empty list where there are no rows."""
        with no_grad():
            return [self._loss(rows).item()] if len(rows) else []

    def right(self, rows):
        """How many rows are on the side of their class."""
        return int(((self.output(rows[:, :2]) > 0) == rows[:, 2]).sum()) if len(rows) else 0

    @QUIET
    def output(self, x):
        """The logits (N,) for x (N, 2), not recorded."""
        with no_grad():
            return self._logits(x).numpy()

    def neurons(self, x):
        """(names, outputs (neurons, N)) of the neurons between input and output, as far as they are known."""
        return [], None

    def _loss(self, rows):
        return F.bce_with_logits(self._logits(rows[:, :2]), rows[:, 2])

    def _logits(self, x):
        z = self.model(Tensor(x.copy()))  # a learner's function may write into its argument
        if not isinstance(z, Tensor) or z.shape not in ((len(x),), (len(x), 1)):
            got = f"shape {z.shape}" if isinstance(z, Tensor) else type(z).__name__
            raise ValueError(f"forward expected to return one number for each row of x, shape ({len(x)},), got {got}.")
        return z.reshape(len(x))


class Network(Trainee):
    """An MLP from x₁ and x₂ through hidden layers of these widths to one output."""

    def __init__(self, widths, activation, rng):
        model = MLP(2, *widths, 1, activation=ACTIVATIONS[activation], rng=rng)
        super().__init__(model, model.parameters())

    def neurons(self, x):
        """(names, outputs (neurons, N)) of the hidden neurons, or of the two inputs where there are none."""
        layers, z = [], Tensor(x)
        with no_grad():
            for module in self.model:
                z = module(z)
                if not isinstance(module, Linear):
                    layers.append(z.data.T)
        if not layers:
            return ["x₁", "x₂"], x.T / np.abs(x).max()
        names = [f"{i}.{k}" if len(layers) > 1 else str(k) for i, layer in enumerate(layers, 1) for k in range(1, len(layer) + 1)]
        return names, np.concatenate(layers)


class Own(Trainee):
    """The learner's forward and parameters. A Module brings its own; without any, forward maps NumPy arrays and can't be trained.

    unused: the controls of the playground that move nothing then.
    """

    def __init__(self, forward, parameters=()):
        parameters = list(parameters) or (forward.parameters() if isinstance(forward, Module) else [])
        super().__init__(forward if parameters else lambda x: Tensor(np.asarray(forward(x.numpy()), dtype=np.float32)), parameters)
        self.unused = {"hidden", "activation"} | (set() if parameters else {"rate", "l2", "batch"})
        self.start = [p.data.copy() for p in self.parameters]

    def restarted(self):
        """The same trainee with the weights that it came with."""
        for p, data in zip(self.parameters, self.start, strict=True):
            p.data = data.copy()
        return self
