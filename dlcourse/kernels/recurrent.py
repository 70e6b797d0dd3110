"""Recurrent networks: one layer reads a batch of sequences along time, in one direction. Layers and directions are composed above.

T time, B batch, D inputs, H units, G gates. Weights of several gates stand side by side: w_x (D, G H), w_h (H, G H), b_x and b_h (G H,).
In here each gate is an array of its own (T, B, H), which is a fifth faster; a state is one of (T + 1, B, H), from before the first step on.
"""

from functools import partial

from dlcourse.backend import xp


def rnn(x, h, w_x, w_h, b_x, b_h, *, nonlinearity="tanh", lengths=None, reverse=False, needs_dx=True):
    """h_t = tanh(x_t w_x + b_x + h_(t-1) w_h + b_h) for x (T, B, D) -> all h_t (T, B, H), the last one (B, H) (Elman 1990).

    h (B, H) is the state before the first step; None stands for zeros, also for biases. `nonlinearity` is "tanh" or "relu".
    `lengths` (B,) says where each sequence ends: later steps give zeros and leave its state alone. `reverse` reads from there to the start.
    Raises ValueError for another nonlinearity.
    """
    if nonlinearity not in NONLINEARITIES:
        raise ValueError(f'rnn expected nonlinearity "tanh" or "relu", got {nonlinearity!r}.')
    recurrence = partial(_rnn, nonlinearity=nonlinearity)
    return _read(recurrence, x, (h,), (w_x, w_h, b_x, b_h), lengths, reverse, needs_dx)


def lstm(x, h, c, w_x, w_h, b_x, b_h, *, lengths=None, reverse=False, needs_dx=True):
    """The memory c forgets and learns by gates: c_t = f c_(t-1) + i g, h_t = o tanh c_t -> all h_t (T, B, H), last h and c (B, H).

    i, f, o = sigmoid(x_t w_x + b_x + h_(t-1) w_h + b_h) and g = tanh(the same), side by side as i, f, g, o; the rest is as in `rnn`
    (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).
    """
    return _read(_lstm, x, (h, c), (w_x, w_h, b_x, b_h), lengths, reverse, needs_dx)


def gru(x, h, w_x, w_h, b_x, b_h, *, lengths=None, reverse=False, needs_dx=True):
    """The state moves towards n as far as the gate u lets it: h_t = u h_(t-1) + (1 - u) n -> all h_t (T, B, H), the last one (B, H).

    r, u = sigmoid(x_t w_x + b_x + h_(t-1) w_h + b_h) and n = tanh(x_t w_x + b_x + r (h_(t-1) w_h + b_h)), side by side as r, u, n;
    the rest is as in `rnn` (Cho et al. 2014, with PyTorch's place of r).
    """
    return _read(_gru, x, (h,), (w_x, w_h, b_x, b_h), lengths, reverse, needs_dx)


def _read(recurrence, x, states, weights, lengths, reverse, needs_dx):
    """Run the recurrence along each sequence: its outputs, and its states at the end. Inputs that are None are zeros."""
    turn, end = _order(x, lengths, reverse)
    given = [*states, *weights]
    w_x, w_h, *biases = weights
    first = [_zeros_if_none(s, (x.shape[1], len(w_h)), x) for s in states]
    biases = [_zeros_if_none(b, w_x.shape[1:], x) for b in biases]
    trajectories, recurrence_backward = recurrence(turn(x), *first, w_x, w_h, *biases, needs_dx)

    def backward(dy, *dlast):
        arrived = [xp.zeros_like(s) for s in trajectories]  # the gradient of each state from outside
        if dy is not None:
            arrived[0][1:] = turn(dy)
        for ds, d in zip(arrived, dlast, strict=True):
            if d is not None:
                ds[end] += d
        dx, *others = recurrence_backward(*arrived)
        return turn(dx) if needs_dx else None, *(None if array is None else d for array, d in zip(given, others, strict=True))

    return (turn(trajectories[0][1:]), *(s[end] for s in trajectories)), backward


def _order(x, lengths, reverse):
    """A function that brings steps into reading order and back (beyond its end a sequence reads zeros), and the index of the last state."""
    if lengths is None:
        return (lambda a: a[::-1]) if reverse else (lambda a: a), len(x)
    t, b = xp.arange(x.shape[0])[:, None], xp.arange(x.shape[1])
    inside = (t < lengths)[..., None]
    read = lengths - 1 - t if reverse else t
    return lambda a: xp.where(inside, a[read, b], 0), (lengths, b)


def _zeros_if_none(array, shape, like):
    return xp.zeros(shape, like.dtype) if array is None else array


def _rnn(x, h, w_x, w_h, b_x, b_h, needs_dx, nonlinearity):
    """All states (T + 1, B, H), and a backward that takes a gradient for each, adds what comes from later steps, and hands it on."""
    activation, slope = NONLINEARITIES[nonlinearity]
    (z,), z_backward = _inputs(x, w_x, b_x + b_h, 1, needs_dx)
    (w,), hs = _gates(w_h, 1), _states(x, h)
    for t in range(len(x)):
        z[t] += hs[t] @ w
        activation(z[t], hs[t + 1])

    def backward(dhs):
        dz = slope(hs[1:])  # what doesn't depend on the recursion is computed for all steps at once
        (wt,) = _transposed(w[None])
        for t in reversed(range(len(x))):
            dz[t] *= dhs[t + 1]
            dhs[t] += dz[t] @ wt
        dx, dw_x, db = z_backward(dz[None])
        return dx, dhs[0], dw_x, _weight_gradient(hs[:-1], dz[None]), db, db

    return (hs,), backward


def _lstm(x, h, c, w_x, w_h, b_x, b_h, needs_dx):
    z, z_backward = _inputs(x, w_x, b_x + b_h, 4, needs_dx)
    w, hs, cs = _gates(w_h, 4), _states(x, h), _states(x, c)
    i, f, g, o = z
    tanh_c = xp.empty_like(g)
    half = xp.asarray([0.5, 0.5, 1.0, 0.5], x.dtype).reshape(4, 1, 1)
    for t in range(len(x)):
        z[:, t] += hs[t] @ w
        _squash(z[:, t], half)
        xp.multiply(f[t], cs[t], cs[t + 1])
        cs[t + 1] += i[t] * g[t]
        xp.tanh(cs[t + 1], tanh_c[t])
        xp.multiply(o[t], tanh_c[t], hs[t + 1])

    def backward(dhs, dcs):
        dc_by_dh = o * (1 - tanh_c * tanh_c)
        dz = xp.stack([g * i * (1 - i), cs[:-1] * f * (1 - f), i * (1 - g * g), tanh_c * o * (1 - o)])
        wt = _transposed(w)
        for t in reversed(range(len(x))):
            dcs[t + 1] += dhs[t + 1] * dc_by_dh[t]
            dz[:3, t] *= dcs[t + 1]  # i, f and g reach the loss through c, o through h
            dz[3, t] *= dhs[t + 1]
            dcs[t] += dcs[t + 1] * f[t]
            dhs[t] += (dz[:, t] @ wt).sum(0)
        dx, dw_x, db = z_backward(dz)
        return dx, dhs[0], dcs[0], dw_x, _weight_gradient(hs[:-1], dz), db, db

    return (hs, cs), backward


def _gru(x, h, w_x, w_h, b_x, b_h, needs_dx):
    z, z_backward = _inputs(x, w_x, b_x, 3, needs_dx)
    w, hs = _gates(w_h, 3), _states(x, h)
    r, u, n = z
    b = b_h.reshape(3, 1, -1)
    kept = xp.empty_like(n)  # what the candidate n sees of the state, before r
    for t in range(len(x)):
        a = hs[t] @ w
        a += b
        kept[t] = a[2]
        z[:2, t] += a[:2]
        _squash(z[:2, t], 0.5)
        n[t] += r[t] * kept[t]
        xp.tanh(n[t], n[t])
        xp.subtract(hs[t], n[t], hs[t + 1])
        hs[t + 1] *= u[t]
        hs[t + 1] += n[t]  # n + u (h - n)

    def backward(dhs):
        dn = (1 - u) * (1 - n * n)
        da = xp.stack([dn * kept * r * (1 - r), (hs[:-1] - n) * u * (1 - u), dn * r])
        wt = _transposed(w)
        for t in reversed(range(len(x))):
            da[:, t] *= dhs[t + 1]
            dhs[t] += dhs[t + 1] * u[t]
            dhs[t] += (da[:, t] @ wt).sum(0)
        dw_h, db_h = _weight_gradient(hs[:-1], da), _bias_gradient(da)
        xp.multiply(dn, dhs[1:], da[2])  # the candidate's input doesn't pass through r
        dx, dw_x, db_x = z_backward(da)
        return dx, dhs[0], dw_x, dw_h, db_x, db_h

    return (hs,), backward


NONLINEARITIES = {  # the function, written into `out`, and its slope, seen from the output
    "tanh": (lambda z, out: xp.tanh(z, out), lambda y: 1 - y * y),
    "relu": (lambda z, out: xp.maximum(z, 0, out=out), lambda y: (y > 0).astype(y.dtype)),
}


def _squash(z, half):
    """In place: the sigmoid where half is 0.5, tanh where it is 1, since sigmoid z = tanh(z / 2) / 2 + 1 / 2: one tanh for all gates."""
    z *= half
    xp.tanh(z, z)
    z *= half
    z += 1 - half


def _inputs(x, w, b, gates, needs_dx):
    """x w + b of all steps in one product: (G, T, B, H)."""
    w = _gates(w, gates)
    z = _rows(x) @ w
    z += b.reshape(gates, 1, -1)

    def backward(dz):
        dx = (_rows(dz) @ _transposed(w)).sum(0).reshape(x.shape) if needs_dx else None
        return dx, _weight_gradient(x, dz), _bias_gradient(dz)

    return z.reshape(gates, *x.shape[:2], w.shape[2]), backward


def _weight_gradient(x, dz):
    """Over all steps at once, laid out in memory like PyTorch's weight (G H, D)."""
    dw = xp.swapaxes(_rows(dz), 1, 2) @ _rows(x)
    return dw.reshape(-1, dw.shape[2]).T


def _bias_gradient(dz):
    rows = _rows(dz)
    return (xp.ones(rows.shape[1], dz.dtype) @ rows).ravel()  # twice as fast as rows.sum(1)


def _rows(a):
    """(..., T, B, D) -> (..., T B, D)."""
    *lead, T, B, D = a.shape
    return a.reshape(*lead, T * B, D)


def _gates(w, gates):
    """(D, G H) -> (G, D, H), contiguous: the product of each step reads it again."""
    return xp.ascontiguousarray(xp.swapaxes(w.reshape(len(w), gates, -1), 0, 1))


def _transposed(w):
    return xp.ascontiguousarray(xp.swapaxes(w, 1, 2))


def _states(x, first):
    """Room for the state before the first step and after each."""
    states = xp.empty((len(x) + 1, *first.shape), x.dtype)
    states[0] = first
    return states
