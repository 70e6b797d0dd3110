"""EfficientNet-lite0 with Google's weights: the scores of efficientnet-lite-pytorch for four photographs."""

from pathlib import Path

import numpy as np
import pytest

from dlcourse.data.photographs import photograph
from dlcourse.models.efficientnet_lite import preprocess
from dlcourse.train import predict

REFERENCE = np.load(Path(__file__).parent / "reference" / "efficientnet_lite0.npz")


def picture(name):
    try:
        return photograph(name)
    except ModuleNotFoundError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize(("name", "label"), [("cat", 285), ("coffee", 967), ("china", 698), ("flower", 985)])
def test_scores_are_those_of_the_original(weights, name, label):
    [scores] = predict(weights("efficientnet_lite0"), preprocess(picture(name)))
    assert scores.argmax() == label
    np.testing.assert_allclose(scores, REFERENCE[name], rtol=0, atol=1e-5 * abs(REFERENCE[name]).max())
