"""Numbers that find their own gradient, in both directions: what answers to the exercise autograd are made from."""

import math

import numpy as np


class Number:
    """Reverse mode: a value on a list `tape`, with its parents and local derivatives; a mistake replaces methods."""

    def __init__(self, data, tape, parents=(), local_grads=()):
        self.data, self.tape, self.parents, self.local_grads = data, tape, parents, local_grads
        tape.append(self)

    def _made(self, data, parents, local_grads):
        return type(self)(data, self.tape, parents, local_grads)

    def _as(self, other):
        return other if isinstance(other, Number) else self._made(float(other), (), ())

    def __add__(self, other):
        other = self._as(other)
        return self._made(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = self._as(other)
        return self._made(self.data * other.data, (self, other), (other.data, self.data))

    def __sub__(self, other):
        other = self._as(other)
        return self._made(self.data - other.data, (self, other), (1.0, -1.0))

    def __neg__(self):
        return self._made(-self.data, (self,), (-1.0,))

    def tanh(self):
        y = math.tanh(self.data)
        return self._made(y, (self,), (1 - y * y,))

    def __rsub__(self, other):
        return self._as(other) - self

    __radd__, __rmul__ = __add__, __mul__


class Dual:
    """Forward mode: a value that carries its derivative by every input along."""

    def __init__(self, data, slopes):
        self.data, self.slopes = data, slopes

    def _as(self, other):
        return other if isinstance(other, Dual) else Dual(other, 0 * self.slopes)

    def __add__(self, other):
        return Dual(self.data + self._as(other).data, self.slopes + self._as(other).slopes)

    def __mul__(self, other):
        other = self._as(other)
        return Dual(self.data * other.data, self.slopes * other.data + self.data * other.slopes)

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -self._as(other)

    def __rsub__(self, other):
        return -self + other

    def tanh(self):
        return Dual(np.tanh(self.data), self.slopes * (1 - np.tanh(self.data) ** 2))

    __radd__, __rmul__ = __add__, __mul__
