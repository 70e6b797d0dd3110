"""Losses: one number that says how wrong a batch was, the mean over its examples. Targets are constants and get no gradient."""

from dlcourse.backend import to_host, xp


def mse(x, *, target):
    """The mean of (x - target)² over all numbers: -log likelihood of a normal distribution, up to constants.

    Raises ValueError when the shapes differ: (N, 1) - (N,) would silently become (N, N).
    """
    _same_shape("mse", "x", x, target)
    difference = x - target
    return (difference * difference).sum() / difference.size, lambda dy: (dy * (2 / difference.size) * difference,)


def cross_entropy(logits, *, target):
    """The mean of -log softmax(logits)[target] for logits (N, K) and integer target (N,).

    Raises ValueError when the batch is empty, the shapes don't fit or a label is outside 0 .. K-1, TypeError when target is not integer.
    """
    _check_labels(logits, target)
    rows = xp.arange(len(logits))
    log_p = logits - logits.max(-1, keepdims=True)
    log_p -= xp.log(xp.exp(log_p).sum(-1, keepdims=True))

    def backward(dy):
        dx = xp.exp(log_p)
        dx[rows, target] -= 1  # softmax - one-hot
        dx *= dy / len(rows)
        return (dx,)

    return -log_p[rows, target].mean(), backward


def bce_with_logits(logits, *, target):
    """The mean of -t log s - (1 - t) log(1 - s), s = sigmoid(logits), for target t in [0, 1] of the same shape.

    Raises ValueError when the shapes differ.
    """
    _same_shape("bce_with_logits", "logits", logits, target)
    softplus = xp.logaddexp(0.0, logits)  # log(1 + exp z) without overflow

    def backward(dy):
        dx = xp.exp(logits - softplus)  # the sigmoid, since log sigmoid z = z - softplus z
        dx -= target
        dx *= dy / logits.size
        return (dx,)

    return (softplus - logits * target).sum() / logits.size, backward


def _same_shape(loss, name, x, target):
    if x.shape != target.shape:
        raise ValueError(f"{loss} expected {name} and target of one shape, got {x.shape} and {target.shape}. Reshape one to fit the other.")
    if x.size == 0:
        raise ValueError(f"{loss} expected at least one example, got an empty batch of shape {x.shape}: its mean would be NaN.")


def _check_labels(logits, target):
    if logits.ndim != 2 or target.shape != logits.shape[:1]:
        raise ValueError(f"cross_entropy expected logits (N, K) and target (N,), got {logits.shape} and {target.shape}.")
    if len(logits) == 0:
        raise ValueError(f"cross_entropy expected at least one example, got an empty batch {logits.shape}: its mean would be NaN.")
    if target.dtype.kind not in "iu":
        raise TypeError(
            f"cross_entropy expected integer class labels, got {target.dtype}. If they are whole numbers, use target.astype(np.int64)."
        )
    low, high, classes = int(to_host(target.min())), int(to_host(target.max())), logits.shape[1]
    if low < 0 or high >= classes:  # checked here, since an index out of range wraps around on a GPU
        raise ValueError(
            f"cross_entropy expected labels from 0 to {classes - 1} for {classes} classes, got labels from {low} to {high}. "
            "Give the last layer one output per class, or count the labels from 0."
        )
