"""Photographs that come with scikit-image and scikit-learn."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

FILES = {
    "cat": ("skimage", "data/chelsea.png"),
    "coffee": ("skimage", "data/coffee.png"),
    "china": ("sklearn", "datasets/images/china.jpg"),
    "flower": ("sklearn", "datasets/images/flower.jpg"),
}


def picture(name):
    """Bytes (H, W, 3). Skips the test where the package is missing."""
    package, path = FILES[name]
    found = find_spec(package)
    if found is None:
        pytest.skip(f"the picture {name} comes with {package}, which is not installed: pip install scikit-image scikit-learn")
    return np.asarray(Image.open(Path(found.origin).parent / path).convert("RGB"))
