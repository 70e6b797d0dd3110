"""Open the course in JupyterLab. Lessons and exercises are copied into my_work/ first, so that yours are yours.

examples:
  dlcourse lab                            the map of the course
  dlcourse lab 02                         lesson 2
  dlcourse lab --port 9000 --no-browser   where no browser is to be opened: go to the address that is printed
"""

import os
import socket
from pathlib import Path

PORTS_TRIED = 100
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")
SETTINGS = Path(__file__).parent / "jupyter"  # JupyterLab without its question about news


def add_arguments(parser):
    parser.add_argument("lesson", nargs="?", default="00", help="number or name of the lesson (default: 00, the map)")
    parser.add_argument("--port", type=int, default=8888, help="the port to listen on (default: 8888, or the next one that is free)")
    parser.add_argument("--no-browser", action="store_true", help="open no browser; print the address only")


def run(args):
    """Serve my_work until Ctrl-C. Raises ValueError for a lesson that does not exist."""
    from dlcourse import workspace

    folder = workspace.prepare()
    lesson = find_lesson(folder / "lessons", args.lesson)
    port = free_port(args.port)
    if port != args.port:
        print(f"Port {args.port} is taken, so JupyterLab uses {port}.")
    print(f"Opening {lesson.relative_to(folder.parent)} in JupyterLab. Ctrl-C here stops it.", flush=True)
    return serve(folder, lesson, port, args.no_browser)


def find_lesson(folder, wanted):
    """The notebook of the lesson called `wanted`: "2", "02" or "02_the_neuron"."""
    notebooks = sorted(folder.glob("*.ipynb"))
    number = f"{int(wanted):02}" if wanted.isdecimal() else wanted
    for notebook in notebooks:
        if notebook.stem in (wanted, wanted.removesuffix(".ipynb")) or notebook.stem.startswith(f"{number}_"):
            return notebook
    raise ValueError(f"There is no lesson {wanted!r}. The lessons are {', '.join(n.stem for n in notebooks) or 'not there'}.")


def free_port(first):
    """The first port from `first` on that nobody listens on."""
    if not 1 <= first <= 65535:
        raise ValueError(f"A port is a number from 1 to 65535, got {first}.")
    last = min(first + PORTS_TRIED, 65536)
    for port in range(first, last):
        if is_free(port):
            return port
    raise ValueError(f"The ports {first} to {last - 1} are all taken. Choose another with --port.")


def is_free(port):
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def serve(folder, lesson, port, no_browser):
    from jupyterlab.labapp import LabApp

    options = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{lesson.relative_to(folder).as_posix()}",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={not no_browser}",
        "--Application.log_level=WARN",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",  # the course asks nothing of the network
        "--LabApp.news_url=None",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # in a container, root is the only user
    os.environ.update(ONE_THREAD | os.environ)  # small matrices are faster on one, and a lesson's numbers repeat
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, (str(SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH"))))
    return LabApp.launch_instance(options)
