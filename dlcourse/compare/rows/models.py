"""One Case for each model; its twin stands in `dlcourse.compare.twins`."""

from dlcourse import models
from dlcourse.compare.rows.case import Case, normal

MODELS = [
    Case("MLP", lambda rng: models.MLP(7, 6, 5, 3, rng=rng), normal((4, 7))),
]
