"""Weights that the world trained, in our models: they lie in packages, are compared with their checksum and read as numbers only."""

from dlcourse.pretrained.catalog import load, names, tokenizer
