"""Deep learning from scratch in NumPy: kernels, a tape, layers, optimizers and models, each equal to PyTorch."""

from dlcourse.backend import device
from dlcourse.tensor import Tensor, differentiable, no_grad

__version__ = "0.1.0"
