import numpy as np
import pytest

from dlcourse import functional as F
from dlcourse.models.whisper import RATE, Whisper, bands_of_pitch, hertz, mel, spectrogram, waves
from dlcourse.optim import SGD, Adam
from dlcourse.tensor import no_grad


def small(dtype="f4", **options):
    sizes = {"positions": (6, 12), "vocabulary": 11, "bands": 5, "width": 8, "heads": 2, "layers": 2}
    return Whisper(**sizes, rng=np.random.default_rng(0), **options).astype(dtype)


def batch(dtype="f4"):
    rng = np.random.default_rng(1)
    return rng.normal(size=(3, 5, 8)).astype(dtype), rng.integers(0, 11, (3, 7))


def next_token_loss(model, sound, tokens):
    return F.cross_entropy(model(sound, tokens[:, :-1]).reshape(-1, 11), tokens[:, 1:].reshape(-1))


def test_shapes():
    model, (sound, tokens) = small(), batch()
    assert model.encoder(sound).shape == (3, 4, 8)
    assert model(sound, tokens).shape == (3, 7, 11)


def test_tiny_has_the_published_number_of_parameters():
    model = Whisper(rng=np.random.default_rng(0))
    bias_of_keys = 12 * 384  # which OpenAI left out, since it cannot change what softmax gives
    assert sum(p.data.size for p in model.parameters()) == 37_184_256 + bias_of_keys


def test_overfits_one_batch():
    model, (sound, tokens) = small(), batch()
    optimizer = Adam(model.parameters(), 0.01)
    for _ in range(150):
        optimizer.zero_grad()
        loss = next_token_loss(model, sound, tokens)
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.05


def test_a_token_sees_no_later_one_but_all_of_the_sound():
    model, (sound, tokens) = small("f8"), batch("f8")
    later, other = tokens.copy(), sound.copy()
    later[:, 4] = (later[:, 4] + 1) % 11
    other[:, :, -1] += 1
    same = (model(sound, later).numpy() == model(sound, tokens).numpy()).all((0, 2))
    assert same.tolist() == [True] * 4 + [False] * 3
    assert (model(other, tokens).numpy() != model(sound, tokens).numpy()).any(2).all()


def test_reading_piece_by_piece_gives_what_reading_at_once_gives():
    model, (sound, tokens) = small("f8"), batch("f8")
    with no_grad():
        heard, caches = model.encoder(sound), model.decoder.caches()
        pieces = [model.decoder(tokens[:, i:j], heard, caches).numpy() for i, j in [(0, 3), (3, 4), (4, 7)]]
        np.testing.assert_allclose(np.concatenate(pieces, 1), model(sound, tokens).numpy(), rtol=0, atol=1e-12)


def greedy(model, sound, prompt, most, banned_at):
    """transcribe as a plain loop: everything is read again for each token."""
    tokens = []
    for step in range(most):
        scores = model(sound[None], np.array([[*prompt, *tokens]])).numpy()[0, -1]
        tokens.append(max((v for v in range(11) if v not in banned_at(step)), key=scores.__getitem__))
    return tokens


def test_transcribe_takes_the_likeliest_token_that_it_may():
    sound = batch("f8")[0][0]
    first, *_ = small("f8").transcribe(sound, prompt=(1, 2), end=-1, most=1)
    for never, not_first in [((), ()), ((first,), ()), ((), (first,)), ((first,), tuple({0, 1, 2, 3, 4, 5} - {first}))]:
        model = small("f8", never=never, not_first=not_first)
        expected = greedy(model, sound, (1, 2), 6, lambda step, a=never, b=not_first: {*a, *(() if step else b)})
        assert model.transcribe(sound, prompt=(1, 2), end=-1, most=6) == expected


def test_transcribe_ends_before_the_end():
    model, sound = small("f8"), batch("f8")[0][0]
    tokens = model.transcribe(sound, prompt=(1, 2), end=-1, most=6)
    assert model.transcribe(sound, prompt=(1, 2), end=tokens[-1], most=6) == tokens[: tokens.index(tokens[-1])]


def test_trains_like_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    from dlcourse.compare import to_torch

    ours, (sound, tokens) = small("f8"), batch("f8")
    theirs = to_torch(ours)
    optimizer, twin = SGD(ours.parameters(), 0.1), torch.optim.SGD(theirs.parameters(), 0.1)
    for _ in range(30):
        optimizer.zero_grad()
        next_token_loss(ours, sound, tokens).backward()
        optimizer.step()
        twin.zero_grad()
        logits = theirs(torch.from_numpy(sound), torch.from_numpy(tokens[:, :-1]))
        torch.nn.functional.cross_entropy(logits.flatten(0, 1), torch.from_numpy(tokens[:, 1:]).flatten()).backward()
        twin.step()
    for name, array in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[name], array.numpy(), rtol=0, atol=1e-10, err_msg=name)


@pytest.mark.parametrize("seconds", [0.01, 1, 30, 31])
def test_a_spectrogram_covers_half_a_minute(seconds):
    samples = np.random.default_rng(0).normal(size=int(seconds * RATE)).astype("f4")
    found = spectrogram(samples)
    assert found.shape == (80, 3000) and found.dtype == np.float32
    np.testing.assert_array_equal(found, spectrogram(samples[: 30 * RATE]))


@pytest.mark.parametrize("frequency", [200, 440, 1000, 3000])
def test_a_pure_tone_lies_in_its_band_while_it_sounds(frequency):
    time = np.arange(2 * RATE) / RATE
    found = spectrogram(np.sin(2 * np.pi * frequency * time).astype("f4"))
    loudest = found[:, 100].argmax()
    corners = hertz(np.linspace(0, mel(RATE / 2), 82))
    assert corners[loudest] < frequency < corners[loudest + 2]
    assert found[loudest, 190] > 1 > found[loudest, 210] == found.min()


def test_bands_have_the_area_of_a_hertz():
    """A triangle of height 2 / width has the area 1; where bands are as narrow as the steps of frequency, sums only come close."""
    areas = bands_of_pitch().sum(1) * (RATE / 2 / 200)
    assert abs(areas - 1).max() < 0.35
    assert abs(areas[60:] - 1).max() < 0.02


def test_pitches_and_frequencies():
    assert hertz(np.array(mel(4000.0))) == pytest.approx(4000)
    np.testing.assert_allclose(hertz(np.array([0.0, 3.0, 15.0])), [0, 200, 1000])


def test_positions_turn_from_feature_to_feature_more_slowly():
    table = waves(50, 8)
    np.testing.assert_allclose(table[:, 0], np.sin(np.arange(50)), atol=1e-6)
    np.testing.assert_allclose(table[:, 7], np.cos(np.arange(50) / 10_000), atol=1e-6)
    np.testing.assert_allclose(table[:, :4] ** 2 + table[:, 4:] ** 2, 1, atol=1e-6)
