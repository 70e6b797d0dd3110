"""One Case for each model; its twin stands in `dlcourse.compare.twins`."""

from dlcourse import models
from dlcourse.compare.rows.case import Case, normal

MODELS = [
    Case("LeNet", lambda rng: models.LeNet(rng=rng), normal((3, 1, 28, 28))),
    Case("ResNet", lambda rng: models.ResNet((1, 2), (4, 6), rng=rng), normal((3, 3, 9, 8))),
    Case("MLP", lambda rng: models.MLP(7, 6, 5, 3, rng=rng), normal((4, 7))),
]
