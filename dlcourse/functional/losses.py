"""Losses: one number that says how wrong a batch was. Targets want no gradient.

`reduction` is "mean", "sum", or "none" to keep the examples' losses apart.
"""

from dlcourse import kernels
from dlcourse.functional.constant import constant
from dlcourse.tensor import differentiable

_bce_with_logits = differentiable(kernels.bce_with_logits)
_cross_entropy = differentiable(kernels.cross_entropy)
_ctc = differentiable(kernels.ctc)
_huber = differentiable(kernels.huber)
_kl_div = differentiable(kernels.kl_div)
_l1 = differentiable(kernels.l1)
_mse = differentiable(kernels.mse)
_nll = differentiable(kernels.nll)


def mse_loss(x, target, reduction="mean"):
    """The squared error of x against a constant target of the same shape."""
    return _mse(x, target=constant(target), reduction=reduction)


def l1_loss(x, target, reduction="mean"):
    """The absolute error of x against a constant target of the same shape."""
    return _l1(x, target=constant(target), reduction=reduction)


def huber_loss(x, target, reduction="mean", delta=1.0):
    """(x - target)² / 2 up to a distance of delta, from there on straight."""
    return _huber(x, target=constant(target), delta=delta, reduction=reduction)


def smooth_l1_loss(x, target, reduction="mean", beta=1.0):
    """The Huber loss divided by its delta, here called beta; with beta = 0 the absolute error."""
    return huber_loss(x, target, reduction, beta) / beta if beta > 0 else l1_loss(x, target, reduction)


def kl_div(log_q, target, reduction="mean", log_target=False):
    """p (log p - log q) for constant target p, or log p with `log_target`; "batchmean" is the divergence, the mean over the rows."""
    if reduction == "batchmean":
        return kl_div(log_q, target, "sum", log_target) / len(log_q)
    return _kl_div(log_q, target=constant(target), log_target=log_target, reduction=reduction)


def bce_with_logits(logits, target, pos_weight=None, reduction="mean"):
    """-w t log s - (1 - t) log(1 - s), s = sigmoid(logits), for targets in [0, 1] of the same shape and `pos_weight` w."""
    return _bce_with_logits(logits, target=constant(target), pos_weight=_optional(pos_weight), reduction=reduction)


def nll_loss(log_p, target, weight=None, ignore_index=-100, reduction="mean"):
    """-log_p[target] for log probabilities (N, K, ...) and integer labels (N, ...); options as in `cross_entropy`."""
    return _for_each_place(_nll, log_p, target, weight, reduction, ignore_index=ignore_index)


def cross_entropy(logits, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """-log softmax(logits)[target] for logits (N, K, ...) and integer labels (N, ...), or distributions (N, K, ...), as in PyTorch.

    `weight` (K,) counts some classes more; examples labelled `ignore_index` don't count; `label_smoothing` moves that share of each
    target evenly to all classes.
    """
    options = {"ignore_index": ignore_index, "label_smoothing": label_smoothing}
    return _for_each_place(_cross_entropy, logits, target, weight, reduction, **options)


def ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction="mean", zero_infinity=False):
    """-log of the probability that log_probs (T, N, C) spell targets (N, S), over all alignments (Graves et al. 2006).

    As in PyTorch the gradient is that of the scores whose log_softmax they are; the scores themselves may be passed, too.
    """
    lengths = {"input_lengths": constant(input_lengths), "target_lengths": constant(target_lengths)}
    return _ctc(log_probs, target=constant(targets), **lengths, blank=blank, reduction=reduction, zero_infinity=zero_infinity)


def _for_each_place(loss, scores, target, weight, reduction, **options):
    """The loss where each pixel or time step of (N, K, ...) is an example of its own."""
    target, places = constant(target), (scores.shape[0], *scores.shape[2:])
    if scores.ndim > 2:
        target = target.reshape(-1) if target.shape == places else _rows(target)
        scores = _rows(scores)
    losses = loss(scores, target=target, weight=_optional(weight), reduction=reduction, **options)
    return losses.reshape(*places) if reduction == "none" else losses


def _rows(x):
    """(N, K, ...) -> (N ..., K)."""
    return x.reshape(*x.shape[:2], -1).swapaxes(1, 2).reshape(-1, x.shape[1])


def _optional(x):
    return x if x is None else constant(x)
