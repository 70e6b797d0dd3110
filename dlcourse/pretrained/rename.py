"""Weights under our names: a table of patterns says how others call what our models have."""

import re
from collections import defaultdict
from operator import itemgetter

import numpy as np


def rename(arrays, table):
    """{name: array} under other names. Each row (pattern, replacement) of the table acts on every name in turn, as re.sub does.

    Names that then differ only in a number at the end, `w[0]`, `w[1]`, are pieces of one array `w`, one below the other.
    """
    pieces = defaultdict(list)
    for name, array in sorted(((_renamed(name, table), array) for name, array in arrays.items()), key=itemgetter(0)):
        pieces[re.sub(r"\[\d\]$", "", name)].append(array)
    return {name: parts[0] if len(parts) == 1 else np.concatenate(parts) for name, parts in pieces.items()}


def _renamed(name, table):
    for pattern, replacement in table:
        name = re.sub(pattern, replacement, name)
    return name
