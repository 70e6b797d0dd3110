"""Is somebody speaking? Silero's detector (Silero Team 2021, github.com/snakers4/silero-vad): a spectrum, convolutions over it, an LSTM.
B batch, T chunks of 32 ms, N samples of a chunk, F frequencies, C channels, W frames of a chunk."""

import numpy as np

from dlcourse import functional as F
from dlcourse.backend import to_device, to_host
from dlcourse.nn import LSTM, Buffer, Conv1d, Module, ModuleList, init
from dlcourse.tensor import Tensor, no_grad

STRIDES = 1, 2, 2, 1  # four frames of a chunk become two, then one


class Silero(Module):
    """Chunks (B, T, N) of sound -> logits (B, T) that somebody speaks in each, and the state after the last.

    A chunk has 2 * window new samples, preceded by the last window / 4 before them: see `chunks`. Sound has 16,000 samples in a second.
    Raises ValueError for chunks of another size.
    """

    def __init__(self, *, window=256, channels=(128, 64, 64, 128), units=128, rng=None):
        rng = init.default_rng(rng)
        self.window = window
        self.waves = Buffer(waves(window))
        sizes = zip((window // 2 + 1, *channels), channels, STRIDES, strict=False)
        self.convolutions = ModuleList(*(Conv1d(before, after, 3, stride, 1, rng=rng) for before, after, stride in sizes))
        self.memory = LSTM(channels[-1], units, rng=rng)
        self.head = Conv1d(units, 1, 1, rng=rng)

    def forward(self, x, state=None):
        """`state` is what an earlier call returned: the sound goes on from there."""
        B, T, N = self._checked(x).shape
        x = self.spectrum(x.reshape(B * T, 1, N))  # (B T, F, 4)
        for convolution in self.convolutions:
            x = F.relu(convolution(x))  # (B T, C, W)
        x = x.reshape(B, T, x.shape[1]).transpose(0, 1)  # (T, B, C), since one frame is left
        y, state = self.memory(x, state)
        return self.head(F.relu(y).permute(1, 2, 0)).squeeze(1), state  # (B, T)

    def spectrum(self, x):
        """How strong each frequency is, (B, 1, N) -> (B, F, W): a convolution with cosines and sines, and the length of the pair."""
        x = F.pad(x, (0, self.window // 4), mode="reflect")
        cosine, sine = F.conv1d(x, self.waves, stride=self.window // 2).split(self.window // 2 + 1, 1)
        return F.sqrt(cosine * cosine + sine * sine)

    def speech(self, samples):
        """The probability that somebody speaks in each 32 ms of a clip: samples (n,) between -1 and 1 -> a host array."""
        with no_grad():
            logits, _ = self(Tensor(to_device(chunks(samples, self.window))))
            return to_host(F.sigmoid(logits[0]).data)

    def _checked(self, x):
        size = 2 * self.window + self.window // 4
        if x.ndim != 3 or x.shape[2] != size:
            raise ValueError(f"Silero expected chunks (B, T, {size}), got {x.shape}. `chunks` cuts a clip into them.")
        return x


def waves(window):
    """Cosines, then sines, of 0 to window / 2 periods, faded in and out by a Hann window: (window + 2, 1, window)."""
    n, periods = np.arange(window), np.arange(window // 2 + 1)[:, None]
    angle = 2 * np.pi * periods * n / window
    fade = 0.5 - 0.5 * np.cos(2 * np.pi * n / window)
    return (fade * np.concatenate([np.cos(angle), -np.sin(angle)]))[:, None].astype(np.float32)


def chunks(samples, window=256):
    """A clip (n,) cut into chunks (1, T, N), each preceded by the last samples before it, and zeros where there are none.

    Raises ValueError for a clip without samples.
    """
    if len(samples) == 0:
        raise ValueError("chunks expected sound, got a clip without samples.")
    past, new = window // 4, 2 * window
    padded = np.pad(np.asarray(samples, np.float32), (past, -len(samples) % new))
    starts = np.arange(0, len(padded) - past, new)[:, None]
    return padded[None, starts + np.arange(past + new)]
