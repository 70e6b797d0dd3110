"""Architectures: one file each, complete on its own."""

from dlcourse.models.mlp import MLP
