"""Connectionist temporal classification: how likely it is that a long row of scores spells a short word (Graves et al. 2006).

T time steps, N words, C characters (one of them the blank), S characters of the longest word, L = 2 S + 1 with a blank around each.
"""

from dlcourse.backend import to_host, xp

NEVER = -1e30  # the log of a probability of 0, finite so that differences of two are no NaN


def ctc(logits, *, target, input_lengths, target_lengths, blank=0, reduction="mean", zero_infinity=False):
    """-log of the probability that softmax(logits) (T, N, C) spells target (N, S): the sum over all ways to stretch the word to T steps.

    A way holds each character for one step or more, with blanks before, between and after, and always one between equal characters.
    Word n is `target[n, :target_lengths[n]]`, heard in the first `input_lengths[n]` steps; both lengths are (N,).
    "mean" divides each loss by the word's length first, as in PyTorch. A word that doesn't fit into its steps has an infinite loss,
    or 0 with `zero_infinity`, and no gradient. Raises ValueError when shapes, lengths or labels don't fit.
    """
    _check(logits, target, input_lengths, target_lengths, reduction)
    labels = _with_blanks(target, target_lengths, blank)  # (N, L)
    log_p = logits - logits.max(-1, keepdims=True)
    log_p -= xp.log(xp.exp(log_p).sum(-1, keepdims=True))
    alpha = _forward(log_p, labels)  # (T, N, L)
    log_likelihood = _ends(alpha, input_lengths - 1, 2 * target_lengths)  # (N,)
    possible = log_likelihood > NEVER / 2
    shares = _shares(target_lengths, reduction, logits.dtype)
    losses = xp.where(possible, -log_likelihood, 0.0 if zero_infinity else xp.inf) * shares

    def backward(dy):
        beta = _backward(log_p, labels, input_lengths, target_lengths)
        places = _occupied(alpha + beta - log_likelihood[:, None], input_lengths, target_lengths)
        spelled = places.swapaxes(0, 1) @ xp.eye(logits.shape[2], dtype=logits.dtype)[labels]  # (N, T, C)
        heard = xp.arange(len(logits))[:, None] < input_lengths  # (T, N)
        dx = (xp.exp(log_p) - spelled.swapaxes(0, 1)) * heard[:, :, None]  # softmax - posterior, equation 16
        return (dx * (possible * shares * dy)[:, None],)

    return losses if reduction == "none" else losses.sum(), backward


def _with_blanks(target, lengths, blank):
    """The words with a blank before and after each character, filled up with blanks: (N, S) -> (N, L)."""
    n, s = target.shape
    labels = xp.full((n, 2 * s + 1), blank, target.dtype)
    labels[:, 1::2] = xp.where(xp.arange(s) < lengths[:, None], target, blank)
    return labels


def _forward(log_p, labels):
    """log of the probability to have spelled labels[: s + 1] after step t: (T, N, L), equations 6 and 7."""
    emitted = _emitted(log_p, labels)
    skips = xp.where(labels[:, 2:] != labels[:, :-2], 0.0, NEVER).astype(log_p.dtype)  # a blank may be left out between two that differ
    alpha = xp.full(emitted.shape, NEVER, log_p.dtype)
    alpha[0, :, :2] = emitted[0, :, :2]
    for t in range(1, len(alpha)):
        alpha[t] = alpha[t - 1]  # stay
        alpha[t, :, 1:] = xp.logaddexp(alpha[t, :, 1:], alpha[t - 1, :, :-1])  # move on by one
        alpha[t, :, 2:] = xp.logaddexp(alpha[t, :, 2:], alpha[t - 1, :, :-2] + skips)  # or by two
        alpha[t] += emitted[t]
    return alpha


def _backward(log_p, labels, input_lengths, target_lengths):
    """log of the probability to spell the rest after step t at place s: `_forward` of sound and words read from their ends."""
    t = input_lengths - 1 - xp.arange(len(log_p))[:, None]  # (T, N); what lies before the start wraps around and is never read
    s = 2 * target_lengths[:, None] - xp.arange(labels.shape[1])  # (N, L)
    n = xp.arange(len(labels))
    reverse = _forward(log_p[t, n], labels[n[:, None], s])
    return reverse[t[:, :, None], n[:, None], s] - _emitted(log_p, labels)  # step t itself belongs to alpha


def _emitted(log_p, labels):
    """log probability of each label at each step: (T, N, C) and (N, L) -> (T, N, L)."""
    return log_p[:, xp.arange(len(labels))[:, None], labels]


def _ends(alpha, t, s):
    """log of the probability to be done after step t: at the last blank s, or at the last character, if there is one."""
    n = xp.arange(len(t))
    return xp.logaddexp(alpha[t, n, s], xp.where(s > 0, alpha[t, n, s - 1], NEVER))


def _occupied(log_posterior, input_lengths, target_lengths):
    """The probability of each place at each step, 0 beyond the ends: (T, N, L)."""
    steps, _, places = log_posterior.shape
    inside = (xp.arange(steps)[:, None, None] < input_lengths[:, None]) & (xp.arange(places) <= 2 * target_lengths[:, None])
    return xp.exp(xp.where(inside, log_posterior, NEVER))


def _shares(lengths, reduction, dtype):
    """What each word's loss is multiplied with."""
    ones = xp.ones(lengths.shape, dtype)
    return ones / (xp.maximum(lengths, 1) * len(lengths)).astype(dtype) if reduction == "mean" else ones


def _check(logits, target, input_lengths, target_lengths, reduction):
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'ctc expected reduction "mean", "sum" or "none", got {reduction!r}.')
    steps, n, classes = logits.shape
    if target.shape[:1] != (n,) or target.ndim != 2 or input_lengths.shape != (n,) or target_lengths.shape != (n,):
        shapes = f"{target.shape}, {input_lengths.shape} and {target_lengths.shape}"
        raise ValueError(f"ctc expected target ({n}, S) and two lengths ({n},) for scores of shape {logits.shape}, got {shapes}.")
    _check_range("input_lengths", input_lengths, 1, steps)
    _check_range("target_lengths", target_lengths, 0, target.shape[1])
    _check_range("labels", xp.where(xp.arange(target.shape[1]) < target_lengths[:, None], target, 0), 0, classes - 1)


def _check_range(name, numbers, low, high):
    if numbers.size and not low <= int(to_host(numbers.min())) <= int(to_host(numbers.max())) <= high:
        raise ValueError(f"ctc expected {name} from {low} to {high}, got {numbers.min()} to {numbers.max()}.")
