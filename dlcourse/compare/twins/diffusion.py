"""The U-Net of the diffusion model in PyTorch."""

import torch
import torch.nn.functional as F

from dlcourse.models.diffusion import embedded_time


class UNet(torch.nn.Module):
    """Two levels with residual blocks."""

    def __init__(self, model):
        super().__init__()
        width, channels = model.width, model.enter.in_channels
        time = 4 * width
        self.width = width
        self.time1, self.time2 = torch.nn.Linear(width, time), torch.nn.Linear(time, time)
        self.enter = torch.nn.Conv2d(channels, width, 3, padding=1)
        self.down = Block(width, width, time)
        self.shrink = torch.nn.Conv2d(width, 2 * width, 3, stride=2, padding=1)
        self.middle1, self.middle2 = Block(2 * width, 2 * width, time), Block(2 * width, 2 * width, time)
        self.grow = torch.nn.Conv2d(2 * width, width, 3, padding=1)
        self.up = Block(2 * width, width, time)
        self.norm = torch.nn.GroupNorm(8, width)
        self.leave = torch.nn.Conv2d(width, channels, 3, padding=1)

    def forward(self, x, t):
        time = torch.from_numpy(embedded_time(t.cpu().numpy(), self.width)).to(x)
        time = self.time2(F.silu(self.time1(time)))
        fine = self.down(self.enter(x), time)
        coarse = self.middle2(self.middle1(self.shrink(fine), time), time)
        y = self.grow(F.interpolate(coarse, scale_factor=2, mode="nearest"))
        y = self.up(torch.cat([y, fine], 1), time)
        return self.leave(F.silu(self.norm(y)))


class Block(torch.nn.Module):
    """Two convolutions, the time between them, the input around them."""

    def __init__(self, inputs, outputs, time):
        super().__init__()
        self.norm1, self.conv1 = torch.nn.GroupNorm(8, inputs), torch.nn.Conv2d(inputs, outputs, 3, padding=1)
        self.time = torch.nn.Linear(time, outputs)
        self.norm2, self.conv2 = torch.nn.GroupNorm(8, outputs), torch.nn.Conv2d(outputs, outputs, 3, padding=1)
        self.around = torch.nn.Conv2d(inputs, outputs, 1) if inputs != outputs else None

    def forward(self, x, time):
        y = self.conv1(F.silu(self.norm1(x))) + self.time(F.silu(time))[:, :, None, None]
        y = self.conv2(F.silu(self.norm2(y)))
        return y + (x if self.around is None else self.around(x))
