"""Imports point down only, and the house rules that a parser can see."""

import ast
from pathlib import Path
from statistics import median, quantiles

import dlcourse

ROOT = Path(dlcourse.__file__).parent
FLOORS = [
    {"cli", "grading", "widgets", "viz", "authoring", "path", "site", "workspace", "__main__"},
    {"compare"},
    {"pretrained"},
    {"models"},
    {"train", "optim", "schedule", "parallel", "trace"},
    {"nn"},
    {"functional"},
    {"tensor"},
    {"kernels"},
    {"backend"},
]
BESIDE = {"data", "palette", "value", ""}  # import nothing of the floors, may be imported by the top
FILES = sorted(ROOT.rglob("*.py"))


def noun(name):
    """dlcourse.nn.linear -> nn."""
    return name.removeprefix("dlcourse").removeprefix(".").split(".")[0]


def floor_of(part):
    return next((height for height, floor in enumerate(reversed(FLOORS)) if part in floor), None)


def imports(path):
    """The modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            if node.module == "dlcourse":
                yield from (f"dlcourse.{alias.name}" for alias in node.names if alias.name[0].islower())
            else:
                yield node.module


def part_of(path):
    return path.relative_to(ROOT).with_suffix("").parts[0]


def breaches(path):
    here = part_of(path)
    for module in imports(path):
        there = noun(module) if module.split(".")[0] == "dlcourse" else None
        if there is None or there == here or here == "__init__":
            continue
        if there in BESIDE | {"device", "no_grad", "differentiable"}:
            continue
        if floor_of(there) is None:
            yield f"{path}: {module} stands on no floor"
        elif here in BESIDE or floor_of(here) < floor_of(there) or (here == there == "models"):
            yield f"{path}: {here} imports {module}, which stands above it"


def test_imports_point_down():
    assert [breach for path in FILES for breach in breaches(path)] == []


def test_an_upward_import_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    planted = tmp_path / "kernels" / "bad.py"
    planted.parent.mkdir()
    planted.write_text("from dlcourse.tensor import Tensor")
    assert "stands above" in next(breaches(planted))


def test_models_import_neither_each_other_nor_training_nor_data():
    for path in (ROOT / "models").glob("[!_]*.py"):
        assert not {noun(m) for m in imports(path)} & {"models", "pretrained", "train", "optim", "schedule", "parallel", "trace", "data"}, (
            path
        )


def test_torch_only_in_compare_and_matplotlib_only_at_the_top():
    for path in FILES:
        heavy = {module.split(".")[0] for module in imports(path)}
        assert "torch" not in heavy or part_of(path) in {"compare", "cli"}, path  # the doctor asks torch for its devices
        assert "matplotlib" not in heavy or part_of(path) in {"viz", "widgets", "authoring"}, path
        assert "cupy" not in heavy, path


def test_only_the_backend_reaches_numpy_on_the_device_floors():
    allowed = {"nn/init.py", "nn/dropout.py", "nn/module.py"}  # weights and masks are drawn on the host, state_dict lies there
    for path in FILES:
        if (
            part_of(path) in {"kernels", "tensor", "functional", "nn", "optim", "schedule"}
            and path.relative_to(ROOT).as_posix() not in allowed
        ):
            assert "numpy" not in set(imports(path)), path


def lengths(path):
    """Lines of each function without its docstring."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            yield body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_functions_are_short_and_files_fit_a_sitting():
    all_lengths = [n for path in FILES for n in lengths(path)]
    assert median(all_lengths) <= 6
    assert quantiles(all_lengths, n=10)[-1] <= 25
    assert max(len(path.read_text(encoding="utf-8").splitlines()) for path in FILES) <= 400


def test_every_module_says_what_it_is():
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree) or not tree.body, path
