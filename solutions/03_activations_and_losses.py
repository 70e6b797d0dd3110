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
# # Exercises 03: Activations and losses
#
# Three functions and a diagnosis, about 55 minutes. They go with the lesson `03_activations_and_losses`.
#
# - Write each function, run its cell, then run the `check` cell below it. It tries your function on fresh numbers, and when something is
#   wrong it says what.
# - `hint("softmax")` gives the first of three hints, and the next one each time.
# - `solution("softmax")` shows an answer, once you have tried.

# %%
import numpy as np

from dlcourse.grading import check, hint, solution

# %% [markdown]
# ## 1. Softmax
#
# Difficulty 1 of 3, 10 minutes.
#
# Softmax turns the scores of one example (its *logits*) into probabilities: positive numbers that sum to 1, larger for larger scores.
#
# $$p_{nk} = \frac{e^{z_{nk}}}{\sum_j e^{z_{nj}}}$$
#
# - `logits` `(N, K)`: one row of K scores for each of N examples
# - returns `(N, K)`: probabilities, each row sums to 1
#
# It must also work for scores such as 1000, where `np.exp` overflows. Adding the same number to all scores of a row does not change the
# result: use that.
#
# For the logits (0, log 3) the exponentials are 1 and 3, so the probabilities are 0.25 and 0.75. For (1000, 1000 + log 3) they are the
# same. Here and below, log is the natural logarithm, as in `np.log`.


# %% tags=["solution"]
def softmax(logits):
    """Scores to probabilities, row by row: (N, K) -> (N, K)."""
    e = np.exp(logits - logits.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


# %%
softmax(np.array([[0.0, np.log(3)], [1000.0, 1000.0 + np.log(3)]]))

# %% tags=["check"]
check("softmax", softmax)

# %% [markdown]
# ## 2. Cross entropy
#
# Difficulty 2 of 3, 15 minutes.
#
# The loss of a classifier: minus the logarithm of the probability that it gave to the right class, averaged over the examples.
# With $p$ the softmax of the logits and $t_n$ the right class of example n:
#
# $$L = -\frac{1}{N} \sum_n \log p_{n t_n}$$
#
# - `logits` `(N, K)`: scores, before any softmax
# - `targets` `(N,)`: the right classes, whole numbers from 0 to K - 1
# - returns one number
#
# A model can be very sure and wrong: for the logits (0, 1000) and the target 0 the loss is 1000, not infinite. `np.log` of the probability
# would give minus infinity, because the probability itself is too small for a float. So work out log p by hand before you write it down.
#
# For the logits (0, log 3) the probabilities are 0.25 and 0.75: the loss is log 4 = 1.386 for the target 0 and 0.288 for the target 1.


# %% tags=["solution"]
def cross_entropy(logits, targets):
    """Mean over the batch of -log softmax(logits) at the targets: logits (N, K), targets (N,) -> a number."""
    shifted = logits - logits.max(-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return -log_p[np.arange(len(targets)), targets].mean()


# %%
cross_entropy(np.array([[0.0, np.log(3)]]), np.array([0])).round(3)

# %% tags=["check"]
check("cross_entropy", cross_entropy)

# %% [markdown]
# ## 3. The gradient of cross entropy
#
# Difficulty 2 of 3, 15 minutes.
#
# How does the loss of exercise 2 change when one of the logits changes? The logarithm cancels most of the exponential, and little is
# left. Derive it: write log p as in exercise 2 and differentiate by $z_{nk}$, once for $k = t_n$ and once for all other k.
#
# - `logits` `(N, K)`, `targets` `(N,)`: as in exercise 2
# - returns `(N, K)`: the derivative of the mean loss with respect to each logit
#
# For the logits (0, log 3) and the target 0, alone in its batch, the gradient is (-0.75, 0.75): raising the score of the right class
# lowers the loss.


# %% tags=["solution"]
def cross_entropy_backward(logits, targets):
    """Gradient of the mean cross entropy: logits (N, K), targets (N,) -> (N, K)."""
    e = np.exp(logits - logits.max(-1, keepdims=True))
    p = e / e.sum(-1, keepdims=True)
    p[np.arange(len(targets)), targets] -= 1
    return p / len(targets)


# %%
cross_entropy_backward(np.array([[0.0, np.log(3)]]), np.array([0]))

# %% tags=["check"]
check("cross_entropy_backward", cross_entropy_backward)

# %% [markdown]
# ## 4. Name the bug before training
#
# Difficulty 2 of 3, 15 minutes.
#
# Somebody starts to train a classifier and shows you four numbers from before the first step: the mean cross entropy, the spread of the
# logits (their standard deviation), the number of classes K, and the size of the batch. Say what is wrong. The labels are as mixed as they
# can be, and a healthy network begins with scores that are all near 0. One of these is the case:
#
# | name | what has happened |
# |---|---|
# | `"none"` | nothing: the network is healthy |
# | `"scale"` | the logits are far too large, as with pixels from 0 to 255 |
# | `"outputs"` | the network has several times more outputs than there are classes |
# | `"summed"` | the loss is summed over the batch, where the mean was meant |
# | `"averaged"` | the mean was taken over the classes too, so that the loss is divided by K as well |
# | `"sign"` | the minus in front of the logarithm is missing |
# | `"leak"` | the network knows the labels before it starts: it is not new, but was trained on these examples |
#
# - `loss`, `spread`: the first loss in nats, and the spread: below 0.5 where the scores are near 0, above 1 where they are not
# - `classes`, `batch`: whole numbers
# - returns one of the names
#
# Work out for each case what the loss is then. With random labels the first loss of a healthy network is off by less than 0.1.


# %% tags=["solution"]
def name_bug(loss, spread, classes, batch):
    """What is wrong, told from the first loss, the spread of the logits, the number of classes and the batch: a name."""
    chance = np.log(classes)  # the loss of 1 / K for each class
    if loss < 0:
        return "sign"
    if spread > 1:
        return "scale" if loss > chance else "leak"
    if abs(loss - chance) < 0.15:
        return "none"
    if loss < chance:
        return "averaged"
    return "summed" if loss > 0.8 * batch * chance else "outputs"


# %%
for loss, spread in [(2.31, 0.1), (9.2, 5.8), (0.02, 3.4), (147.3, 0.1), (4.61, 0.1), (0.23, 0.1), (-2.3, 0.1)]:
    print(f"loss {loss:6.2f}, spread {spread}, 10 classes, batch 64: {name_bug(loss, spread, 10, 64)}")

# %% tags=["check"]
check("name_bug", name_bug)
