"""Learning from preferences: the reward model and the losses that turn a language model towards it.

Bradley and Terry 1952; Christiano et al. 2017, "Deep reinforcement learning from human preferences"; Ouyang et al. 2022 (InstructGPT: PPO
with a KL penalty); Schulman et al. 2017 (PPO); Rafailov et al. 2023 (DPO). The language model is the caller's: ids (B, T) -> (B, T, V).
B sequences, T tokens, V vocabulary, C channels. Token t is predicted at place t - 1; `mask` (B, T - 1) is 1 where a prediction counts.
"""

import numpy as np

from dlcourse import functional as F
from dlcourse.backend import to_device
from dlcourse.nn import Linear, Module


class RewardModel(Module):
    """One number for a whole sequence: a linear layer on what `body` (ids (B, T) -> (B, T, C)) says at the last token."""

    def __init__(self, body, channels, *, rng=None):
        self.body = body
        self.head = Linear(channels, 1, rng=rng)

    def forward(self, ids, last=None):
        """ids (B, T), `last` (B,) the place of each sequence's last token (T - 1 unless told) -> rewards (B,)."""
        B, T = ids.shape
        last = np.full(B, T - 1) if last is None else last
        h = self.body(ids)[to_device(np.arange(B)), to_device(last)]  # (B, C)
        return self.head(h).reshape(B)


def bradley_terry_loss(chosen, rejected):
    """-log sigmoid(r_chosen - r_rejected), the mean over pairs (B,): the probability that the better one wins, made likely."""
    return F.softplus(rejected - chosen).mean()


def token_log_probs(logits, ids):
    """log p(token t | tokens before it) from logits (B, T, V) and ids (B, T) -> (B, T - 1)."""
    log_p = F.log_softmax(logits[:, :-1])  # (B, T - 1, V)
    return F.gather(log_p, -1, ids[:, 1:, None])[:, :, 0]


def sequence_log_prob(logits, ids, mask):
    """log p of each sequence from where the mask begins: (B,)."""
    return (token_log_probs(logits, ids) * mask).sum(1)


def dpo_loss(chosen, rejected, reference_chosen, reference_rejected, beta=0.1):
    """-log sigmoid(beta ((log p - log p_ref)(chosen) - (log p - log p_ref)(rejected))), the mean over pairs (DPO, eq. 7).

    The four are log probabilities of whole sequences (B,), those of the reference constants. It is Bradley and Terry's loss for the
    reward beta log(p / p_ref), which no model has to be trained for.
    """
    return bradley_terry_loss(beta * (chosen - reference_chosen), beta * (rejected - reference_rejected))


def penalised_rewards(rewards, log_p, reference_log_p, mask, beta=0.1):
    """Arrays: what each token earns, (B, T - 1): -beta (log p - log p_ref), and the sequence's reward (B,) at its last token.

    Summed over a sequence and in the mean, the first is -beta times the KL divergence from the reference, estimated from the samples.
    """
    earned = -beta * (log_p - reference_log_p) * mask
    last = mask.shape[1] - 1 - mask[:, ::-1].argmax(1)
    earned[np.arange(len(mask)), last] += rewards
    return earned


def advantages(earned, mask):
    """Arrays: all that is still to be earned from each token on, minus its mean over the batch, over its spread: (B, T - 1)."""
    to_go = earned[:, ::-1].cumsum(1)[:, ::-1] * mask
    mean = to_go.sum() / mask.sum()
    spread = np.sqrt((((to_go - mean) ** 2) * mask).sum() / mask.sum())
    return (to_go - mean) / (spread + 1e-8) * mask


def ppo_loss(log_p, old_log_p, advantage, mask, clip=0.2):
    """-min(ratio A, clipped ratio A), the mean over the tokens that count; ratio = p / p_old (PPO, eq. 7).

    The clip takes away the reward for moving further than `clip` from the policy that wrote the samples.
    """
    ratio = F.exp(log_p - old_log_p)
    gain = F.minimum(ratio * advantage, F.clip(ratio, 1 - clip, 1 + clip) * advantage)
    return -(gain * mask).sum() / float(mask.sum())


def kl_divergence(log_p, reference_log_p, mask):
    """Arrays: the mean over sequences sampled from p of log p - log p_ref, in nats per sequence."""
    return float(((log_p - reference_log_p) * mask).sum(1).mean())
