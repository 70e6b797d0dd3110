"""The same layers with the same weights in PyTorch."""

from dlcourse import nn

EMPTY = "PyTorch is not installed here, so this check is empty. To fill it: pip install torch"


def to_torch(model):
    """The same layers with the same weights as a torch.nn.Module.

    Raises TypeError for a layer that has no counterpart.
    """
    torch = import_torch()
    if isinstance(model, nn.Sequential):
        return torch.nn.Sequential(*map(to_torch, model))
    if isinstance(model, nn.Linear):
        twin = torch.nn.Linear(*reversed(model.weight.shape), dtype=getattr(torch, str(model.weight.dtype)))
        twin.load_state_dict({name: torch.from_numpy(array) for name, array in model.state_dict().items()})
        return twin
    options = {nn.LeakyReLU: ("negative_slope",), nn.GELU: ("approximate",), nn.Dropout: ("p",)}.get(type(model), ())
    if type(model) not in (nn.ReLU, nn.Tanh, nn.Sigmoid, nn.LeakyReLU, nn.GELU, nn.Dropout):
        raise TypeError(f"to_torch expected layers of dlcourse.nn, got {type(model).__name__}.")
    return getattr(torch.nn, type(model).__name__)(*[getattr(model, name) for name in options])


def import_torch():
    """PyTorch, or ModuleNotFoundError with the command that would install it."""
    try:
        import torch
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(EMPTY) from error
    return torch
