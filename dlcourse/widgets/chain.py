"""Forward and backward through a graph of values, one edge at a time: what the graph panel walks."""

import numpy as np

from dlcourse.widgets.reading import number

OPERATIONS = {  # the value, and the derivative by each input
    "+": lambda a, b: (a + b, (1, 1)),
    "−": lambda a, b: (a - b, (1, -1)),
    "·": lambda a, b: (a * b, (b, a)),
    "/": lambda a, b: (a / b, (1 / b, -a / b**2)),
    "^": lambda a, *, constant: (a**constant, (constant * a ** (constant - 1),)),
    "neg": lambda a: (-a, (-1,)),
    "tanh": lambda a: (np.tanh(a), (1 - np.tanh(a) ** 2,)),
    "exp": lambda a: (np.exp(a), (np.exp(a),)),
    "log": lambda a: (np.log(a), (1 / a,)),
    "relu": lambda a: (max(a, 0), (float(a > 0),)),
}


def forward(steps, leaves):
    """[value, [local derivatives]] of each step, inputs first."""
    done = []
    for operation, parents, constant in steps:
        inputs = [done[parent][0] for parent in parents]
        options = {"constant": constant} if operation == "^" else {}
        fixed = {"leaf": lambda place: np.float64(leaves[place]), "number": np.float64}.get(operation)
        value, local = (fixed(constant), ()) if fixed else OPERATIONS[operation](*inputs, **options)
        done.append([value, list(local)])
    return done


def backward(edges, done, step, update="+="):
    """The gradient of each value after `step` edges, from the result to the inputs."""
    grads = [0.0] * len(done)
    grads[-1] = 1.0
    for child, parent, which, _ in edges[:step]:
        flow = grads[child] * done[child][1][which]
        grads[parent] = grads[parent] + flow if update == "+=" else flow
    return grads


def told(graph, done, step, update):
    """(what the last edge did, what the next one will do) in words."""
    names, edges = graph["names"], graph["edges"]
    before, now, true = (backward(edges, done, *how) for how in ((step - 1, update), (step, update), (len(edges),)))

    def formula(child, parent, which, _):
        return f"{names[parent]}.grad {update} {number(now[child])} · {number(done[child][1][which])}"

    missing = [i for i, row in enumerate(graph["steps"]) if not row[1] and number(now[i]) != number(true[i])]
    first = formula(*edges[0]) if edges else "none"
    said = f"{names[-1]} = {number(done[-1][0])}, and its own gradient is 1.00. First edge: {first}."
    if step:
        child, parent, *rest = edges[step - 1]
        change = f"{number(before[parent])} becomes {number(now[parent])}"
        said = f"Edge {step} of {len(edges)}: {formula(child, parent, *rest)}, so {change}."
    if step < len(edges):
        return said, f"next: {formula(*edges[step])}"
    lost = "".join(f", but {names[i]}.grad should be {number(true[i])}" for i in missing[:1])
    return said, f"all {len(edges)} edges are done{lost}"
