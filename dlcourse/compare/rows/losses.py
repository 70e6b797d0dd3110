"""Rows for losses."""

import numpy as np
import torch.nn.functional as T

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row, t

rng = np.random.default_rng(1)
LABELS = np.array([3, 0, 6, 3])
SOME_LABELS = np.array([3, -100, 6, 0])
SCORES = rng.normal(size=(5, 3))
CHANCES = rng.uniform(size=(5, 3))
SOFT = rng.dirichlet(np.ones(7), size=4)
WEIGHT = rng.uniform(0.5, 2.0, size=7)
REDUCTIONS = ("sum", "none")


def on_constants(loss):
    """PyTorch's loss, with all arrays among the options as its constants."""
    return lambda x, **options: loss(x, **{key: t(v) if isinstance(v, np.ndarray) else v for key, v in options.items()})


def kl_div(x, target, log_target=False, reduction="mean"):
    """PyTorch warns of its own mean over all numbers."""
    mean = reduction == "mean"
    return T.kl_div(x, target, reduction="sum" if mean else reduction, log_target=log_target) / (x.numel() if mean else 1)


MSE, L1, HUBER, KL = map(on_constants, (T.mse_loss, T.l1_loss, T.huber_loss, kl_div))
BCE, NLL, CROSS_ENTROPY = map(on_constants, (T.binary_cross_entropy_with_logits, T.nll_loss, T.cross_entropy))

ROWS = [
    *(
        Row(kernel, ((5, 3),), loss, {"target": target, **reduction})
        for kernel, loss, target in [(k.mse, MSE, SCORES), (k.l1, L1, SCORES), (k.huber, HUBER, SCORES), (k.kl_div, KL, CHANCES)]
        for reduction in ({}, *({"reduction": reduction} for reduction in REDUCTIONS))
    ),
    Row(k.huber, ((5, 3),), HUBER, {"target": SCORES, "delta": 0.3}),
    Row(k.kl_div, ((5, 3),), KL, {"target": np.log(CHANCES), "log_target": True}),
    Row(k.kl_div, ((4, 7),), KL, {"target": np.eye(7)[LABELS]}),
    Row(k.bce_with_logits, ((5, 3),), BCE, {"target": CHANCES}),
    Row(k.bce_with_logits, ((5, 3),), BCE, {"target": CHANCES, "pos_weight": WEIGHT[:3], "reduction": "sum"}),
    Row(k.nll, ((4, 7),), NLL, {"target": LABELS}),
    Row(k.nll, ((4, 7),), NLL, {"target": SOME_LABELS, "weight": WEIGHT, "reduction": "none"}),
    Row(k.cross_entropy, ((4, 7),), CROSS_ENTROPY, {"target": LABELS}),
    *(Row(k.cross_entropy, ((4, 7),), CROSS_ENTROPY, {"target": SOME_LABELS, "reduction": reduction}) for reduction in REDUCTIONS),
    Row(k.cross_entropy, ((4, 7),), CROSS_ENTROPY, {"target": LABELS - 1, "ignore_index": -1, "weight": WEIGHT}),
    Row(k.cross_entropy, ((4, 7),), CROSS_ENTROPY, {"target": SOME_LABELS, "weight": WEIGHT, "label_smoothing": 0.1}),
    Row(k.cross_entropy, ((4, 7),), CROSS_ENTROPY, {"target": SOFT}),
    *(
        Row(k.cross_entropy, ((4, 7),), CROSS_ENTROPY, {"target": SOFT, "weight": WEIGHT, "label_smoothing": 0.2, "reduction": reduction})
        for reduction in REDUCTIONS
    ),
]
