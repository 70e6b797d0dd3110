"""One Case for each layer and way of using it; its twin is PyTorch's layer of the same name."""

from dlcourse import nn
from dlcourse.compare.rows.case import Case, normal

LAYERS = [
    Case("Linear", lambda rng: nn.Linear(4, 3, rng=rng), normal((2, 5, 4))),
    Case("Conv1d", lambda rng: nn.Conv1d(4, 6, 3, stride=2, padding=1, rng=rng), normal((2, 4, 9))),
    Case("Conv2d", lambda rng: nn.Conv2d(4, 6, 3, padding=1, rng=rng), normal((2, 4, 6, 5))),
    Case(
        "Conv2d, a group for each channel",
        lambda rng: nn.Conv2d(4, 4, (3, 5), 2, (1, 2), groups=4, bias=False, rng=rng),
        normal((2, 4, 6, 5)),
    ),
    Case("ConvTranspose2d", lambda rng: nn.ConvTranspose2d(4, 3, 4, stride=2, padding=1, rng=rng), normal((2, 4, 5, 3))),
    Case("ReLU", lambda rng: nn.ReLU(), normal((3, 5))),
    Case("LeakyReLU", lambda rng: nn.LeakyReLU(0.2), normal((3, 5))),
    Case("Tanh", lambda rng: nn.Tanh(), normal((3, 5))),
    Case("Sigmoid", lambda rng: nn.Sigmoid(), normal((3, 5))),
    Case("GELU", lambda rng: nn.GELU(), normal((3, 5))),
    Case("GELU tanh", lambda rng: nn.GELU("tanh"), normal((3, 5))),
    Case("Dropout in evaluation", lambda rng: nn.Dropout(0.2, rng=rng).eval(), normal((3, 5))),
]
