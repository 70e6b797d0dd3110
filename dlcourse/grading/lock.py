"""One process at a time: a lock on a file that the system frees when its holder ends, so that no crash leaves it closed."""

import os
import time
from contextlib import contextmanager

if os.name == "nt":
    import msvcrt
else:
    import fcntl

PATIENCE = 5.0  # seconds


@contextmanager
def locked(path):
    """Hold `path`, a file beside what is to be protected. Raises TimeoutError when another process holds it for 5 s."""
    with open(path, "ab") as file:
        end = time.monotonic() + PATIENCE
        while not _taken(file):
            if time.monotonic() > end:
                raise TimeoutError(f"another process has held {path} for {PATIENCE:g} s")
            time.sleep(0.005)
        yield  # closing the file frees the lock


def _taken(file):
    try:
        if os.name == "nt":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
