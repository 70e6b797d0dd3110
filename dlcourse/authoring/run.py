"""Running a notebook so that the same source gives the same bytes: one thread, no progress bars, nothing of the machine left in it."""

import copy
import os
import re
import tempfile

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from dlcourse.authoring.source import AuthoringError, tags

TIMEOUT = 120  # seconds for one cell
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def environment(home):
    """What a kernel needs to repeat itself; `home` takes the learner's progress and IPython's settings."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")
    return threads | {"TQDM_DISABLE": "1", "PYTHONHASHSEED": "0", "DLCOURSE_HOME": str(home), "IPYTHONDIR": str(home)}


def connection(home):
    """How to reach a kernel: by sockets in `home` where there are such; by port, kernels that start together may pick the same one."""
    return {"transport": "ipc", "ip": f"{home}/kernel"} if os.name == "posix" else {}


def run(notebook, path):
    """Run the cells of `notebook` in the folder of `path`, in place, and leave outputs that repeat."""
    metadata = copy.deepcopy(notebook.metadata)
    with tempfile.TemporaryDirectory() as home:
        _execute(notebook, path, home)
    notebook.metadata = metadata  # the run has added the version of this Python
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code":
            cell.outputs = [_repeatable(output) for output in _joined(cell.outputs)]
            _no_stderr(cell, number, path)
    return notebook


def keep_volatile(notebook, previous):
    """Give cells tagged `volatile` their outputs of `previous` again, where their source is unchanged."""
    kept = {cell.id: cell.outputs for cell in previous.cells if "volatile" in tags(cell)}
    for cell in notebook.cells:
        if "volatile" in tags(cell):
            cell.outputs = kept.get(cell.id, cell.outputs)


def _execute(notebook, path, home):
    options = {"timeout": TIMEOUT, "record_timing": False, "store_widget_state": False}
    config = Config(KernelManager=connection(home))
    client = NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}}, config=config, **options)
    try:
        client.execute(env=os.environ | environment(home))
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise AuthoringError(f"{path.name} did not run to its end.\n{COLOURS.sub('', str(error))}") from None


def _joined(outputs):
    """Outputs with neighbouring pieces of the same stream joined: where a stream is cut depends on the clock."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last is not None and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def _repeatable(output):
    """Without the random number of a widget, whose picture and sentence stay, and without the paths in a traceback."""
    if "data" in output:
        output.data.pop(WIDGET_VIEW, None)
    if output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]
    return output


def _no_stderr(cell, number, path):
    said = "".join(output.text for output in cell.outputs if output.get("name") == "stderr")
    if said:
        raise AuthoringError(f"{path.name}, cell {number} wrote to stderr, which a learner reads as a failure:\n{said}")
