"""A single number that remembers how it was made: backpropagation small enough to read in one sitting.

Each Value knows its parents and, for each, the local derivative. `backward` multiplies along every path and adds up the paths.
"""

import math


class Value:
    """A number in a graph of numbers. After `backward()` of a result, `.grad` is d result / d this number.

    Raises TypeError when it is made from something that is not a number.
    """

    def __init__(self, data, parents=(), local_grads=()):
        if not isinstance(data, int | float):
            raise TypeError(f"Value expected a number, got {type(data).__name__}. A Value holds one number; use Tensor for arrays.")
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents
        self.local_grads = local_grads

    def backward(self):
        """Add d self / d value to `.grad` of every value that self was made from, itself included."""
        self.grad += 1.0
        flow = {self: 1.0}  # what this call brings, apart from what earlier calls left in .grad
        for value in reversed(history(self)):
            for parent, local in zip(value.parents, value.local_grads, strict=True):
                step = flow[value] * local  # chain rule
                parent.grad += step
                flow[parent] = flow.get(parent, 0.0) + step

    def __add__(self, other):
        other = as_value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = as_value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, exponent):
        """self to a constant power."""
        return Value(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1),))

    def exp(self):
        y = math.exp(self.data)
        return Value(y, (self,), (y,))

    def log(self):
        return Value(math.log(self.data), (self,), (1 / self.data,))

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, (self,), (1 - y * y,))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -as_value(other)

    def __truediv__(self, other):
        return self * as_value(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return as_value(other) - self

    def __rtruediv__(self, other):
        return as_value(other) / self

    def __repr__(self):
        return f"Value({self.data:.4f}, grad={self.grad:.4f})"


def as_value(x):
    """x itself when it is a Value, else a new Value without parents."""
    return x if isinstance(x, Value) else Value(x)


def history(root):
    """All values that root was made from and root itself, parents before children; without recursion, so that long chains work."""
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        value, parents_done = stack.pop()
        if parents_done:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack.append((value, True))
            stack.extend((parent, False) for parent in value.parents)
    return order
