"""Training: the loop that draws a batch, computes the loss, walks back and takes a step; and what one does before and after it."""

import math
import os
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np

from dlcourse import functional as F
from dlcourse.backend import to_host
from dlcourse.optim import clip_grad_norm_
from dlcourse.parallel import DataParallel, loss_and_gradients
from dlcourse.tensor import Tensor, no_grad
from dlcourse.trace import Rewind, finite, first_bad_layer

ADVICE = "Look for a learning rate that is too large, a logarithm of zero or a bad number in the data."


def fit(model, batches, loss=F.cross_entropy, optimizer=None, *, accumulate=1, clip=math.inf, threads=1):
    """Train on each batch once, yielding (step, loss) after each step; the bar shows how far it is.

    `batches` yields (x, target) arrays, `loss(output, target)` gives a single number. Stopping early is leaving the loop.
    `accumulate` batches make one step, as if they were one batch; gradients together longer than `clip` are shortened to it;
    `threads` share the work on a batch (see `dlcourse.parallel`).
    Raises ValueError for an empty batch or no batch at all, FloatingPointError when the loss or a gradient is not finite, which names
    the layer where that began; weights and buffers are then those before that step.
    """
    from tqdm.auto import tqdm  # here, since importing it takes longer than importing the package

    if optimizer is None:
        raise ValueError("fit expected an optimizer, got None. Pass one, for example Adam(model.parameters()).")
    model.train()
    gradients = DataParallel(model, loss, threads) if threads > 1 else partial(loss_and_gradients, model, loss)
    before = Rewind(model)
    quiet, step = bool(os.environ.get("TQDM_DISABLE")), 0  # read here, since tqdm overrules its own variable in notebooks
    for step, group in enumerate(_groups(tqdm(batches, leave=False, unit="step", disable=quiet), accumulate), start=1):
        yield step, _training_step(model, group, gradients, optimizer, clip, before, step)
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


class Checkpoint:
    """All that a training needs to go on, as one: save(Checkpoint(model=model, optimizer=adam, schedule=cosine), "run.safetensors")."""

    def __init__(self, **parts):
        self.parts = parts

    def state_dict(self):
        """The states of all parts, their names preceded by the part's."""
        return {f"{part}.{name}": array for part, it in self.parts.items() for name, array in it.state_dict().items()}

    def load_state_dict(self, state):
        """Set every part. Raises ValueError when one does not fit; then nothing was changed."""
        before = self.state_dict()
        try:
            self._set(state)
        except ValueError:
            self._set(before)
            raise

    def _set(self, state):
        if foreign := [name for name in state if name.split(".")[0] not in self.parts]:
            raise ValueError(f"The checkpoint expected the parts {', '.join(self.parts)}, got {foreign[0]} too. Pass what it belongs to.")
        for part, it in self.parts.items():
            it.load_state_dict({name.removeprefix(f"{part}."): array for name, array in state.items() if name.startswith(f"{part}.")})


def save(model, path):
    """Write a model, an optimizer or a Checkpoint as safetensors. The file appears whole or not at all; the old one stays until then."""
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
    """Read what `save`, or PyTorch with safetensors, has written into a model, an optimizer or a Checkpoint, and return it.

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


def _groups(batches, n):
    """Lists of n batches; the last may hold fewer."""
    batches = iter(batches)
    while group := list(islice(batches, n)):
        yield group


def _training_step(model, group, gradients, optimizer, clip, before, step):
    """Gradients of the whole group, then one step; the mean loss of its examples."""
    if min(len(x) for x, _ in group) == 0:
        raise ValueError(f"fit expected batches with at least one example, got an empty one at step {step}.")
    optimizer.zero_grad()
    total, number = sum(len(x) for x, _ in group), 0.0
    for x, target in group:
        before.mark()
        number += gradients(x, target, share=len(x) / total)
        if not math.isfinite(number):
            before.back()
            raise FloatingPointError(f"The loss is {number} at step {step}, so no step was taken. {_why(model, x, before)} {ADVICE}")
    norm = clip_grad_norm_(optimizer.parameters, clip)
    if not math.isfinite(norm):
        before.back()
        raise FloatingPointError(f"The loss is {number} at step {step}, but {_bad_gradient(model, norm)}, so no step was taken. {ADVICE}")
    optimizer.step()
    return number


def _why(model, x, before):
    """A sentence about the place where the numbers of a batch stopped being finite."""
    if not finite(x):
        return "The batch itself holds NaN or infinity."
    if bad := [name for name, p in model.named_parameters() if not finite(p)]:
        return f"The first parameter that is not finite is {bad[0]}."
    name = first_bad_layer(model, x)
    before.back()
    if name is None:
        return "The outputs of all layers are finite, so it is the loss that is not."
    return f"It began in {_layer(model, name)}: parameters and batch are finite."


def _layer(model, name):
    """The layer by its dotted name and what it is."""
    layer = dict(model.named_modules())[name]
    return f"the layer {name}, {layer!r}" if name else f"the forward of {type(layer).__name__} itself"


def _bad_gradient(model, norm):
    """Gradients come from the end of the model, so the last one that is not finite was the first."""
    bad = [name for name, p in model.named_parameters() if p.grad is not None and not finite(p.grad)]
    return f"the gradient of {bad[-1]} is not finite" if bad else f"the gradients together have the length {norm}"


@contextmanager
def _evaluation(model):
    was_training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(was_training)
