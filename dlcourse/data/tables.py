"""Tables to learn from: the small classics that come with scikit-learn, read without importing it (which takes a second).

Each function returns x (N, D) float64, one example in each row, and y (N,): int64 classes, or float64 numbers to predict.
Raises ModuleNotFoundError when scikit-learn is not installed.
"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np


def iris():
    """150 flowers: length and width of sepals and petals in cm (150, 4), 3 species (Fisher 1936)."""
    return _classes("iris.csv", header=1)


def wine():
    """178 Italian wines: 13 chemical measurements, 3 growers (Aeberhard and Forina 1992)."""
    return _classes("wine_data.csv", header=1)


def breast_cancer():
    """569 tumours: 30 measurements of the cell nuclei, class 0 malignant and 1 benign (Wolberg, Street and Mangasarian 1993)."""
    return _classes("breast_cancer.csv", header=1)


def digits():
    """1,797 handwritten digits of 8 x 8 pixels (1797, 64), 0 is paper and 16 is ink, 10 classes (Alpaydin and Kaynak 1998)."""
    return _classes("digits.csv.gz", header=0)


def diabetes():
    """442 patients: 10 measurements, centred and scaled to length 1, and how far the disease went in a year (Efron et al. 2004)."""
    x = _read("diabetes_data_raw.csv.gz", delimiter=None)
    x -= x.mean(0)
    return x / np.sqrt((x * x).sum(0)), _read("diabetes_target.csv.gz", delimiter=None)


def _classes(name, header):
    table = _read(name, skiprows=header)
    return table[:, :-1].copy(), table[:, -1].astype(np.int64)


def _read(name, delimiter=",", skiprows=0):
    package = find_spec("sklearn")
    if package is None:
        raise ModuleNotFoundError(f"{name} comes with scikit-learn, which is not installed. Install it with `pip install scikit-learn`.")
    return np.loadtxt(Path(package.origin).parent / "datasets" / "data" / name, delimiter=delimiter, skiprows=skiprows)
