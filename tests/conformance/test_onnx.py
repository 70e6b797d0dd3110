"""Our kernels against the node tests of the `onnx` package, which others wrote: every case that applies must pass."""

import pytest

pytest.importorskip("onnx", reason="the onnx package is not installed: python -m pip install onnx")

from onnx_cases import NotOurs, cases, run, same  # noqa: E402
from onnx_operators import MATH  # noqa: E402

OPERATORS = MATH


def outcome(operator, case):
    """None when the case passes, "differs", or the reason why it does not apply."""
    try:
        return None if all(same(ours, expected, case) for ours, expected in run(operator, case)) else "differs"
    except NotOurs as reason:
        return str(reason)


@pytest.mark.parametrize("name", OPERATORS)
def test_operator(name):
    outcomes = {case.name: outcome(OPERATORS[name], case) for case in cases()[name]}
    assert None in outcomes.values(), f"no case of {name} applies: {outcomes}"
    assert [case for case, why in outcomes.items() if why == "differs"] == []
