"""Dropout: some numbers are set to 0, the others grow, so that the mean stays (Srivastava et al. 2014)."""


def dropout(x, *, kept, p):
    """x / (1 - p) where the mask `kept` is true, 0 elsewhere; the mask is drawn outside, true with probability 1 - p."""
    scale = kept.astype(x.dtype)
    scale *= 1 / (1 - p)
    return x * scale, lambda dy: (dy * scale,)
