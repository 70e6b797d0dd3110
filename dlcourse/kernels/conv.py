"""Convolutions: each pixel of the output is one linear layer applied to a window of the input, with the same weights at every place.

Images have PyTorch's shape (B, C, H, W); inside they are (B, H, W, G, C), G groups of channels, which is also their order in memory:
a window is then a few runs of neighbouring numbers. Windows are copied into the rows of a matrix, as many at a time as the cache holds,
and one product with the taps, the weights of a window, does the rest. They are not kept for backward: to copy them again is cheaper.
"""

import math
from itertools import product

from dlcourse.backend import block_size, pieces, xp


def conv1d(x, w, b, *, stride=1, padding=0, dilation=1, groups=1, needs_dx=True):
    """conv2d on images of one row: x (B, C, T), w (K, C/groups, k), b (K,) or None -> (B, K, T').

    `padding` may also be (before, after). Raises ValueError as conv2d does.
    """
    if x.ndim != 3 or w.ndim != 3:
        raise ValueError(f"conv1d expected x (B, C, T) and w (K, C/groups, k), got shapes {x.shape} and {w.shape}.")
    options = {"stride": (1, stride), "padding": (0, _pair(padding)), "dilation": (1, dilation)}
    y, backward2d = conv2d(x[:, :, None], w[:, :, None], b, **options, groups=groups, needs_dx=needs_dx)

    def backward(dy):
        dx, dw, db = backward2d(dy[:, :, None])
        return dx[:, :, 0] if needs_dx else None, dw[:, :, 0], db

    return y[:, :, 0], backward


def conv2d(x, w, b, *, stride=1, padding=0, dilation=1, groups=1, needs_dx=True):
    """y[k, i, j] = b[k] + the sum of x[c, i stride + m dilation, j stride + n dilation] w[k, c, m, n] over c, m, n, for each image.

    x (B, C, H, W), w (K, C/groups, kh, kw), b (K,) or None -> (B, K, H', W'). Around x lie `padding` rows and columns of zeros.
    Options are numbers or pairs (height, width); `padding` may also be ((top, bottom), (left, right)). With groups, the outputs of
    group g see the channels of group g alone. `needs_dx=False` leaves out the gradient of x.
    Raises ValueError when shapes or options don't fit.
    """
    stride, padding, dilation = _pair(stride), _edges(padding), _pair(dilation)
    _check_conv(x, w, b, stride, padding, dilation, groups)
    taps = _taps(w, groups)
    windows = _windows(_padded(_inside(x, groups), padding), w.shape[2:], stride, dilation)
    y = _add(_correlate(windows, taps), b)

    def backward(dy):
        dy = _inside(dy, groups)
        dx = _outside(_way_back(dy, taps, x.shape[2:], stride, padding, dilation)) if needs_dx else None
        return dx, _as_weight(_weight_gradient(windows, dy), w), _sums(dy, b)

    return _outside(y), backward


def conv_transpose2d(x, w, b, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1, needs_dx=True):
    """The way back of conv2d: each pixel of x adds its multiple of the taps to a window of y.

    x (B, C, H, W), w (C, K/groups, kh, kw), b (K,) or None -> (B, K, H', W'), an image that conv2d with the same w and options takes to
    H, W; `output_padding` says which, where several do. Forward is conv2d's gradient of x, and its own gradient of x is conv2d
    (Dumoulin and Visin 2016, chapter 4). Raises ValueError when shapes or options don't fit.
    """
    stride, padding, dilation = _pair(stride), _edges(padding), _pair(dilation)
    size = _check_transposed(x, w, b, stride, padding, _pair(output_padding), dilation, groups)
    taps, pixels = _taps(w, groups), _inside(x, groups)
    y = _add(_way_back(pixels, taps, size, stride, padding, dilation), b)

    def backward(dy):
        dy = _inside(dy, groups)
        windows = _windows(_padded(dy, padding), w.shape[2:], stride, dilation)[:, : x.shape[2], : x.shape[3]]
        dx = _outside(_correlate(windows, taps)) if needs_dx else None
        return dx, _as_weight(_weight_gradient(windows, pixels), w), _sums(dy, b)

    return _outside(y), backward


def _correlate(windows, taps):
    """Each window times the taps: (B, H, W, kh, kw, G, C) and (kh, kw, G, C, K) -> (B, H, W, G, K)."""
    *places, kh, kw, groups, channels = windows.shape
    matrix = taps.transpose(2, 0, 1, 3, 4).reshape(groups, kh * kw * channels, taps.shape[4])
    y = xp.empty((*places, groups, taps.shape[4]), windows.dtype)
    for block in _blocks(windows):
        _matmul(_columns(windows[block]), matrix, out=_rows(y[block]))
    return y


def _weight_gradient(windows, dy):
    """The sum of window times dy over all places: (B, H, W, kh, kw, G, C) and (B, H, W, G, K) -> (kh, kw, G, C, K)."""
    *_, kh, kw, groups, channels = windows.shape
    dw = xp.zeros((groups, kh * kw * channels, dy.shape[4]), dy.dtype)
    for block in _blocks(windows):
        columns, rows = (_in_pieces(a, dw[0].size) for a in (_columns(windows[block]), _rows(dy[block])))
        for part in (columns.swapaxes(2, 3) @ rows).swapaxes(0, 1):
            dw += part
    return dw.reshape(groups, kh, kw, channels, dy.shape[4]).transpose(1, 2, 0, 3, 4)


def _way_back(y, taps, size, stride, padding, dilation):
    """The adjoint of _correlate on a padded image: (B, H', W', G, K) and (kh, kw, G, C, K) -> (B, H, W, G, C), H W = size."""
    keeps_size = all(sum(edge) == _span(k, d) - 1 for edge, k, d in zip(padding, taps.shape, dilation, strict=False))
    if keeps_size and stride == (1, 1) and y.shape[1:3] == size and taps.shape[3] > 1:
        # faster here: seen from x, which collects, this is a convolution with the taps in reverse order
        padded = _padded(y, tuple(edge[::-1] for edge in padding))
        return _correlate(_windows(padded, taps.shape, stride, dilation), taps[::-1, ::-1].swapaxes(3, 4))
    padded_size = (n + sum(edge) for n, edge in zip(size, padding, strict=True))
    return _cropped(_spread(y, taps, (len(y), *padded_size, *taps.shape[2:4]), stride, dilation), padding)


def _spread(y, taps, shape, stride, dilation):
    """(B, H', W', G, K) and (kh, kw, G, C, K) -> shape (B, H, W, G, C): each y adds its multiple of the taps to its window.

    Windows overlap, but not in what one tap of each sees, nor in what as many neighbouring taps as the stride see: so much at once.
    """
    x = xp.zeros(shape, y.dtype)
    windows = _windows(x, taps.shape, stride, dilation)[:, : y.shape[1], : y.shape[2]]
    at_once = stride[1] if dilation[1] == 1 else 1
    steps = list(product(range(taps.shape[0]), range(0, taps.shape[1], at_once)))
    shares = [xp.ascontiguousarray(taps[i, j : j + at_once].transpose(1, 3, 0, 2)) for i, j in steps]
    for block in _blocks(windows[:, :, :, 0]):
        for (i, j), share in zip(steps, shares, strict=True):
            seen = windows[block][:, :, :, i, j : j + at_once]
            seen += _multiples(y[block], share)
    return x


def _multiples(y, taps):
    """(B, H, W, G, K) times (G, K, n, C) -> (B, H, W, n, G, C)."""
    groups, outputs, n, channels = taps.shape
    if outputs == 1:  # a matrix product would be an outer product
        return y[:, :, :, None] * taps[:, 0].swapaxes(0, 1)
    by_group = _matmul(_rows(y), taps.reshape(groups, outputs, n * channels))
    return by_group.reshape(groups, *y.shape[:3], n, channels).transpose(1, 2, 3, 4, 0, 5)


def _matmul(a, b, out=None):
    """(G, N, D) (G, D, K) -> (G, N, K)."""
    n, size = a.shape[1], b.shape[1] * b.shape[2]
    y = xp.matmul(_in_pieces(a, size), b[:, None], out=None if out is None else _in_pieces(out, size))
    return y.reshape(len(a), n, b.shape[2])


def _in_pieces(a, size):
    """(G, N, D) -> (G, pieces, N / pieces, D), for a product with a matrix of so many numbers."""
    return a.reshape(len(a), pieces(a.shape[1], size), -1, a.shape[2])


def _windows(x, kernel, stride, dilation):
    """The window at each place, as a view: (B, H, W, G, C) -> (B, H', W', kh, kw, G, C).

    From window to window it is `stride` pixels, within a window `dilation`.
    """
    places = [(n - _span(k, d)) // s + 1 for n, k, s, d in zip(x.shape[1:3], kernel, stride, dilation, strict=False)]
    steps = [n * step for option in (stride, dilation) for n, step in zip(option, x.strides[1:3], strict=True)]
    shape, strides = (len(x), *places, *kernel[:2], *x.shape[3:]), (x.strides[0], *steps, *x.strides[3:])
    return xp.lib.stride_tricks.as_strided(x, shape, strides)


def _blocks(windows):
    """Slices of images and of lines whose windows fit into the cache together: several images, or some lines of one.

    There are 256 windows at least, even if the cache overflows: a product of few rows is slow.
    """
    images, lines, width = windows.shape[:3]
    window = max(1, math.prod(windows.shape[3:]))
    room = max(block_size() // window, 256) // width  # in lines
    images_at_once, lines_at_once = max(1, room // lines), max(1, min(room, lines))
    for i, j in product(range(0, images, images_at_once), range(0, lines, lines_at_once)):
        yield slice(i, i + images_at_once), slice(j, j + lines_at_once)


def _columns(windows):
    """Windows as rows of a matrix for each group: (B, H, W, kh, kw, G, C) -> (G, B H W, kh kw C)."""
    *places, kh, kw, groups, channels = windows.shape
    if channels < 4:  # too short runs: copy along the line of the image instead
        lines = windows.transpose(5, 3, 4, 6, 0, 1, 2).reshape(groups, kh * kw * channels, math.prod(places))
        return lines.swapaxes(1, 2)
    return windows.transpose(5, 0, 1, 2, 3, 4, 6).reshape(groups, math.prod(places), kh * kw * channels)


def _rows(y):
    """(B, H, W, G, K) -> (G, B H W, K), a view."""
    return y.reshape(math.prod(y.shape[:3]), *y.shape[3:]).swapaxes(0, 1)


def _padded(x, padding):
    """x (B, H, W, G, C) with rows and columns of zeros around it."""
    if padding == ((0, 0), (0, 0)):
        return x
    y = xp.zeros((len(x), *(n + sum(edge) for n, edge in zip(x.shape[1:3], padding, strict=True)), *x.shape[3:]), x.dtype)
    y[_within(y, padding)] = x
    return y


def _cropped(x, padding):
    """x (B, H, W, G, C) without the rows and columns around it, contiguous."""
    return xp.ascontiguousarray(x[_within(x, padding)])


def _within(x, padding):
    return slice(None), *(slice(edge[0], n - edge[1]) for n, edge in zip(x.shape[1:3], padding, strict=True))


def _inside(x, groups):
    """(B, C, H, W) -> (B, H, W, G, C/G), contiguous: a view when x lies in memory as (B, H, W, C)."""
    x = xp.ascontiguousarray(x.transpose(0, 2, 3, 1))
    return x.reshape(*x.shape[:3], groups, x.shape[3] // groups)


def _outside(x):
    """(B, H, W, G, C) -> (B, G C, H, W), a view."""
    return x.reshape(*x.shape[:3], x.shape[3] * x.shape[4]).transpose(0, 3, 1, 2)


def _taps(w, groups):
    """(K, C/G, kh, kw) -> (kh, kw, G, C/G, K/G), contiguous."""
    return xp.ascontiguousarray(w.reshape(groups, len(w) // groups, *w.shape[1:]).transpose(3, 4, 0, 2, 1))


def _as_weight(taps, w):
    """(kh, kw, G, C/G, K/G) -> (K, C/G, kh, kw), the shape of w, contiguous for the optimizer's sake."""
    return xp.ascontiguousarray(taps.transpose(2, 4, 3, 0, 1).reshape(w.shape))


def _add(y, b):
    """y (B, H, W, G, K) plus the bias (G K,), in place."""
    if b is not None:
        lines = y.reshape(y.shape[0] * y.shape[1], y.shape[2] * b.size)
        lines += xp.tile(b, y.shape[2])  # whole lines: runs of K numbers are too short to be added fast
    return y


def _sums(dy, b):
    """The gradient of the bias: dy (B, H, W, G, K) summed over all places."""
    if b is None:
        return None
    rows = dy.reshape(math.prod(dy.shape[:3]), b.size)
    return xp.ones(len(rows), dy.dtype) @ rows  # ten times faster than rows.sum(0)


def _span(taps, dilation):
    """From the first to the last tap of a window."""
    return (taps - 1) * dilation + 1


def _pair(option):
    """A number stands for both."""
    return tuple(option) if isinstance(option, tuple | list) else (option, option)


def _edges(padding):
    """((top, bottom), (left, right))."""
    return tuple(map(_pair, _pair(padding)))


def _check_conv(x, w, b, stride, padding, dilation, groups):
    _check("conv2d", x, w, b, len(w), groups)
    _check_options("conv2d", stride, padding, dilation)
    if x.shape[1] != w.shape[1] * groups:
        raise ValueError(f"conv2d expected {w.shape[1] * groups} channels for a weight {w.shape} with groups={groups}, got x {x.shape}.")
    have = tuple(n + sum(edge) for n, edge in zip(x.shape[2:], padding, strict=True))
    need = tuple(map(_span, w.shape[2:], dilation))
    if have[0] < need[0] or have[1] < need[1]:
        raise ValueError(f"conv2d expected an image as large as its window, {need} pixels, got {have} with the padding. Pad more.")


def _check_transposed(x, w, b, stride, padding, output_padding, dilation, groups):
    """The height and width of the output."""
    _check("conv_transpose2d", x, w, b, w.shape[1] * groups, groups)
    _check_options("conv_transpose2d", stride, padding, dilation)
    if x.shape[1] != len(w):
        raise ValueError(f"conv_transpose2d expected {len(w)} channels for a weight {w.shape}, got x {x.shape}.")
    if not all(0 <= more < max(s, d) for more, s, d in zip(output_padding, stride, dilation, strict=True)):
        raise ValueError(
            f"conv_transpose2d expected output_padding below stride or dilation, got {output_padding=}, {stride=}, {dilation=}."
        )
    axes = zip(x.shape[2:], stride, padding, w.shape[2:], dilation, output_padding, strict=True)
    size = tuple((n - 1) * s - sum(edge) + _span(k, d) + more for n, s, edge, k, d, more in axes)
    if min(size) < 1:
        raise ValueError(f"conv_transpose2d expected to make at least one pixel, got an output of {size} from x {x.shape}. Pad less.")
    return size


def _check(name, x, w, b, outputs, groups):
    if x.ndim != 4 or w.ndim != 4:
        raise ValueError(f"{name} expected x (B, C, H, W) and a weight with four axes, got shapes {x.shape} and {w.shape}.")
    if groups < 1 or len(w) % groups or x.shape[1] % groups:
        raise ValueError(f"{name} expected channels that fall into groups={groups}, got x {x.shape} and w {w.shape}.")
    if b is not None and b.shape != (outputs,):
        raise ValueError(f"{name} expected a bias of shape ({outputs},), one number for each output channel, got {b.shape}.")


def _check_options(name, stride, padding, dilation):
    if min(*stride, *dilation) < 1 or min(map(min, padding)) < 0:
        raise ValueError(f"{name} expected stride and dilation from 1 on, padding from 0 on, got {stride=}, {dilation=}, {padding=}.")
