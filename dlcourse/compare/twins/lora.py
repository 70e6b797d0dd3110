"""LoRA's layer in PyTorch."""

import torch


class LoRALinear(torch.nn.Module):
    """A frozen Linear plus a product of two thin matrices."""

    def __init__(self, model):
        super().__init__()
        outputs, inputs = model.linear.weight.shape
        self.linear = torch.nn.Linear(inputs, outputs).requires_grad_(False)
        self.scale = model.scale
        self.A = torch.nn.Parameter(torch.empty(model.A.shape))
        self.B = torch.nn.Parameter(torch.empty(model.B.shape))

    def forward(self, x):
        return self.linear(x) + self.scale * (self.B @ (self.A @ x.mT)).mT
