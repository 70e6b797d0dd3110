"""Backpropagation edge by edge, for lessons 06 and 07."""

import math

import numpy as np

from dlcourse.widgets.chain import backward, forward, told
from dlcourse.widgets.controls import Choice, Player, Slider
from dlcourse.widgets.explorable import Explorable
from dlcourse.widgets.frame import Frame
from dlcourse.widgets.graphs import from_values, parse
from dlcourse.widgets.panels import Graph
from dlcourse.widgets.predict import Predict

EXPRESSIONS = ("a*a", "(a + b)*b", "u = a*b; u*u + u", "tanh(a*b - 5)")
STARTS = (3.0, 2.0, -1.0, 0.5, 1.0, -2.0)
TAKEN = ("expression", "update", "step", "graph", "graphs", "walk", "said", "next", "edges", "count")


class BackpropStepper(Explorable):
    """What does an edge bring?

    expressions: your own, as text, such as "tanh(w*x + b)" or "u = a*b; u*u + u" (names, numbers, + - * / ** and tanh, exp, log, relu);
        each name gets a slider, and `w=2.0` says where it starts. Or one Value, ours or your own: an object with `.data`, `.parents`
        and `.local_grads`, whose numbers stay as they are; names={"a": a} says what to call its parts.
    step: how many edges are done at the start. update: "+=", or "=" to see what goes wrong.
    """

    question = Predict(
        "f = a · a at a = 3. Two edges lead from f to a. What is the gradient of a after the first of them?",
        choices=("0.00", "3.00", "6.00", "9.00"),
        answer="3.00",
        why="each edge brings 1.00 · 3.00, and the two add up to 6.00 = 2a.",
    )
    panels = (
        Graph(
            label="In each box the value and below it the gradient; on each edge the local derivative",
            alt="{count} values. {said} {next}.",
            graph="graph",
            walk="walk",
            note="next",
        ),
    )
    sentence = "{said}"
    more_forms = ("backprop",)
    closed_form = (("graph", "pick", "graphs", "expression"),)

    def __init__(self, *expressions, names=None, **start):
        given = expressions and not isinstance(expressions[0], str)
        texts = ("your graph",) if given else expressions or EXPRESSIONS
        self.graphs = {"your graph": from_values(expressions[0], names or {})} if given else {text: parse(text) for text in texts}
        self.leaves = self._number_leaves()
        most = max(len(graph["edges"]) for graph in self.graphs.values())
        self.controls = (
            Choice("expression", texts, label="f", selects=("step", 0)),
            Choice("update", ("+=", "="), label="update"),
            *(self._slider(name, start.get(name)) for name in self.leaves),
            Player("step", most, label="edges done", until="edges", pace=1200, back=True),
        )
        self.closed_form += (
            ("walk", "backprop", "graph", list(self.leaves), "step", "update"),
            *((name, "pick", "walk", key) for name, key in (("said", 0), ("next", 1), ("edges", 2), ("count", 3))),
        )
        self.question = None if expressions else type(self).question
        super().__init__(**start)

    def _number_leaves(self):
        """The names of all inputs; each leaf of a graph is given the number of its name, which is what JavaScript knows it by."""
        rows = [row for graph in self.graphs.values() for row in graph["steps"] if row[0] == "leaf"]
        leaves = list(dict.fromkeys(name for _, _, name in rows))
        for row in rows:
            if row[2] in TAKEN:
                raise ValueError(f"An expression expected names other than {', '.join(TAKEN)}, got {row[2]!r}.")
            row[2] = leaves.index(row[2])
        return leaves

    def _slider(self, name, start):
        place = self.leaves.index(name)
        used = [text for text, graph in self.graphs.items() if ["leaf", [], place] in graph["steps"]]
        value = STARTS[place % len(STARTS)] if start is None else start
        low, high = min(-3, math.floor(value)), max(3, math.ceil(value))
        return Slider(name, low, high, 0.1, value=value, label=name, only=("expression", *used))

    @property
    def code(self):
        return (backward, forward)

    def prepare(self):
        return Frame(graphs=self.graphs)

    def compute(self, expression, update, step, **leaves):
        graph = self.graphs[expression]
        with np.errstate(all="ignore"):
            done = graph.get("given") or forward(graph["steps"], [leaves[name] for name in self.leaves])
        edges = graph["edges"]
        step = min(step, len(edges))
        said, upcoming = told(graph, done, step, update)
        walk = [said, upcoming, len(edges), len(done), done, backward(edges, done, step, update), step]
        return Frame(graph=graph, walk=walk, said=said, next=upcoming, edges=len(edges), count=len(done))
