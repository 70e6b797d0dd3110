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
# # Exercises 04: Layers and forward propagation
#
# Four functions and a bug, about 85 minutes. They go with the lesson `04_layers_and_forward_propagation`.
#
# - Write each function, run its cell, then run the `check` cell below it. It tries your function on fresh numbers, and when something is
#   wrong it says what.
# - `hint("forward")` gives the first of three hints, and the next one each time.
# - `solution("forward")` shows an answer, once you have tried.

# %%
import numpy as np

from dlcourse import data
from dlcourse.grading import check, hint, solution

# %% [markdown]
# ## 1. Forward propagation
#
# Difficulty 1 of 3, 15 minutes.
#
# The lesson wrote down networks of two and three layers by hand. Write the one function that computes them all: however many layers there
# are, each is $x w + b$, and between two layers stands a ReLU.
#
# - `x` `(N, D)`: the examples, one per row
# - `w`: a list of matrices, the first `(D, K₁)`, the second `(K₁, K₂)`, and so on to `(Kₗ₋₁, K)`
# - `b`: a list of as many vectors, `(K₁,)`, `(K₂,)`, ... `(K,)`
# - returns `(N, K)`: what the last layer gives, the logits
#
# A single layer is a network too. For x = 2, the weights 3 and then −1, and the biases −4 and then 0.5, the first layer gives 2, the second
# −1.5. For x = 1 the first gives −1, which ReLU turns into 0, and the second gives 0.5.


# %% tags=["solution"]
def forward(x, w, b):
    """A network with ReLU between its layers: x (N, D), lists of w (D, K) and b (K,) -> logits (N, K)."""
    for weights, bias in zip(w[:-1], b[:-1], strict=True):
        x = np.maximum(x @ weights + bias, 0)
    return x @ w[-1] + b[-1]


# %%
forward(np.array([[2.0], [1.0]]), [np.array([[3.0]]), np.array([[-1.0]])], [np.array([-4.0]), np.array([0.5])])

# %% tags=["check"]
check("forward", forward)

# %% [markdown]
# ## 2. The parameters of a network
#
# Difficulty 1 of 3, 10 minutes.
#
# How many numbers does a network learn? Its widths are known: the inputs, the neurons of each hidden layer, the outputs. Every neuron has
# one weight for each number that comes in, and one bias.
#
# - `widths`: a list of at least two whole numbers, such as `[784, 256, 128, 10]`
# - returns one whole number: all weights and all biases together
#
# For `[2, 3, 1]`: three neurons with two weights and a bias each, and one with three weights and a bias. That makes 9 + 4 = 13.


# %% tags=["solution"]
def count_parameters(widths):
    """The weights and biases of a network with these widths: a list of numbers -> a number."""
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in zip(widths, widths[1:], strict=False))


# %%
count_parameters([2, 3, 1])

# %% tags=["check"]
check("count_parameters", count_parameters)

# %% [markdown]
# ## 3. The shape of a sum
#
# Difficulty 2 of 3, 15 minutes.
#
# Which shape has `a + b`? Write the rule of broadcasting as code, without asking NumPy. (It has a function for this; using it would be a
# pity.)
#
# - `a`, `b`: two shapes, tuples of any length, such as `(4, 3)` and `(3,)`, or `()` for a single number
# - returns the shape of `a + b`, a tuple
# - raises `ValueError` when the two do not fit
#
# | a | b | result |
# |---|---|---|
# | `(5, 1, 3)` | `(4, 1)` | `(5, 4, 3)` |
# | `(2, 3)` | `(2,)` | `ValueError` |
#
# All sizes in the check are at least 1.


# %% tags=["solution"]
def broadcast_shape(a, b):
    """The shape of a sum of arrays of shapes a and b, two tuples -> a tuple. Raises ValueError when they do not fit."""
    axes = max(len(a), len(b))
    a, b = (1,) * (axes - len(a)) + a, (1,) * (axes - len(b)) + b
    if any(m != n and 1 not in (m, n) for m, n in zip(a, b, strict=True)):
        raise ValueError(f"the shapes {a} and {b} do not fit")
    return tuple(max(pair) for pair in zip(a, b, strict=True))


# %%
broadcast_shape((5, 1, 3), (4, 1))

# %% tags=["check"]
check("broadcast_shape", broadcast_shape)

# %% [markdown]
# ## 4. All distances at once
#
# Difficulty 2 of 3, 20 minutes.
#
# Which training image is most like this one? To find out, compare each with each. Here `a` holds N points, `b` holds M, and the squared
# distance of two points is the sum of the squares of their differences, over all D coordinates:
#
# $$d_{nm} = \sum_{k=1}^{D} (a_{nk} - b_{mk})^2$$
#
# - `a` `(N, D)`, `b` `(M, D)`: two sets of points
# - returns `(N, M)`: the squared distances, no root taken
#
# No `for` and no `while`: a loop in Python goes through N · M pairs one by one. Broadcasting does it in one expression.
#
# For a = (0, 0) and (3, 4), and b = (0, 0) alone, the result is 0 and 25, one below the other.


# %% tags=["solution"]
def distances(a, b):
    """Squared distances of all pairs: a (N, D), b (M, D) -> (N, M)."""
    return ((a[:, None, :] - b[None, :, :]) ** 2).sum(-1)


# %%
distances(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 0.0]]))

# %% tags=["check"]
check("distances", distances)

# %% [markdown]
# ## 5. A bug in a network that trains
#
# Difficulty 3 of 3, 25 minutes.
#
# A hospital sends 442 patients. The disease of some was never measured; there y holds the number 0, and the patient's `weight` is 0 too, so
# that the training leaves them out. Here all others have the weight 1; the check uses others such as 2.5, for a patient who counts more.
# The loss is the mean, over all N, of weight times squared error:
#
# $$L = \frac1N \sum_n \mathrm{weight}_n\,(p_n - y_n)^2$$
#
# A colleague wrote the training. The hidden layer stays as it is, with random weights; the last layer is trained by gradient descent, and
# the gradient of $L$ by its output $p_n$ is $\frac2N\,\mathrm{weight}_n\,(p_n - y_n)$. From there it goes on as in lesson 03.


# %%
def broken_training(x, y, weight, w1, b1, lr, steps):
    """x (N, D), y (N, 1), weight (N,), w1 (D, H), b1 (H,) -> w2 (H, 1), b2 (1,), losses (steps,)"""
    h = np.maximum(x @ w1 + b1, 0)
    w2, b2, losses = np.zeros((h.shape[1], 1)), np.zeros(1), []
    for _ in range(steps):
        error = h @ w2 + b2 - y
        losses.append((weight * error**2).mean())
        dp = 2 * (weight * error).mean(1, keepdims=True) / len(x)
        w2 = w2 - lr * h.T @ dp
        b2 = b2 - lr * dp.sum(0)
    return w2, b2, np.array(losses)


# %% [markdown]
# It runs, the loss falls, and nobody complained until someone compared predictions. Half of the patients here are unknown, and the others
# have about 150. See what the network says on average:

# %%
rng = np.random.default_rng(0)
x, y = data.diabetes()
x, w1, b1 = x / x.std(0), rng.normal(size=(10, 20)) / 4, rng.normal(size=20)
weight = (rng.random(442) < 0.5).astype(float)
y = (weight * y)[:, None]

# %%
w2, b2, losses = broken_training(x, y, weight, w1, b1, lr=0.05, steps=300)
print("loss after 0, 10, 100 and 299 steps:", losses[[0, 10, 100, 299]].round())
p = np.maximum(x @ w1 + b1, 0) @ w2 + b2
print(f"mean of the known y: {y[weight == 1].mean():.0f}, of their predictions: {p[weight == 1].mean():.0f}")

# %% [markdown]
# Find out what goes wrong, by printing shapes if nothing else helps, and hand in the function with the bug mended.
#
# - arguments and results as above; the `losses` are those of $L$, before each step
# - change no more than the bug asks for


# %% tags=["solution"]
def weighted_training(x, y, weight, w1, b1, lr, steps):
    """x (N, D), y (N, 1), weight (N,), w1 (D, H), b1 (H,) -> w2 (H, 1), b2 (1,), losses (steps,)"""
    weight = weight[:, None]  # (N, 1), as y: one weight for each patient, not for each pair
    h = np.maximum(x @ w1 + b1, 0)
    w2, b2, losses = np.zeros((h.shape[1], 1)), np.zeros(1), []
    for _ in range(steps):
        error = h @ w2 + b2 - y
        losses.append((weight * error**2).mean())
        dp = 2 * (weight * error).mean(1, keepdims=True) / len(x)
        w2 = w2 - lr * h.T @ dp
        b2 = b2 - lr * dp.sum(0)
    return w2, b2, np.array(losses)


# %%
w2, b2, _ = weighted_training(x, y, weight, w1, b1, lr=0.05, steps=300)
p = np.maximum(x @ w1 + b1, 0) @ w2 + b2
print(f"mean of their predictions now: {p[weight == 1].mean():.0f}")

# %% tags=["check"]
check("weighted_training", weighted_training)
