"""name_bug: what is wrong with a network, told from the loss before its first step (lesson 03)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "name_bug",
    lesson="03_activations_and_losses",
    minutes=15,
    difficulty=2,
    hints=(
        "What is the loss of a network that knows nothing and has small scores? Compare each run with that number first.",
        "A run can be above it or below, with scores that are small or with scores that are large. Which bugs need large scores?",
        "Two bugs stay above with small scores. One of them makes the loss a known multiple of what it should be: which?",
    ),
)

NAMES = ("none", "scale", "outputs", "summed", "averaged", "sign", "leak")
SMALL, LARGE = (0.05, 0.15), (2.0, 6.0)  # the spread of the scores of an untrained network, and of one whose scale is wrong


@exercise.cases
def cases(rng):
    for make in (_healthy, _scale, _outputs, _summed, _averaged, _negative, _leak):
        for classes in (2, 10, int(rng.integers(3, 200))):
            batch = int(rng.choice([32, 50, 64, 128]))
            yield *make(rng, classes, batch), classes, batch


def _run(rng, classes, batch, spread, known=0.0):
    """Loss and spread of random scores on random labels; `known` is added to the score of the right class."""
    targets = rng.integers(0, classes, batch)
    logits = rng.normal(size=(batch, classes)) * spread
    logits[np.arange(batch), targets] += known
    shifted = logits - logits.max(-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return float(-log_p[np.arange(batch), targets].mean()), float(logits.std())


def _until(good, make):
    """The first of the runs that is a clear case: chance must not make one bug look like another."""
    return next(run for run in iter(make, None) if good(run))


def _healthy(rng, classes, batch):
    return _until(lambda run: abs(run[0] - np.log(classes)) < 0.07, lambda: _run(rng, classes, batch, rng.uniform(*SMALL)))


def _scale(rng, classes, batch):
    return _until(lambda run: run[0] > np.log(classes) + 0.3 and run[1] > 1.5, lambda: _run(rng, classes, batch, rng.uniform(*LARGE)))


def _outputs(rng, classes, batch):
    return _healthy(rng, classes * int(rng.integers(3, 30)), batch)


def _summed(rng, classes, batch):
    loss, spread = _healthy(rng, classes, batch)
    return batch * loss, spread


def _averaged(rng, classes, batch):
    loss, spread = _healthy(rng, classes, batch)
    return loss / classes, spread


def _negative(rng, classes, batch):
    loss, spread = _healthy(rng, classes, batch)
    return -loss, spread


def _leak(rng, classes, batch):
    return _until(
        lambda run: run[0] < np.log(classes) - 0.3 and run[1] > 1.5,
        lambda: _run(rng, classes, batch, rng.uniform(1.6, 2.5), known=rng.uniform(6, 12)),
    )


def _name(loss, spread, classes, batch, chance=None, tolerance=0.15):
    """The answer, with another idea of what chance is where one is given."""
    chance = np.log(classes) if chance is None else chance
    if loss < 0:
        return "sign"
    if abs(loss - chance) < tolerance:
        return "none"
    if spread > 1:
        return "scale" if loss > chance else "leak"
    if loss < chance:
        return "averaged"
    return "summed" if abs(loss / chance / batch - 1) < 0.2 else "outputs"


@exercise.equivalent
def _(loss, spread, classes, batch):
    known = {"none": 1, "sign": -1, "summed": batch, "averaged": 1 / classes}
    if spread < 0.5:
        near = [name for name, factor in known.items() if abs(loss - factor * np.log(classes)) < 0.12 * max(1, factor)]
        return near[0] if near else "outputs"
    return "leak" if np.exp(loss) < classes else "scale"


@exercise.equivalent
def _(loss, spread, classes, batch):
    if spread > 1:
        return ("leak", "scale")[int(loss > np.log(classes))]
    ratio = loss / np.log(classes)
    return "sign" if ratio < 0 else "averaged" if ratio < 0.8 else "none" if ratio < 1.2 else "summed" if ratio > 0.8 * batch else "outputs"


@exercise.mistake(
    "chance taken for 1/K",
    "You compare the loss with 1/K. That is the probability that chance gives to the right class; its loss is -log(1/K), which is log K.",
    see="03, The loss before training",
)
def _(loss, spread, classes, batch):
    return _name(loss, spread, classes, batch, chance=1 / classes)


@exercise.mistake(
    "chance taken for K",
    "You compare the loss with K. A network that knows nothing gives each class 1/K, and the loss is the logarithm: log K.",
    see="03, The loss before training",
)
def _(loss, spread, classes, batch):
    return _name(loss, spread, classes, batch, chance=classes)


@exercise.mistake(
    "the logarithm to base 2",
    "You use log2. Cross entropy here is in nats, with the natural logarithm: `np.log`. A fair coin costs 0.693 and not 1.",
    see="03, Build: cross entropy",
)
def _(loss, spread, classes, batch):
    return _name(loss, spread, classes, batch, chance=np.log2(classes))


@exercise.mistake(
    "the logarithm to base 10",
    "You use log10. Cross entropy here is in nats, with the natural logarithm: `np.log`. Ten classes cost 2.303 and not 1.",
    see="03, Build: cross entropy",
)
def _(loss, spread, classes, batch):
    return _name(loss, spread, classes, batch, chance=np.log10(classes))


@exercise.mistake(
    "no healthy run is recognized",
    "Your test for a run without a bug never holds. The first loss is near log K and not exactly on it: leave a tolerance, such as 0.15.",
    see="03, The loss before training",
)
def _(loss, spread, classes, batch):
    return _name(loss, spread, classes, batch, tolerance=0)


@exercise.mistake("no healthy run is recognized")
def _(loss, spread, classes, batch):
    return _name(loss, spread, classes, batch, tolerance=1e-6) if spread < 1 else "scale" if loss > np.log(classes) else "leak"


@exercise.mistake(
    "only what is above log K is suspected",
    "A low first loss passes for healthy in your function. Before training nothing can be known, so a loss below log K is a bug as well.",
    see="03, The loss before training",
)
def _(loss, spread, classes, batch):
    return "none" if loss < np.log(classes) + 0.15 else _name(loss, spread, classes, batch)


@exercise.mistake("only what is above log K is suspected")
def _(loss, spread, classes, batch):
    return "none" if 0 <= loss < np.log(classes) + 0.15 else _name(loss, spread, classes, batch)


@exercise.mistake(
    "the spread is not looked at",
    "Your answer does not depend on the spread. A high loss with small scores cannot come from their scale, and a low loss with small "
    "scores cannot come from knowledge: to be sure, a network needs large ones.",
    see="03, Build: softmax",
)
def _(loss, spread, classes, batch):
    return _name(loss, 2.0, classes, batch)


@exercise.mistake("the spread is not looked at")
def _(loss, spread, classes, batch):
    return _name(loss, 0.1, classes, batch)


@exercise.mistake("the spread is not looked at")
def _(loss, spread, classes, batch):
    name = _name(loss, 0.1, classes, batch)
    return {"outputs": "scale", "averaged": "leak"}.get(name, name)


@exercise.mistake("the spread is not looked at")
def _(loss, spread, classes, batch):
    name = _name(loss, 0.1, classes, batch)
    return {"outputs": "scale"}.get(name, name)


@exercise.mistake("the spread is not looked at")
def _(loss, spread, classes, batch):
    name = _name(loss, 0.1, classes, batch)
    return {"averaged": "leak"}.get(name, name)


@exercise.mistake(
    "the spread alone decides",
    "You call every run with large scores a matter of scale. Large scores that are wrong raise the loss above log K; where it is below, "
    "the scores are right, before the first step: the network has seen these labels.",
    see="03, The loss before training",
)
def _(loss, spread, classes, batch):
    return "scale" if spread > 1 else _name(loss, spread, classes, batch)


@exercise.mistake(
    "the sum is taken for more outputs",
    "A loss that is summed over the batch is `batch` times log K. To reach that with small scores a network would need K to the power of "
    "`batch` outputs. Look at loss / log K: it is near `batch`, and not exactly that, since what the mean is off by is summed too.",
    see="03, Build: cross entropy",
)
def _(loss, spread, classes, batch):
    name = _name(loss, spread, classes, batch)
    return "outputs" if name == "summed" else name


@exercise.mistake(
    "every high loss is a sum",
    "You call every high loss with small scores a sum. A sum over the batch is `batch` times log K; what is only a little above log K is "
    "the logarithm of a larger number of outputs.",
    see="03, Build: cross entropy",
)
def _(loss, spread, classes, batch):
    name = _name(loss, spread, classes, batch)
    return "summed" if name == "outputs" else name


@exercise.mistake(
    "the batch is forgotten in the sum",
    "You look for a sum over the classes, K times log K. What is summed and not averaged is the loss of the examples: `batch` times log K.",
    see="03, Build: cross entropy",
)
def _(loss, spread, classes, batch):
    name = _name(loss, spread, classes, batch)
    if name in ("summed", "outputs"):
        return "summed" if loss > 0.8 * classes * np.log(classes) else "outputs"
    return name


@exercise.mistake(
    "a negative loss is taken for a low one",
    "A cross entropy is never negative, because no probability is above 1. Below 0, the minus in front of the logarithm is missing: ask "
    "for that first.",
    see="03, Build: cross entropy",
)
def _(loss, spread, classes, batch):
    return _name(max(loss, 0.0), spread, classes, batch, tolerance=min(0.15, np.log(classes) / 2))


@exercise.mistake("a negative loss is taken for a low one")
def _(loss, spread, classes, batch):
    return "leak" if loss < 0 else _name(loss, spread, classes, batch)


@exercise.mistake(
    "the sign is not looked at",
    "You take the absolute value of the loss, and a wrong sign then looks healthy. The network would be trained to be wrong.",
    see="03, Build: cross entropy",
)
def _(loss, spread, classes, batch):
    return _name(abs(loss), spread, classes, batch)


@exercise.mistake(
    "above and below are exchanged",
    "You have exchanged what raises the loss with what lowers it. Large scores that are wrong and more outputs raise it; an average over "
    "the classes and labels that are known lower it.",
    see="03, The loss before training",
)
def _(loss, spread, classes, batch):
    name = _name(loss, spread, classes, batch)
    return {"scale": "leak", "leak": "scale", "averaged": "outputs", "outputs": "averaged", "summed": "averaged"}.get(name, name)


@exercise.mistake("above and below are exchanged")
def _(loss, spread, classes, batch):
    name = _name(loss, spread, classes, batch)
    return {"scale": "leak", "leak": "scale"}.get(name, name)


@exercise.mistake(
    "a name that is not in the table",
    "One of your answers is none of the seven names. Return them as they stand in the table, in lower case.",
    see="03, Exercises",
    when=lambda cases, values: any(isinstance(value, str) and value not in NAMES for value in values),
)
def _(loss, spread, classes, batch):
    return _name(loss, spread, classes, batch).capitalize()


@exercise.mistake("a name that is not in the table")
def _(loss, spread, classes, batch):
    return _name(loss, spread, classes, batch).replace("outputs", "output")
