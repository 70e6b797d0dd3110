"""Normalisation layers: mean 0 and variance 1 for numbers that belong together, then a learned scale and shift."""

from dlcourse import functional as F
from dlcourse.backend import xp
from dlcourse.nn.module import Buffer, Module, Parameter
from dlcourse.tensor import Tensor


class LayerNorm(Module):
    """Each example's last dimensions, `normalized_shape` (a number for one), normalised together (Ba, Kiros and Hinton 2016).

    Raises ValueError when x doesn't end in that shape.
    """

    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True):
        self.normalized_shape, self.eps = _as_shape(normalized_shape), eps
        self.elementwise_affine = elementwise_affine
        self.weight = _parameter(self.normalized_shape, 1) if elementwise_affine else None
        self.bias = _parameter(self.normalized_shape, 0) if elementwise_affine and bias else None

    def forward(self, x):
        return F.layer_norm(_ending_in(self, x), self.normalized_shape, self.weight, self.bias, self.eps)

    def __repr__(self):
        return f"LayerNorm({self.normalized_shape})"


class RMSNorm(Module):
    """Each example's last dimensions divided by the root of their mean square (Zhang and Sennrich 2019).

    `eps` None is the smallest step of x's dtype. Raises ValueError when x doesn't end in `normalized_shape`.
    """

    def __init__(self, normalized_shape, eps=None, elementwise_affine=True):
        self.normalized_shape, self.eps = _as_shape(normalized_shape), eps
        self.elementwise_affine = elementwise_affine
        self.weight = _parameter(self.normalized_shape, 1) if elementwise_affine else None

    def forward(self, x):
        return F.rms_norm(_ending_in(self, x), self.normalized_shape, self.weight, self.eps)

    def __repr__(self):
        return f"RMSNorm({self.normalized_shape})"


class GroupNorm(Module):
    """The channels of x (B, C, ...) in groups of neighbours, each normalised within its example (Wu and He 2018).

    Raises ValueError when the channels can't be split into as many groups, or x has another number of them.
    """

    def __init__(self, num_groups, num_channels, eps=1e-5, affine=True):
        if num_channels % num_groups:
            raise ValueError(f"GroupNorm expected channels that are a multiple of the groups, got {num_channels} and {num_groups}.")
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self.weight = _parameter((num_channels,), 1) if affine else None
        self.bias = _parameter((num_channels,), 0) if affine else None

    def forward(self, x):
        return F.group_norm(_with_channels(self, x, self.num_channels), self.num_groups, self.weight, self.bias, self.eps)

    def __repr__(self):
        return f"GroupNorm({self.num_groups}, {self.num_channels})"


class _BatchNorm(Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight = _parameter((num_features,), 1) if affine else None
        self.bias = _parameter((num_features,), 0) if affine else None
        self.running_mean = Buffer(xp.zeros(num_features, "f4")) if track_running_stats else None
        self.running_var = Buffer(xp.ones(num_features, "f4")) if track_running_stats else None
        self.num_batches_tracked = Buffer(xp.asarray(0)) if track_running_stats else None

    def forward(self, x):
        x = _with_channels(self, x, self.num_features)
        if self.training and self.track_running_stats:
            self.num_batches_tracked.data = xp.asarray(self.num_batches_tracked.data + 1)
        training = self.training or not self.track_running_stats
        return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, training, self.momentum, self.eps)

    def __repr__(self):
        return f"{type(self).__name__}({self.num_features})"


class BatchNorm1d(_BatchNorm):
    """Each feature of x (B, C) or (B, C, T) normalised over the batch, in evaluation by running statistics (Ioffe and Szegedy 2015).

    Raises ValueError when x has another number of features, or a batch in training holds only one number of each.
    """


class BatchNorm2d(_BatchNorm):
    """Each channel of x (B, C, H, W) normalised over batch and places, in evaluation by running statistics (Ioffe and Szegedy 2015).

    Raises ValueError when x has another number of channels, or a batch in training holds only one number of each.
    """


def _parameter(shape, value):
    return Parameter(xp.full(shape, value, "f4"))


def _as_shape(sizes):
    return tuple(sizes) if hasattr(sizes, "__iter__") else (sizes,)


def _ending_in(layer, x):
    x, shape = x if isinstance(x, Tensor) else Tensor(x), layer.normalized_shape
    if x.shape[-len(shape) :] != shape:
        raise ValueError(f"{layer!r} expected x of shape (..., {', '.join(map(str, shape))}), got {x.shape}.")
    return x


def _with_channels(layer, x, channels):
    x = x if isinstance(x, Tensor) else Tensor(x)
    if x.ndim < 2 or x.shape[1] != channels:
        raise ValueError(f"{layer!r} expected x of shape (B, {channels}, ...), got {x.shape}: the second axis holds the channels.")
    return x
