"""The networks of reinforcement learning in PyTorch."""

import torch


class DQN(torch.nn.Module):
    """Two hidden layers with ReLU."""

    def __init__(self, model):
        super().__init__()
        for name in ("layer1", "layer2", "layer3"):
            ours = getattr(model, name)
            setattr(self, name, torch.nn.Linear(ours.in_features, ours.out_features))

    def forward(self, x):
        return self.layer3(torch.relu(self.layer2(torch.relu(self.layer1(x)))))


class ActorCritic(torch.nn.Module):
    """Two networks with tanh."""

    def __init__(self, model):
        super().__init__()
        self.actor, self.critic = _network(model.actor), _network(model.critic)

    def forward(self, x):
        return self.actor(x), self.critic(x)[:, 0]


def _network(ours):
    linears = [torch.nn.Linear(layer.in_features, layer.out_features) for layer in (ours[0], ours[2], ours[4])]
    return torch.nn.Sequential(linears[0], torch.nn.Tanh(), linears[1], torch.nn.Tanh(), linears[2])
