"""EfficientNet-lite0 with Google's weights: the scores of efficientnet-lite-pytorch for four photographs."""

from pathlib import Path

import numpy as np
import pytest
from pictures import picture

from dlcourse.models.efficientnet_lite import photograph
from dlcourse.train import predict

REFERENCE = np.load(Path(__file__).parent / "reference" / "efficientnet_lite0.npz")


@pytest.mark.parametrize(("name", "label"), [("cat", 285), ("coffee", 967), ("china", 698), ("flower", 985)])
def test_scores_are_those_of_the_original(weights, name, label):
    [scores] = predict(weights("efficientnet_lite0"), photograph(picture(name)))
    assert scores.argmax() == label
    np.testing.assert_allclose(scores, REFERENCE[name], rtol=0, atol=1e-5 * abs(REFERENCE[name]).max())
