"""Recorded speech for the tests: two clips stand in the folder `clips`, the others come with Debian packages."""

from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile
from scipy.signal import resample_poly

HERE = Path(__file__).parent / "clips"
SPHINX = Path("/usr/share/pocketsphinx/test/data")
INSTALL = "apt-get install pocketsphinx-testdata alsa-utils"
CLIPS = {
    "austen_0880": HERE / "austen_0880.wav",
    "austen_0930": HERE / "austen_0930.wav",
    "austen_0870": SPHINX / "librivox/sense_and_sensibility_01_austen_64kb-0870.wav",
    "austen_0890": SPHINX / "librivox/sense_and_sensibility_01_austen_64kb-0890.wav",
    "austen_0920": SPHINX / "librivox/sense_and_sensibility_01_austen_64kb-0920.wav",
    "cards": SPHINX / "cards/005.wav",
    "goforward": SPHINX / "goforward.raw",
    "numbers": SPHINX / "numbers.raw",
    "something": SPHINX / "something.raw",
    "front_center": Path("/usr/share/sounds/alsa/Front_Center.wav"),
}


def clip(name):
    """Samples (T,) float32 between -1 and 1, 16,000 in a second. Skips the test where the clip is not installed."""
    if not CLIPS[name].exists():
        pytest.skip(f"the clip {name} is not here: {INSTALL}")
    rate, samples = (16000, np.fromfile(CLIPS[name], "<i2")) if CLIPS[name].suffix == ".raw" else wavfile.read(CLIPS[name])
    samples = samples / np.float32(2**15)
    return samples if rate == 16000 else resample_poly(samples, 16000, rate).astype(np.float32)
