"""An audit hook for the learner's process: it refuses what no exercise needs.

Refused are reading the answers, writing or removing files outside the scratch folder, other processes, and the network.
Python tells the hook of each such act before it happens. The hook is a fence, not a wall; where bubblewrap runs, that is the wall.
"""

import os
import sys
import sysconfig

STANDARD_LIBRARY = os.path.realpath(sysconfig.get_path("stdlib")) + os.sep
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
NEVER = {
    "start another process": (
        *("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system"),
        *("pty.spawn", "subprocess.Popen"),
    ),
    "send a signal to a process": ("os.kill", "os.killpg", "signal.pthread_kill"),
    "reach the network": ("socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendmsg", "socket.sendto"),
}
BY_LIBRARIES_ONLY = {  # PyTorch cannot be imported without it
    "reach below Python": ("ctypes.dlopen", "ctypes.dlsym", "ctypes.dlsym/handle", "gc.get_objects", "gc.get_referrers"),
    "change its limits": ("resource.setrlimit", "resource.prlimit"),
}
CHANGES = (
    *("os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.utime"),
    *("shutil.rmtree", "sqlite3.connect"),  # the rest of shutil is made of the acts above
)


class Guard:
    """hidden: files and folders whose contents stay closed. scratch: the one folder to write in. report(sentence): told before the end."""

    def __init__(self, hidden, scratch, report):
        self.hidden, self.scratch, self.report = [_real(path) for path in hidden], _real(scratch), report
        self.rules = {"open": self._open}
        self.rules |= dict.fromkeys(CHANGES, self._change) | {"os.truncate": self._truncate}
        self.rules |= {event: _always(act) for act, events in NEVER.items() for event in events}
        self.rules |= {event: _to_learners(act) for act, events in BY_LIBRARIES_ONLY.items() for event in events}

    def arm(self):
        """From here on, for the rest of the process."""
        sys.addaudithook(self._watch)

    def _watch(self, event, arguments):
        rule = self.rules.get(event)
        act = rule(*arguments) if rule else None
        if act and _by_learner() and not act.startswith("write "):
            self.report(f"The code tried to {act}. That is closed while grading, so it was stopped there.")
            os._exit(1)
        if act:
            raise PermissionError(f"While grading, code may not {act}.")

    def _open(self, path, mode, flags):
        if not isinstance(path, (str, bytes, os.PathLike)):
            return None
        if self._is_hidden(path):
            return f"read {_name(path)}"
        if flags & WRITING and not self._may_write(path):
            return f"write {_name(path)}"
        # a folder opened as a file is a way around the names of the files in it
        return f"open the folder {_name(path)}" if not flags & WRITING and os.path.isdir(path) and not self._may_write(path) else None

    def _change(self, *arguments):
        paths = [argument for argument in arguments if isinstance(argument, (str, bytes, os.PathLike))]
        if _in_open_folder(arguments[-1]):  # names in a folder of the scratch folder: no other can be opened
            paths = [path for path in paths if os.pardir in os.fsdecode(path) or os.path.isabs(path)]
        closed = next((path for path in paths if not self._may_write(path) or _real(path) == self.scratch), None)
        return f"change or remove {_name(closed)}" if closed else None

    def _truncate(self, path, length):
        return self._change(path)

    def _is_hidden(self, path):
        real = _real(path)
        return any(real == hidden or real.startswith(hidden + os.sep) for hidden in self.hidden)

    def _may_write(self, path):
        return _real(path).startswith(self.scratch + os.sep) or _real(path) in (self.scratch, _real(os.devnull))


def _always(act):
    return lambda *_: act


def _to_learners(act):
    return lambda *_: act if _by_learner() else None


def _in_open_folder(descriptor):
    """Whether the last argument of an event says that the names in it are relative to an open folder."""
    return isinstance(descriptor, int) and descriptor >= 0


def _real(path):
    """Links followed; in lower case, because on some systems SOLUTIONS is solutions."""
    return os.path.realpath(os.fsdecode(path)).casefold()


def _name(path):
    return os.path.basename(os.path.normpath(os.fsdecode(path)))


def _by_learner():
    """Whether the first code below the standard library that asks for it stands in a cell, or in text that a cell runs."""
    frame = sys._getframe()
    while frame and _is_library(frame.f_code.co_filename):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith("<")


def _is_library(file):
    if file == __file__ or file.startswith("<frozen"):
        return True
    return file.startswith(STANDARD_LIBRARY) and "site-packages" not in file and "dist-packages" not in file
