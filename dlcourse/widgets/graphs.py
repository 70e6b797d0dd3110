"""Expressions as graphs of values, for the graph panel: read from text or from the learner's own Values, and laid out left to right.

A graph is a dictionary of lists, so that it travels as JSON: `steps` (operation, parents, constant), `names`, `labels`, `places` (x, y
from 0 to 1), `edges` (child, parent, which of its parents, points on the way) in the order in which backward uses them, and `plain`.
"""

import ast

from dlcourse.value import history

SIGNS = {ast.Add: "+", ast.Sub: "−", ast.Mult: "·", ast.Div: "/"}
FUNCTIONS = ("tanh", "exp", "log", "relu")
MOST = 16
LONG = "The graph panel expected at most {most} values, got {count}. Show a part of it."
UNKNOWN = "An expression expected names, numbers, + - * / ** and {functions}, got {text!r}."


def parse(text):
    """The graph of an expression such as "u = a*b; u*u + u". Raises ValueError in a sentence for anything else."""
    steps, known, root = [], {}, None
    for statement in ast.parse(text).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=node):
                root = known[name] = _read(node, steps, known)
            case ast.Expr(value=node):
                root = _read(node, steps, known)
            case other:
                raise _unknown(ast.unparse(other))
    if root is None:
        raise _unknown(text)
    return _graph(steps, {place: name for name, place in known.items() if name.isidentifier()}, root)


def from_values(root, names):
    """The graph of a Value, of ours or the learner's own: `.data`, `.parents`, `.local_grads`. names: {"a": the Value a, ...}."""
    order = history(root)
    number = {value: place for place, value in enumerate(order)}
    steps = [["given", [number[parent] for parent in value.parents], None] for value in order]
    graph = _graph(steps, {number[value]: name for name, value in names.items() if value in number}, len(steps) - 1)
    given = [[float(value.data), [float(local) for local in value.local_grads]] for value in order]
    return graph | {"given": given}


def _read(node, steps, known):
    """Append the steps that compute a piece of syntax; returns the number of the last."""
    match node:
        case ast.Name(id=name):
            if name not in known:
                known[name] = _append(steps, "leaf", (), name)
            return known[name]
        case ast.Constant(value=int() | float() as value):
            return _append(steps, "number", (), value)
        case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=power)):
            return _append(steps, "^", (_read(node.left, steps, known),), power)
        case ast.BinOp() if type(node.op) in SIGNS:
            return _append(steps, SIGNS[type(node.op)], [_read(part, steps, known) for part in (node.left, node.right)])
        case ast.UnaryOp(op=ast.USub()):
            return _append(steps, "neg", (_read(node.operand, steps, known),))
        case ast.Call(func=ast.Name(id=name), args=[argument]) if name in FUNCTIONS:
            return _append(steps, name, (_read(argument, steps, known),))
    raise _unknown(ast.unparse(node))


def _unknown(text):
    return ValueError(UNKNOWN.format(functions=", ".join(FUNCTIONS), text=text))


def _append(steps, operation, parents, constant=None):
    steps.append([operation, list(parents), constant])
    return len(steps) - 1


def _graph(steps, names, root):
    """Only what the root was made from, with a name for each value: those given, f for the root, v1, v2 ... for the others."""
    needed = {root}
    for place in range(root, -1, -1):
        needed |= set(steps[place][1]) if place in needed else set()
    number = {place: i for i, place in enumerate(sorted(needed))}
    steps = [[operation, [number[p] for p in parents], constant] for operation, parents, constant in (steps[p] for p in sorted(needed))]
    if len(steps) > MOST:
        raise ValueError(LONG.format(most=MOST, count=len(steps)))
    names = _named(steps, {number[place]: name for place, name in names.items() if place in number})
    plain = [i for i, (operation, _, _) in enumerate(steps) if operation == "number"]
    labels = [_label(step, names, i) for i, step in enumerate(steps)]
    return {"steps": steps, "names": names, "labels": labels, "plain": plain} | layout([parents for _, parents, _ in steps], plain)


def _named(steps, names):
    spare = (f"v{i}" for i in range(1, 99) if f"v{i}" not in names.values())
    last = len(steps) - 1
    own = {i: f"{constant:g}" for i, (operation, _, constant) in enumerate(steps) if operation == "number"}
    given = {last: "f"} | own | names
    return [given.get(i) or next(spare) for i in range(last + 1)]


def _label(step, names, place):
    """What stands over a value: "f = u · u"."""
    operation, parents, constant = step
    inputs = [names[parent] for parent in parents]
    formulas = {"given": "", "leaf": "", "number": "", "^": "{0}^{constant}", "neg": "−{0}"} | {
        sign: f"{{0}} {sign} {{1}}" for sign in SIGNS.values()
    }
    formula = formulas.get(operation, f"{operation}({{0}})").format(*inputs, constant=constant)
    return f"{names[place]} = {formula}" if formula else names[place]


def layout(parents_of, plain=()):
    """`places` of the values, parents to the left, and `edges` with the points where they pass a column."""
    columns = _columns(parents_of)
    slots = [[] for _ in range(max(columns) + 1)]  # what stands in a column: values, and edges that pass
    for place, column in enumerate(columns):
        slots[column].append(place)
        for which, parent in enumerate(parents_of[place]):
            for between in range(columns[parent] + 1, column):
                slots[between].append((place, which))
    rows = _rows(slots, parents_of)
    across = max(1, len(slots) - 1)
    edges = [
        [child, parent, which, [[c / across, rows[c, (child, which)]] for c in range(columns[parent] + 1, columns[child])]]
        for child in reversed(range(len(columns)))
        for which, parent in enumerate(parents_of[child])
        if parent not in plain
    ]
    return {"places": [[column / across, rows[column, place]] for place, column in enumerate(columns)], "edges": edges}


def _columns(parents_of):
    """The longest way from an input, and one column more where two edges run side by side; inputs stand close to where they are used."""
    columns = []
    for parents in parents_of:
        columns.append(max((columns[p] + (2 if parents.count(p) > 1 else 1) for p in parents), default=0))
    for place, parents in enumerate(parents_of):
        used = [columns[child] - others.count(place) for child, others in enumerate(parents_of) if place in others]
        if not parents and used:
            columns[place] = max(0, min(used))
    return columns


def _rows(slots, parents_of):
    """Evenly spread in each column, in the order of what stands to the left, so that few edges cross."""
    uses, rows = [parent for parents in parents_of for parent in parents], {}
    slots[0].sort(key=[*uses, *range(len(parents_of))].index)  # inputs in the order in which they are used first
    for column, items in enumerate(slots):

        def height(item, column=column):
            sources = [parents_of[item[0]][item[1]]] if isinstance(item, tuple) else parents_of[item]
            before = [rows[column - 1, s] for s in (*sources, item) if (column - 1, s) in rows]
            before += [rows[column - 1, (item, w)] for w in range(len(sources)) if (column - 1, (item, w)) in rows]
            return sum(before) / len(before) if before else 0.5

        for i, item in enumerate(sorted(items, key=height)):
            rows[column, item] = (i + 0.5) / len(items)
    return rows
