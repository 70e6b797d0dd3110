"""Whisper tiny.en with OpenAI's weights: the tokens of CTranslate2, and its spectrogram and encoder within rounding."""

import json
from pathlib import Path

import numpy as np
import pytest
from audio import CLIPS, clip

from dlcourse import pretrained
from dlcourse.models.whisper import END, PROMPT, spectrogram
from dlcourse.tensor import no_grad

REFERENCE = Path(__file__).parent / "reference"
ANSWERS = json.loads((REFERENCE / "whisper_tiny.json").read_text(encoding="utf-8"))
ARRAYS = np.load(REFERENCE / "whisper_tiny.npz")


@pytest.fixture(scope="module")
def tokenizer(weights):
    weights("whisper_tiny")
    return pretrained.tokenizer("whisper_tiny")


@pytest.mark.parametrize("name", CLIPS)
def test_hears_the_tokens_that_the_original_hears(weights, name):
    assert weights("whisper_tiny").transcribe(spectrogram(clip(name))) == ANSWERS[name]["tokens"]


@pytest.mark.parametrize("name", ANSWERS)
def test_the_tokenizer_writes_what_the_original_writes(name, tokenizer):
    assert tokenizer.decode(ANSWERS[name]["tokens"]) == ANSWERS[name]["text"]


def test_the_prompt_names_special_tokens(tokenizer):
    special = tokenizer.special
    assert (special["<|startoftranscript|>"], special["<|notimestamps|>"]) == PROMPT
    assert special["<|endoftext|>"] == END


def test_the_spectrogram_is_that_of_the_original():
    np.testing.assert_allclose(spectrogram(clip("austen_0880"))[:, :300:10], ARRAYS["mel"], rtol=0, atol=2e-5)


def test_the_encoder_hears_what_the_original_hears(weights):
    with no_grad():
        heard = weights("whisper_tiny").encoder(spectrogram(clip("austen_0880"))[None]).numpy()
    rounding = 5e-5 * abs(ARRAYS["encoded"]).max()  # in float64 the encoder is 2e-5 away from the original and 5e-6 from ours
    np.testing.assert_allclose(heard[0, ::50], ARRAYS["encoded"], rtol=0, atol=rounding)
