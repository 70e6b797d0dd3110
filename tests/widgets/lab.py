"""A real JupyterLab for the tests: a server of its own on a folder of its own, and a notebook opened in Chromium."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from browser import watch

SECONDS = 180  # a busy machine makes eleven widgets in one notebook slowly


@contextmanager
def serving(folder):
    """The address of a JupyterLab without a token that serves `folder` and keeps its settings there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = [
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--ServerApp.open_browser=False",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
        "--allow-root",
    ]
    own = {f"JUPYTER_{name}_DIR": str(folder / f".{name.lower()}") for name in ("CONFIG", "RUNTIME", "DATA")}
    environment = {**os.environ, **own, "IPYTHONDIR": str(folder / ".ipython"), "OPENBLAS_NUM_THREADS": "1"}
    with open(folder / "server.log", "w") as log:
        server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], env=environment, stdout=log, stderr=log, cwd=folder)
    try:
        wait_for(f"http://127.0.0.1:{port}/api", server, folder / "server.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address, server, log):
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            return urllib.request.urlopen(address, timeout=1).close()
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab expected to answer at {address} within {SECONDS} s, did not. Its log:\n{log.read_text()[-2000:]}")


def write_notebook(path, cells):
    """A notebook of code cells."""
    code = [
        {"cell_type": "code", "id": f"c{i}", "source": c, "metadata": {}, "outputs": [], "execution_count": None}
        for i, c in enumerate(cells)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    Path(path).write_text(json.dumps({"cells": code, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")


def open_notebook(browser, address, name, **viewport):
    """A page with the notebook open and its kernel idle; `page.problems` as in browser.py."""
    context = browser.new_context(viewport={"width": 1200, "height": 1000, **viewport})
    page = context.new_page()
    page.problems = watch(page, ("about:", "blob:", "data:", address))
    page.goto(f"{address}/lab/tree/{name}?reset")
    page.wait_for_function(
        "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'", timeout=1000 * SECONDS
    )
    return page


def order(page, command, **arguments):
    """Carry out a command of JupyterLab, such as "notebook:run-all-cells", and wait for its end."""
    page.evaluate(
        """([command, options]) => {
            window.done = false;
            window.jupyterapp.commands.execute(command, options).then(() => { window.done = true; });
        }""",
        [command, arguments],
    )
    page.wait_for_function("window.done", timeout=1000 * SECONDS)


def settled(page, count):
    """Wait until that many widgets show what was asked of them."""
    page.wait_for_function(
        "(count) => document.querySelectorAll('.dl-widget[data-settled=true]').length === count", arg=count, timeout=1000 * SECONDS
    )
