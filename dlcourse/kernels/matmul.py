"""Products of matrices. The gradient of a factor is the gradient of the product times the other factor, transposed."""

from dlcourse.backend import xp
from dlcourse.kernels.elementwise import unbroadcast


def matmul(a, b):
    """a b: (..., N, D) by (..., D, K) -> (..., N, K); leading axes broadcast, a vector counts as one row or one column."""
    y = a @ b

    def backward(dy):
        a2 = a[None, :] if a.ndim == 1 else a  # (N, D)
        b2 = b[:, None] if b.ndim == 1 else b  # (D, K)
        dy2 = dy[..., None, :] if a.ndim == 1 and b.ndim > 1 else dy
        dy2 = dy2[..., None] if b.ndim == 1 and a.ndim > 1 else dy2
        da = dy2 @ xp.swapaxes(b2, -1, -2)
        db = xp.swapaxes(a2, -1, -2) @ dy2
        return unbroadcast(da, a2).reshape(a.shape), unbroadcast(db, b2).reshape(b.shape)

    return y, backward


def linear(x, w, b, *, needs_dx=True):
    """x w + b for x (..., D), w (D, K), b (K,) -> (..., K).

    `needs_dx=False` leaves out the gradient of x: the first layer's input wants none, and it is a third of the backward.
    """
    rows = x.reshape(-1, x.shape[-1])  # one large product is faster than a batch of small ones
    y = rows @ w
    y += b

    def backward(dy):
        dy = dy.reshape(-1, dy.shape[-1])
        dw = (dy.T @ rows).T  # x.T dy, laid out in memory like nn.Linear's weight (K, D)
        dx = (dy @ w.T).reshape(x.shape) if needs_dx else None
        return dx, dw, dy.sum(0)

    return y.reshape(*x.shape[:-1], -1), backward
