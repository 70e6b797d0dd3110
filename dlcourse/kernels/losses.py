"""Losses: one number that says how wrong a batch was. Targets are constants and get no gradient.

`reduction` is "mean" over the examples, "sum", or "none", which keeps them apart.
"""

from dlcourse.backend import to_host, xp


def mse(x, *, target, reduction="mean"):
    """(x - target)²: -log likelihood of a normal distribution, up to constants.

    This and the other losses that go number by number raise ValueError when the shapes differ: (N, 1) - (N,) would silently
    become (N, N).
    """
    _same_shape("mse", "x", x, target)
    difference = x - target
    return _reduced(difference * difference, lambda: 2 * difference, reduction)


def l1(x, *, target, reduction="mean"):
    """|x - target|: an outlier pulls no harder than any other example."""
    _same_shape("l1", "x", x, target)
    difference = x - target
    return _reduced(xp.abs(difference), lambda: xp.sign(difference), reduction)


def huber(x, *, target, delta=1.0, reduction="mean"):
    """(x - target)² / 2 up to a distance of delta, from there on straight with the slope delta (Huber 1964)."""
    _same_shape("huber", "x", x, target)
    difference = x - target
    inner = xp.clip(difference, -delta, delta)
    return _reduced(inner * (difference - 0.5 * inner), lambda: inner, reduction)


def kl_div(log_q, *, target, log_target=False, reduction="mean"):
    """p (log p - log q) for target p, or log p with `log_target`: summed, the divergence of q from p. 0 log 0 counts as 0.

    PyTorch's "mean" is over all numbers; the divergence itself is "batchmean" in `functional`.
    """
    _same_shape("kl_div", "log_q", log_q, target)
    p = xp.exp(target) if log_target else target
    log_p = target if log_target else xp.log(xp.where(p > 0, p, 1))
    return _reduced(p * (log_p - log_q), lambda: -p, reduction)


def bce_with_logits(logits, *, target, pos_weight=None, reduction="mean"):
    """-w t log s - (1 - t) log(1 - s), s = sigmoid(logits), for target t in [0, 1] of the same shape.

    `pos_weight` w > 1 counts what was missed more than what was invented; it broadcasts against target.
    """
    _same_shape("bce_with_logits", "logits", logits, target)
    softplus = xp.logaddexp(0.0, logits)  # log(1 + exp z) without overflow: log s = z - softplus, log(1 - s) = -softplus
    yes = target if pos_weight is None else pos_weight * target
    both = 1.0 if pos_weight is None else yes + (1 - target)
    return _reduced(both * softplus - yes * logits, lambda: both * xp.exp(logits - softplus) - yes, reduction)


def nll(log_p, *, target, weight=None, ignore_index=-100, reduction="mean"):
    """-log_p[target] for log probabilities (N, K) and integer target (N,); options and errors as in `cross_entropy`."""
    labels, shares = _labels("nll", log_p, target, weight, ignore_index, reduction)
    rows = xp.arange(len(log_p))

    def backward(dy):
        dx = xp.zeros_like(log_p)
        dx[rows, labels] = -shares * dy
        return (dx,)

    return _summed(-log_p[rows, labels] * shares, reduction), backward


def cross_entropy(logits, *, target, weight=None, ignore_index=-100, label_smoothing=0.0, reduction="mean"):
    """-log softmax(logits)[target] for logits (N, K) and integer target (N,); or -sum target log softmax for target (N, K).

    `weight` (K,) counts some classes more, and then the mean is a weighted one; examples labelled `ignore_index` don't count;
    `label_smoothing` moves that share of each target evenly to all classes (Szegedy et al. 2016, section 7).
    Raises ValueError when no example counts, the shapes don't fit or a label is outside 0 .. K-1, TypeError for other labels.
    """
    if target.ndim == logits.ndim or label_smoothing:
        return _soft_cross_entropy(logits, _soft(logits, target, weight, ignore_index, label_smoothing, reduction), reduction)
    labels, shares = _labels("cross_entropy", logits, target, weight, ignore_index, reduction)
    rows = xp.arange(len(logits))
    z = logits - logits.max(-1, keepdims=True)  # the shift changes nothing but prevents overflow
    right = z[rows, labels]
    exps = xp.exp(z, z)
    total = exps.sum(-1)

    def backward(dy):
        share = shares * dy
        dx = exps * (share / total)[:, None]
        dx[rows, labels] -= share  # softmax - one-hot
        return (dx,)

    return _summed((xp.log(total) - right) * shares, reduction), backward


def _soft_cross_entropy(logits, q, reduction):
    """-sum q log softmax(logits) for q >= 0 whose rows may have any sum."""
    z = logits - logits.max(-1, keepdims=True)
    exps, mass = xp.exp(z), q.sum(-1)
    total = exps.sum(-1)

    def backward(dy):
        dx = exps * (mass / total)[:, None] - q
        dx *= dy[:, None] if reduction == "none" else dy
        return (dx,)

    return _summed(mass * xp.log(total) - (q * z).sum(-1), reduction), backward


def _soft(logits, target, weight, ignore_index, smoothing, reduction):
    """Targets (N, K) whose rows are already weighted by their share in the loss."""
    n, k = logits.shape
    if target.ndim == logits.ndim:
        _same_shape("cross_entropy", "logits", logits, target)
        q, shares = target, xp.full(n, 1 / n if reduction == "mean" else 1.0, logits.dtype)
    else:
        labels, shares = _labels("cross_entropy", logits, target, weight, ignore_index, reduction, each_class=True)
        q = xp.eye(k, dtype=logits.dtype)[labels]
    q = (1 - smoothing) * q + smoothing / k
    return (q if weight is None else q * weight) * shares[:, None]


def _labels(loss, scores, target, weight, ignore_index, reduction, each_class=False):
    """The labels, 0 for an ignored example, and each example's share in the loss, with its label's weight unless `each_class` has it."""
    _check_reduction(reduction)
    _check_shapes(loss, scores, target)
    kept = target != ignore_index
    labels = xp.where(kept, target, 0)
    _check_labels(loss, labels, kept, scores.shape[1])
    kept = kept.astype(scores.dtype)
    shares = kept if weight is None else kept * weight[labels]
    total = shares.sum() if reduction == "mean" else 1
    return labels, (kept if each_class else shares) / total


def _reduced(losses, slopes, reduction):
    """Losses number by number and a function for their derivatives, brought together."""
    _check_reduction(reduction)
    if reduction == "none":
        return losses, lambda dy: (slopes() * dy,)
    n = losses.size if reduction == "mean" else 1
    return losses.sum() / n, lambda dy: (slopes() * (dy / n),)


def _summed(losses, reduction):
    return losses if reduction == "none" else losses.sum()


def _check_reduction(reduction):
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'A loss expected reduction "mean", "sum" or "none", got {reduction!r}.')


def _same_shape(loss, name, x, target):
    if x.shape != target.shape:
        raise ValueError(f"{loss} expected {name} and target of one shape, got {x.shape} and {target.shape}. Reshape one to fit the other.")
    if x.size == 0:
        raise ValueError(f"{loss} expected at least one example, got an empty batch of shape {x.shape}: its mean would be NaN.")


def _check_shapes(loss, scores, target):
    if scores.ndim != 2 or target.shape != scores.shape[:1]:
        raise ValueError(f"{loss} expected scores (N, K) and target (N,), got {scores.shape} and {target.shape}.")
    if len(scores) == 0:
        raise ValueError(f"{loss} expected at least one example, got an empty batch {scores.shape}: its mean would be NaN.")
    if target.dtype.kind not in "iu":
        raise TypeError(
            f"{loss} expected integer class labels, got {target.dtype}. If they are whole numbers, use target.astype(np.int64)."
        )


def _check_labels(loss, labels, kept, classes):
    if not kept.any():
        raise ValueError(f"{loss} expected at least one example that counts, but all {len(labels)} are labelled with ignore_index.")
    low, high = int(to_host(labels.min())), int(to_host(labels.max()))
    if low < 0 or high >= classes:  # checked here, since an index out of range wraps around on a GPU
        raise ValueError(
            f"{loss} expected labels from 0 to {classes - 1} for {classes} classes, got labels from {low} to {high}. "
            "Give the last layer one output per class, or count the labels from 0."
        )
