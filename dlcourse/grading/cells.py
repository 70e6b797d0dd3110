"""The cells of a notebook, run in order outside Jupyter. A cell that raises costs only itself."""

import ast
import linecache
import sys
import types

from dlcourse.grading.attempt import failure
from dlcourse.grading.report import Failure

MAGIC_WITH_CODE = {"capture", "prun", "time", "timeit"}


class Notebook:
    """The names that the cells define, and `run` to run one more."""

    def __init__(self):
        main = types.ModuleType("__main__")
        sys.modules["__main__"] = main
        self.names = main.__dict__
        self.names.update(display=lambda *objects, **options: None, get_ipython=lambda: Shell(self))

    def run(self, number, source):
        """Run a cell. The Failure when it raised, else None."""
        file = f"<cell {number}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        try:
            code = compile(plain(source), file, "exec")
        except SyntaxError as error:
            return Failure("SyntaxError", error.msg, f"line {error.lineno}: {(error.text or '').strip()}".rstrip(": "))
        try:
            exec(code, self.names)
        except BaseException as error:  # sys.exit too
            return failure(error, types.FunctionType(code, {}))
        return None


class Shell:
    """What is left of IPython: a magic does nothing, except that the code under `%%time` and its like runs."""

    def __init__(self, notebook):
        self.notebook = notebook

    def run_cell_magic(self, name, line, cell):
        if name in MAGIC_WITH_CODE:
            exec(compile(plain(cell), f"<%%{name}>", "exec"), self.notebook.names)

    def __getattr__(self, name):
        return lambda *arguments, **options: None


def plain(source):
    """Python without magics. IPython translates them, and is imported only for cells that are not Python as they stand."""
    try:
        ast.parse(source)
        return source
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager

        return TransformerManager().transform_cell(source)
