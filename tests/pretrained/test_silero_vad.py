"""Silero's detector with its makers' weights: the probabilities that onnxruntime computes from their file."""

from pathlib import Path

import numpy as np
import pytest
from audio import CLIPS, clip

from dlcourse.models.silero import waves

REFERENCE = np.load(Path(__file__).parent / "reference" / "silero.npz")


@pytest.mark.parametrize("name", CLIPS)
def test_hears_speech_where_the_original_does(weights, name):
    np.testing.assert_allclose(weights("silero").speech(clip(name)), REFERENCE[name], rtol=0, atol=1e-5)


def test_the_weights_begin_with_a_fourier_transform(weights):
    np.testing.assert_allclose(weights("silero").waves.numpy(), waves(256), rtol=0, atol=1e-6)


def test_noise_is_no_speech(weights):
    noise = np.random.default_rng(0).normal(scale=0.01, size=16000)
    assert weights("silero").speech(noise).max() < 0.5
