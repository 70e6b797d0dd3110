"""The tape. A Tensor is an array that remembers how it was made, so that gradients can flow back. A Node is that memory.

`differentiable` lifts a kernel from arrays to Tensors; `Tensor.backward` walks the nodes from the newest result to the oldest leaf.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, wraps
from heapq import heappop, heappush
from itertools import count

from dlcourse import kernels
from dlcourse.backend import to_host, xp

_recording = ContextVar("recording", default=True)
_clock = count()  # results are numbered as they are made: a parent is always older than its child


class Node:
    """How a result was made: the kernel's backward, and for each of its inputs the Node, a Tensor that is a leaf, or None for a constant.

    It does not hold the result, nor those of its parents: an array that no gradient needs is freed at once.
    `grad`, d loss / d result, is there only while it is being collected.
    """

    __slots__ = ("backward", "grad", "order", "parents")

    def __init__(self, parents, backward):
        self.order, self.parents, self.backward, self.grad = next(_clock), parents, backward, None

    def __lt__(self, other):
        return self.order > other.order  # the newest comes first out of a heap


class Tensor:
    """An array with a gradient. Lists of floats become float32, arrays keep their dtype.

    Raises TypeError when a gradient is asked for and the numbers aren't floats.
    """

    __slots__ = ("__weakref__", "data", "grad", "node", "requires_grad")
    __array_ufunc__ = None  # array * Tensor is left to Tensor

    def __init__(self, data, requires_grad=False):
        self.data = data if type(data) is xp.ndarray else _as_array(data)
        if requires_grad and self.data.dtype.kind != "f":
            raise TypeError(f"A Tensor with requires_grad expected floats, got {self.data.dtype}. Convert it with .astype(np.float32).")
        self.requires_grad = requires_grad
        self.grad = self.node = None

    def backward(self, gradient=None):
        """Add d self / d leaf to `.grad` of every leaf, newest result first.

        `gradient` is d loss / d self, in the shape of self; it may be left out when self is a single number.
        Raises RuntimeError when nothing was recorded or the graph was used before, ValueError when the shape doesn't fit.
        """
        owners, queue = set(), []

        def deliver(place, dy):
            if place.grad is not None:
                place.grad = place.grad + dy
            elif type(place) is Node:
                place.grad = dy
                heappush(queue, place)
            else:  # a leaf
                place.grad = _own(dy, owners)

        deliver(self.node or self, self._seed(gradient))
        while queue:
            node = heappop(queue)  # the newest: all its children have delivered
            for parent, dx in zip(node.parents, node.backward(node.grad), strict=True):
                if parent is not None:
                    deliver(parent, dx)
            node.parents = node.backward = node.grad = None  # free what has been used

    def _seed(self, gradient):
        if not self.requires_grad:
            raise RuntimeError("backward() expected a result of Tensors with requires_grad=True, got one that remembers nothing.")
        if self.node and not self.node.backward:
            raise RuntimeError("backward() freed this graph when it was called before. Compute the loss again, then call backward().")
        if gradient is None and self.data.size != 1:
            raise ValueError(f"backward() starts from a single number, got shape {self.shape}. Call .mean() or .sum(), or pass a gradient.")
        if gradient is None:
            return xp.ones_like(self.data)
        if _data(gradient).shape != self.shape:
            raise ValueError(f"backward() expected a gradient of shape {self.shape}, got {_data(gradient).shape}.")
        return _data(gradient).copy()

    def detach(self):
        """The same numbers without the memory of how they were made."""
        return Tensor(self.data)

    def numpy(self):
        """The numbers as a host array."""
        return to_host(self.data)

    def item(self):
        """The single number as a Python float; on a GPU this waits for the device."""
        return self.data.item()

    @property
    def shape(self):
        return self.data.shape

    @property
    def ndim(self):
        return self.data.ndim

    @property
    def dtype(self):
        return self.data.dtype

    def __len__(self):
        return len(self.data)

    def __repr__(self):
        return f"Tensor({self.data!r}{', requires_grad=True' if self.requires_grad else ''})"

    def __bool__(self):
        return bool(self.data)

    def __float__(self):
        return float(self.data)

    def __add__(self, other):
        return add(self, other)

    def __radd__(self, other):
        return add(other, self)

    def __sub__(self, other):
        return sub(self, other)

    def __rsub__(self, other):
        return sub(other, self)

    def __mul__(self, other):
        return mul(self, other)

    def __rmul__(self, other):
        return mul(other, self)

    def __truediv__(self, other):
        return div(self, other)

    def __rtruediv__(self, other):
        return div(other, self)

    def __pow__(self, exponent):
        return pow(self, exponent=exponent)

    def __neg__(self):
        return neg(self)

    def __matmul__(self, other):
        return matmul(self, other)

    def __rmatmul__(self, other):
        return matmul(other, self)

    def __getitem__(self, index):
        return getitem(self, index=index)

    def exp(self):
        return exp(self)

    def log(self):
        return log(self)

    def sqrt(self):
        return sqrt(self)

    def sum(self, dim=None, keepdim=False):
        return sum(self, axis=dim, keepdims=keepdim)

    def mean(self, dim=None, keepdim=False):
        return mean(self, axis=dim, keepdims=keepdim)

    def max(self, dim=None, keepdim=False):
        return max(self, axis=dim, keepdims=keepdim)

    def min(self, dim=None, keepdim=False):
        return min(self, axis=dim, keepdims=keepdim)

    def var(self, dim=None, correction=1, keepdim=False):
        return var(self, axis=dim, correction=correction, keepdims=keepdim)

    def reshape(self, *shape):
        return reshape(self, shape=shape)

    def squeeze(self, dim):
        return reshape(self, shape=self.data.squeeze(dim).shape) if self.shape[dim] == 1 else self

    def unsqueeze(self, dim):
        return reshape(self, shape=xp.expand_dims(self.data, dim).shape)

    def permute(self, *dims):
        return transpose(self, axes=dims)

    def transpose(self, dim0, dim1):
        return swapaxes(self, axis1=dim0, axis2=dim1)

    swapaxes = transpose

    def split(self, sizes, dim=0):
        return split(self, sizes=sizes, axis=dim)

    @property
    def T(self):
        return transpose(self)


def differentiable(kernel):
    """Lift a kernel from arrays to Tensors. Arrays, Python numbers and None among the inputs are constants.

    A kernel with several outputs returns `(tuple of outputs, backward)`; its backward takes one gradient for each, or None.
    """

    @wraps(kernel)
    def lifted(*inputs, **options):
        arrays, parents, recorded = [], [], False
        for x in inputs:
            parent = None
            if isinstance(x, Tensor):
                if x.requires_grad:
                    parent, recorded = x.node or x, True
                x = x.data
            arrays.append(x)
            parents.append(parent)
        y, backward = kernel(*arrays, **options)
        node = Node(parents, backward) if recorded and _recording.get() else None
        return _several(y, node) if type(y) is tuple else _result(y, node)

    return lifted


def _result(data, node):
    y = Tensor(data)
    y.requires_grad, y.node = node is not None, node
    return y


def _several(ys, node):
    """A kernel with several outputs: the node of each hands its gradient on to the kernel's, which waits for all of them."""
    if node is None:
        return tuple(map(Tensor, ys))
    backward = node.backward
    node.backward = lambda dys: backward(*dys)
    return tuple(_result(y, Node((node,), partial(_only, i, len(ys)))) for i, y in enumerate(ys))


def _only(i, n, dy):
    return (_Gradients(dy if j == i else None for j in range(n)),)


class _Gradients(tuple):
    """The gradients of several outputs, None for one that nothing came back from."""

    __slots__ = ()

    def __add__(self, others):
        return _Gradients(a if b is None else b if a is None else a + b for a, b in zip(self, others, strict=True))


@contextmanager
def no_grad():
    """Within the block nothing is recorded: for evaluation and for the optimizer's own arithmetic. Each thread has its own."""
    before = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(before)


def _own(dy, owners):
    """dy, copied when another leaf holds the same memory: clipping one gradient in place must not touch another."""
    memory = dy if dy.base is None else dy.base
    if id(memory) in owners:
        return dy.copy()
    owners.add(id(memory))
    return dy


def _data(x):
    return x.data if isinstance(x, Tensor) else x


def _as_array(data):
    if isinstance(data, Tensor):
        raise TypeError("Tensor expected numbers or an array, got a Tensor. Use .detach() for a Tensor without memory.")
    array = xp.asarray(data)
    return array if hasattr(data, "dtype") or array.dtype.kind != "f" else array.astype(xp.float32)


add = differentiable(kernels.add)
sub = differentiable(kernels.sub)
mul = differentiable(kernels.mul)
div = differentiable(kernels.div)
neg = differentiable(kernels.neg)
pow = differentiable(kernels.pow)
matmul = differentiable(kernels.matmul)
exp = differentiable(kernels.exp)
log = differentiable(kernels.log)
sqrt = differentiable(kernels.sqrt)
getitem = differentiable(kernels.getitem)
reshape = differentiable(kernels.reshape)
transpose = differentiable(kernels.transpose)
swapaxes = differentiable(kernels.swapaxes)
split = differentiable(kernels.split)
sum = differentiable(kernels.sum)
mean = differentiable(kernels.mean)
max = differentiable(kernels.max)
min = differentiable(kernels.min)
var = differentiable(kernels.var)
