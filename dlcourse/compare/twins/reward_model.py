"""The reward model in PyTorch."""

import torch

from dlcourse.compare.twin import to_torch


class RewardModel(torch.nn.Module):
    """A linear layer on what the body says at the last token."""

    def __init__(self, model):
        super().__init__()
        self.body = to_torch(model.body)
        self.head = torch.nn.Linear(model.head.in_features, 1)

    def forward(self, ids):
        return self.head(self.body(ids)[:, -1])[:, 0]
