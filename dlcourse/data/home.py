"""The learner's own folder, where downloads are kept: DLCOURSE_HOME, or the place the operating system has for such data."""

import os
from pathlib import Path

import platformdirs


def downloads():
    """The folder of downloaded data sets (it may not exist yet)."""
    return Path(os.environ.get("DLCOURSE_HOME") or platformdirs.user_data_dir("dlcourse")) / "data"
