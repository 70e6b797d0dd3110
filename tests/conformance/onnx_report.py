"""What became of each case of the suite: `python tests/conformance/onnx_report.py` writes it to ONNX.md beside this file."""

from collections import Counter
from importlib.metadata import version
from pathlib import Path

from onnx_cases import NotOurs, cases, run, same
from onnx_missing import MISSING
from onnx_network import NETWORK
from onnx_operators import MATH

OPERATORS = MATH | NETWORK
HEAD = """# Node tests of onnx {version}

Written by `python tests/conformance/onnx_report.py`; a test fails when it is out of date. The suite has {total} cases. {passed} of them
apply and pass, {differ} differ, {refused} ask one of our operators for something that it does not have, and {missing} are about an operator
that we don't have."""


def outcome(name, case):
    """None when the case passes, "differs", or the reason why it does not apply."""
    try:
        return None if all(same(ours, expected, case) for ours, expected in run(OPERATORS[name], case)) else "differs"
    except NotOurs as reason:
        return str(reason)


def outcomes():
    """{operator: [what became of each case]} of the operators that we have, and the number of cases of those that we don't."""
    ours = {name: [outcome(name, case) for case in cases()[name]] for name in sorted(OPERATORS)}
    return ours, {name: len(found) for name, found in cases().items() if name in MISSING}


def page(measured):
    """The page as Markdown."""
    ours, missing = measured
    all_ours = [what for found in ours.values() for what in found]
    passed, differ = all_ours.count(None), all_ours.count("differs")
    counts = {"passed": passed, "differ": differ, "refused": len(all_ours) - passed - differ, "missing": sum(missing.values())}
    lines = [HEAD.format(version=version("onnx"), total=len(all_ours) + counts["missing"], **counts)]
    lines += ["\n| operator | pass | of | what the others ask for |", "|---|---|---|---|"]
    for name, found in ours.items():
        why = "; ".join(f"{reason} ({n})" for reason, n in Counter(filter(None, found)).items())
        lines.append(f"| {name} | {found.count(None)} | {len(found)} | {why} |")
    lines += ["\n| operators that we don't have | cases | because |", "|---|---|---|"]
    for reason in dict.fromkeys(MISSING.values()):
        names = sorted(name for name in missing if MISSING[name] == reason)
        lines.append(f"| {', '.join(names)} | {sum(missing[name] for name in names)} | {reason} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("ONNX.md").write_text(page(outcomes()), encoding="utf-8")
