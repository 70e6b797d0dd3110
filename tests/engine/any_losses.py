"""Rows of any shape for the kernels of losses.py and ctc.py."""

import numpy as np
from hypothesis import strategies as st

from dlcourse import kernels as k
from dlcourse.compare.rows.ctc import ctc
from dlcourse.compare.rows.losses import BCE, CROSS_ENTROPY, HUBER, KL, L1, MSE, NLL
from dlcourse.compare.rows.row import Row

SHAPES = st.lists(st.integers(1, 5), max_size=4).map(tuple)
REDUCTIONS = st.sampled_from(["mean", "sum", "none"])
SEEDS = st.integers(0, 99).map(np.random.default_rng)


@st.composite
def number_by_number(draw, kernel, loss, target=lambda rng, shape: rng.normal(size=shape), **options):
    shape, rng = draw(SHAPES), draw(SEEDS)
    options = {name: draw(strategy) for name, strategy in options.items()}
    return Row(kernel, (shape,), loss, {"target": np.asarray(target(rng, shape)), "reduction": draw(REDUCTIONS), **options})


@st.composite
def bces(draw):
    shape, rng = draw(SHAPES), draw(SEEDS)
    weight = draw(st.sampled_from([{}, {"pos_weight": rng.uniform(0.5, 3.0, shape[-1:])}]))
    return Row(k.bce_with_logits, (shape,), BCE, {"target": np.asarray(rng.uniform(size=shape)), "reduction": draw(REDUCTIONS), **weight})


@st.composite
def labelled(draw, kernel, loss, smoothing=False):
    """Labels, some of them ignored, but never all; with and without weights."""
    n, classes, rng = draw(st.integers(1, 6)), draw(st.integers(1, 6)), draw(SEEDS)
    ignored, weight = draw(st.sampled_from([-100, -1, 99])), rng.uniform(0.5, 3.0, classes)
    target = np.where(rng.random(n) < 0.3, ignored, rng.integers(0, classes, n))
    target[0] = 0
    options = {"target": target, "ignore_index": ignored, "reduction": draw(REDUCTIONS)}
    options |= draw(st.sampled_from([{}, {"weight": weight}]))
    options |= draw(st.sampled_from([{}, {"label_smoothing": 0.3}])) if smoothing else {}
    return Row(kernel, ((n, classes),), loss, options)


@st.composite
def distributions(draw):
    """Soft targets."""
    n, classes, rng = draw(st.integers(1, 6)), draw(st.integers(1, 6)), draw(SEEDS)
    options = {"target": rng.dirichlet(np.ones(classes), n), "reduction": draw(REDUCTIONS)}
    options |= draw(st.sampled_from([{}, {"weight": rng.uniform(0.5, 3.0, classes)}]))
    return Row(k.cross_entropy, ((n, classes),), CROSS_ENTROPY, options | {"label_smoothing": draw(st.sampled_from([0.0, 0.3]))})


@st.composite
def ctcs(draw):
    """Words that fit into their steps: one step for each character, one more between equal ones."""
    n, classes, longest, rng = draw(st.integers(1, 3)), draw(st.integers(2, 5)), draw(st.integers(1, 4)), draw(SEEDS)
    lengths = rng.integers(0, longest + 1, n)
    steps = rng.integers(np.maximum(2 * lengths - 1, 1), 2 * longest + 3)
    options = {"target": rng.integers(1, classes, (n, longest)), "input_lengths": steps, "target_lengths": lengths}
    return Row(k.ctc, ((2 * longest + 2, n, classes),), ctc, options | {"reduction": draw(REDUCTIONS)})


def chances(rng, shape):
    return rng.uniform(0.01, 1.0, size=shape)


ANY_SHAPE = {
    k.mse: number_by_number(k.mse, MSE),
    k.l1: number_by_number(k.l1, L1),
    k.huber: number_by_number(k.huber, HUBER, delta=st.floats(0.125, 3.0)),
    k.kl_div: number_by_number(k.kl_div, KL, chances, log_target=st.booleans()),
    k.bce_with_logits: bces(),
    k.nll: labelled(k.nll, NLL),
    k.cross_entropy: labelled(k.cross_entropy, CROSS_ENTROPY, smoothing=True) | distributions(),
    k.ctc: ctcs(),
}
