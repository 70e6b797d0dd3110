# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     notebook_metadata_filter: kernelspec,jupytext,-jupytext.text_representation.jupytext_version
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 07: Autograd
#
# Five functions and one small class, about 115 minutes. They go with the lesson `07_autograd`.
#
# - Write the function, run its cell, then run the `check` cell below it. It tries your function on fresh graphs, and when something is
#   wrong it says what.
# - `hint("value_backward")` gives the first of three hints, and the next one each time.
# - `solution("value_backward")` shows an answer, once you have tried.

# %%
import numpy as np

from dlcourse.grading import check, hint, solution
from dlcourse.grading.graph import Value

# %% [markdown]
# ## 1. An order for the way back
#
# Difficulty 2 of 3, 20 minutes.
#
# The lesson numbered its values as they were made. Here the graph is finished, and the numbers of the values are only names. Find an order
# in which they can hand on their gradients: the root first, and each value **after all values that use it**.
#
# - `edges`: an integer array (E, 2); each row is (value, one of the values it was computed from). In x * x the same row stands twice.
# - `root`: the number of the result
# - returns a list of the numbers of `root` and of every value that it was made from, directly or not, each once. Several orders may be
#   right; each of them passes.
#
# In the graph below, 7 is made from 4 and 2, and 4 from 2. So 2 has to wait for 4: the order is [7, 4, 2]. Value 9 uses 4, but 7 was not
# made from it, so it is not in the list. A chain of 5,000 values has to work too.


# %% tags=["solution"]
def topological_order(edges, root):
    """The numbers of root and all that it was made from, each after all values that use it."""
    parents = {}
    for value, parent in edges.tolist():
        parents.setdefault(value, []).append(parent)
    order, seen, todo = [], set(), [(root, False)]
    while todo:
        value, parents_are_done = todo.pop()
        if parents_are_done:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            todo += [(value, True), *((parent, False) for parent in parents.get(value, []))]
    return order[::-1]


# %%
topological_order(np.array([[7, 2], [4, 2], [9, 4], [7, 4]]), 7)

# %% tags=["check"]
check("topological_order", topological_order)

# %% [markdown]
# ## 2. Backward through a graph
#
# Difficulty 3 of 3, 25 minutes.
#
# A computation is a graph. Each `Value` in it remembers which values it was computed from, and how it changes with each of them:
#
# - `value.parents`: the Values it was computed from, a tuple, empty for an input
# - `value.local_grads`: its derivative with respect to each parent, a tuple of the same length
# - `value.grad`: 0 at first; afterwards the derivative of `root` with respect to this value
#
# Write the backward pass: fill `.grad` of `root` and of every Value below it. The function returns nothing.
#
# A value that is used twice gets a contribution from each use, and it may pass its gradient on only when all of them have arrived.
# A value may also be its own partner: x * x has the parents `(x, x)`.
#
# In the graph below, y = 2 x and root = 3 x + 5 y. So x reaches root twice, directly and through y: 3 + 2 · 5 = 13.
# When a check fails, it shows the graph as lists: `parents[i]` are the numbers of the values that value i was computed from, and the last
# value is the root.


# %% tags=["solution"]
def value_backward(root):
    """Fill `.grad` of every Value that root depends on with d root / d value. Returns nothing."""
    order, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for parent in value.parents:
                visit(parent)
            order.append(value)

    visit(root)
    root.grad = 1.0
    for value in reversed(order):
        for parent, local_grad in zip(value.parents, value.local_grads, strict=True):
            parent.grad += value.grad * local_grad


# %%
x = Value()
y = Value(parents=(x,), local_grads=(2,))
root = Value(parents=(x, y), local_grads=(3, 5))
value_backward(root)
x.grad, y.grad, root.grad

# %% tags=["check"]
check("value_backward", value_backward)

# %% [markdown]
# ## 3. Backward through picking rows
#
# Difficulty 1 of 3, 10 minutes.
#
# For y = x[index]: given `dy`, find `dx`.
#
# - `x`: (N, D); `index`: an integer array (M,) or (B, T) of row numbers, in which a row may occur several times, and as in NumPy -1 is
#   the last row; `dy`: the shape of `x[index]`
# - returns `dx`, of the shape of `x`
#
# This is how every language model looks up its words: x holds one row for each word, and a word that occurs twice is picked twice.


# %% tags=["solution"]
def getitem_backward(dy, x, index):
    """dx for y = x[index]: dy (..., D), x (N, D), index (...) of row numbers -> dx (N, D)."""
    dx = np.zeros_like(x)
    np.add.at(dx, index, dy)
    return dx


# %%
getitem_backward(np.array([[1.0, 2.0], [10.0, 20.0], [5.0, 5.0]]), np.zeros((4, 2)), np.array([3, 3, 0]))

# %% tags=["check"]
check("getitem_backward", getitem_backward)

# %% [markdown]
# ## 4. A batch that does not fit into memory
#
# Difficulty 2 of 3, 15 minutes.
#
# The loss is a mean over all N rows. `grad` gives its gradient, but it takes at most `size` rows at a time, because more do not fit into
# memory. Find the gradient of the whole batch.
#
# - `grad(x, y)`: the gradient of the mean loss over the rows it is given, an array; raises MemoryError for more than `size` rows
# - `x`: (N, D), `y`: (N,), with N no multiple of `size`, in general
# - `size`: the most rows that `grad` takes at once
# - returns the gradient of the mean loss over all N rows


# %% tags=["solution"]
def accumulate(grad, x, y, size):
    """The gradient of the mean loss over all rows of x (N, D), y (N,), from pieces of at most `size` rows."""
    total = 0.0
    for i in range(0, len(x), size):
        piece = x[i : i + size]
        total = total + grad(piece, y[i : i + size]) * (len(piece) / len(x))
    return total


# %%
accumulate(lambda x, y: (x.T @ y) / len(y), np.ones((5, 2)), np.arange(5.0), 2)  # the mean of 0 .. 4, twice

# %% tags=["check"]
check("accumulate", accumulate)

# %% [markdown]
# ## 5. Read the log of a training
#
# Difficulty 2 of 3, 15 minutes.
#
# Trainings that learn nothing, or too fast, or only sometimes: often the lines of the loop stand in the wrong order. A training wrote down
# what it did, one line at a time:
#
# - `"forward 3"`: the loss of batch 3 was computed
# - `"backward 3"`: its `backward` was called (the graph is kept, so that it may be called again)
# - `"zero_grad"`: the optimizer's `zero_grad` was called
# - `"step"`: the weights took a step against the gradients that they had
#
# Say for each step which gradients it used.
#
# - `log`: a list of such lines
# - returns a list with one entry for each `"step"`, in order: the list of the batches (whole numbers) whose gradients made it up, in the
#   order in which they came, a batch twice if its gradient is in it twice
#
# In the log below, the first step uses batch 0. Nothing clears its gradient, so the second step uses 0 and 1. The third finds nothing.


# %% tags=["solution"]
def steps_taken(log):
    """For each "step" of the log the list of batches whose gradients it used."""
    grads, steps = [], []
    for line in log:
        word, _, batch = line.partition(" ")
        if word == "backward":
            grads.append(int(batch))
        elif word == "zero_grad":
            grads = []
        elif word == "step":
            steps.append(list(grads))
    return steps


# %%
steps_taken(["forward 0", "backward 0", "step", "forward 1", "backward 1", "step", "zero_grad", "step"])

# %% tags=["check"]
check("steps_taken", steps_taken)

# %% [markdown]
# ## 6. Your own autograd
#
# Difficulty 3 of 3, 30 minutes.
#
# Write a class of numbers that remember, and a function that uses it. `f` is an ordinary Python function of several numbers. It adds,
# subtracts and multiplies what you hand it, with each other and with plain numbers on either side (`2 - a`, `a * 3`), takes `-a`, and calls
# `a.tanh()`. It may use a value many times, or not at all, or return one of them as it is.
#
# - `f`: a function; **you may call it once**
# - `x`: a list of numbers, one for each argument of f
# - returns `(value, gradient)`: f at x as a number, and the list of its derivatives by each argument
#
# The class may stand inside the function or before it. Nothing may be left over from one call to the next.


# %% tags=["solution"]
def autograd(f, x):
    """(value, gradient) of f at x, a list of numbers, by one call of f."""
    tape = []

    class Number:
        def __init__(self, data, *edges):
            self.data, self.edges, self.grad = data, edges, 0.0  # edges: (parent, local derivative)
            tape.append(self)

        def __add__(self, other):
            other = wrap(other)
            return Number(self.data + other.data, (self, 1.0), (other, 1.0))

        def __mul__(self, other):
            other = wrap(other)
            return Number(self.data * other.data, (self, other.data), (other, self.data))

        def __neg__(self):
            return self * -1.0

        def __sub__(self, other):
            return self + -wrap(other)

        def __rsub__(self, other):
            return wrap(other) - self

        def tanh(self):
            y = np.tanh(self.data)
            return Number(y, (self, 1 - y * y))

        __radd__, __rmul__ = __add__, __mul__

    def wrap(number):
        return number if isinstance(number, Number) else Number(number)

    inputs = [Number(number) for number in x]
    result = f(*inputs)
    result.grad = 1.0
    for value in reversed(tape):
        for parent, local_grad in value.edges:
            parent.grad += value.grad * local_grad
    return result.data, [value.grad for value in inputs]


# %%
autograd(lambda a, b: a * b - (2 - a).tanh(), [1.0, 3.0])

# %% tags=["check"]
check("autograd", autograd)
