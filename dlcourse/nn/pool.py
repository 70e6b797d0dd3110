"""Pooling as modules, so that it can stand in a Sequential."""

from dlcourse import functional as F
from dlcourse.nn.module import Module


class _Pool(Module):
    """Keeps its options under PyTorch's names; a stride of None is the window's size."""

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{name}={value}' for name, value in vars(self).items() if name != 'training')})"


class _MaxPool(_Pool):
    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, *, ceil_mode=False):
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        self.dilation, self.ceil_mode = dilation, ceil_mode


class MaxPool1d(_MaxPool):
    """The largest number in each window: (B, C, T) -> (B, C, T')."""

    def forward(self, x):
        return F.max_pool1d(x, self.kernel_size, self.stride, self.padding, self.dilation, ceil_mode=self.ceil_mode)


class MaxPool2d(_MaxPool):
    """The largest number in each window: (B, C, H, W) -> (B, C, H', W')."""

    def forward(self, x):
        return F.max_pool2d(x, self.kernel_size, self.stride, self.padding, self.dilation, ceil_mode=self.ceil_mode)


class _AvgPool(_Pool):
    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad


class AvgPool1d(_AvgPool):
    """The mean of each window: (B, C, T) -> (B, C, T')."""

    def forward(self, x):
        return F.avg_pool1d(x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)


class AvgPool2d(_AvgPool):
    """The mean of each window: (B, C, H, W) -> (B, C, H', W')."""

    def forward(self, x):
        return F.avg_pool2d(x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)


class _AdaptiveAvgPool(_Pool):
    def __init__(self, output_size):
        self.output_size = output_size


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """The means of `output_size` nearly equal parts: (B, C, T) -> (B, C, output_size)."""

    def forward(self, x):
        return F.adaptive_avg_pool1d(x, self.output_size)


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """The means of nearly equal parts, 1 for the mean of the whole image: (B, C, H, W) -> (B, C, *output_size)."""

    def forward(self, x):
        return F.adaptive_avg_pool2d(x, self.output_size)
