"""The node tests that come with the `onnx` package: one operator each, with inputs and the outputs that others computed."""

import warnings
from collections import defaultdict
from functools import cache
from inspect import signature

import numpy as np

HALF = {"float16", "bfloat16", "float8_e4m3fn", "float8_e5m2", "int4", "uint4"}


class NotOurs(Exception):
    """The case asks for something that the engine does not have; the message says what."""


@cache
def cases():
    """{operator: its cases}. Cases that spell an operator in several smaller ones are under "several nodes"."""
    from onnx.backend.test.loader import load_model_tests

    found = defaultdict(list)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the suite divides by zero on purpose while it makes its cases
        for case in load_model_tests(kind="node"):
            nodes = case.model.graph.node
            found[nodes[0].op_type if len(nodes) == 1 else "several nodes"].append(case)
    return found


def run(operator, case):
    """Our outputs for each data set of a case beside the expected ones, as (ours, expected) pairs.

    An operator may leave out intermediate results that ONNX offers behind the output, such as the mean of a normalisation.

    Raises NotOurs with the reason when the case does not apply.
    """
    [node] = case.model.graph.node
    names = [i.name for i in case.model.graph.input]
    for given, expected in case.data_sets:
        values = dict(zip(names, given, strict=True))
        inputs = [_array(values[name]) if name else None for name in node.input]
        outputs = operator(*inputs, **_options(operator, node))
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        named = [i for i, name in enumerate(node.output) if name]
        yield from ((outputs[i], e) for i, e in zip(named, expected, strict=True) if i < len(outputs))


def same(ours, expected, case):
    """Whether one output is the expected one, within the tolerance of the case."""
    ours = np.asarray(ours)
    return ours.shape == expected.shape and np.allclose(ours, expected, rtol=case.rtol, atol=max(case.atol, 1e-6), equal_nan=True)


def _options(operator, node):
    import onnx

    options = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    known = signature(operator).parameters
    if not any(p.kind is p.VAR_KEYWORD for p in known.values()) and (unknown := options.keys() - known.keys()):
        raise NotOurs(f"the option {', '.join(sorted(unknown))}")
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in options.items()}


def _array(x):
    if not isinstance(x, np.ndarray | np.generic):
        raise NotOurs("inputs that are no arrays")
    if str(x.dtype) in HALF:
        raise NotOurs("numbers of 16 bits and less")
    if x.dtype.kind not in "fiub":
        raise NotOurs("strings or complex numbers")
    return np.asarray(x)
