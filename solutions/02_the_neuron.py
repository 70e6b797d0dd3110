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
# # Exercises 02: The neuron
#
# Three functions and a network to design, about 50 minutes. They go with the lesson `02_the_neuron`.
#
# - Write each function, run its cell, then run the `check` cell below it. It tries your function on fresh numbers, and when something is
#   wrong it says what.
# - `hint("neuron")` gives the first of three hints, and the next one each time.
# - `solution("neuron")` shows an answer, once you have tried.

# %%
import numpy as np

from dlcourse.grading import check, hint, solution

# %% [markdown]
# ## 1. A neuron
#
# Difficulty 1 of 3, 10 minutes.
#
# A neuron weighs its inputs, adds its bias, and passes the sum through an activation function, here the sigmoid:
#
# $$z_n = \sum_d x_{nd} w_d + b \qquad a_n = \frac{1}{1 + e^{-z_n}}$$
#
# - `x` `(N, D)`: N examples, one per row
# - `w` `(D,)`: one weight per input
# - `b`: the bias, one number
# - returns `(N,)`: one output per example
#
# For x = (1, 2), w = (3, -1) and b = -1 the sum is z = 3 - 2 - 1 = 0, so the neuron gives 0.5.


# %% tags=["solution"]
def neuron(x, w, b):
    """sigmoid(x w + b): x (N, D), w (D,), b a number -> (N,)."""
    z = x @ w + b
    return 1 / (1 + np.exp(-z))


# %%
neuron(np.array([[1.0, 2.0], [2.0, 2.0]]), np.array([3.0, -1.0]), -1.0)

# %% tags=["check"]
check("neuron", neuron)

# %% [markdown]
# ## 2. One step of the perceptron
#
# Difficulty 2 of 3, 10 minutes.
#
# The perceptron rule looks at one example at a time. The label y is +1 or -1, and the example is on the right side of the boundary when
# y (w·x + b) is positive. If it is not, that is when y (w·x + b) <= 0, the boundary moves towards it:
#
# $$w \leftarrow w + y\,x \qquad b \leftarrow b + y$$
#
# Otherwise nothing changes.
#
# - `w` `(D,)`, `b`: weights and bias before the step
# - `x` `(D,)`: one example, `y`: its label, +1 or -1
# - returns `(w, b)`: weights and bias after the step; the arrays that came in stay as they are
#
# For w = (1, 0), b = 0, x = (2, 1) and y = -1: w·x + b = 2 and y times that is -2, so w becomes (-1, -1) and b becomes -1.


# %% tags=["solution"]
def perceptron_step(w, b, x, y):
    """One update for the example x (D,) with the label y, +1 or -1: w (D,), b -> the new (w, b)."""
    if y * (w @ x + b) <= 0:
        return w + y * x, b + y
    return w, b


# %%
perceptron_step(np.array([1.0, 0.0]), 0.0, np.array([2.0, 1.0]), -1)

# %% tags=["check"]
check("perceptron_step", perceptron_step)

# %% [markdown]
# ## 3. Distance to the boundary
#
# Difficulty 1 of 3, 10 minutes.
#
# The boundary of a neuron is where x·w + b = 0: a point for one input, a line for two, a plane for three.
# How far is a point from it, and on which side? Measure the distance in the units of x, positive on the side that w points to, negative
# on the other.
#
# - `x` `(N, D)`: N points
# - `w` `(D,)`, `b`: the neuron
# - returns `(N,)`: the signed distances
#
# For w = (3, 4) and b = -5, the point (3, 4) has x·w + b = 20. It lies at the distance 4, not 20: the neuron with twice the weights
# and twice the bias has the same boundary, so the distance has to be the same too.


# %% tags=["solution"]
def signed_distance(x, w, b):
    """How far each point lies from the boundary x·w + b = 0, and on which side: x (N, D), w (D,), b -> (N,)."""
    return (x @ w + b) / np.linalg.norm(w)


# %%
signed_distance(np.array([[3.0, 4.0], [0.0, 0.0]]), np.array([3.0, 4.0]), -5.0)

# %% tags=["check"]
check("signed_distance", signed_distance)

# %% [markdown]
# ## 4. A lamp on two switches
#
# Difficulty 3 of 3, 20 minutes.
#
# A lamp is lit when exactly one of two switches is up. The switches report numbers of their own: switch d reports `low[d]` when it is down
# and `high[d]` when it is up, say 3.1 and 4.7, or 2 and -1. Design a network that tells whether the lamp is lit. It has two hidden neurons
# and one behind them, all with the sigmoid:
#
# $$h = \sigma(x\,w + b) \qquad a = \sigma(h \cdot v + c)$$
#
# Nothing is trained here: you choose the numbers.
#
# - `low` `(2,)`, `high` `(2,)`: what the switches report; the numbers of a switch differ, and `high` may be the smaller one
# - returns `w` `(2, 2)`, one column for each hidden neuron, `b` `(2,)`, `v` `(2,)` and `c`, one number
#
# The network must be sure: a at least 0.95 when the lamp is lit, at most 0.05 when it is dark. And switches wear out: it must stay so when
# each report is off by up to a tenth of the way from low to high, in either direction. Any network that does this is right.


# %% tags=["solution"]
def xor_network(low, high):
    """Weights of a network that tells whether exactly one switch is up: low (2,), high (2,) -> w (2, 2), b (2,), v (2,), c."""
    scale = 20 / (high - low)  # x · scale - low · scale is 20 times the number of switches that are up
    w = np.stack([scale, scale], axis=1)
    b = -scale @ low - 20 * np.array([0.5, 1.5])  # at least one, both
    return w, b, np.array([20.0, -20.0]), -10.0


# %%
low, high = np.array([3.1, 2.0]), np.array([4.7, -1.0])
w, b, v, c = xor_network(low, high)
x = np.array([[3.1, 2.0], [3.1, -1.0], [4.7, 2.0], [4.7, -1.0]])  # down and down, down and up, up and down, up and up
h = 1 / (1 + np.exp(-(x @ w + b)))
(1 / (1 + np.exp(-(h @ v + c)))).round(3) + 0.0

# %% tags=["check"]
check("xor_network", xor_network)
