"""A few processes that work side by side. A task that ends or outlasts its process costs only itself: a fresh process goes on."""

import os
import pickle
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from pkgutil import resolve_name
from queue import SimpleQueue
from threading import Timer

from dlcourse.grading.fence import COURSE


class Lost(Exception):
    """A task has no result; the text is a sentence that says why."""


class Crew:
    """`count` processes that each work on one task, for at most `patience` seconds. A context manager.

    work: `module:function`, called with the task; it must not raise. Whatever it leaves in its folder for temporary files is removed.
    """

    def __init__(self, work, count, patience):
        self.scratch = tempfile.TemporaryDirectory(prefix="dlcourse-", ignore_cleanup_errors=True)
        self.workers = [Worker(work, self.scratch.name, patience) for _ in range(count)]
        self.idle = SimpleQueue()
        for worker in self.workers:
            self.idle.put(worker)
        self.threads = ThreadPoolExecutor(count)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.threads.shutdown(wait=False, cancel_futures=True)
        for worker in self.workers:
            worker.stop()
        self.threads.shutdown()
        self.scratch.cleanup()

    def each(self, tasks):
        """Yield (task, its result or Lost) in the order in which they end."""
        futures = {self.threads.submit(self._one, task): task for task in tasks}
        for future in as_completed(futures):
            yield futures[future], future.result()

    def _one(self, task):
        worker = self.idle.get()
        try:
            return worker.do(task)
        except Lost as loss:
            worker.stop()
            return loss
        finally:
            self.idle.put(worker)


class Worker:
    """One process, started when it is first needed."""

    def __init__(self, work, scratch, patience):
        self.command = [sys.executable, "-P", "-m", "dlcourse.grading.crew", work, scratch]
        self.patience, self.process = patience, None

    def do(self, task):
        """What the work makes of the task. Raises Lost."""
        process = self.process = self.process or self._started()
        timer = Timer(self.patience, process.kill)
        timer.start()
        try:
            _send(process.stdin, task)
            return pickle.load(process.stdout)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:
            raise Lost("The grader came to a sudden end over this file, or was not done with it in time.") from error
        finally:
            timer.cancel()

    def stop(self):
        """End the process; what it has started notices."""
        process, self.process = self.process, None  # in one step: an interrupt may stop it beside the thread that waits for it
        if process:
            process.kill()
            process.wait()
            process.stdout.close()
            with suppress(OSError):  # a message that nobody reads any more
                process.stdin.close()

    def _started(self):
        """A process that finds the course from wherever it is called. An interrupt from the keyboard is for us alone."""
        path = os.pathsep.join(filter(None, (str(COURSE), os.environ.get("PYTHONPATH"))))
        places = {**os.environ, "PYTHONPATH": path}
        return subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=places, start_new_session=True)


def main(work, scratch):
    """Do one task after the other until the pipe closes. What the work prints goes to the error stream."""
    work, tempfile.tempdir = resolve_name(work), scratch
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with suppress(EOFError, OSError):
        while True:
            _send(replies, work(pickle.load(requests)))


def _send(stream, message):
    stream.write(pickle.dumps(message))
    stream.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
