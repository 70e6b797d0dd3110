"""Deep learning from scratch in NumPy: kernels, a tape, layers, optimizers and models, each equal to PyTorch."""

__version__ = "0.1.0"
