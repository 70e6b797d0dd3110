"""nbval runs every committed notebook again, a test for each cell. Here it is made strict.

By itself it compares no pictures and no floats with tolerance, lets a cell pass that was never run, and does not number the inputs.
What counts as the same output says `dlcourse.authoring.outputs`.
"""

import os
import tempfile
from functools import partial
from unittest import mock

import pytest
from jupyter_client.manager import KernelManager
from nbval.plugin import IPyNbCell, IPyNbFile

from dlcourse.authoring.outputs import difference
from dlcourse.authoring.run import connection, environment
from dlcourse.authoring.source import tags

collect_ignore = ["exercises", "my_work"]  # exercises are meant to fail; my_work is the learner's


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path, parent):
    """Our notebooks in place of nbval's."""
    collected = yield
    return [StrictNotebook.from_parent(parent, path=file_path) if isinstance(item, IPyNbFile) else item for item in collected]


class StrictNotebook(IPyNbFile):
    """A notebook whose kernel repeats itself, and numbers its inputs as JupyterLab does."""

    def collect(self):
        for item in super().collect():
            yield StrictCell.from_parent(self, name=item.name, cell_num=item.cell_num, cell=item.cell, options=item.options)

    def setup(self):
        self.home = tempfile.TemporaryDirectory()
        local = partial(KernelManager, **connection(self.home.name))
        with mock.patch.dict(os.environ, environment(self.home.name)), mock.patch("nbval.kernel.KernelManager", local):
            super().setup()
        self.kernel.execute_cell_input = self.execute

    def execute(self, source, allow_stdin):
        """Without the history, a semicolon at the end of a cell would not silence it."""
        return self.kernel.kc.execute(source, allow_stdin=allow_stdin, stop_on_error=False)

    def teardown(self):
        super().teardown()
        self.home.cleanup()


class StrictCell(IPyNbCell):
    """A cell that must have been run, and must say the same again."""

    def runtest(self):
        if self.cell.execution_count is None:
            self.raise_cell_error("This cell was never run. Build the notebook: python -m dlcourse.authoring build")
        if "volatile" in tags(self.cell):
            self.options["check"] = False
        super().runtest()

    def compare_outputs(self, test, ref, skip_compare=None):
        found = difference(ref, test)
        self.comparison_traceback = [found]
        return not found
