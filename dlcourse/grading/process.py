"""One child process, asked by messages and watched while it answers: its time, memory, processes and output."""

import os
import secrets
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

import psutil

from dlcourse.grading import fence
from dlcourse.grading.wire import TOKEN, receive, send

PATIENCE = 0.05  # seconds between two looks at the child
STARTING = 60.0  # seconds to start Python and import NumPy on a slow disk


@dataclass(frozen=True)
class Limits:
    """What one cell, or one exercise, may use: seconds, bytes of memory, bytes of output; and processes and bytes per file.

    `total` is the number of seconds after which no further cell or exercise of the notebook is begun.
    """

    seconds: float = 10.0
    total: float = 300.0
    memory: int = 2 << 30
    output: int = 1 << 20
    processes: int = 16
    file: int = 64 << 20


class Died(Exception):
    """The child came to its end; the text is a sentence that says why."""


class Child:
    """A running child. `ask` sends a request and waits for the answer; `stop` ends the child and all it has started.

    closed: files and folders that it may not read, beside those that hold answers. Raises OSError when it does not start.
    """

    def __init__(self, folder, isolation, limits, closed=()):
        self.limits, self.closed, self.token = limits, list(closed), secrets.token_bytes(TOKEN)
        self.scratch = tempfile.TemporaryDirectory(prefix="dlcourse-", ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            fence.command(isolation, folder, self.scratch.name, self.closed),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=_environment(self.scratch.name),
            start_new_session=True,
        )
        self.answers, self.printed, self.last_words = SimpleQueue(), 0, b""
        self.threads = [Thread(target=work, daemon=True) for work in (self._read_answers, self._read_output)]
        for thread in self.threads:
            thread.start()
        try:
            self._start()
        except Died as death:
            self.stop()
            raise OSError(f"The process that runs submitted code did not start. {death} `dlcourse doctor` looks for the cause.") from death

    def ask(self, *request, seconds=0):
        """The answer to one request, which may take the limit or `seconds`, if that is more. Raises Died when none came, and why."""
        return self._ask(request, max(seconds, self.limits.seconds))

    def stop(self):
        """End the child and every process it has started. Safe to call twice."""
        for process in reversed(self._family()):
            with suppress(psutil.Error):
                process.kill()
        if hasattr(os, "killpg"):
            with suppress(OSError):  # those whose parent has ended are still of the group
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for thread, stream in zip(self.threads, (self.process.stdout, self.process.stderr), strict=True):
            thread.join(timeout=5)
            if not thread.is_alive():  # closing what is being read would wait for the reader
                stream.close()
        with suppress(OSError):
            self.process.stdin.close()
        self.scratch.cleanup()

    def _start(self):
        with suppress(OSError):
            self.process.stdin.write(self.token)
        hidden = [str(path) for path in (*fence.hidden(), *self.closed)]
        self._ask({"limits": _system_limits(self.limits), "hidden": hidden, "scratch": self.scratch.name}, STARTING)

    def _ask(self, request, seconds):
        self.printed = 0
        sender = Thread(target=self._send, args=(request,), daemon=True)  # a child that does not read must not stop the grader
        sender.start()
        end = monotonic() + seconds
        while monotonic() < end:
            with suppress(Empty):
                return self._checked(self.answers.get(timeout=PATIENCE))
            self._watch()
        raise Died(f"The code ran longer than {seconds:g} s and was stopped: does a loop never end?")

    def _send(self, request):
        with suppress(OSError, ValueError):
            send(self.process.stdin, self.token, request)

    def _checked(self, answer):
        if answer is None:
            raise Died(self._cause())
        if not isinstance(answer, dict):
            raise Died(str(answer))
        if "refused" in answer:
            raise Died(str(answer["refused"]))
        self._check_output()
        return answer

    def _cause(self):
        """Why a child ended that was not stopped."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=1)
        words = self.last_words.decode(errors="replace").strip().splitlines()
        return f"The code ended the process it ran in (exit status {self.process.returncode}). {words[-1][:200] if words else ''}".strip()

    def _watch(self):
        """Raise Died when the child uses more than it may."""
        self._check_output()
        family = self._family()
        if len(family) > self.limits.processes:
            raise Died(f"The code started more than {self.limits.processes} processes and was stopped.")
        if sum(map(_memory, family)) > self.limits.memory:
            raise Died(f"The code took more than {_bytes(self.limits.memory)} of memory and was stopped.")

    def _check_output(self):
        if self.printed > self.limits.output:
            raise Died(f"The code printed more than {_bytes(self.limits.output)} and was stopped.")

    def _family(self):
        with suppress(psutil.Error):
            process = psutil.Process(self.process.pid)
            return [process, *process.children(recursive=True)]
        return []

    def _read_answers(self):
        answer = True
        while answer is not None and not isinstance(answer, ValueError):
            answer = self._next_answer()
            self.answers.put(answer)

    def _next_answer(self):
        try:
            return receive(self.process.stdout, self.token)
        except ValueError as error:
            return error
        except OSError:
            return None

    def _read_output(self):
        """Count what is printed and keep the end of it; the rest is thrown away."""
        with suppress(OSError, ValueError):
            while piece := self.process.stderr.read1(1 << 16):
                self.printed += len(piece)
                self.last_words = (self.last_words + piece)[-2000:]


def _environment(scratch):
    """This process's environment, but one thread, nothing drawn on a screen, and temporary files in `scratch`."""
    quiet = {"MPLBACKEND": "Agg", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "TQDM_DISABLE": "1"}
    threads = dict.fromkeys(("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    places = dict.fromkeys(("MPLCONFIGDIR", "TEMP", "TMP", "TMPDIR"), scratch)
    path = os.pathsep.join(filter(None, (str(fence.COURSE), os.environ.get("PYTHONPATH"))))
    return {**os.environ, **quiet, **threads, **places, "PYTHONPATH": path}


def _system_limits(limits):
    """What the system itself can hold the child to. The watchdog is there for what it cannot."""
    limited = {"RLIMIT_AS": limits.memory, "RLIMIT_CPU": int(100 * limits.seconds) + 60, "RLIMIT_FSIZE": limits.file}
    if getattr(os, "getuid", int)() != 0:  # it counts all threads of a user, and does not bind root
        limited["RLIMIT_NPROC"] = _threads_of_this_user() + 4 * limits.processes
    return limited


def _threads_of_this_user():
    mine = psutil.Process().username()
    found = psutil.process_iter(["username", "num_threads"])
    return sum(process.info["num_threads"] or 0 for process in found if process.info["username"] == mine)


def _memory(process):
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


def _bytes(count):
    return f"{count >> 30} GB" if count >= 1 << 30 else f"{count >> 20} MB"
