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
    Case("Flatten", lambda rng: nn.Flatten(), normal((3, 2, 4))),
    Case("Embedding", lambda rng: nn.Embedding(7, 4, rng=rng), lambda rng: [rng.integers(0, 7, (2, 5))]),
    Case("Embedding with padding", lambda rng: nn.Embedding(7, 4, padding_idx=0, rng=rng), lambda rng: [rng.integers(0, 7, (2, 5))]),
    Case("MaxPool1d", lambda rng: nn.MaxPool1d(3, 2, 1), normal((2, 3, 8))),
    Case("MaxPool2d", lambda rng: nn.MaxPool2d((2, 3), ceil_mode=True), normal((2, 3, 7, 8))),
    Case("AvgPool1d", lambda rng: nn.AvgPool1d(2), normal((2, 3, 8))),
    Case("AvgPool2d", lambda rng: nn.AvgPool2d(3, 2, 1, count_include_pad=False), normal((2, 3, 7, 8))),
    Case("AdaptiveAvgPool1d", lambda rng: nn.AdaptiveAvgPool1d(3), normal((2, 3, 8))),
    Case("AdaptiveAvgPool2d", lambda rng: nn.AdaptiveAvgPool2d((1, 2)), normal((2, 3, 5, 5))),
    Case("LayerNorm", lambda rng: nn.LayerNorm(6), normal((2, 3, 6))),
    Case("LayerNorm over an image", lambda rng: nn.LayerNorm((3, 4, 5)), normal((2, 3, 4, 5))),
    Case("LayerNorm without parameters", lambda rng: nn.LayerNorm(6, elementwise_affine=False), normal((2, 3, 6))),
    Case("LayerNorm without bias", lambda rng: nn.LayerNorm(6, bias=False), normal((2, 3, 6))),
    Case("RMSNorm", lambda rng: nn.RMSNorm(6), normal((2, 3, 6))),
    Case("GroupNorm", lambda rng: nn.GroupNorm(2, 6), normal((2, 6, 4, 3))),
    Case("BatchNorm1d", lambda rng: nn.BatchNorm1d(5), normal((4, 5))),
    Case("BatchNorm2d", lambda rng: nn.BatchNorm2d(3), normal((4, 3, 2, 5))),
    Case("BatchNorm2d in evaluation", lambda rng: nn.BatchNorm2d(3).eval(), normal((4, 3, 2, 5))),
    Case(
        "BatchNorm2d in evaluation without running statistics",
        lambda rng: nn.BatchNorm2d(3, affine=False, track_running_stats=False).eval(),
        normal((4, 3, 2, 5)),
    ),
    Case("MultiheadAttention", lambda rng: nn.MultiheadAttention(6, 2, rng=rng), normal((2, 4, 6), (2, 5, 6), (2, 5, 6))),
    Case(
        "MultiheadAttention without bias",
        lambda rng: nn.MultiheadAttention(6, 3, bias=False, rng=rng),
        normal((2, 4, 6), (2, 5, 6), (2, 5, 6)),
    ),
]
