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
# # Exercises 05: Gradient descent
#
# Four functions and an experiment, about 75 minutes. They go with the lesson `05_gradient_descent`.
#
# - Write each function, run its cell, then run the `check` cell below it. It tries your function on fresh numbers, and when something is
#   wrong it says what.
# - `hint("gradient_descent")` gives the first of three hints, and the next one each time.
# - `solution("gradient_descent")` shows an answer, once you have tried.

# %%
import numpy as np

from dlcourse.grading import check, hint, solution

# %% [markdown]
# ## 1. A walk downhill
#
# Difficulty 1 of 3, 10 minutes.
#
# Walk against a gradient, with the same learning rate at each step, and note every place on the way.
#
# $$x_{t+1} = x_t - \mathrm{lr}\; \nabla f(x_t)$$
#
# - `grad`: a function that takes a point `(D,)` and gives the gradient there, `(D,)`
# - `x0` `(D,)`: the start; it may be made of whole numbers, and your function leaves it unchanged
# - `lr`: the learning rate
# - `steps`: how many steps to take, maybe 0
# - returns the path `(steps + 1, D)`, the start in its first row
#
# For the gradient 2x, the start 1 and the rate 0.25, each step halves the distance: 1, 0.5, 0.25. The check uses gradients of the form
# `a @ x + c * x**3`, with a matrix `a` and a vector `c`.


# %% tags=["solution"]
def gradient_descent(grad, x0, lr, steps):
    """The places of a walk against the gradient: x0 (D,) -> path (steps + 1, D)."""
    path = [x0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
    return np.array(path, dtype=float)


# %%
gradient_descent(lambda x: 2 * x, np.array([1, -2]), lr=0.25, steps=2)

# %% tags=["check"]
check("gradient_descent", gradient_descent)

# %% [markdown]
# ## 2. The gradient of a linear model
#
# Difficulty 2 of 3, 15 minutes.
#
# A linear model predicts $x_n \cdot w + b$ for example n. Its loss is the mean of the squared errors:
#
# $$L = \frac{1}{N} \sum_n (x_n \cdot w + b - y_n)^2$$
#
# - `x` `(N, D)`: the inputs, one example in each row; `y` `(N,)`: the numbers to predict
# - `w` `(D,)`, `b` a number: the weights and the bias
# - returns `dw` `(D,)` and `db`, a number: the derivatives of the loss
#
# Two examples with one input each, x = 1 and x = 3, both with the target 0, and w = 2, b = 1: the errors are 3 and 7. So
# dw = (2/2)(3 · 1 + 7 · 3) = 24 and db = (2/2)(3 + 7) = 10.


# %% tags=["solution"]
def mse_gradient(x, y, w, b):
    """Gradient of the mean squared error of x w + b: x (N, D), y (N,), w (D,), b -> dw (D,), db."""
    r = x @ w + b - y
    return 2 / len(y) * x.T @ r, 2 * r.mean()


# %%
mse_gradient(np.array([[1.0], [3.0]]), np.array([0.0, 0.0]), np.array([2.0]), 1.0)

# %% tags=["check"]
check("mse_gradient", mse_gradient)

# %% [markdown]
# ## 3. The edge of a linear model
#
# Difficulty 2 of 3, 15 minutes.
#
# The model and the loss of exercise 2, trained by gradient descent on all examples at once. From which learning rate on does it diverge?
# Its loss is a quadratic in D + 1 numbers, the weights **and** the bias, and its curvatures depend on the inputs alone. The inputs come as
# they are, not centered.
#
# - `x` `(N, D)`: the inputs
# - returns one number: the edge, 2 divided by the largest eigenvalue of the Hessian
#
# A single example x = 1: the loss $(w + b - y)^2$ has the Hessian with 2 in all four places, whose eigenvalues are 0 and 4. The edge
# is 0.5.


# %% tags=["solution"]
def largest_rate(x):
    """The learning rate at which the mean squared error of x w + b begins to diverge: x (N, D) -> a number."""
    with_one = np.column_stack([x, np.ones(len(x))])  # the bias is a weight whose input is 1
    hessian = 2 / len(x) * with_one.T @ with_one
    return 2 / np.linalg.eigvalsh(hessian)[-1]


# %%
round(largest_rate(np.array([[1.0]])), 6)

# %% tags=["check"]
check("largest_rate", largest_rate)

# %% [markdown]
# ## 4. Mini-batches
#
# Difficulty 1 of 3, 10 minutes.
#
# Cut one epoch into random batches: lists of the numbers of examples, so that `x[batch]` and `y[batch]` are the examples themselves.
#
# - `n`: how many examples there are, numbered from 0
# - `size`: how many belong to a batch
# - `rng`: a NumPy generator; all chance comes from it
# - returns a list of arrays of whole numbers: each example in exactly one batch, in random order; every batch but the last has `size`
#   examples, and the last one what is left
#
# For n = 7 and size 3 there are three batches, with 3, 3 and 1 examples. Any order that is random and comes from `rng` is right. The check
# cuts two epochs with one `rng`, and the first again with a new `rng` of the same seed.


# %% tags=["solution"]
def minibatches(n, size, rng):
    """One epoch of random batches: a list of arrays that hold each number from 0 to n - 1 once, `size` of them in each but the last."""
    order = rng.permutation(n)
    return [order[start : start + size] for start in range(0, n, size)]


# %%
minibatches(7, 3, np.random.default_rng(0))

# %% tags=["check"]
check("minibatches", minibatches)

# %% [markdown]
# ## 5. An experiment: find the rates of a black box
#
# Difficulty 3 of 3, 25 minutes.
#
# Mostly no one hands you a Hessian. You have a training that can be run, and a budget. Here the training is a function: `train(lr)` starts
# from the same weights each time, takes 200 steps of gradient descent at that rate, and gives the loss before the first step and after
# each, an array of 201 numbers. Inside is a quadratic that you cannot see. Far above its edge the losses overflow to `inf` and `nan`.
#
# Plan the experiment, and write it down as a function:
#
# - `train`: the black box; each call is one training
# - `calls`: how many trainings are paid for, 24 in the check
# - returns `edge`, the rate at which divergence begins, up to 3 % off,
# - and `fastest`, the rate below the edge whose **last** loss is the lowest, up to 7 % off
#
# The edge lies somewhere between 0.0001 and 100. The check has five black boxes, some of them with traps: a flat valley, a steep direction
# that hardly takes part at the start, an edge far down in the range. Here is one to practice on. Its curvatures are 1, 4 and 20, so
# its edge is at 0.1.


# %%
def black_box(lr):
    """One training: the losses (201,) of gradient descent at this rate."""
    curvatures, w, path = np.array([1.0, 4.0, 20.0]), np.ones(3), []
    with np.errstate(all="ignore"):
        for _ in range(201):
            path.append((curvatures * w * w).sum() / 2)
            w = w - lr * curvatures * w
    return np.array(path)


# %%
for lr in (0.05, 0.099, 0.101, 10):
    print(f"lr = {lr}: the last three losses are", *(f"{value:.3g}" for value in black_box(lr)[-3:]))


# %% tags=["solution"]
def find_rates(train, calls):
    """Where divergence begins, and which rate below it ends lowest: (edge, fastest), by at most `calls` trainings."""
    low, high = 1e-4, 1e2
    for _ in range(calls // 2):  # halve the ratio of the two ends
        lr = np.sqrt(low * high)
        losses = train(lr)
        if np.isfinite(losses[-1]) and losses[-1] <= losses[-2]:  # still falling at its end
            low = lr
        else:
            high = lr
    # 2 / (λmin + λmax) lies between 1 / λmax, half of the edge, and 2 / λmax
    rates = low * np.linspace(0.5, 1, calls - calls // 2)
    return np.sqrt(low * high), min(rates, key=lambda lr: train(lr)[-1])


# %%
edge, fastest = find_rates(black_box, 24)
print(f"edge {edge:.3f}, fastest {fastest:.3f}; on paper the best rate is 2 / (1 + 20) = {2 / 21:.3f}")

# %% tags=["check"]
check("find_rates", find_rates)
