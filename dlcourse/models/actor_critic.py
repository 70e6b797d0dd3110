"""Actor and critic: one network says what to do, the other how much reward is still to come.
REINFORCE with a baseline (Williams 1992, "Simple statistical gradient-following algorithms for connectionist reinforcement learning");
generalised advantages (Schulman et al. 2016); proximal policy optimisation, PPO (Schulman et al. 2017).
T steps in time, N environments side by side, B = T N of them in a batch, S numbers of a state, A actions."""

import math

import numpy as np

from dlcourse import functional as F
from dlcourse.nn import Linear, Module, Sequential, Tanh
from dlcourse.nn.init import default_rng, orthogonal
from dlcourse.tensor import Tensor, no_grad


class ActorCritic(Module):
    """states (B, S) -> logits of the actions (B, A) and values of the states (B,), from two networks that share nothing."""

    def __init__(self, states=4, actions=2, hidden=64, *, rng=None):
        rng = default_rng(rng)
        self.actor = _network(states, hidden, actions, 0.01, rng)  # at first all actions are about equally likely
        self.critic = _network(states, hidden, 1, 1.0, rng)

    def forward(self, x):  # (B, S)
        return self.actor(x), self.critic(x).reshape(-1)  # (B, A), (B,)


def _network(inputs, hidden, outputs, gain, rng):
    sizes = [(inputs, hidden, math.sqrt(2)), (hidden, hidden, math.sqrt(2)), (hidden, outputs, gain)]
    first, second, third = (_orthogonal(*size, rng) for size in sizes)
    return Sequential(first, Tanh(), second, Tanh(), third)


def _orthogonal(inputs, outputs, gain, rng):
    layer = Linear(inputs, outputs, rng=rng)
    layer.load_state_dict({"weight": orthogonal((outputs, inputs), gain, rng=rng), "bias": np.zeros(outputs)})
    return layer


def act(model, states, *, rng):
    """Actions (B,) drawn from the policy, their log probabilities (B,) and the states' values (B,), arrays without recording."""
    with no_grad():
        logits, values = model(Tensor(states))
        log_p = F.log_softmax(logits).numpy()  # (B, A)
    actions = (log_p + rng.gumbel(size=log_p.shape)).argmax(1)  # adding Gumbel noise and taking the largest draws from softmax
    return actions, log_p[np.arange(len(actions)), actions], values.numpy()


def advantages(rewards, values, next_values, terminated, ended, gamma=0.99, lam=0.95):
    """How much better each action was than the critic had expected, arrays (T, N) (Schulman et al. 2016, eq. 16).

    The error of one step, reward + gamma V(next) - V, plus gamma * lam times the next step's advantage. Nothing is added behind an
    episode's end; where it only ran out of time (`ended`, not `terminated`) V(next) still counts. lam = 1 sums the rewards themselves.
    """
    errors = rewards + gamma * (1 - terminated) * next_values - values
    result, following = np.empty_like(errors), 0.0
    for t in reversed(range(len(errors))):
        result[t] = following = errors[t] + gamma * lam * (1 - ended[t]) * following
    return result


def log_prob(logits, actions):
    """log pi(action | state) for logits (B, A) and integer actions (B,): (B,)."""
    return -F.nll_loss(F.log_softmax(logits), actions, reduction="none")


def entropy(logits):
    """How undecided the policy is, in nats, the mean over the batch."""
    log_p = F.log_softmax(logits)
    return -(F.exp(log_p) * log_p).sum(-1).mean()


def reinforce_loss(logits, actions, advantage):
    """-log pi(action) times how good it turned out to be (B,), the mean: its gradient is that of the expected reward, on average."""
    return -(log_prob(logits, actions) * advantage).mean()


def ppo_loss(logits, actions, advantage, old_log_p, clip=0.2):
    """-min(ratio A, clipped ratio A), the mean, with ratio = pi / pi_old and A the advantage (B,) (Schulman et al. 2017, eq. 7).

    The clip takes away the reward for going further than `clip` from the policy that collected the steps.
    """
    ratio = F.exp(log_prob(logits, actions) - old_log_p)
    return -F.minimum(ratio * advantage, F.clip(ratio, 1 - clip, 1 + clip) * advantage).mean()


def normalised(x):
    """x moved and scaled to mean 0 and standard deviation 1."""
    return (x - x.mean()) / (x.std() + 1e-8)
