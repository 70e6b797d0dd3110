"""One Case for each model; its twin stands in `dlcourse.compare.twins`."""

from dlcourse import models, nn
from dlcourse.backend import to_device
from dlcourse.compare.rows.case import Case, normal
from dlcourse.models.efficientnet_lite import Stage


def _bert(rng):
    """Without the pooler, which plays no part in the output."""
    model = models.BERT(9, layers=2, heads=2, channels=8, hidden=12, length=6, dropout=0.0, rng=rng)
    model.pooler.requires_grad_(False)
    return model


def _efficientnet_lite(rng):
    """In evaluation: in training some biases meet a normalisation that takes them away, and a gradient of 0 is all rounding."""
    stages = [Stage(1, 3, 1, 1, 4), Stage(2, 5, 2, 3, 6)]
    return models.EfficientNetLite(stages, channels=2, classes=5, stem=4, head=8, rng=rng).eval()


def _lora(rng):
    adapter = models.LoRALinear(nn.Linear(6, 5, rng=rng), rank=2, rng=rng)
    adapter.B.data = to_device(rng.normal(size=(5, 2)))  # as after training: at first it is zero
    return adapter


def _text(rng):
    """Tokens of three texts, each with padding at its end."""
    return [rng.integers(1, 9, (3, 5)) * [[1, 1, 1, 1, 0]]]


def _transformer(rng):
    return models.Transformer(7, 9, layers=2, heads=2, channels=8, hidden=12, dropout=0.0, rng=rng)


def _whisper(rng):
    return models.Whisper(positions=(6, 7), vocabulary=11, bands=5, width=8, heads=2, layers=2, rng=rng)


def _word2vec(rng):
    model = models.Word2Vec(9, 5, rng=rng)
    model.neighbour.weight.data = to_device(rng.normal(size=(9, 5)))  # as after training: at first they are zero
    return model


def _padded_pairs(rng):
    """A source, the end of one row of it padding, and a target."""
    source = rng.integers(3, 9, (3, 5))
    source[1, 3:] = 0
    return [source, rng.integers(3, 8, (3, 4))]


MODELS = [
    Case("GPT", lambda rng: models.GPT(11, 6, layers=2, heads=2, channels=8, rng=rng), lambda rng: [rng.integers(0, 11, (3, 5))]),
    Case("BERT", _bert, _text),
    Case("EfficientNetLite", _efficientnet_lite, normal((3, 2, 9, 8))),
    Case("LeNet", lambda rng: models.LeNet(rng=rng), normal((3, 1, 28, 28))),
    Case("LoRALinear", _lora, normal((4, 6))),
    Case("ResNet", lambda rng: models.ResNet((1, 2), (4, 6), rng=rng), normal((3, 3, 9, 8))),
    Case("RewardModel", lambda rng: models.RewardModel(nn.Embedding(7, 6, rng=rng), 6, rng=rng), lambda rng: [rng.integers(0, 7, (4, 5))]),
    Case(
        "MatrixFactorization", lambda rng: models.MatrixFactorization(7, 9, 4, 3.5, rng=rng), lambda rng: list(rng.integers(0, 7, (2, 6)))
    ),
    Case("MaskedLanguageModel", lambda rng: models.MaskedLanguageModel(_bert(rng), rng=rng), _text),
    Case("MLP", lambda rng: models.MLP(7, 6, 5, 3, rng=rng), normal((4, 7))),
    Case("UNet", lambda rng: models.UNet(2, width=16, rng=rng), lambda rng: [rng.normal(size=(2, 2, 6, 4)), rng.integers(0, 99, 2)]),
    Case("Transformer", _transformer, lambda rng: [rng.integers(1, 7, (3, 4)) * [[1, 1, 1, 0]], rng.integers(1, 9, (3, 5))]),
    Case("Whisper", _whisper, lambda rng: [rng.normal(size=(2, 5, 8)), rng.integers(0, 11, (2, 4))]),
    Case("Word2Vec", _word2vec, lambda rng: [rng.integers(0, 9, 4), rng.integers(0, 9, (4, 3))]),
    Case("Autoencoder", lambda rng: models.Autoencoder(7, 6, 3, rng=rng), normal((4, 7))),
    Case("ConvAutoencoder", lambda rng: models.ConvAutoencoder(2, 8, width=4, code=5, rng=rng), normal((3, 2, 8, 8))),
    Case("VAE", lambda rng: models.VAE(7, 6, 3, rng=rng), normal((4, 7), (4, 3))),
    Case("Generator", lambda rng: models.Generator(3, 6, 2, rng=rng), normal((4, 3))),
    Case("Discriminator", lambda rng: models.Discriminator(2, 6, rng=rng), normal((4, 2))),
    Case("DCGenerator", lambda rng: models.DCGenerator(3, 4, 2, 8, rng=rng), normal((4, 3))),
    Case("DCDiscriminator", lambda rng: models.DCDiscriminator(4, 2, 8, rng=rng), normal((4, 2, 8, 8))),
    Case("CharRNN", lambda rng: models.CharRNN(7, features=4, units=5, layers=2, rng=rng), lambda rng: [rng.integers(0, 7, (3, 6))]),
    Case(
        "CharRNN with GRU",
        lambda rng: models.CharRNN(7, cell="gru", features=4, units=5, rng=rng),
        lambda rng: [rng.integers(0, 7, (3, 6))],
    ),
    Case("Seq2Seq", lambda rng: models.Seq2Seq(9, 8, features=4, units=5, rng=rng), _padded_pairs),
    Case("AttentionSeq2Seq", lambda rng: models.AttentionSeq2Seq(9, 8, features=4, units=5, attention=6, rng=rng), _padded_pairs),
    Case("Silero", lambda rng: models.Silero(window=16, channels=(6, 4, 4, 5), units=7, rng=rng), normal((2, 3, 36))),
    Case("DQN", lambda rng: models.DQN(3, 2, 8, rng=rng), normal((5, 3))),
    Case("ActorCritic", lambda rng: models.ActorCritic(3, 2, 8, rng=rng), normal((5, 3))),
]
