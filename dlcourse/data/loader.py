"""A DataLoader cuts a data set into batches and shuffles it anew in every epoch."""

import numpy as np


class DataLoader:
    """Batches (x, y) of a data set: x (N, ...) and y (N, ...) become x (B, ...) and y (B, ...), `epochs` times through.

    The last batch of an epoch holds what is left over, or is left out with `drop_last`. The same `rng` gives the same
    batches; a second loop over the loader draws further orders from it. Raises ValueError for sizes that do not fit.
    """

    def __init__(self, x, y, batch_size=64, epochs=1, shuffle=True, drop_last=False, rng=None):
        self.x, self.y = np.asarray(x), np.asarray(y)
        _check_pairs(self.x, self.y)
        self.batch_size = _at_least_one("batch_size", batch_size)
        self.epochs = _at_least_one("epochs", epochs)
        self.shuffle, self.drop_last = shuffle, drop_last
        self.rng = np.random.default_rng(rng)
        if len(self) == 0:
            raise ValueError(
                f"drop_last=True would drop all {len(self.x)} examples, because one batch holds {batch_size}. Take a smaller batch_size."
            )

    def __len__(self):
        """The number of batches over all epochs."""
        whole, rest = divmod(len(self.x), self.batch_size)
        return self.epochs * (whole + (rest > 0 and not self.drop_last))

    def __iter__(self):
        for _ in range(self.epochs):
            order = self._order()
            for start in range(0, len(order), self.batch_size):
                chosen = order[start : start + self.batch_size]
                yield self.x.take(chosen, axis=0), self.y.take(chosen, axis=0)

    def _order(self):
        n = len(self.x)
        order = self.rng.permutation(n) if self.shuffle else np.arange(n)
        return order[: n - n % self.batch_size] if self.drop_last else order


def _check_pairs(x, y):
    if x.ndim == 0 or y.ndim == 0:
        raise ValueError(f"x and y must be arrays with one row per example; got x of shape {x.shape} and y of shape {y.shape}.")
    if len(x) != len(y):
        raise ValueError(f"x and y must have one row per example each; got {len(x)} rows in x {x.shape} and {len(y)} in y {y.shape}.")
    if len(x) == 0:
        raise ValueError(f"There is nothing to load: x has shape {x.shape}. Give at least one example.")


def _at_least_one(name, value):
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{name} must be a whole number of at least 1; got {value!r}.")
    return int(value)
