"""Denoising diffusion (Ho, Jain and Abbeel 2020, "Denoising diffusion probabilistic models"): an image is drowned in noise step by step,
a network learns to name the noise, and naming it again and again turns pure noise into an image.
B batch, C channels, H W image, D channels of the embedded time; t is 0 .. steps - 1, later is noisier."""

import math

import numpy as np

from dlcourse import Tensor, no_grad
from dlcourse import functional as F
from dlcourse.nn import Conv2d, GroupNorm, Linear, Module
from dlcourse.nn.init import default_rng


class Diffusion:
    """The noise schedule: after step t, x_t = sqrt(signal[t]) x_0 + sqrt(1 - signal[t]) noise (eq. 4, where signal is called alpha-bar).

    `schedule` is "cosine" (Nichol and Dhariwal 2021, eq. 17) or "linear" (Ho et al., section 4). Raises ValueError for another word.
    """

    def __init__(self, steps=100, schedule="cosine"):
        if schedule not in SCHEDULES:
            raise ValueError(f"Diffusion expected schedule {' or '.join(map(repr, SCHEDULES))}, got {schedule!r}.")
        self.steps = steps
        beta = SCHEDULES[schedule](steps)
        self.beta, self.alpha = beta, 1 - beta
        self.signal = np.cumprod(self.alpha)

    def add_noise(self, x, t, noise):
        """x_t for images x (B, C, H, W), times t (B,) and noise of the shape of x: arrays, in the dtype of x."""
        keep = self.signal[t][:, None, None, None].astype(x.dtype)
        return np.sqrt(keep) * x + np.sqrt(1 - keep) * noise

    def loss(self, model, x, *, rng):
        """|noise - model(x_t, t)|², the mean, for a random time of each image and random noise (eq. 14)."""
        t = rng.integers(0, self.steps, len(x))
        noise = rng.normal(size=x.shape).astype(x.dtype)
        return F.mse_loss(model(self.add_noise(x, t, noise), t), noise)

    def sample(self, model, shape, *, rng, limit=1.0):
        """Images of `shape` (B, C, H, W) from pure noise, an array; pixels lie between -limit and limit (algorithm 2)."""
        x = rng.normal(size=shape).astype(np.float32)
        with no_grad():
            for t in reversed(range(self.steps)):
                noise = model(x, np.full(len(x), t)).numpy()
                x = self._step_back(x, noise, t, limit, rng)
        return x

    def _step_back(self, x, noise, t, limit, rng):
        """x_(t-1) given x_t: the mean of eq. 7 with the named noise taken out, and fresh noise unless it is the last step."""
        before = self.signal[t - 1] if t else 1.0
        clean = (x - math.sqrt(1 - self.signal[t]) * noise) / math.sqrt(self.signal[t])
        clean = clean.clip(-limit, limit)  # a pixel can't be whiter than white
        share = 1 / (1 - self.signal[t])
        mean = float(math.sqrt(before) * self.beta[t] * share) * clean + float(math.sqrt(self.alpha[t]) * (1 - before) * share) * x
        spread = math.sqrt(self.beta[t] * (1 - before) * share)
        return (mean + spread * rng.normal(size=x.shape)).astype(np.float32)


def _cosine(steps):
    t = np.arange(steps + 1) / steps
    signal = np.cos((t + 0.008) / 1.008 * math.pi / 2) ** 2
    return np.minimum(1 - signal[1:] / signal[:-1], 0.999)


def _linear(steps):
    """From 1e-4 to 0.02 for a thousand steps; fewer steps are larger."""
    return np.linspace(1e-4, 0.02, steps) * (1000 / steps)


SCHEDULES = {"cosine": _cosine, "linear": _linear}


class UNet(Module):
    """Noisy images (B, C, H, W) and times (B,) -> the noise in them (B, C, H, W) (Ronneberger et al. 2015, with Ho et al.'s blocks).

    Two levels: at half the size twice the channels; what was seen on the way down is laid beside what comes up. H and W must be even.
    """

    def __init__(self, channels=1, width=32, *, rng=None):
        rng = default_rng(rng)
        self.width = width
        self.time1, self.time2 = Linear(width, 4 * width, rng=rng), Linear(4 * width, 4 * width, rng=rng)
        self.enter = Conv2d(channels, width, 3, padding=1, rng=rng)
        self.down = Block(width, width, 4 * width, rng=rng)
        self.shrink = Conv2d(width, 2 * width, 3, stride=2, padding=1, rng=rng)
        self.middle1 = Block(2 * width, 2 * width, 4 * width, rng=rng)
        self.middle2 = Block(2 * width, 2 * width, 4 * width, rng=rng)
        self.grow = Conv2d(2 * width, width, 3, padding=1, rng=rng)
        self.up = Block(2 * width, width, 4 * width, rng=rng)
        self.norm = GroupNorm(8, width)
        self.leave = Conv2d(width, channels, 3, padding=1, rng=rng)

    def forward(self, x, t):
        x = x if isinstance(x, Tensor) else Tensor(x)
        self._check(x)
        time = embedded_time(t, self.width).astype(self.enter.weight.numpy().dtype)
        time = self.time2(F.silu(self.time1(time)))  # (B, D)
        fine = self.down(self.enter(x), time)  # (B, width, H, W)
        coarse = self.middle2(self.middle1(self.shrink(fine), time), time)  # (B, 2 width, H/2, W/2)
        y = self.grow(twice_as_large(coarse))  # (B, width, H, W)
        y = self.up(F.concatenate([y, fine], 1), time)
        return self.leave(F.silu(self.norm(y)))

    def _check(self, x):
        if x.ndim != 4 or x.shape[2] % 2 or x.shape[3] % 2:
            raise ValueError(f"UNet expected images (B, C, H, W) with even H and W, which it halves, got {x.shape}. Pad or pool them.")


class Block(Module):
    """Two convolutions with normalisation before and the time added between, around which the input passes (He et al. 2016)."""

    def __init__(self, inputs, outputs, time, *, rng=None):
        rng = default_rng(rng)
        self.norm1, self.conv1 = GroupNorm(8, inputs), Conv2d(inputs, outputs, 3, padding=1, rng=rng)
        self.time = Linear(time, outputs, rng=rng)
        self.norm2, self.conv2 = GroupNorm(8, outputs), Conv2d(outputs, outputs, 3, padding=1, rng=rng)
        self.around = Conv2d(inputs, outputs, 1, rng=rng) if inputs != outputs else None

    def forward(self, x, time):
        y = self.conv1(F.silu(self.norm1(x)))
        y = y + self.time(F.silu(time)).reshape(*y.shape[:2], 1, 1)  # the same at each place
        y = self.conv2(F.silu(self.norm2(y)))
        return y + (x if self.around is None else self.around(x))


def embedded_time(t, channels):
    """Times (B,) as sines and cosines of different speed, (B, channels): near times look alike (Vaswani et al. 2017, section 3.5)."""
    speed = np.exp(-math.log(10_000) * np.arange(channels // 2) / (channels // 2))
    angle = np.asarray(t)[:, None] * speed
    return np.concatenate([np.sin(angle), np.cos(angle)], 1)


def twice_as_large(x):
    """Each pixel becomes two by two: (B, C, H, W) -> (B, C, 2 H, 2 W)."""
    return F.repeat_interleave(F.repeat_interleave(x, 2, 2), 2, 3)
