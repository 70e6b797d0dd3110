"""Short trainings in which the learning rate may change with every batch."""

from itertools import islice

import numpy as np

from dlcourse import Tensor
from dlcourse.data import DataLoader


@np.errstate(all="ignore")
def losses_at(rates, model, x, y, loss, optimizer, batch_size, seed):
    """The loss of one batch after another, each followed by a step at the next of the rates: (T,). The weights are put back afterward."""
    weights = {name: array.copy() for name, array in model.state_dict().items()}
    batches = DataLoader(x, y, batch_size, epochs=len(rates), rng=np.random.default_rng(seed))  # more than enough
    stepper, losses = optimizer(model.parameters(), lr=1.0), []
    for stepper.lr, (inputs, targets) in zip(rates.tolist(), islice(batches, len(rates)), strict=True):
        stepper.zero_grad()
        value = loss(model(Tensor(inputs)), targets)
        value.backward()
        stepper.step()
        losses.append(value.item())
    model.load_state_dict(weights)
    return np.nan_to_num(losses, nan=np.inf)


def smooth(losses, b):
    """A running mean of the losses, corrected for its start at 0: past losses count b, b², ... as much as the latest."""
    total = weight = 0.0
    means = []
    for loss in losses:
        total, weight = b * total + loss, b * weight + 1
        means.append(total / weight)
    return np.array(means)
