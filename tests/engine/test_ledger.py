"""The parity ledger: it measures every row, and a wrong one stands out."""

import sys

import pytest
import torch

import dlcourse.compare.rows as rows
from dlcourse import kernels
from dlcourse.compare import __main__ as command
from dlcourse.compare import ledger
from dlcourse.compare.rows import layers, models
from dlcourse.compare.rows.row import Row

RIGHT = Row(kernels.exp, ((3, 5),), torch.exp)
WRONG = Row(kernels.sin, ((3, 5),), torch.cos)


@pytest.fixture
def small(monkeypatch):
    def table(*kernel_rows):
        monkeypatch.setattr(rows, "KERNELS", list(kernel_rows))
        monkeypatch.setattr(layers, "LAYERS", layers.LAYERS[:1])
        monkeypatch.setattr(models, "MODELS", models.MODELS[:1])

    return table


def test_every_kernel_layer_and_model_has_a_row_with_its_worst_use(small):
    small(RIGHT, RIGHT)
    measured = ledger()
    assert [(e.kind, e.name, e.uses) for e in measured.entries][0] == ("kernel", "exp", 2)
    assert {e.kind for e in measured.entries} == {"kernel", "layer", "model"}
    assert all(0 <= max(pair) < 1e-5 for e in measured.entries for pair in e.differences.values())
    assert "| exp | 2 |" in measured.to_markdown() and "beyond rounding: none" in repr(measured)


def test_a_kernel_that_differs_stands_out_and_fails_the_command(small, monkeypatch, tmp_path):
    small(RIGHT, WRONG)
    assert "beyond rounding: sin" in repr(ledger())
    monkeypatch.setattr(sys, "argv", ["compare", "--out", str(tmp_path / "parity.md")])
    assert command.main() == 1
    assert "| sin | 1 |" in (tmp_path / "parity.md").read_text()
