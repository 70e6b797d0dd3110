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
# # Exercises 06: Backpropagation
#
# Seven functions, about two hours. They go with the lesson `06_backpropagation`.
#
# - Write each function, run its cell, then run the `check` cell below it. It tries your function on fresh numbers, and when something is
#   wrong it says what.
# - `hint("relu_backward")` gives the first of three hints, and the next one each time.
# - `solution("relu_backward")` shows an answer, once you have tried.
#
# In the first five you are given the gradient of the loss with respect to the output of a step (`dy`; in the fifth `grad`), and work out
# the gradient with respect to its inputs. In the sixth you chain such steps into a network, and in the last you write what finds a wrong
# gradient.

# %%
import numpy as np

from dlcourse.grading import check, hint, solution

# %% [markdown]
# ## 1. Backward through ReLU
#
# Difficulty 1 of 3, 5 minutes.
#
# For y = max(x, 0): given `dy`, find `dx`. Where x is exactly 0, take the derivative as 0.
#
# - `dy`, `x`: arrays of the same shape
# - returns `dx`, of that shape
#
# For x = (-1, 2) and dy = (5, -7): the first input does not reach the output, the second reaches it unchanged, so dx = (0, -7).


# %% tags=["solution"]
def relu_backward(dy, x):
    """dx for y = max(x, 0): dy, x of one shape -> dx of that shape."""
    return dy * (x > 0)


# %%
relu_backward(np.array([5.0, -7.0]), np.array([-1.0, 2.0]))

# %% tags=["check"]
check("relu_backward", relu_backward)

# %% [markdown]
# ## 2. Backward through the sigmoid
#
# Difficulty 1 of 3, 10 minutes.
#
# For $y = \sigma(x) = 1 / (1 + e^{-x})$: given `dy`, find `dx`.
#
# - `dy`, `x`: arrays of the same shape; x is the **input** of the sigmoid, and can be as large as 800
# - returns `dx`, of that shape
#
# At x = 0 the output is 0.5 and the slope 0.25. So dy = 8 gives dx = 2.


# %% tags=["solution"]
def sigmoid_backward(dy, x):
    """dx for y = sigmoid(x): dy, x of one shape -> dx of that shape."""
    y = 1 / (1 + np.exp(-x))
    return dy * y * (1 - y)


# %%
sigmoid_backward(np.array([8.0, 8.0]), np.array([0.0, 2.0])).round(3)

# %% tags=["check"]
check("sigmoid_backward", sigmoid_backward)

# %% [markdown]
# ## 3. Backward through a linear layer
#
# Difficulty 2 of 3, 15 minutes.
#
# For y = x w + b: given `dy`, find the gradients of all three inputs.
#
# - `dy` `(N, K)`: the gradient of the loss with respect to y
# - `x` `(N, D)`: N examples; `w` `(D, K)`: the weights (b is not needed)
# - returns `(dx, dw, db)`, of the shapes of x, w and b: `(N, D)`, `(D, K)`, `(K,)`
#
# No loop is needed. One example with x = (2, 3), one output with w = (5, 7), and dy = 10: y moves by 5 when the first input moves by 1, so
# dx = (50, 70); it moves by 2 when the first weight does, so dw = (20, 30), as a column; and db = 10.


# %% tags=["solution"]
def linear_backward(dy, x, w):
    """(dx, dw, db) for y = x w + b: dy (N, K), x (N, D), w (D, K) -> (N, D), (D, K), (K,)."""
    return dy @ w.T, x.T @ dy, dy.sum(0)


# %%
linear_backward(np.array([[10.0]]), np.array([[2.0, 3.0]]), np.array([[5.0], [7.0]]))

# %% tags=["check"]
check("linear_backward", linear_backward)

# %% [markdown]
# ## 4. Backward through softmax
#
# Difficulty 3 of 3, 20 minutes.
#
# For y = softmax(logits), row by row: given `dy`, find the gradient with respect to the logits. Here each output depends on **every**
# logit of its row:
#
# $$\frac{\partial y_j}{\partial z_k} = y_j\,([j = k] - y_k)$$
#
# with z the logits, and $[j = k]$ 1 for $j = k$ and 0 otherwise.
#
# - `dy` `(N, K)`: the gradient of the loss with respect to y
# - `logits` `(N, K)`: the input; scores such as 1000 occur
# - returns `(N, K)`
#
# For the logits (0, log 3) the output is (0.25, 0.75). With dy = (4, 0) the gradient is (0.75, -0.75): the two sum to 0, because adding
# the same number to all logits of a row changes nothing.


# %% tags=["solution"]
def softmax_backward(dy, logits):
    """Gradient through softmax over the last axis: dy (N, K), logits (N, K) -> (N, K)."""
    e = np.exp(logits - logits.max(-1, keepdims=True))
    y = e / e.sum(-1, keepdims=True)
    return y * (dy - (dy * y).sum(-1, keepdims=True))


# %%
softmax_backward(np.array([[4.0, 0.0]]), np.array([[0.0, np.log(3)]])).round(3)

# %% tags=["check"]
check("softmax_backward", softmax_backward)

# %% [markdown]
# ## 5. Backward through broadcasting
#
# Difficulty 3 of 3, 15 minutes.
#
# In `x + b` with x `(2, 3)` and b `(3,)`, NumPy uses each element of b twice, once per row. This is broadcasting. What is used several
# times collects a gradient from each use. So the gradient of b is the gradient of the output, summed over the axes along which b was
# repeated.
#
# - `grad`: the gradient of the output, an array
# - `shape`: the shape of the input before it was broadcast, a tuple; `()` for a single number
# - returns the gradient of the input, an array of that shape
#
# Broadcasting lines shapes up at their **last** axis. It adds axes in front, and it stretches axes of size 1:
#
# | shape of the output | shape of the input | sum over |
# |---|---|---|
# | (2, 3) | (3,) | axis 0, which was added |
# | (2, 3) | (2, 1) | axis 1, which was stretched and stays, with size 1 |
# | (4, 2, 3) | (1, 3) | axes 0 and 1 |


# %% tags=["solution"]
def unbroadcast(grad, shape):
    """Sum a gradient over the axes that broadcasting added or stretched: grad, shape -> an array of that shape."""
    added = grad.ndim - len(shape)
    grad = grad.sum(tuple(range(added)))
    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return grad.sum(stretched, keepdims=True)


# %%
unbroadcast(np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]), (2, 1))

# %% tags=["check"]
check("unbroadcast", unbroadcast)

# %% [markdown]
# ## 6. A network of two layers
#
# Difficulty 3 of 3, 25 minutes.
#
# The whole way, forward and back, with nothing but NumPy:
#
# $$z_1 = x\, w_1 + b_1 \qquad a = \max(z_1, 0) \qquad \mathrm{logits} = a\, w_2 + b_2 \qquad
# L = \text{mean over the batch of } -\log \mathrm{softmax}(\mathrm{logits})_{\text{target}}$$
#
# - `x` `(N, D)`: N examples; `targets` `(N,)`: their classes, 0 to K - 1
# - `w1` `(D, H)`, `b1` `(H,)`, `w2` `(H, K)`, `b2` `(K,)`: weights and biases
# - returns `(dw1, db1, dw2, db2)`, the gradients of L, of the shapes of w1, b1, w2 and b2
#
# With all weights and biases 0 every class gets probability 1/K, and only db2 is not 0: for K = 2 and the single target 1 it is
# (0.5, -0.5).


# %% tags=["solution"]
def mlp_gradients(x, targets, w1, b1, w2, b2):
    """Gradients of the cross entropy of a two-layer ReLU network: x (N, D), targets (N,) -> (dw1, db1, dw2, db2)."""
    z1 = x @ w1 + b1
    a = np.maximum(z1, 0)
    logits = a @ w2 + b2
    p = np.exp(logits - logits.max(-1, keepdims=True))
    p = p / p.sum(-1, keepdims=True)
    dlogits = (p - np.eye(p.shape[1])[targets]) / len(x)
    dw2, db2, da = a.T @ dlogits, dlogits.sum(0), dlogits @ w2.T
    dz1 = da * (z1 > 0)
    return x.T @ dz1, dz1.sum(0), dw2, db2


# %%
mlp_gradients(np.ones((1, 3)), np.array([1]), np.zeros((3, 4)), np.zeros(4), np.zeros((4, 2)), np.zeros(2))[3]

# %% tags=["check"]
check("mlp_gradients", mlp_gradients)

# %% [markdown]
# ## 7. A gradient check
#
# Difficulty 3 of 3, 25 minutes.
#
# Somebody hands you a function and what they say is its gradient. Write the checker that decides. **It is graded by what it accepts and
# what it rejects**: 13 right gradients and 9 wrong ones, of functions that make it hard.
#
# - `f`: a function of an array that returns one number
# - `grad`: a function of an array that returns the gradient of f there, as somebody claims, an array of the same shape
# - `x`: where to check, an array of any shape; it may hold whole numbers or float32, and it is to come back unchanged
# - returns True when `grad(x)` fits f, and False when it does not
#
# What you will meet: gradients of 100,000,000 and of 0.000001; one that is 0; a curve that bends strongly and one with short waves;
# two values of f that are nearly equal; a claim that is wrong in one entry only, or by 1 %; NaN. The functions work in the precision of
# the array that you give them.


# %% tags=["solution"]
def gradient_check(f, grad, x):
    """Whether grad(x) fits f by two-sided differences: functions of an array, and an array of any shape -> bool."""
    x = np.array(x, dtype=np.float64)
    claimed, measured, h = grad(x), np.zeros_like(x), 1e-5
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        measured[i] = (f(x + step) - f(x - step)) / (2 * h)
    size = max(np.abs(claimed).max(), np.abs(measured).max())
    return bool(np.abs(claimed - measured).max() <= 1e-5 * size)


# %%
x = np.array([1.0, 2.0, -3.0])
print("x³ with 3x²:", gradient_check(lambda x: (x**3).sum(), lambda x: 3 * x**2, x))
print("x³ with 2x²:", gradient_check(lambda x: (x**3).sum(), lambda x: 2 * x**2, x))

# %% tags=["check"]
check("gradient_check", gradient_check)
