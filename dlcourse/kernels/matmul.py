"""Products of matrices. The gradient of a factor is the gradient of the product times the other factor, transposed."""

from dlcourse.backend import xp
from dlcourse.kernels.elementwise import unbroadcast


def matmul(a, b):
    """a b: (..., N, D) by (..., D, K) -> (..., N, K); leading axes broadcast, a vector counts as one row or one column."""
    rows = a[None, :] if a.ndim == 1 else a
    columns = b[:, None] if b.ndim == 1 else b
    product = rows @ columns
    shape = product.shape  # all of the product that backward needs: the numbers may be freed

    def backward(dy):
        dy = dy.reshape(shape)
        da = dy @ xp.swapaxes(columns, -1, -2)
        db = xp.swapaxes(rows, -1, -2) @ dy
        return unbroadcast(da, rows.shape).reshape(a.shape), unbroadcast(db, columns.shape).reshape(b.shape)

    return product.squeeze((-2,) * (a.ndim == 1) + (-1,) * (b.ndim == 1)), backward


def linear(x, w, b, *, needs_dx=True):
    """x w + b for x (..., D), w (D, K), b (K,) or None -> (..., K).

    `needs_dx=False` leaves out the gradient of x: the first layer's input wants none, and it is a third of the backward.
    """
    rows = x.reshape(-1, x.shape[-1])  # one large product is faster than a batch of small ones
    y = rows @ w
    if b is not None:
        y += b

    def backward(dy):
        dy = dy.reshape(-1, dy.shape[-1])
        dw = (dy.T @ rows).T  # x.T dy, laid out in memory like nn.Linear's weight (K, D)
        dx = (dy @ w.T).reshape(x.shape) if needs_dx else None
        return dx, dw, None if b is None else dy.sum(0)

    return y.reshape(*x.shape[:-1], w.shape[1]), backward
