"""Learning from preferences: each loss against its formula in PyTorch, and a reward model that learns a preference."""

import numpy as np
import pytest
import torch
import torch.nn.functional as T
from beside_torch import agree, both

from dlcourse import Tensor, nn
from dlcourse import functional as F
from dlcourse.compare import relative_difference
from dlcourse.models import reward_model as rm
from dlcourse.optim import Adam

B, STEPS, V = 4, 6, 5


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def some_mask(rng):
    mask = (rng.random((B, STEPS - 1)) < 0.7).astype(float)
    mask[:, 0] = 1
    return mask


def test_bradley_terry_is_the_likelihood_of_the_better_one(rng):
    chosen, rejected = both(rng.normal(size=B)), both(rng.normal(size=B))
    agree(rm.bradley_terry_loss(chosen[0], rejected[0]), -T.logsigmoid(chosen[1] - rejected[1]).mean(), chosen, rejected)


def test_token_log_probs_stand_where_the_token_is_predicted(rng):
    logits, ids, mask = both(rng.normal(size=(B, STEPS, V))), rng.integers(0, V, (B, STEPS)), some_mask(rng)
    log_p = logits[1].log_softmax(-1)
    expected = torch.stack([sum(log_p[b, t - 1, ids[b, t]] * mask[b, t - 1] for t in range(1, STEPS)) for b in range(B)])
    upstream = rng.normal(size=B)
    ours = rm.sequence_log_prob(logits[0], ids, mask)
    agree((ours * upstream).sum(), (expected * torch.tensor(upstream)).sum(), logits)


def test_dpo_is_its_formula(rng):
    policy = [both(rng.normal(size=B)) for _ in range(2)]
    reference = [rng.normal(size=B) for _ in range(2)]
    margin = (policy[0][1] - torch.tensor(reference[0])) - (policy[1][1] - torch.tensor(reference[1]))
    agree(rm.dpo_loss(policy[0][0], policy[1][0], *reference, beta=0.3), -T.logsigmoid(0.3 * margin).mean(), *policy)


def test_ppo_is_its_formula_and_stops_rewarding_large_steps(rng):
    log_p, old, advantage, mask = (
        both(rng.normal(size=(B, STEPS - 1))),
        rng.normal(size=(B, STEPS - 1)),
        rng.normal(size=(B, STEPS - 1)),
        some_mask(rng),
    )
    ratio = (log_p[1] - torch.tensor(old)).exp()
    gain = torch.min(ratio * torch.tensor(advantage), ratio.clamp(0.8, 1.2) * torch.tensor(advantage))
    agree(rm.ppo_loss(log_p[0], old, advantage, mask), -(gain * torch.tensor(mask)).sum() / mask.sum(), log_p)
    far = Tensor(np.full((1, 1), 1.0), requires_grad=True)
    rm.ppo_loss(far, np.zeros((1, 1)), np.ones((1, 1)), np.ones((1, 1))).backward()
    assert far.grad == 0


def test_a_sequence_earns_its_reward_once_and_pays_for_each_token(rng):
    mask = np.array([[0, 1, 1, 0], [1, 1, 1, 1.0]])
    log_p, reference = rng.normal(size=(2, 4)), rng.normal(size=(2, 4))
    earned = rm.penalised_rewards(np.array([5.0, -2.0]), log_p, reference, mask, beta=0.1)
    assert earned.sum(1) == pytest.approx(np.array([5.0, -2.0]) - 0.1 * ((log_p - reference) * mask).sum(1))
    assert earned[0, 2] == pytest.approx(5.0 - 0.1 * (log_p - reference)[0, 2]) and earned[0, 3] == 0
    assert rm.kl_divergence(log_p, reference, mask) == pytest.approx(((log_p - reference) * mask).sum() / 2)


def test_advantages_have_mean_0_and_spread_1_over_the_tokens_that_count(rng):
    mask = some_mask(rng)
    a = rm.advantages(rng.normal(size=mask.shape) * mask, mask)
    assert a.sum() == pytest.approx(0, abs=1e-6) and (a**2).sum() / mask.sum() == pytest.approx(1, rel=1e-5) and (a[mask == 0] == 0).all()


class Body(nn.Module):
    """Counts: an embedding, summed over the tokens so far."""

    def __init__(self, rng):
        self.table = nn.Embedding(V, 8, rng=rng)

    def forward(self, ids):
        x = self.table(ids)
        return F.stack([x[:, : t + 1].sum(1) for t in range(ids.shape[1])], 1)


def test_a_reward_model_learns_who_is_preferred(rng):
    model = rm.RewardModel(Body(rng), 8, rng=rng)
    pairs = rng.integers(0, V, (64, 2, STEPS))
    worth = (pairs == 0).sum(-1) + 0.1 * (pairs == 1).sum(-1)
    pairs = np.take_along_axis(pairs, np.argsort(-worth, axis=1)[..., None], 1)  # the better one first
    adam = Adam(model.parameters(), 0.02)
    for _ in range(150):
        adam.zero_grad()
        loss = rm.bradley_terry_loss(model(pairs[:, 0]), model(pairs[:, 1]))
        loss.backward()
        adam.step()
    assert (model(pairs[:, 0]).numpy() > model(pairs[:, 1]).numpy()).mean() > 0.9
    ids = pairs[:3, 0]
    early = model(ids, np.array([2, 2, 2])).numpy()
    assert relative_difference(model(ids[:, :3]).numpy(), early) < 1e-6
