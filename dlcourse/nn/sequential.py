"""Lists of modules: ModuleList only holds them, Sequential also runs them one after another."""

from dlcourse.nn.module import Module


class ModuleList(Module):
    """Modules by number; they are named "0", "1", ... as in PyTorch."""

    def __init__(self, *modules):
        for i, module in enumerate(modules):
            setattr(self, str(i), module)

    def __iter__(self):
        return iter(self._modules())

    def __getitem__(self, i):
        return self._modules()[i]

    def __len__(self):
        return len(self._modules())

    def _modules(self):
        return [module for module in vars(self).values() if isinstance(module, Module)]


class Sequential(ModuleList):
    """Each module's output is the next one's input."""

    def forward(self, x):
        for module in self:
            x = module(x)
        return x
