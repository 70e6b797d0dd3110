"""Arithmetic number by number."""

from dlcourse import kernels
from dlcourse.functional.constant import constant
from dlcourse.tensor import differentiable

acos = differentiable(kernels.acos)
acosh = differentiable(kernels.acosh)
abs = differentiable(kernels.abs)
asin = differentiable(kernels.asin)
asinh = differentiable(kernels.asinh)
atan = differentiable(kernels.atan)
atanh = differentiable(kernels.atanh)
cos = differentiable(kernels.cos)
cosh = differentiable(kernels.cosh)
erf = differentiable(kernels.erf)
expm1 = differentiable(kernels.expm1)
log1p = differentiable(kernels.log1p)
logaddexp = differentiable(kernels.logaddexp)
maximum = differentiable(kernels.maximum)
minimum = differentiable(kernels.minimum)
reciprocal = differentiable(kernels.reciprocal)
rsqrt = differentiable(kernels.rsqrt)
sin = differentiable(kernels.sin)
sinh = differentiable(kernels.sinh)
square = differentiable(kernels.square)
tan = differentiable(kernels.tan)

_clip = differentiable(kernels.clip)
_masked_fill = differentiable(kernels.masked_fill)
_where = differentiable(kernels.where)


def clip(x, low, high):
    """x held between low and high."""
    return _clip(x, low=low, high=high)


def where(condition, a, b):
    """a where the condition holds, b elsewhere."""
    return _where(a, b, condition=constant(condition))


def masked_fill(x, mask, value):
    """x, with a constant wherever the mask is true."""
    return _masked_fill(x, mask=constant(mask), value=value)
