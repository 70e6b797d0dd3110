"""Photographs and textures to look at: those that come with scikit-image and scikit-learn, read without importing either."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np

PHOTOGRAPHS = {  # CC0 or public domain, but for china and flower, which are CC BY
    "astronaut": "skimage/data/astronaut.png",
    "brick": "skimage/data/brick.png",
    "camera": "skimage/data/camera.png",
    "cat": "skimage/data/chelsea.png",
    "coffee": "skimage/data/coffee.png",
    "coins": "skimage/data/coins.png",
    "grass": "skimage/data/grass.png",
    "gravel": "skimage/data/gravel.png",
    "moon": "skimage/data/moon.png",
    "rocket": "skimage/data/rocket.jpg",
    "china": "sklearn/datasets/images/china.jpg",
    "flower": "sklearn/datasets/images/flower.jpg",
}
INSTALL = {"skimage": "scikit-image", "sklearn": "scikit-learn"}


def photograph(name):
    """One of PHOTOGRAPHS as uint8 (H, W, 3), grey ones with three equal channels.

    Raises ValueError for another name, ModuleNotFoundError when the package that carries it is not installed.
    """
    from PIL import Image  # comes with matplotlib

    if name not in PHOTOGRAPHS:
        raise ValueError(f"There is no photograph {name!r}. There are: {', '.join(PHOTOGRAPHS)}.")
    return np.array(Image.open(_path(PHOTOGRAPHS[name])).convert("RGB"))


def _path(place):
    package, _, inside = place.partition("/")
    if (found := find_spec(package)) is None:
        raise ModuleNotFoundError(
            f"{inside} comes with {INSTALL[package]}, which is not installed. Install it with `pip install {INSTALL[package]}`."
        )
    return Path(found.origin).parent / inside
