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
# One function, about 25 minutes. It goes with the lesson `07_autograd`.
#
# - Write the function, run its cell, then run the `check` cell below it. It tries your function on fresh graphs, and when something is
#   wrong it says what.
# - `hint("value_backward")` gives the first of three hints, and the next one each time.
# - `solution("value_backward")` shows an answer, once you have tried.

# %%
from dlcourse.grading import check, hint, solution
from dlcourse.grading.graph import Value

# %% [markdown]
# ## 1. Backward through a graph
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
