"""Whisper (Radford et al. 2022, "Robust speech recognition via large-scale weak supervision", fig. 1): a Transformer that hears and writes.
Its encoder reads half a minute of sound at once; its decoder is a GPT that at each token also looks at what the encoder has heard.
B batch, M bands of pitch, T time (pieces of sound), L tokens of text, C features, V vocabulary."""

import math

import numpy as np

from dlcourse import functional as F
from dlcourse.nn import GELU, Buffer, Conv1d, Embedding, KeyValueCache, LayerNorm, Linear, Module, MultiheadAttention, Parameter, Sequential
from dlcourse.nn.init import default_rng
from dlcourse.tensor import no_grad

RATE, SECONDS, BANDS = 16_000, 30, 80  # samples in a second, seconds that are heard at once, bands of pitch
WINDOW, HOP = 400, 160  # samples: the pitches of 25 ms, every 10 ms
PROMPT, END = (50257, 50362), 50256  # tokens of the English models: a transcript starts, and has no times in it; it ends


class Whisper(Module):
    """Whisper() has the sizes of tiny.en, 38 million parameters: sound (B, M, 2 T) and tokens (B, L) -> logits (B, L, V).

    `never` are tokens that `transcribe` does not write, `not_first` those with which it does not begin.
    """

    def __init__(
        self, *, positions=(1500, 448), vocabulary=51_864, bands=BANDS, width=384, heads=6, layers=4, never=(), not_first=(), rng=None
    ):
        rng, (sound, text) = default_rng(rng), positions
        self.encoder = Encoder(bands, sound, width, heads, layers, rng=rng)
        self.decoder = Decoder(vocabulary, text, width, heads, layers, rng=rng)
        self.never, self.not_first = list(never), list(not_first)

    def forward(self, sound, tokens):
        return self.decoder(tokens, self.encoder(sound))

    def transcribe(self, sound, *, prompt=PROMPT, end=END, most=224):
        """What is said in a spectrogram (M, 2 T), as a list of tokens: each is the likeliest after all before it, until `end` comes."""
        with no_grad():
            heard, caches = self.encoder(sound[None]), self.decoder.caches()
            tokens, unread = [], prompt
            while len(tokens) < most:
                scores = self.decoder(np.array([unread]), heard, caches).numpy()[0, -1]
                token = self._likeliest(scores, banned=self.never if tokens else self.never + self.not_first)
                if token == end:
                    break
                tokens.append(token)
                unread = [token]
        return tokens

    def _likeliest(self, scores, banned):
        scores[banned] = -math.inf
        return int(scores.argmax())


class Encoder(Module):
    """sound (B, M, 2 T) -> what was heard (B, T, C)."""

    def __init__(self, bands, positions, width, heads, layers, *, rng):
        self.conv1 = Conv1d(bands, width, 3, padding=1, rng=rng)
        self.conv2 = Conv1d(width, width, 3, stride=2, padding=1, rng=rng)
        self.positions = Buffer(waves(positions, width))
        self.blocks = Sequential(*(Block(width, heads, rng=rng) for _ in range(layers)))
        self.norm = LayerNorm(width)

    def forward(self, sound):
        x = F.gelu(self.conv1(sound))  # (B, C, 2 T)
        x = F.gelu(self.conv2(x))  # (B, C, T)
        x = x.transpose(1, 2) + self.positions[: x.shape[2]]  # (B, T, C)
        return self.norm(self.blocks(x))


class Decoder(Module):
    """tokens (B, L) and what was heard (B, T, C) -> logits (B, L, V) of the token that follows each.

    With `caches` a call goes on where the last one ended and takes only new tokens.
    """

    def __init__(self, vocabulary, positions, width, heads, layers, *, rng):
        self.tokens = Embedding(vocabulary, width, rng=rng)
        self.positions = Parameter((0.01 * rng.normal(size=(positions, width))).astype("f4"))
        self.blocks = Sequential(*(ListeningBlock(width, heads, rng=rng) for _ in range(layers)))
        self.norm = LayerNorm(width)

    def caches(self):
        """Empty ones, for the start of a text: two for each block, one of the text and one of the sound."""
        return [(KeyValueCache(), KeyValueCache()) for _ in self.blocks]

    def forward(self, tokens, heard, caches=None):
        past = len(caches[0][0]) if caches else 0
        x = self.tokens(tokens) + self.positions[past : past + tokens.shape[1]]  # (B, L, C)
        for block, cache in zip(self.blocks, caches or self.caches(), strict=True):
            x = block(x, heard, *cache)
        return F.linear(self.norm(x), self.tokens.weight)  # (B, L, V)


class Block(Module):
    """Pieces of sound look at each other, then each thinks alone; both add to x (B, T, C)."""

    def __init__(self, width, heads, *, rng):
        self.attention_norm, self.attention = LayerNorm(width), MultiheadAttention(width, heads, rng=rng)
        self.mlp_norm, self.mlp = LayerNorm(width), mlp(width, rng=rng)

    def forward(self, x):
        x = x + look(self.attention, self.attention_norm(x))
        return x + self.mlp(self.mlp_norm(x))


class ListeningBlock(Module):
    """Tokens look at those before them, then at the sound, then each thinks alone; all three add to x (B, L, C)."""

    def __init__(self, width, heads, *, rng):
        self.attention_norm, self.attention = LayerNorm(width), MultiheadAttention(width, heads, rng=rng)
        self.hearing_norm, self.hearing = LayerNorm(width), MultiheadAttention(width, heads, rng=rng)
        self.mlp_norm, self.mlp = LayerNorm(width), mlp(width, rng=rng)

    def forward(self, x, heard, text_cache, sound_cache):
        x = x + look(self.attention, self.attention_norm(x), is_causal=True, cache=text_cache)
        x = x + look(self.hearing, self.hearing_norm(x), heard, cache=sound_cache)
        return x + self.mlp(self.mlp_norm(x))


def look(attention, x, at=None, **options):
    """What x (B, L, C) sees at another sequence (B, T, C), or at itself."""
    at = x if at is None else at
    return attention(x, at, at, need_weights=False, **options)[0]


def mlp(width, *, rng):
    """The part of a block that works on each token alone."""
    return Sequential(Linear(width, 4 * width, rng=rng), GELU(), Linear(4 * width, width, rng=rng))


def waves(positions, width):
    """Sines, then cosines (positions, width) of angles that grow with the position, from feature to feature more slowly."""
    slowness = np.exp(-math.log(10_000) / (width // 2 - 1) * np.arange(width // 2))
    angles = np.arange(positions)[:, None] * slowness
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype("f4")


def spectrogram(samples):
    """How loud each of 80 bands of pitch is, every 10 ms of half a minute, as a logarithm: (RATE * seconds,) -> float32 (80, 3000).

    The samples lie between -1 and 1; silence fills what is missing, and what is too long is cut off (section 2.2).
    """
    samples = samples[: RATE * SECONDS]
    samples = np.pad(np.pad(samples, (0, RATE * SECONDS - len(samples))), WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[:-1:HOP]
    bell = np.sin(np.pi * np.arange(WINDOW) / WINDOW) ** 2  # the ends of a frame would click
    power = abs(np.fft.rfft(frames * bell)) ** 2  # (3000, 201)
    loudness = np.log10(np.maximum(bands_of_pitch() @ power.T, 1e-10))
    return ((np.maximum(loudness, loudness.max() - 8) + 4) / 4).astype("f4")


def bands_of_pitch():
    """Triangles (80, 201) over the frequencies, each with the area 1, as wide as the ear's sense of pitch is there."""
    corners = hertz(np.linspace(0, mel(RATE / 2), BANDS + 2))[:, None]
    low, middle, high = corners[:-2], corners[1:-1], corners[2:]
    frequency = np.linspace(0, RATE / 2, WINDOW // 2 + 1)
    triangles = np.minimum((frequency - low) / (middle - low), (high - frequency) / (high - middle))
    return np.maximum(triangles, 0) * 2 / (high - low)


def mel(hertz):
    """The pitch of a frequency above 1000 Hz (Slaney 1998): below it grows evenly, from there on by the logarithm."""
    return 15 + 27 * math.log(hertz / 1000) / math.log(6.4)


def hertz(mel):
    """Frequencies of pitches."""
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * math.log(6.4) / 27))
