"""Embedding: a table of learned vectors, one for each id."""

from dlcourse.backend import scatter_add, to_host, xp


def embedding(w, *, ids, padding_idx=None):
    """The rows of w (N, D) that integer ids of any shape name -> (..., D): a product with one-hot vectors that is never carried out.

    Each row collects the gradients of its copies; the row `padding_idx` gets none. Raises TypeError when ids are not integers,
    ValueError when one is outside 0 .. N-1.
    """
    _check_ids(ids, len(w))

    def backward(dy):
        dw = xp.zeros_like(w)
        scatter_add(dw, ids, dy)
        if padding_idx is not None:
            dw[padding_idx] = 0
        return (dw,)

    return w[ids], backward


def _check_ids(ids, n):
    if ids.dtype.kind not in "iu":
        raise TypeError(f"embedding expected integer ids, got {ids.dtype}. If they are whole numbers, use ids.astype(np.int64).")
    if ids.size == 0:
        return
    low, high = int(to_host(ids.min())), int(to_host(ids.max()))
    if low < 0 or high >= n:  # checked here, since an index out of range wraps around on a GPU
        raise ValueError(f"embedding expected ids from 0 to {n - 1} for a table of {n} rows, got ids from {low} to {high}.")
