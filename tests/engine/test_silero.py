import numpy as np
import pytest
import torch

from dlcourse import functional as F
from dlcourse.compare import relative_difference
from dlcourse.models import Silero
from dlcourse.models.silero import chunks
from dlcourse.optim import Adam
from dlcourse.tensor import Tensor


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def small(rng):
    return Silero(window=16, channels=(6, 4, 4, 5), units=7, rng=rng)


def test_it_learns_one_batch_by_heart(rng):
    model, x = small(rng), rng.normal(size=(3, 5, 36)).astype("f4")
    spoken = rng.integers(0, 2, (3, 5)).astype("f4")
    adam = Adam(model.parameters(), 0.02)
    for _ in range(200):
        adam.zero_grad()
        logits, _ = model(Tensor(x))
        loss = F.bce_with_logits(logits, spoken)
        loss.backward()
        adam.step()
    assert loss.item() < 0.05 and ((logits.data > 0) == spoken).all()


def test_shapes_and_the_state_that_carries_on(rng):
    model, x = small(rng), rng.normal(size=(2, 6, 36)).astype("f4")
    logits, _ = model(Tensor(x))
    assert logits.shape == (2, 6)
    first, state = model(Tensor(x[:, :2]))
    second, _ = model(Tensor(x[:, 2:]), state)
    assert relative_difference(F.concatenate([first, second], 1), logits) < 1e-5


def test_the_spectrum_of_a_tone_has_one_peak(rng):
    tone = np.sin(2 * np.pi * 3 * np.arange(36) / 16).astype("f4")  # three periods in a window
    spectrum = small(rng).spectrum(Tensor(tone[None, None])).data[0]
    assert spectrum.shape == (9, 4) and (spectrum[:, :3].argmax(0) == 3).all()
    assert spectrum[3, 0] == pytest.approx(4, rel=1e-3) and spectrum[6:, 0] == pytest.approx(0, abs=1e-5)


def test_the_spectrum_is_pytorchs_short_time_fourier_transform(rng):
    x = rng.normal(size=(2, 36)).astype("f4")
    there = torch.nn.functional.pad(torch.tensor(x), (0, 4), mode="reflect")
    there = torch.stft(there, 16, 8, window=torch.hann_window(16), center=False, return_complex=True).abs()
    assert relative_difference(small(rng).spectrum(Tensor(x[:, None])), there) < 1e-6


def test_chunks_overlap_by_a_quarter_of_a_window():
    samples = np.arange(1, 71, dtype="f4")
    cut = chunks(samples, 16)
    assert cut.shape == (1, 3, 36)
    assert (cut[0, 0, :4] == 0).all() and (cut[0, 0, 4:] == samples[:32]).all()
    assert (cut[0, 1] == samples[28:64]).all()
    assert (cut[0, 2, :10] == samples[60:]).all() and (cut[0, 2, 10:] == 0).all()


def test_a_clip_gets_a_probability_for_each_32_milliseconds(rng):
    model = Silero(rng=rng)
    p = model.speech(rng.uniform(-1, 1, 1300))
    assert p.shape == (3,) and p.dtype == np.float32 and ((p > 0) & (p < 1)).all()


def test_bad_input_gets_a_sentence(rng):
    with pytest.raises(ValueError, match=r"expected chunks \(B, T, 36\), got \(2, 36\). `chunks` cuts"):
        small(rng)(Tensor(np.zeros((2, 36), "f4")))
    with pytest.raises(ValueError, match="got a clip without samples"):
        Silero(rng=rng).speech([])
