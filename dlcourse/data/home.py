"""The learner's own folder, for progress and downloads: DLCOURSE_HOME, or the place the operating system has for such data."""

import os
from pathlib import Path

import platformdirs


def home():
    """The folder itself (it may not exist yet)."""
    return Path(os.environ.get("DLCOURSE_HOME") or platformdirs.user_data_dir("dlcourse"))


def downloads():
    """The folder of downloaded data sets in it."""
    return home() / "data"
