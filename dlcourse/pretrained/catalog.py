"""The list of pretrained weights, by the names under which they are loaded."""

from dlcourse.pretrained import efficientnet_lite0, g2p, minilm, silero, whisper_tiny

WEIGHTS = {
    "efficientnet_lite0": efficientnet_lite0,
    "g2p": g2p,
    "minilm": minilm,
    "silero": silero,
    "whisper_tiny": whisper_tiny,
}


def names():
    """The names that `load` knows."""
    return tuple(WEIGHTS)


def load(name):
    """The model of that name with its published weights, in evaluation mode.

    Raises ValueError for an unknown name, ModuleNotFoundError when the package with the weights is missing (it says how to
    install it), checksum.Damaged when a file in it is not the published one.
    """
    return _module(name).load().eval()


def tokenizer(name):
    """The tokenizer with which the model of that name was trained, from the same package.

    Raises as `load` does, and ValueError for a model that reads no text.
    """
    if not hasattr(_module(name), "tokenizer"):
        raise ValueError(f"{name} reads no text, so it has no tokenizer.")
    return _module(name).tokenizer()


def _module(name):
    if name not in WEIGHTS:
        raise ValueError(f"There are no weights called {name!r} here; there are {', '.join(names())}.")
    return WEIGHTS[name]
