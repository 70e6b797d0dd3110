"""EfficientNet-lite in PyTorch."""

from torch import nn
from torch.nn import functional as F


class EfficientNetLite(nn.Module):
    """The twin of an EfficientNetLite: images (B, C, H, W) -> logits (B, K)."""

    def __init__(self, model):
        super().__init__()
        self.stem, self.head = ConvNorm(model.stem), ConvNorm(model.head)
        self.blocks = nn.Sequential(*map(Block, model.blocks))
        self.dropout = nn.Dropout(model.dropout.p)
        self.classifier = nn.Linear(model.classifier.in_features, model.classifier.out_features)

    def forward(self, x):
        x = F.relu6(self.head(self.blocks(F.relu6(self.stem(x)))))
        return self.classifier(self.dropout(x.mean((2, 3))))


class Block(nn.Module):
    def __init__(self, block):
        super().__init__()
        for name in ("expand", "depthwise", "project"):
            if hasattr(block, name):
                setattr(self, name, ConvNorm(getattr(block, name)))
        self.adds = block.adds

    def forward(self, x):
        wide = F.relu6(self.expand(x)) if hasattr(self, "expand") else x
        y = self.project(F.relu6(self.depthwise(wide)))
        return x + y if self.adds else y


class ConvNorm(nn.Module):
    def __init__(self, layer):
        super().__init__()
        conv, norm = layer.conv, layer.norm
        self.kernel, self.stride = conv.kernel_size, conv.stride
        self.conv = nn.Conv2d(conv.in_channels, conv.out_channels, self.kernel, self.stride, groups=conv.groups, bias=False)
        self.norm = nn.BatchNorm2d(norm.num_features, norm.eps, norm.momentum)

    def forward(self, x):
        zeros = [max((-(-n // self.stride) - 1) * self.stride + self.kernel - n, 0) for n in reversed(x.shape[2:])]
        edges = [edge for total in zeros for edge in (total // 2, total - total // 2)]
        return self.norm(self.conv(F.pad(x, edges)))
