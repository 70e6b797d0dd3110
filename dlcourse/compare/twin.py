"""The same layers with the same weights in PyTorch.

Our layers keep their options under PyTorch's names, so that a layer's twin is PyTorch's class of the same name, made with them.
A model's twin is a class of the same name in `dlcourse.compare.twins`, which is made from the model.
"""

from importlib import import_module
from inspect import signature

from dlcourse import nn

EMPTY = "PyTorch is not installed here, so this check is empty. To fill it: pip install torch"


def to_torch(module):
    """The same layers with the same weights as a torch.nn.Module, in the same mode and dtype.

    Raises TypeError for a layer or model that has no counterpart.
    """
    torch = import_torch()
    state = {name: torch.from_numpy(array) for name, array in module.state_dict().items()}
    twin = _twin(module)
    for p in module.parameters()[:1]:
        twin.to(getattr(torch, str(p.dtype)))
    twin.load_state_dict(state)
    return twin.train(module.training)


def import_torch():
    """PyTorch, or ModuleNotFoundError with the command that would install it."""
    try:
        import torch
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(EMPTY) from error
    return torch


def _twin(module):
    torch, name = import_torch(), type(module).__name__
    if isinstance(module, nn.Sequential):
        return torch.nn.Sequential(*map(_twin, module))
    if type(module) is getattr(nn, name, None) and hasattr(torch.nn, name):
        return getattr(torch.nn, name)(**_options(module, getattr(torch.nn, name)))
    if twin := getattr(import_module("dlcourse.compare.twins"), name, None):
        return twin(module)
    raise TypeError(f"to_torch expected layers of dlcourse.nn, or a model with a twin in dlcourse.compare.twins, got {name}.")


def _options(module, torch_class):
    """The options of the layer that PyTorch's constructor knows. A weight of that name stands for "there is one"."""
    recurrent = import_torch().nn.RNNBase  # its subclasses hide their options behind *args
    known = [*signature(recurrent if issubclass(torch_class, recurrent) else torch_class).parameters, "nonlinearity"]
    have = {name: getattr(module, name) for name in known if hasattr(module, name)}
    return {name: value not in (None, False) if name == "bias" else value for name, value in have.items()}
