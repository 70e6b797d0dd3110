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
# # 06 Which weight is to blame, and by how much?
#
# A network gives a wrong answer, and fifty thousand weights took part in it. Gradient descent needs to know, for each of them, how the
# loss changes when that weight moves. **Backpropagation** answers for all of them at once.
#
# - **You need:** lesson 03 (softmax, cross entropy), 04 (layers), 05 (gradient descent), the chain rule for one variable.
# - **You get:** the chain rule for arrays, the backward pass of every part of a network, derived and built; a two-layer network that
#   you train with them; a test that finds a wrong gradient, and the ways in which that test can be fooled.
# - **Time:** about 100 minutes, and two hours for the exercises.
#
# ← [05 Gradient descent](05_gradient_descent.ipynb) · [Map](00_start.ipynb) · [07 Autograd](07_autograd.ipynb) →

# %%
import numpy as np
from dlcourse import data, kernels, viz

x_train, y_train, x_test, y_test = data.mnist()

# %% [markdown]
# ## Predict
#
# A network with 784 inputs, 64 hidden neurons and 10 outputs has 50,890 weights and biases. For one batch, the forward pass from the
# images to the loss takes one millisecond. You want the derivative of the loss with respect to each of the 50,890 numbers. How long does
# that take, if you go about it well?
#
# 1. about 100 seconds: two forward passes for each number, one with it moved up and one with it moved down
# 2. about 64 milliseconds: one pass for each hidden neuron
# 3. about 3 milliseconds: as long as three forward passes
#
# <details><summary>Answer, once you have chosen</summary>
#
# About 3 milliseconds. The first way gives the right numbers, and you will use it to check the fast one. "The aha" ends with the reason
# for the third answer, and with a measurement.
#
# </details>
#
# Each of the two widgets below has a prediction of its own.

# %% [markdown]
# ## Explore
#
# The first widget is backpropagation itself, on a formula of a few operations. Forward is done: each box holds its value. Press Step to go
# back, edge by edge, from the result to the inputs. Answer its question first, then:
#
# - Each edge carries a number, the local derivative. By what is it multiplied before it arrives?
# - In `(a + b)*b` the input $b$ is used twice. What happens when the second edge arrives?
# - Go through `tanh(a*b - 5)`, then move $a$ to −2. Why does nothing arrive any more?

# %%
from dlcourse.widgets import BackpropStepper, GradientCheckV

BackpropStepper()

# %% [markdown]
# How do you know that a gradient is right? Move the weights a little in some direction, by $h$ and by $-h$, and compare the change of the
# loss with what the gradient says. The second widget does so for a small network. Answer its question first, then:
#
# - Make $h$ smaller, power by power. Where does the error stop falling? Beside it, see which digits the two losses share.
# - Change the difference to one-sided. What becomes of the best $h$, and of the best error?
# - Plant a bug, one after the other. What becomes of the V? Which bug lies lowest, and would you have found it at $h = 10^{-13}$?

# %%
GradientCheckV()

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# - The number on the edge is multiplied by the gradient of the box it comes from. What the second edge brings is added to the first.
# - With $a$ = −2 the sum inside tanh is −9. There tanh is flat, so its edge carries 0.00, and every box it leads to gets 0.00.
# - Two-sided, the error falls until $h$ is about $10^{-6}$ and then rises again, although $h$ gets smaller: the two losses share more and
#   more of their digits, and only the rest is left of the difference. One-sided, the best $h$ is near $10^{-8}$, and the error there is
#   hundreds of times larger.
# - With a bug the line is flat. That of the gradient that is 0.1 % too large lies lowest, near $10^{-3}$. At $h = 10^{-13}$ the right
#   gradient has the same error, so there you could not tell them apart.
#
# </details>
#
# "The aha" derives both arms of the V. To put a function and gradient of your own on trial, run `GradientCheckV(f, grad, x)` in a new
# cell, with `f(x)` a number and `grad(x)` an array like `x`.
#
# ## Build
#
# ### 1. The chain rule: slopes multiply
#
# Let $y = g(x)$ and $L = f(y)$. Move $x$ by a small $\Delta x$. Then $y$ moves by about $g'(x)\,\Delta x$, and $L$ by about $f'(y)$ times
# that:
#
# $$\Delta L \approx f'(y)\, \Delta y \approx f'(y)\, g'(x)\, \Delta x \qquad\qquad \frac{dL}{dx} = \frac{dL}{dy}\, \frac{dy}{dx}$$
#
# The slopes of a chain multiply. Each is taken where the forward pass was: $g'$ at $x$, $f'$ at $y = g(x)$. So go forward first and keep
# the values; then go back, from the loss to the input, and multiply. We write $dy$ for $\partial L / \partial y$: how much the loss
# changes for each unit by which $y$ moves.
#
# $$L = e^{\sin(x^2)}: \qquad u = x^2, \quad v = \sin u, \quad L = e^v; \qquad dv = e^v, \quad du = dv \cos u, \quad dx = du \cdot 2x$$


# %%
def chain(x):
    u = x**2
    v = np.sin(u)
    L = np.exp(v)
    dv = np.exp(v)
    du = dv * np.cos(u)
    dx = du * 2 * x
    return L, dx


# %%
x, h = np.linspace(-2, 2, 401), 1e-5
L, dx = chain(x)
measured = (chain(x + h)[0] - chain(x - h)[0]) / (2 * h)
assert np.allclose(dx, measured, atol=1e-8)

# %%
viz.lines(
    {"L": L, "dL/dx": dx}, x, xlabel="x", ylabel="",
    title="Three slopes, multiplied, are the slope of the whole chain",
    alt="A symmetric curve with two equal humps, and its slope, which is 0 at both tops and in the valley between them.",
)

# %% [markdown]
# Now let $x$ reach $L$ on two paths, $u = g_1(x)$ and $v = g_2(x)$, with $L = f(u, v)$. Both paths carry a change, and small changes add:
#
# $$\Delta L \approx \frac{\partial L}{\partial u}\, \Delta u + \frac{\partial L}{\partial v}\, \Delta v
# \qquad\qquad \frac{dL}{dx} = \frac{\partial L}{\partial u} \frac{du}{dx} + \frac{\partial L}{\partial v} \frac{dv}{dx}$$
#
# **What is used twice collects a gradient from each use, and they add up.** All of this lesson is these two rules: multiply along a path,
# add over the paths. In $L = x \tanh x$, $x$ is used twice:

# %%
x = np.linspace(-2, 2, 401)
u, v = x, np.tanh(x)
du, dv = v, u  # L = u v
dx = du + dv * (1 - v**2)

# %%
up, down = (x + h) * np.tanh(x + h), (x - h) * np.tanh(x - h)
assert np.allclose(dx, (up - down) / (2 * h), atol=1e-9)

# %% [markdown]
# ### 2. From numbers to arrays: the vector-Jacobian product
#
# Let $x$ have $D$ entries and $y$ have $K$. The entry $x_d$ reaches the loss through every $y_k$. Multiply along each path, add over the
# paths:
#
# $$dx_d = \sum_k dy_k\, \frac{\partial y_k}{\partial x_d} \qquad\qquad dx = dy\; J, \quad J_{kd} = \frac{\partial y_k}{\partial x_d}$$
#
# $J$, of shape $(K, D)$, is the **Jacobian**. A backward step takes the vector $dy$ and gives the vector $dx = dy\,J$, a
# **vector-Jacobian product**. This $dx$ is all that the steps before need to know about the steps after.
#
# A network is a chain of steps, with one Jacobian each, and the gradient is their product. The loss is one number, so the last Jacobian is
# a row, $dy$. Matrix products may be taken in any order, and the result is the same. The work is not:
#
# $$dy\, J_2\, J_1 \;=\; \underbrace{(dy\, J_2)\, J_1}_{\text{from the loss back}} \;=\;
# \underbrace{dy\, (J_2\, J_1)}_{\text{from the input on}}$$

# %%
rng = np.random.default_rng(0)
dy, J2, J1 = rng.normal(size=(1, 10)), rng.normal(size=(10, 64)), rng.normal(size=(64, 784))
assert np.allclose((dy @ J2) @ J1, dy @ (J2 @ J1))

# %%
back, on = 10 * 64 + 64 * 784, 10 * 64 * 784 + 10 * 784
print(f"multiplications: {back:,} from the loss back, {on:,} from the input on: {on / back:.0f} times as many")

# %% [markdown]
# From the loss back there is only ever a row times a matrix. This is why the gradient travels **backward**. (With one input and many
# outputs the other order is the cheap one.)
#
# The second saving: a backward step never writes $J$ down. What it knows of $J$ makes the product cheaper. A function that works number by
# number has a Jacobian with nothing off its diagonal:

# %%
z = np.array([-2.0, -1.0, 0.0, 0.5, 1.0])
J = np.array([(np.tanh(z + h * e) - np.tanh(z - h * e)) / (2 * h) for e in np.eye(5)]).T
viz.matrix(
    J, form=".2f", rows=[f"y{k}" for k in range(5)], columns=[f"x{d}" for d in range(5)],
    title="The Jacobian of tanh on five numbers: five slopes, twenty zeros",
    alt="A five by five matrix. On the diagonal 0.07, 0.42, 1.00, 0.79 and 0.42; all other entries are zero.",
)

# %% [markdown]
# ### 3. A pair: the output and the way back
#
# Each step becomes a function that returns a **pair**: its output, and a function `backward` that turns $dy$ into the gradients of its
# inputs, as a tuple. The step keeps what backward will need, because a function made inside another remembers its variables. The package
# calls such functions *kernels*; from here on you build your own.


# %%
def multiply(a, b):
    return a * b, lambda dy: (dy * b, dy * a)


y, backward = multiply(3.0, 4.0)
print(y, backward(1.0), backward(10.0))

# %% [markdown]
# $dy = 1$ asks "by how much does $y$ itself change?". With $dy = 10$ something above makes ten times as much of each change.
#
# A derivation can be wrong, so each pair is put on trial at once. Lesson 03 moved one entry at a time. Moving **all** entries at once is
# cheaper: pick a direction $v$, at random, +1 or −1 for each entry. If the gradient is right, the slope of the loss along $v$ is
#
# $$\frac{L(x + h v) - L(x - h v)}{2h} \approx \sum_i dx_i\, v_i .$$
#
# (Errors in two entries may cancel along one direction; "The aha" takes eight.)
#
# The output $y$ may be an array, and the loss must be one number. So invent a loss: $L = \sum r_i\, y_i$ with random $r$. Its gradient
# with respect to $y$ is $r$, so $r$ is the $dy$ to hand to `backward`.


# %%
def moved(inputs, steps, h):
    return [x + h * v for x, v in zip(inputs, steps, strict=True)]


# %%
def relative_error(a, b):
    return abs(a - b) / max(abs(a), abs(b))


# %%
def trial(kernel, *inputs, h=1e-5, seed=0):
    """How far the backward of a kernel is from a measured slope, along a random direction."""
    rng = np.random.default_rng(seed)
    y, backward = kernel(*inputs)
    r, steps = rng.normal(size=np.shape(y)), [rng.choice([-1.0, 1.0], size=np.shape(x)) for x in inputs]
    up, down = ((r * kernel(*moved(inputs, steps, s))[0]).sum() for s in (h, -h))
    claimed = sum((dx * v).sum() for dx, v in zip(backward(r), steps, strict=True))
    return relative_error((up - down) / (2 * h), claimed)


# %%
rng = np.random.default_rng(1)
a, b = rng.normal(size=(2, 4, 3))
assert trial(multiply, a, b) < 1e-8
assert trial(lambda a, b: (a * b, lambda dy: (dy * a, dy * b)), a, b) > 1e-2  # the two factors confused

# %% [markdown]
# ### 4. Backward through ReLU, and through any curve that works number by number
#
# With a diagonal Jacobian the product $dy\,J$ is a product number by number:
#
# $$y_i = f(x_i) \qquad\qquad dx_i = dy_i\, f'(x_i)$$
#
# Take $f(x) = |x|$. Its slope is 1 for $x > 0$ and −1 for $x < 0$:


# %%
def absolute(x):
    return np.abs(x), lambda dy: (dy * np.sign(x),)


# %%
x, dy = np.array([-2.0, -0.5, 0.5, 1.0, 3.0]), np.array([1.0, -2.0, -2.0, 1.0, 0.5])
y, backward = absolute(x)
viz.matrix(
    [x, y, dy, *backward(dy)], form=".1f", rows=["x", "y = |x|", "dy", "dx"], columns=[""] * 5,
    title="Where x is negative, the gradient changes its sign",
    alt="Four rows of five numbers: x, its absolute value, dy and dx. In the first two columns x is negative and dx is minus dy.",
)

# %% [markdown]
# ReLU is done in the same way, and it is a gate. Where $x > 0$ its slope is 1, and $dy$ passes as it is, whether it is large or small,
# positive or negative. Elsewhere the slope is 0, and nothing passes. **The input set the gate in the forward pass; the gradient does not
# move it.** You write it in the first exercise.

# %%
x = np.random.default_rng(2).normal(size=(4, 3))
assert trial(absolute, x) < 1e-8

# %% [markdown]
# ### 5. Backward through the sigmoid and tanh: the output that was kept
#
# Some slopes can be written with the output alone (lesson 03), and the output has been computed already:
#
# $$y = \tanh x: \quad dx = dy\,(1 - y^2) \qquad\qquad y = \sigma(x): \quad dx = dy\; y\,(1 - y)$$


# %%
def tanh(x):
    y = np.tanh(x)
    return y, lambda dy: (dy * (1 - y**2),)


assert trial(tanh, x) < 1e-8

# %% [markdown]
# In both formulas $y$ is the **output**. With the input in its place, $1 - x^2$, the code runs, the shape is right, and the network may
# even learn ("Misconceptions" tries it). The trial sees it:


# %%
def tanh_from_the_input(x):
    return np.tanh(x), lambda dy: (dy * (1 - x**2),)


assert trial(tanh_from_the_input, x) > 1e-2

# %% [markdown]
# ### 6. Backward through broadcasting: what was repeated collects a sum
#
# Multiply each row of `x (N, K)` by a number of its own, `s (N, 1)`. NumPy uses $s_n$ again in every column. So the loss depends on it
# along $K$ paths, and the contributions add:
#
# $$y_{nk} = x_{nk}\, s_n \qquad\qquad dx_{nk} = dy_{nk}\, s_n \qquad ds_n = \sum_k dy_{nk}\, x_{nk}$$


# %%
def scale_rows(x, s):
    return x * s, lambda dy: (dy * s, (dy * x).sum(1, keepdims=True))


x, s = rng.normal(size=(4, 3)), rng.normal(size=(4, 1))
assert trial(scale_rows, x, s) < 1e-8

# %% [markdown]
# The sum runs over the axis along which `s` was repeated, and that axis stays, with size 1, since `s` has it. A gradient always has the
# shape of what it is the gradient of. When broadcasting put an axis *in front*, as for a bias `(K,)` added to `(N, K)`, the sum runs over
# that axis, and it disappears. The exercise `unbroadcast` asks for all cases at once.
#
# ### 7. Backward through a linear layer
#
# One example first: $y = x\,w + b$ with $x$ of shape $(D,)$, $w$ $(D, K)$, $b$ $(K,)$, written out
#
# $$y_k = \sum_d x_d\, w_{dk} + b_k .$$
#
# Three questions, one for each input. **Which outputs does it reach, and with which slope?**
#
# - $b_k$ reaches only $y_k$, with slope 1. So $db_k = dy_k$.
# - $w_{dk}$ reaches only $y_k$, with slope $x_d$. So $dw_{dk} = x_d\, dy_k$: a product of each input with each gradient.
# - $x_d$ reaches every $y_k$, with slope $w_{dk}$. So $dx_d = \sum_k w_{dk}\, dy_k$.


# %%
def linear_of_one(x, w, b):
    return x @ w + b, lambda dy: (w @ dy, np.outer(x, dy), dy)


x, w, b = rng.normal(size=5), rng.normal(size=(5, 3)), rng.normal(size=3)
assert trial(linear_of_one, x, w, b) < 1e-8

# %% [markdown]
# Now a batch, $x$ of shape $(N, D)$: $y_{nk} = \sum_d x_{nd}\, w_{dk} + b_k$. Each example has its own row of $x$ and $y$, so $dx$ is found
# row by row as before. But **all examples use the same $w$ and $b$**, and what is used $N$ times collects $N$ contributions:
#
# $$dx_{nd} = \sum_k dy_{nk}\, w_{dk} \qquad\qquad dw_{dk} = \sum_n x_{nd}\, dy_{nk} \qquad\qquad db_k = \sum_n dy_{nk}$$
#
# Each of the first two sums over one index of two matrices: it is a matrix product. In $(a\,b)_{ij} = \sum_m a_{im}\, b_{mj}$ the summed
# index stands last in the first factor and first in the second. Bring both sums into this form, transposing a factor whose index stands on
# the wrong side, and you have `linear_backward`, without a loop and without guessing. That is an exercise; here is the sum as it stands:


# %%
def linear_by_loop(x, w, b):
    ways = [linear_of_one(row, w, b)[1] for row in x]

    def backward(dy):
        dxs, dws, dbs = zip(*(way(row) for way, row in zip(ways, dy, strict=True)), strict=True)
        return np.stack(dxs), sum(dws), sum(dbs)

    return x @ w + b, backward


# %%
x = rng.normal(size=(6, 5))
assert trial(linear_by_loop, x, w, b) < 1e-8

# %% [markdown]
# The package's `kernels.linear` is the same pair with two matrix products in place of the loop. We use it from here on.

# %%
linear = kernels.linear
dy = rng.normal(size=(6, 3))
for ours, theirs in zip(linear_by_loop(x, w, b)[1](dy), linear(x, w, b)[1](dy), strict=True):
    assert np.allclose(ours, theirs)

# %% [markdown]
# ### 8. Backward through softmax, and why a classifier does not do it alone
#
# In softmax every output depends on every score of its row. Lesson 03 derived the Jacobian, $J_{jk} = p_j\,([j = k] - p_k)$. For one row:


# %%
def softmax_of_one(z):
    p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    return p, lambda dp: (dp @ (np.diag(p) - np.outer(p, p)),)


z = np.array([2.0, 1.0, -1.0, 0.5])
assert trial(softmax_of_one, z) < 1e-8

# %%
p, backward = softmax_of_one(z)
viz.matrix(
    np.array([backward(dp)[0] for dp in np.eye(4)]), form=".3f", rows=[f"p{j}" for j in range(4)], columns=[f"z{k}" for k in range(4)],
    title="Each score lifts its own probability and lowers all others",
    alt="A four by four matrix, positive on the diagonal and negative elsewhere. Each row and each column sums to zero.",
)

# %% [markdown]
# Every column sums to 0, since the probabilities always sum to 1. Remember this; it will fool a test in "The aha". (Every row does too:
# the same number added to all scores changes nothing.) For $K$ classes the matrix has $K^2$ entries, and a vocabulary of 50,000 words
# would need 2.5 billion for each example. The exercise `softmax_backward` does without it: put $J$ into $dz_k = \sum_j dp_j\, J_{jk}$ and
# look for a sum that is the same for all $k$.
#
# A classifier goes on from $p$ to the loss $-\log p_t$. There the two steps fit together so well that they are taken as one. The loss
# depends on $p_t$ only, so $dp_k = -[k = t]\,/\,p_t$. Then
#
# $$dz_k = \sum_j dp_j\, J_{jk} = -\frac{1}{p_t}\; p_t\,([t = k] - p_k) = p_k - [k = t],$$
#
# which is $p - y$ of lesson 03. Taken one after the other, the two steps divide by $p_t$ and multiply by it again. When a network is
# sure and wrong, $p_t$ is rounded to 0:

# %%
z, t = np.array([0.0, 1000.0]), 0
p, backward = softmax_of_one(z)
with np.errstate(divide="ignore", invalid="ignore"):
    print("two steps:", backward(-np.eye(2)[t] / p)[0], "  one step:", p - np.eye(2)[t])


# %% [markdown]
# So the last pair of a classifier is cross entropy from the scores, with the mean over the batch. Its derivation is in lesson 03; the
# package has it as a kernel.


# %%
def cross_entropy(z, t):
    return kernels.cross_entropy(z, target=t)


z, t = rng.normal(size=(6, 4)), np.array([0, 3, 1, 1, 2, 0])
assert trial(lambda z: cross_entropy(z, t), z) < 1e-8

# %% [markdown]
# ### 9. Two layers, chained by hand
#
# Forward, each step takes what the step before it gave. Backward, each step takes what the step *after* it gave. The right column is the
# left one read from below, and there is no other rule:
#
# | forward | backward |
# |---|---|
# | $z_1 = x\, w_1 + b_1$ | $dz_1 \;\to\; dx,\; dw_1,\; db_1$ |
# | $a = \tanh z_1$ | $da \;\to\; dz_1$ |
# | $z_2 = a\, w_2 + b_2$ | $dz_2 \;\to\; da,\; dw_2,\; db_2$ |
# | $L = \mathrm{cross\ entropy}(z_2, t)$ | $dL = 1 \;\to\; dz_2$ |
#
# The whole network is again a pair. (The last two arguments are there so that we can plant bugs later.)


# %%
def network(x, w1, b1, w2, b2, t, linear=linear, tanh=tanh):
    z1, linear1_backward = linear(x, w1, b1)
    a, tanh_backward = tanh(z1)
    z2, linear2_backward = linear(a, w2, b2)
    loss, loss_backward = cross_entropy(z2, t)

    def backward(dloss=1.0):
        (dz2,) = loss_backward(dloss)
        da, dw2, db2 = linear2_backward(dz2)
        (dz1,) = tanh_backward(da)
        dx, dw1, db1 = linear1_backward(dz1)
        return dx, dw1, db1, dw2, db2

    return loss, backward


# %% [markdown]
# The first weights are small and random, uniform between $\pm 1/\sqrt{D}$; lesson 09 says why. The biases start at 0.


# %%
def first_weights(seed, hidden=64):
    rng = np.random.default_rng(seed)
    w1, w2 = (rng.uniform(-1, 1, size=(d, k)) / d**0.5 for d, k in [(784, hidden), (hidden, 10)])
    return w1, np.zeros(hidden), w2, np.zeros(10)


# %%
x, t, weights = x_train[:50].astype(np.float64), y_train[:50], first_weights(seed=0)
error = trial(lambda *inputs: network(*inputs, t), x, *weights, h=1e-6)
print(f"one trial of {x.size + sum(w.size for w in weights):,} derivatives: right to a relative error below 1e-6")
assert error < 1e-6

# %% [markdown]
# Two more forward passes were enough for a trial of all of them. Each gradient has the shape of its weights:

# %%
loss, backward = network(x, *weights, t)
for name, w, dw in zip(("x", "w1", "b1", "w2", "b2"), (x, *weights), backward(), strict=True):
    print(f"{name:3} {w.shape!s:10} d{name:3} {dw.shape}")

# %% [markdown]
# ## Check
#
# The same weights in PyTorch, which finds the gradients by itself.

# %%
from dlcourse.compare import relative_difference, same_as_torch

try:
    import torch
except ModuleNotFoundError:
    torch = None
    print("PyTorch is not installed here, so this check is empty. To fill it: pip install torch")


# %%
def in_torch(x, *weights, t):
    """Loss and the gradients of the same network."""
    x, w1, b1, w2, b2 = (torch.tensor(array, requires_grad=True) for array in (x, *weights))
    loss = torch.nn.functional.cross_entropy(torch.tanh(x @ w1 + b1) @ w2 + b2, torch.tensor(t))
    return loss.detach(), *torch.autograd.grad(loss, (x, w1, b1, w2, b2))


# %%
names = ("loss", "dx", "dw1", "db1", "dw2", "db2")
ours, theirs = (loss, *backward()), in_torch(x, *weights, t=t) if torch else ()

# %% tags=["volatile"]
for name, a, b in zip(names, ours, theirs, strict=False):
    print(f"{name:4} largest relative difference {relative_difference(a, b):.0e}")

# %%
for a, b in zip(ours, theirs, strict=False):
    same_as_torch(a, b, tolerance=1e-10)

# %% [markdown]
# Each of the small pairs too, with a random $dy$:

# %%
x3, s3, w3, b3, row = rng.normal(size=(4, 3)), rng.normal(size=(4, 1)), rng.normal(size=(3, 5)), rng.normal(size=5), rng.normal(size=4)
pairs = {
    "absolute": (absolute, lambda x: abs(x), (x3,)),
    "tanh": (tanh, lambda x: x.tanh(), (x3,)),
    "scale_rows": (scale_rows, lambda x, s: x * s, (x3, s3)),
    "linear_by_loop": (linear_by_loop, lambda x, w, b: x @ w + b, (x3, w3, b3)),
    "softmax_of_one": (softmax_of_one, lambda z: z.softmax(-1), (row,)),
}


# %%
def both(kernel, in_torch, inputs):
    """Output and gradients of a pair, ours and PyTorch's."""
    y, backward = kernel(*inputs)
    dy, tensors = rng.normal(size=y.shape), [torch.tensor(x, requires_grad=True) for x in inputs]
    output = in_torch(*tensors)
    return zip((y, *backward(dy)), (output, *torch.autograd.grad(output, tensors, torch.tensor(dy))), strict=True)


# %%
for name, pair in pairs.items() if torch else ():
    assert all(same_as_torch(a, b, tolerance=1e-10) for a, b in both(*pair)), name

# %% [markdown]
# ## Use
#
# ### A network of two layers learns digits
#
# Backpropagation gives the gradients; gradient descent (lesson 05) uses them. Batches of 50 images, rate 0.5, ten times through the 2,500
# training images:


# %%
def train(weights, lr=0.5, epochs=10, seed=0, **bug):
    weights, losses = [w.copy() for w in weights], []
    for x, t in data.DataLoader(x_train.astype(np.float64), y_train, batch_size=50, epochs=epochs, rng=np.random.default_rng(seed)):
        loss, backward = network(x, *weights, t, **bug)
        losses.append(loss)
        for w, dw in zip(weights, backward()[1:], strict=True):
            w -= lr * dw
    return weights, np.array(losses)


# %%
def accuracy(w1, b1, w2, b2):
    scores = np.tanh(x_test @ w1 + b1) @ w2 + b2
    return (scores.argmax(-1) == y_test).mean()


# %%
trained, losses = train(weights)
assert accuracy(*trained) > 0.88

# %% tags=["volatile"]
print(f"right on {accuracy(*weights):.0%} of the 500 test images before, {accuracy(*trained):.0%} after")

# %% tags=["volatile"]
viz.lines(
    {"loss": losses.reshape(-1, 10).mean(1)}, np.arange(5, 500, 10), xlabel="step (mean of ten)", ylabel="", ylim=(0, None),
    title="Gradients that were chained by hand train a network",
    alt="The training loss falls from 1.8 steeply to 0.4 within a hundred steps and then slowly to below 0.1.",
)

# %% [markdown]
# Is the hidden layer worth it? The softmax classifier of lesson 03, trained in the same way:

# %%
w, b = np.zeros((784, 10)), np.zeros(10)
for x, t in data.DataLoader(x_train.astype(np.float64), y_train, batch_size=50, epochs=10, rng=np.random.default_rng(0)):
    z, linear_backward = linear(x, w, b)
    _, dw, db = linear_backward(*cross_entropy(z, t)[1](1.0))
    w, b = w - 0.5 * dw, b - 0.5 * db

# %%
one_layer = ((x_test @ w + b).argmax(-1) == y_test).mean()
assert one_layer < accuracy(*trained)

# %% tags=["volatile"]
print(f"one layer {one_layer:.1%}, two layers {accuracy(*trained):.1%}")

# %% [markdown]
# ### The gradient at the other end: which pixels matter
#
# The last thing that backward gives is $dx$, the gradient with respect to the images. Training has no use for it. But it says which
# pixels would change the loss. In the lower row vermillion marks where more ink makes the answer worse, blue where it makes it better.

# %%
digits = [np.flatnonzero(y_test == k)[0] for k in (0, 3, 4, 7)]
x, t = x_test[digits].astype(np.float64), y_test[digits]
dx = network(x, *trained, t)[1]()[0]

# %%
def row(images):
    return np.hstack([image / np.abs(image).max() for image in images.reshape(-1, 28, 28)])


# %% tags=["volatile"]
viz.matrix(
    np.vstack([row(x), row(dx)]), rows=[], columns=[],
    title="Blue: more ink here would make the right answer surer",
    alt="Above four handwritten digits, 0, 3, 4 and 7. Below each a mottled pattern of blue and vermillion around the strokes.",
)

# %% [markdown]
# Does it tell the truth? Take one small step in the images against $dx$, and one of the same length in a random direction:

# %%
loss = network(x, *trained, t)[0]
random = np.random.default_rng(3).normal(size=x.shape)
against, anywhere = (network(x - 0.1 * d / np.linalg.norm(d), *trained, t)[0] - loss for d in (dx, random))
assert against < -5 * abs(anywhere)

# %% tags=["volatile"]
print(f"loss {loss:.4f}; change against dx {against:.4f}, in a random direction {anywhere:.5f}")

# %% [markdown]
# ## The aha
#
# ### The error of a gradient check is a V
#
# Let $f(h)$ be the loss after all weights were moved by $h$ along a fixed direction. The trial of step 3 compares the claimed $f'(0)$ with
# a difference. Two things make that difference wrong.
#
# **Truncation**: the curve is not straight. Taylor's series up and down, and half the difference, in which all even terms cancel:
#
# $$f(\pm h) = f \pm h f' + \frac{h^2}{2} f'' \pm \frac{h^3}{6} f''' + \dots \qquad
# \frac{f(h) - f(-h)}{2h} = f' + \underbrace{\frac{h^2}{6} f'''}_{\text{truncation}} + \dots$$
#
# **Round-off**: float64 keeps about 16 digits. Each value of $f$ is rounded by up to $\frac{\varepsilon}{2} |f|$, with
# $\varepsilon = 2.2 \cdot 10^{-16}$. The difference of two nearly equal numbers keeps this error and little else, and then it is divided
# by $2h$:
#
# $$\text{error} \;\approx\; \underbrace{\frac{\varepsilon\, |f|}{2 h}}_{\text{round-off}} +
# \underbrace{\frac{h^2}{6}\, |f'''|}_{\text{truncation}}
# \qquad\qquad h_\text{best} = \sqrt[3]{\frac{3\, \varepsilon\, |f|}{2\, |f'''|}}$$
#
# <details><summary>Where the best step comes from</summary>
#
# At the lowest point the derivative of the error by $h$ is 0:
# $-\dfrac{\varepsilon |f|}{2h^2} + \dfrac{h\,|f'''|}{3} = 0$, so $h^3 = \dfrac{3\, \varepsilon\, |f|}{2\, |f'''|}$.
#
# With $|f| \approx |f'''|$ that is $\sqrt[3]{3.3 \cdot 10^{-16}} \approx 7 \cdot 10^{-6}$, with an error of about
# $2 \cdot 10^{-11}\,|f|$.
#
# A one-sided difference, $(f(h) - f(0))/h$, keeps the even terms: its truncation error is $\frac{h}{2} f''$, with slope 1. It balances
# with round-off near $h = \sqrt{\varepsilon} \approx 1.5 \cdot 10^{-8}$, where both are about $10^{-8}$.
#
# </details>
#
# On logarithmic axes a power law is a straight line, and its exponent is the slope: −1 on the left, 2 on the right. Measure it on the
# network, for five seeds, each with eight directions:


# %%
def along(gradients, directions):
    """The slope that the gradients claim, for each direction."""
    return np.array([sum((dw * u).sum() for dw, u in zip(gradients, v, strict=True)) for v in directions])


def losses_along(seed, steps):
    """f(h) along eight directions for all h in steps, and the slopes f'(0) that the gradient claims for each bug."""
    rng, weights = np.random.default_rng(seed), first_weights(seed)
    directions = [[rng.choice([-1.0, 1.0], size=w.shape) for w in weights] for _ in range(8)]

    def f(v, h):
        return network(x_check, *moved(weights, v, h), t_check)[0]

    slopes = {name: along(network(x_check, *weights, t_check, **bug)[1]()[1:], directions) for name, bug in bugs.items()}
    return np.array([[f(v, h) for h in steps] for v in directions]), slopes


# %% [markdown]
# Before it runs, choose the bugs to plant, so that the same passes serve for both halves of this section. Three are
# classics, the fourth is made to be small. With each of them the code runs and the shapes are right:


# %%
def linear_mean_bias(x, w, b):
    y, backward = linear(x, w, b)
    return y, lambda dy: (*backward(dy)[:2], dy.mean(0))


def linear_too_large(x, w, b):
    y, backward = linear(x, w, b)
    return y, lambda dy: [1.0001 * d for d in backward(dy)]


def tanh_forgotten(x):
    return np.tanh(x), lambda dy: (dy,)


# %%
bugs = {
    "no bug": {},
    "slope of tanh from the input": {"tanh": tanh_from_the_input},
    "slope of tanh forgotten": {"tanh": tanh_forgotten},
    "bias gradient averaged": {"linear": linear_mean_bias},
    "each layer 0.01 % too large": {"linear": linear_too_large},
}

# %%
h = 10.0 ** np.arange(-13, -1.9, 0.5)
x_check, t_check = x_train[:50].astype(np.float64), y_train[:50]
runs = [losses_along(seed, [*h, *-h, 0.0]) for seed in range(5)]

# %%
f = np.array([values for values, _ in runs])  # (5 seeds, 8 directions, 2 * 23 + 1 steps)
up, down, middle = f[..., :23], f[..., 23:46], f[..., 46:]
central, one_sided = (up - down) / (2 * h), (up - middle) / h


# %%
def error(measured, name):
    """The relative error over the eight directions together, (5 seeds, 23 steps)."""
    claimed = np.array([slopes[name] for _, slopes in runs])[..., None]
    return np.linalg.norm(measured - claimed, axis=1) / np.linalg.norm(claimed, axis=1)


# %% [markdown]
# The formula predicts the whole curve. It needs $|f|$, the slope $f'$ and one number more, $f'''$. Take that from a single point of the
# right arm, $h = 10^{-3}$, where all of the error is truncation:


# %%
def rms(a):
    return np.sqrt((a**2).mean(1))  # over the directions


claimed = np.array([slopes["no bug"] for _, slopes in runs])[..., None]
third = 6 * (central - claimed)[..., abs(h - 1e-3).argmin()] / 1e-3**2

# %%
epsilon, value = np.finfo(float).eps, middle.mean(1)  # (5, 1)
predicted = (epsilon * value / (2 * h) + h**2 / 6 * rms(third)[:, None]) / rms(claimed)
ratio = error(central, "no bug") / predicted
assert ratio.min() > 0.1 and ratio.max() < 3  # over eleven powers of ten

# %% tags=["volatile"]
viz.lines(
    {"predicted": predicted, "two-sided": error(central, "no bug"), "one-sided": error(one_sided, "no bug")}, h,
    xscale="log", yscale="log", xlabel="step h", ylabel="relative error",
    title="A step too small is as bad as a step too large",
    alt="Two V-shaped curves over the step, on logarithmic axes. Two-sided falls below 1e-9 near 1e-6, on the predicted curve; "
    "one-sided falls to 1e-7 near 1e-8.",
)

# %%
best, lowest = np.cbrt(3 * epsilon * value[:, 0] / (2 * rms(third))), h[error(central, "no bug").argmin(1)]
assert (best / 20 < lowest).all() and (lowest < 20 * best).all()

# %% tags=["volatile"]
print("best step, predicted:", *(f"{step:.0e}" for step in best), "  measured:", *(f"{step:.0e}" for step in lowest))

# %% [markdown]
# Now the slopes of the arms, fitted as straight lines to the logarithms:


# %%
def arm(errors, low, high):
    inside = (h > 0.9 * low) & (h < 1.1 * high)
    return np.array([np.polyfit(np.log10(h[inside]), np.log10(e[inside]), 1)[0] for e in errors])


left, right = arm(error(central, "no bug"), 1e-12, 1e-8), arm(error(central, "no bug"), 1e-5, 1e-3)
assert abs(left + 1).max() < 0.3 and abs(right - 2).max() < 0.1
assert abs(arm(error(one_sided, "no bug"), 1e-6, 1e-4) - 1).max() < 0.1

# %% tags=["volatile"]
print("left arm, round-off:  ", *(f"{slope:5.2f}" for slope in left))
print("right arm, truncation:", *(f"{slope:5.2f}" for slope in right))

# %% [markdown]
# ### With a bug it is a flat line
#
# A wrong gradient is wrong by an amount that has nothing to do with $h$. As soon as truncation and round-off are below it, the error stays
# where it is. **Do not ask whether the error is small. Ask whether it moves with $h$.**

# %% tags=["volatile"]
viz.lines(
    {name: error(central, name)[0] for name in bugs}, h, xscale="log", yscale="log", xlabel="step h", ylabel="relative error",
    title="One planted bug, and the V becomes a flat line",
    alt="Five curves over the step. Without a bug a V down to 1e-9. With each of four bugs a horizontal line, the lowest at 2e-4.",
)

# %%
valley = (h > 0.9e-8) & (h < 1.1e-5)
for name in bugs:
    spread = error(central, name)[:, valley]
    spread = spread.max(1) / spread.min(1)
    print(f"{name:30} largest error / smallest, 1e-8 to 1e-5: {'above 30' if spread.min() > 30 else f'{spread.max():.2f}'}")
    assert spread.min() > 30 if name == "no bug" else spread.max() < 1.1

# %% [markdown]
# One thing looks like a bug and is none: a corner. With ReLU in place of tanh, a large step pushes some hidden neurons across their
# corner, where no slope is right, and the error stays high. But it falls as soon as $h$ is so small that no neuron crosses. A bug does not.

# %%
def with_relu(seed, h):
    def relu_network(*inputs):
        return network(*inputs, t_check, tanh=kernels.relu)

    return trial(relu_network, x_check, *first_weights(seed), h=h, seed=seed)


large, small = ([with_relu(seed, h) for seed in range(5)] for h in (1e-3, 1e-6))
assert min(large) > 1e-3 and max(small) < 1e-6

# %% tags=["volatile"]
print(f"relative error with ReLU, five seeds: {min(large):.0e} to {max(large):.0e} at h = 1e-3, up to {max(small):.0e} at 1e-6")

# %% [markdown]
# The height of the line is the size of the bug. (0.01 % too large in each of two layers makes 0.02 % in the first.) The V has a floor, so
# a bug below the floor stays unseen. In float32 $\varepsilon$ is $1.2 \cdot 10^{-7}$, and the floor rises by a factor of more than 10,000,
# to about the height of the smallest of the four bugs. Check gradients in float64.

# %%
def floor_in_float32(seed, steps=(1e-2, 3e-3, 1e-3, 3e-4, 1e-4)):
    """The smallest relative error over all steps, with eight directions together."""
    rng, weights = np.random.default_rng(seed), [w.astype(np.float32) for w in first_weights(seed)]
    directions = [[rng.choice(np.float32([-1, 1]), size=w.shape) for w in weights] for _ in range(8)]

    def f(v, s):
        return network(x_train[:50], *moved(weights, v, np.float32(s)), t_check)[0]

    measured = np.array([[(f(v, s) - f(v, -s)) / (2 * s) for s in steps] for v in directions])
    claimed = along(network(x_train[:50], *weights, t_check)[1]()[1:], directions)[:, None]
    return (np.linalg.norm(measured - claimed, axis=0) / np.linalg.norm(claimed)).min()


floors = [floor_in_float32(seed) for seed in range(5)]
assert min(floors) > 1e4 * error(central, "no bug").min(1).max()

# %% tags=["volatile"]
print("floor of the V in float32, five seeds:", *(f"{floor:.0e}" for floor in floors))

# %% [markdown]
# ### A check that accepts zeros
#
# An array has to become one number before a gradient can be checked, and `.sum()` is the shortest way. Try it on softmax, with a backward
# that is plainly wrong:


# %%
def broken_softmax(z):
    return kernels.softmax(z)[0], lambda dy: (np.zeros_like(z),)


def claimed_and_measured(z, r, h=1e-5):
    """The gradient of (r * softmax(z)).sum(), by the broken backward and entry by entry."""
    y, backward = broken_softmax(z)
    entries = h * np.eye(z.size).reshape(-1, *z.shape)
    up, down = ([(r * broken_softmax(z + e)[0]).sum() for e in sign * entries] for sign in (1, -1))
    return backward(r)[0], (np.subtract(up, down) / (2 * h)).reshape(z.shape)


# %%
for seed in range(5):
    rng = np.random.default_rng(seed)
    z, r = rng.normal(size=(2, 6, 4))
    by_sum, by_weights = (np.abs(np.subtract(*claimed_and_measured(z, weights))).max() for weights in (np.ones((6, 4)), r))
    print(f"largest difference: {'below 1e-9' if by_sum < 1e-9 else by_sum} through .sum(), {by_weights:.2f} with random weights")
    assert by_sum < 1e-9 and by_weights > 0.1

# %% [markdown]
# Through `.sum()` the check accepts a backward that returns nothing but zeros, because **zeros are right**: each row of softmax sums to 1,
# whatever the scores are, so the sum has no slope. The check asked a question to which the wrong code knows the answer. The same happens
# with every step that keeps a sum, such as the normalizing layers of lesson 09. The cure is the one of step 3: a random $dy$, never all
# ones.
#
# ### All gradients for the price of a few forward passes
#
# Your prediction. Count the multiplications in the matrix products, for a batch of $N$. Forward, a layer of $D$ inputs and $K$ outputs
# takes $N D K$. Backward it takes two products of the same size, one for $dx$ and one for $dw$. All else is small beside them.

# %%
forward = sum(d * k for d, k in [(784, 64), (64, 10)])
print(f"multiplications for each image: {forward:,} forward, {2 * forward:,} backward, {3 * forward:,} in all")

# %% [markdown]
# So all 50,890 derivatives together cost about as much as two more forward passes, however many weights there are. By differences it is
# two forward passes for *each* weight. Measured in processor time, with a batch of 500:

# %%
import time


def seconds(f, repeats=20):
    times = []
    for _ in range(repeats):
        start = time.process_time()
        f()
        times.append(time.process_time() - start)
    return min(times)


# %%
x, t = x_train[:500].astype(np.float64), y_train[:500]
one = seconds(lambda: network(x, *weights, t))
both_ways = seconds(lambda: network(x, *weights, t)[1]())
number = sum(w.size for w in weights)
assert number == 50_890 and 100 * both_ways < 2 * number * one

# %% tags=["volatile"]
print(f"forward {1000 * one:.1f} ms, forward and backward {1000 * both_ways:.1f} ms: {both_ways / one:.1f} times as long")
print(f"by differences, {2 * number:,} forward passes: {2 * number * one / 60:.1f} minutes")

# %% [markdown]
# This ratio is why networks can be trained at all. It does not grow with the number of weights.
#
# ## Misconceptions
#
# **"Backpropagation is how a network learns."** It is how a network *finds its gradient*, and it moves nothing. Learning is the update
# after it. To see that the two are separate, keep the update and replace backpropagation with differences, entry by entry. A small network
# on small data takes the same path:


# %%
def by_differences(x, weights, t, h=1e-5):
    gradients = [np.zeros_like(w) for w in weights]
    for w, dw in zip(weights, gradients, strict=True):
        for i in np.ndindex(w.shape):
            kept = w[i]
            w[i] = kept + h
            up = network(x, *weights, t)[0]
            w[i] = kept - h
            dw[i] = (up - network(x, *weights, t)[0]) / (2 * h)
            w[i] = kept
    return gradients


# %%
rng = np.random.default_rng(5)
x, t = rng.normal(size=(20, 3)), rng.integers(0, 2, size=20)
first = rng.normal(size=(3, 4)), np.zeros(4), rng.normal(size=(4, 2)), np.zeros(2)
fast, slow = ([w.copy() for w in first] for _ in range(2))

# %%
for _ in range(20):
    fast = [w - 0.5 * dw for w, dw in zip(fast, network(x, *fast, t)[1]()[1:], strict=True)]
    slow = [w - 0.5 * dw for w, dw in zip(slow, by_differences(x, slow, t), strict=True)]
assert all(np.allclose(a, b, atol=1e-8) for a, b in zip(fast, slow, strict=True))

# %% [markdown]
# **"$1 - x^2$ or $1 - y^2$, one of them will do."** The slope of tanh is $1 - y^2$ with the output $y$. Near 0 input and output are almost
# equal, so the wrong one looks right on small numbers. Beyond 1 it has the wrong sign:

# %%
x = np.array([0.1, 0.5, 1.0, 2.0, 3.0])
for name, slope in {"right, 1 - y²": 1 - np.tanh(x) ** 2, "wrong, 1 - x²": 1 - x**2}.items():
    print(f"{name}:", *(f"{value:6.2f}" for value in slope))

# %% [markdown]
# A network with this bug still trains. Most of its sums are small, and after two epochs no one could tell it from the right one. But beyond
# 1 the sign is wrong, and $1 - x^2$ has no bound. Soon one sum runs away, and each step drives it further, until all is NaN. Five seeds,
# rate 0.2:

# %%
def five(epochs, **bug):
    """Of five networks: how often each is right, and whether any of its weights is still a number."""
    runs = [train(first_weights(seed), lr=0.2, epochs=epochs, seed=seed, **bug)[0] for seed in range(5)]
    return np.array([(accuracy(*weights), np.isfinite(weights[0]).any()) for weights in runs]).T


# %%
bug = bugs["slope of tanh from the input"]
with np.errstate(over="ignore", invalid="ignore"):
    early, late = ((five(epochs, **bug), five(epochs)) for epochs in (2, 5))

# %%
assert abs(early[0][0] - early[1][0]).max() < 0.03 and late[1][0].min() > 0.8 and not late[0][1].any()

# %% tags=["volatile"]
for epochs, (wrong, right) in {2: early, 5: late}.items():
    print(f"after {epochs} epochs: {wrong[0].mean():.0%} with the bug ({5 - wrong[1].sum():.0f} of 5 NaN), {right[0].mean():.0%} without")

# %% [markdown]
# **"Try transposes until the shapes fit."** For $dx$ there are eight candidates, `dy` and `w`, each plain or transposed, in both orders.
# How many have the right shape?


# %%
def fitting(N, D, K):
    dy, w = np.ones((N, K)), np.ones((D, K))
    candidates = [(a, b) for a, b in [(dy, w), (dy, w.T), (dy.T, w), (dy.T, w.T)] for a, b in [(a, b), (b, a)]]
    return sum(a.shape[1] == b.shape[0] and (a.shape[0], b.shape[1]) == (N, D) for a, b in candidates)


print(f"{fitting(6, 5, 3)} when N, D and K differ; {fitting(6, 4, 4)} for a square layer; {fitting(4, 4, 4)} for a square layer and batch")
assert (fitting(6, 5, 3), fitting(6, 4, 4), fitting(4, 4, 4)) == (1, 2, 8)

# %% [markdown]
# Shapes are a good alarm while all sizes differ. In a square layer two candidates fit, and only one is right. So derive first, and test
# with sizes that differ.

# %%
x, w, dy = rng.normal(size=(6, 4)), rng.normal(size=(4, 4)), rng.normal(size=(6, 4))
dx, _, _ = linear(x, w, np.zeros(4))[1](dy)
print("the other one that fits, dy @ w, is wrong by", f"{np.abs(dy @ w - dx).max() / np.abs(dx).max():.1f} of the largest value")

# %% [markdown]
# **"Start all weights at zero, training will sort them out."** Follow the table of step 9. With $w_2 = 0$ the gradient $da$ is 0, and so
# $dw_1$ and $db_1$ are. With $w_1 = 0$ the hidden values $a = \tanh 0$ are 0, and so is $dw_2$. Only $b_2$ moves. It can learn how frequent
# each digit is, and nothing else, however long you train. Here all ten are equally frequent, and even that is nothing to learn:

# %%
zeros, zero_losses = train([np.zeros_like(w) for w in weights])
frequency = np.bincount(y_train) / len(y_train)
entropy = -(frequency * np.log(frequency)).sum()
assert not zeros[0].any() and not zeros[1].any() and not zeros[2].any() and abs(zero_losses[-50:].mean() - entropy) < 0.05

# %%
print(f"accuracy {accuracy(*zeros):.0%}, loss {zero_losses[-50:].mean():.2f}; knowing only the frequencies gives {entropy:.2f}")

# %% [markdown]
# The gradient is right, and training stays where it began: on a saddle point (lesson 05) that the update cannot leave. Weights that are
# equal but not zero have the same fault: neurons that start equal get equal gradients and stay equal. Random weights break the tie.
#
# ## Exercises
#
# In [exercises/06_backpropagation.ipynb](../exercises/06_backpropagation.ipynb), graded at once. Write them without looking back; the
# grader knows the classic mistakes by name.
#
# | exercise | what it asks | difficulty | minutes |
# |---|---|---|---|
# | `relu_backward` | the gate of step 4 | 1 of 3 | 5 |
# | `sigmoid_backward` | the slope from the output, also for huge inputs | 1 of 3 | 10 |
# | `linear_backward` | the three sums of step 7, without a loop | 2 of 3 | 15 |
# | `softmax_backward` | the product with the Jacobian, without the Jacobian | 3 of 3 | 20 |
# | `unbroadcast` | the gradient of whatever was broadcast | 3 of 3 | 15 |
# | `mlp_gradients` | a whole network, forward and back, with nothing but NumPy | 3 of 3 | 25 |
# | `gradient_check` | a checker, graded by what it rejects and what it accepts | 3 of 3 | 25 |
#
# ## Summary
#
# 1. Slopes multiply along a path and add over the paths. What is used several times collects a gradient from each use.
# 2. A backward step turns $dy$ into $dx = dy\,J$ and never writes the Jacobian down. From the loss back, this is cheap.
# 3. A network is a chain of pairs `(output, backward)`: call the outputs in order, the backwards in reverse.
# 4. The error of a gradient check over $h$ is a V, with slopes −1 and 2; with a bug it is flat. Use float64 and a random $dy$.
# 5. All gradients cost about two more forward passes. Differences cost two for each weight.
#
# Papers:
#
# - Linnainmaa 1976, *Taylor expansion of the accumulated rounding error* (the method, from his thesis of 1970)
# - Werbos 1974, *Beyond regression* (a thesis; he applied the method to neural networks in print in 1982)
# - Baur and Strassen 1983, *The complexity of partial derivatives* (all derivatives for a fixed multiple of the function's cost)
# - Rumelhart, Hinton and Williams 1986, *Learning representations by back-propagating errors* (hidden units that learn useful features)
# - Griewank and Walther 2008, *Evaluating derivatives* (the book on doing this to programs)
# - Simonyan, Vedaldi and Zisserman 2013, *Deep inside convolutional networks* (the gradient of the image)
#
# ← [05 Gradient descent](05_gradient_descent.ipynb) · [Map](00_start.ipynb) · [07 Autograd](07_autograd.ipynb) →
