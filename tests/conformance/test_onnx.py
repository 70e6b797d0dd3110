"""Our kernels against the node tests of the `onnx` package, which others wrote: every case that applies must pass."""

from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="the onnx package is not installed: python -m pip install onnx")

from onnx_cases import cases  # noqa: E402
from onnx_missing import MISSING  # noqa: E402
from onnx_report import OPERATORS, outcome, outcomes, page  # noqa: E402

PAGE = Path(__file__).with_name("ONNX.md")


@pytest.mark.parametrize("name", OPERATORS)
def test_operator(name):
    found = {case.name: outcome(name, case) for case in cases()[name]}
    assert None in found.values(), f"no case of {name} applies: {found}"
    assert [case for case, why in found.items() if why == "differs"] == []


def test_every_operator_of_the_suite_is_ours_or_has_a_reason():
    assert cases().keys() - OPERATORS.keys() - MISSING.keys() == set()
    assert OPERATORS.keys() & MISSING.keys() == set()


def test_a_wrong_kernel_is_seen(monkeypatch):
    monkeypatch.setitem(OPERATORS, "Exp", OPERATORS["Sin"])
    assert outcome("Exp", cases()["Exp"][0]) == "differs"


def test_the_page_says_what_is_so():
    assert PAGE.read_text(encoding="utf-8") == page(outcomes()), "run `python tests/conformance/onnx_report.py` to write it anew"
