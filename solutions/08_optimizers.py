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
# # Exercises 08: Optimizers
#
# Six functions, about 95 minutes. They go with the lesson `08_optimizers`.
#
# - Write each function, run its cell, then run the `check` cell below it. It tries your function on fresh numbers, and when something is
#   wrong it says what.
# - `hint("sgd_momentum")` gives the first of three hints, and the next one each time.
# - `solution("sgd_momentum")` shows an answer, once you have tried.
#
# The first three functions get a list of gradients, one for each step, and return where the parameters end. In a training the gradients
# would depend on the parameters. Here they are given, so that only your optimizer counts.

# %%
import numpy as np

from dlcourse.grading import check, hint, solution

# %% [markdown]
# ## 1. SGD with momentum
#
# Difficulty 1 of 3, 10 minutes.
#
# $$v \leftarrow \mu\, v + g \qquad w \leftarrow w - \mathrm{lr}\, v$$
#
# - `grads`: a list of numbers, the gradient of each step
# - `lr`, `mu`: the learning rate and the momentum $\mu$
# - returns one number: the parameter $w$ after the last step. It starts at 1.0, the velocity $v$ at 0
#
# For the gradients 1 and 1 with `lr` 0.1 and `mu` 0.5 the velocity is 1, then 1.5. The parameter goes from 1 to 0.9 to 0.75.


# %% tags=["solution"]
def sgd_momentum(grads, lr=0.1, mu=0.9):
    """The parameter, 1.0 at first, after one step for each gradient of the list."""
    w, v = 1.0, 0.0
    for g in grads:
        v = mu * v + g
        w = w - lr * v
    return w


# %%
sgd_momentum([1.0, 1.0], lr=0.1, mu=0.5)

# %% tags=["check"]
check("sgd_momentum", sgd_momentum)

# %% [markdown]
# ## 2. Adam
#
# Difficulty 2 of 3, 20 minutes.
#
# The form of the paper, with $t = 1, 2, \dots$ and $m$ and $v$ starting at 0:
#
# $$m \leftarrow b_1 m + (1 - b_1)\, g \qquad v \leftarrow b_2 v + (1 - b_2)\, g^2 \qquad
# w \leftarrow w - \mathrm{lr}\, \frac{m / (1 - b_1^{\,t})}{\sqrt{v / (1 - b_2^{\,t})} + \varepsilon}$$
#
# - `grads`: a list of arrays `(2,)`, the gradient of each step
# - `lr`, `b1`, `b2`, `eps`: as in the formula
# - returns `(2,)`: the parameters after the last step. They start at `[1., 2.]`
#
# The first step moves each parameter by `lr`, whatever the size of its gradient: with `lr` 0.1 and the gradient (0.001, -50) to
# (0.9, 2.1).


# %% tags=["solution"]
def adam(grads, lr=0.01, b1=0.9, b2=0.999, eps=1e-8):
    """The parameters, [1., 2.] at first, after one step of Adam for each gradient of the list."""
    w, m, v = np.array([1.0, 2.0]), np.zeros(2), np.zeros(2)
    for t, g in enumerate(grads, start=1):
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        m_hat, v_hat = m / (1 - b1**t), v / (1 - b2**t)
        w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w


# %%
adam([np.array([0.001, -50.0])], lr=0.1).round(3)

# %% tags=["check"]
check("adam", adam)

# %% [markdown]
# ## 3. AdamW
#
# Difficulty 2 of 3, 10 minutes.
#
# Adam with decoupled weight decay. In each step the parameters are first multiplied by $1 - \mathrm{lr}\,\lambda$, then Adam's step is
# subtracted. $b_1$ = 0.9, $b_2$ = 0.999 and $\varepsilon$ = 1e-8.
#
# - `grads`: a list of arrays `(2,)`
# - `lr`, `wd`: the learning rate and the decay $\lambda$
# - returns `(2,)`: the parameters after the last step. They start at `[1., -2.]`
#
# With `lr` 0.1, `wd` 0.5 and the gradient (3, 0) the parameters shrink to (0.95, -1.9), and Adam's step takes 0.1 off the first.


# %% tags=["solution"]
def adamw(grads, lr=0.01, wd=0.1):
    """The parameters, [1., -2.] at first, after one step of AdamW for each gradient of the list."""
    w, m, v = np.array([1.0, -2.0]), np.zeros(2), np.zeros(2)
    for t, g in enumerate(grads, start=1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        w = (1 - lr * wd) * w - lr * step
    return w


# %%
adamw([np.array([3.0, 0.0])], lr=0.1, wd=0.5).round(3)

# %% tags=["check"]
check("adamw", adamw)

# %% [markdown]
# ## 4. Clipping by the global norm
#
# Difficulty 2 of 3, 10 minutes.
#
# The gradient of a network is one long vector, stored in several arrays. When it is longer than `max_norm`, shorten all of it by one
# factor, so that its length is `max_norm` and its direction stays. When it is not longer, leave it alone.
#
# - `grads`: a list of arrays of any shapes
# - `max_norm`: the greatest length allowed
# - returns a tuple of arrays of the same shapes
#
# The arrays (3, 0) and (4) make the vector (3, 0, 4) of length 5. With `max_norm` 1 they become (0.6, 0) and (0.8). A gradient that is
# all zeros stays so.


# %% tags=["solution"]
def clip_grad_norm(grads, max_norm):
    """All gradients times one factor, so that together they are at most max_norm long: a tuple of arrays."""
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    factor = max_norm / norm if norm > max_norm else 1.0
    return tuple(factor * g for g in grads)


# %%
clip_grad_norm([np.array([3.0, 0.0]), np.array([4.0])], max_norm=1.0)

# %% tags=["check"]
check("clip_grad_norm", clip_grad_norm)

# %% [markdown]
# ## 5. Warm-up and cosine
#
# Difficulty 2 of 3, 15 minutes.
#
# The learning rate of step $t = 0, \dots, \text{total} - 1$. While $t < \text{warmup}$ it is $\text{lr}\,(t + 1)/\text{warmup}$. After that
# it falls along half a cosine, which starts with lr at $t = \text{warmup}$ and would reach floor at $t = \text{total}$:
#
# $$\text{floor} + (\text{lr} - \text{floor})\; \frac{1 + \cos\!\big(\pi\,(t - \text{warmup}) / (\text{total} - \text{warmup})\big)}{2}$$
#
# - `t`, `warmup`, `total`: whole numbers; `warmup` may be 0
# - `lr`, `floor`: the highest and the lowest rate
# - returns one number
#
# With a warm-up of 2 and 6 steps in all, lr 1 and floor 0.1: 0.5, 1, 1, 0.868, 0.55, 0.232.


# %% tags=["solution"]
def warmup_cosine(t, warmup, total, lr=1.0, floor=0.1):
    """The learning rate at step t: a line up to lr in `warmup` steps, then half a cosine toward floor at step `total`."""
    if t < warmup:
        return lr * (t + 1) / warmup
    way = (t - warmup) / (total - warmup)
    return floor + (lr - floor) * (1 + np.cos(np.pi * way)) / 2


# %%
[round(float(warmup_cosine(t, warmup=2, total=6)), 3) for t in range(6)]

# %% tags=["check"]
check("warmup_cosine", warmup_cosine)

# %% [markdown]
# ## 6. Find the bug
#
# Difficulty 3 of 3, 30 minutes.
#
# Somebody wrote AdamW ($b_1$ = 0.9, $b_2$ = 0.999, $\varepsilon$ = 1e-8). It trains: the loss falls. You are not shown the code. You are
# shown a recording of one run, the gradient that came in at each step and the weights before and after it. Which bug is it?
#
# | | the bug |
# |---|---|
# | 0 | none |
# | 1 | $m$ and $v$ are not corrected |
# | 2 | they are corrected, but with $t = 1$ in every step |
# | 3 | the step uses the gradient itself in place of its running mean $m$; $v$ is right |
# | 4 | the root of $v$ is missing |
# | 5 | the decay is added to the gradient, $g + \lambda w$, in place of shrinking the weights |
#
# - `grads` `(T, D)`: the gradients of T steps
# - `weights` `(T + 1, D)`: the weights before the first step, after the first step, and so on, rounded to five digits
# - `lr`, `wd`: the learning rate and the decay $\lambda$. It may be 0; then bug 5 changes nothing and is never the answer
# - returns a whole number from 0 to 5
#
# How you find out is up to you. Before you write anything, answer for yourself: which bugs show in the first step? Which do not? Which need
# a gradient that changes its sign?
#
# With gradients of 1 in each step, `lr` 0.1 and no decay, a healthy run goes 1, 0.9, 0.8, 0.7. The other one begins with a step
# of 0.316.


# %% tags=["solution"]
def find_bug(grads, weights, lr, wd):
    """The number of the bug, 0 for none: grads (T, D), weights (T + 1, D)."""

    def replay(bug):
        w, m, v, path = weights[0], 0.0, 0.0, [weights[0]]
        b1 = 0.0 if bug == 3 else 0.9
        for t, g in enumerate(grads, start=1):
            g = g + wd * w if bug == 5 else g
            m, v = b1 * m + (1 - b1) * g, 0.999 * v + 0.001 * g**2
            t = 1 if bug == 2 else t
            m_hat, v_hat = (m, v) if bug == 1 else (m / (1 - b1**t), v / (1 - 0.999**t))
            step = m_hat / ((v_hat if bug == 4 else np.sqrt(v_hat)) + 1e-8)
            w = (w if bug == 5 else (1 - lr * wd) * w) - lr * step
            path.append(w)
        return np.array(path)

    # run all six on the recorded gradients; the one that stays nearest is it
    return int(np.argmin([np.abs(replay(bug) - weights).max() for bug in range(6)]))


# %%
healthy, other = np.array([[1.0], [0.9], [0.8], [0.7]]), np.array([[1.0], [0.68377], [0.25881], [-0.23621]])
[find_bug(np.ones((3, 1)), weights, lr=0.1, wd=0.0) for weights in (healthy, other)]

# %% tags=["check"]
check("find_bug", find_bug)
