"""Training: the loop that draws a batch, computes the loss, walks back and takes a step; and what one does before and after it."""

import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np

from dlcourse import functional as F
from dlcourse.backend import to_host
from dlcourse.tensor import Tensor, no_grad


def fit(model, batches, loss=F.cross_entropy, optimizer=None):
    """Train on each batch once, yielding (step, loss) after each step; the bar shows how far it is.

    `batches` yields (x, target) arrays, `loss(output, target)` gives a single number. Stopping early is leaving the loop.
    Raises ValueError for an empty batch or no batch at all, FloatingPointError when the loss is not finite; the weights are then those
    before that step.
    """
    from tqdm.auto import tqdm  # here, since importing it takes longer than importing the package

    if optimizer is None:
        raise ValueError("fit expected an optimizer, got None. Pass one, for example Adam(model.parameters()).")
    model.train()
    quiet, step = bool(os.environ.get("TQDM_DISABLE")), 0  # read here, since tqdm overrules its own variable in notebooks
    for step, (x, target) in enumerate(tqdm(batches, leave=False, unit="step", disable=quiet), start=1):
        yield step, _training_step(model, x, target, loss, optimizer, step)
    if not step:
        raise ValueError("fit expected at least one batch, got none. A generator can be used only once: make a new one, or a DataLoader.")


def evaluate(model, x, labels, batch_size=1000):
    """The share of examples whose largest output is the one of their label, in evaluation mode.

    Raises ValueError when x and labels differ in length or are empty.
    """
    labels = np.asarray(labels)
    if len(x) != len(labels) or len(x) == 0:
        raise ValueError(f"evaluate expected as many examples as labels, and at least one, got {len(x)} and {len(labels)}.")
    return float((predict(model, x, batch_size).argmax(-1) == labels).mean())


def predict(model, x, batch_size=1000):
    """The model's outputs for all examples as a host array, in evaluation mode, without recording."""
    with _evaluation(model), no_grad():
        return np.concatenate([to_host(model(Tensor(x[i : i + batch_size])).data) for i in range(0, len(x), batch_size)])


def save(model, path):
    """Write the model's weights as safetensors. The file appears whole or not at all, and the old one stays until then."""
    from safetensors.numpy import save as to_bytes

    path = Path(path)
    with NamedTemporaryFile(dir=path.parent, prefix=path.name, suffix=".part", delete=False) as part:
        try:
            part.write(to_bytes(model.state_dict()))
            part.flush()
            os.fsync(part.fileno())
            part.close()  # Windows replaces only closed files
            os.replace(part.name, path)
        except BaseException:
            part.close()
            os.unlink(part.name)
            raise


def load(model, path):
    """Read weights that `save`, or PyTorch with safetensors, has written; returns the model.

    Raises ValueError when the file is damaged or not safetensors, or when names or shapes don't fit; the model is then unchanged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        state = load_file(path)
    except SafetensorError as error:
        raise ValueError(f"{path} is damaged or not a safetensors file ({error}). Save or download it again.") from error
    model.load_state_dict(state)
    return model


def _training_step(model, x, target, loss, optimizer, step):
    if len(x) == 0:
        raise ValueError(f"fit expected batches with at least one example, got an empty one at step {step}.")
    optimizer.zero_grad()
    value = loss(model(Tensor(x)), target)
    number = value.item()
    if not np.isfinite(number):
        raise FloatingPointError(
            f"The loss is {number} at step {step}, so no step was taken. {_first_bad(model, x)} "
            "Look for a learning rate that is too large, a logarithm of zero or a bad number in the data."
        )
    value.backward()
    optimizer.step()
    return number


def _first_bad(model, x):
    if not np.isfinite(x).all():
        return "The batch itself holds NaN or infinity."
    bad = [name for name, p in model.named_parameters() if not np.isfinite(to_host(p.data)).all()]
    return f"The first parameter that is not finite is {bad[0]}." if bad else "The batch and all parameters are finite."


@contextmanager
def _evaluation(model):
    was_training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(was_training)
