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
# # Exercises 01: What is deep learning?
#
# Four functions, about 45 minutes. They go with the lesson `01_what_is_deep_learning`.
#
# - Write each function, run its cell, then run the `check` cell below it. It tries your function on fresh numbers, and when something is
#   wrong it says what.
# - `hint("accuracy")` gives the first of three hints, and the next one each time.
# - `solution("accuracy")` shows an answer, once you have tried.

# %%
import numpy as np

from dlcourse import data
from dlcourse.grading import check, hint, solution

# %% [markdown]
# ## 1. Accuracy
#
# Difficulty 1 of 3, 5 minutes.
#
# A classifier gives each of N examples a score for each of K classes. Its answer is the class with the largest score.
# The accuracy is the share of the examples for which this answer is the label.
#
# - `scores` `(N, K)`: any numbers, also negative ones
# - `labels` `(N,)`: the right classes, whole numbers from 0 to K - 1
# - returns one number from 0 to 1
#
# When two classes share the largest score, the first of them is the answer, as in `np.argmax`.
#
# | scores | answer | label | |
# |---|---|---|---|
# | -1, **2**, 0 | 1 | 1 | right |
# | **3**, 1, 2 | 0 | 2 | wrong |
# | 0, 0, **4** | 2 | 2 | right |
#
# Two of three: the accuracy is 0.667.


# %% tags=["solution"]
def accuracy(scores, labels):
    """The share of right answers: scores (N, K), labels (N,) -> a number from 0 to 1."""
    return np.mean(scores.argmax(-1) == labels)


# %%
accuracy(np.array([[-1, 2, 0], [3, 1, 2], [0, 0, 4]]), np.array([1, 2, 2]))

# %% tags=["check"]
check("accuracy", accuracy)

# %% [markdown]
# ## 2. Training set and test set
#
# Difficulty 2 of 3, 10 minutes.
#
# What a model has learned shows on examples it has never seen. So some are set aside before training starts.
# Files are often sorted by class, so shuffle first, then cut.
#
# - `x` `(N, D)`: the examples, one per row
# - `y` `(N,)`: their labels
# - `test_fraction`: the share to set aside; the test set has `round(N * test_fraction)` examples
# - `seed`: the order of the rows is `np.random.default_rng(seed).permutation(N)`; its first part is the test set, the rest the training set
# - returns `x_train, y_train, x_test, y_test`
#
# For N = 4, a test fraction of 0.25 and the order 2, 0, 3, 1, the test set is row 2, and the training set rows 0, 3 and 1, in this order.


# %% tags=["solution"]
def split(x, y, test_fraction, seed):
    """Shuffle and cut: x (N, D), y (N,) -> x_train, y_train, x_test, y_test. The first rows of the shuffled order are the test set."""
    order = np.random.default_rng(seed).permutation(len(x))
    n_test = round(len(x) * test_fraction)
    test, train = order[:n_test], order[n_test:]
    return x[train], y[train], x[test], y[test]


# %%
split(np.array([[0.0], [10.0], [20.0], [30.0]]), np.array([0, 1, 2, 3]), test_fraction=0.25, seed=50)

# %% tags=["check"]
check("split", split)

# %% [markdown]
# ## 3. A feature of your own
#
# Difficulty 2 of 3, 20 minutes.
#
# Before deep learning, people decided what a program should look at. Do that once: describe each image by **one number**, so that
# zeros and eights get different numbers. Then a single threshold tells them apart: below it one digit, above it the other.
#
# - `images` `(N, 784)`: images of 28 by 28 pixels, row after row from the top; 0 is paper, 1 is ink
# - returns `(N,)`: one number for each image, computed from that image alone
#
# The check takes 100 zeros and 100 eights and looks for the best threshold. At least 85 % of the images must be on the right side of it.
# There are many good answers. `images.reshape(-1, 28, 28)[:, 10, 14]` is the pixel in row 10, column 14 of each image.

# %%
x_train, y_train, _, _ = data.mnist()
zero, eight = x_train[y_train == 0][0].reshape(28, 28), x_train[y_train == 8][0].reshape(28, 28)
for row in range(4, 24):
    print("".join(" .+#"[int(3.99 * ink)] for ink in [*zero[row], *eight[row]]))


# %% tags=["solution"]
def feature(images):
    """One number per image: images (N, 784) -> (N,)."""
    # the ink in the middle, where an eight crosses itself and a zero is empty
    pixels = images.reshape(-1, 28, 28)
    return pixels[:, 11:17, 12:16].mean((1, 2))


# %%
for digit in (0, 8):
    print(digit, feature(x_train[y_train == digit]).mean().round(2))

# %% tags=["check"]
check("feature", feature)

# %% [markdown]
# ## 4. Reading learning curves
#
# Difficulty 2 of 3, 10 minutes.
#
# A learning curve shows the accuracy on the test set against the number of training examples. Two questions to ask of several of them:
# which learner is best with this much data, and which one would still get better with more?
#
# - `sizes` `(S,)`: numbers of training examples, rising
# - `curves` `(L, S)`: the accuracies of L learners, one per row, at these sizes
# - returns `best` `(S,)`: for each size the number of the learner with the highest accuracy (the first, when two are equal)
# - and `gain` `(L,)`: for each learner the accuracy it won **per doubling** of the training set, over the last step of its curve
#
# From 100 to 800 examples the training set doubles three times. A learner that went from 0.80 to 0.86 on the way won 0.02 per doubling.
#
# | | 100 | 800 | gain |
# |---|---|---|---|
# | learner 0 | **0.80** | 0.86 | 0.02 |
# | learner 1 | 0.65 | **0.89** | 0.08 |
#
# `best` is `[0, 1]`: with little data the first learner wins, with more the second, and it is still rising.


# %% tags=["solution"]
def read_curves(sizes, curves):
    """Who is best, and who still improves: sizes (S,), curves (L, S) -> best (S,), gain (L,) per doubling over the last step."""
    doublings = np.log2(sizes[-1] / sizes[-2])
    return curves.argmax(0), (curves[:, -1] - curves[:, -2]) / doublings


# %%
read_curves(np.array([100, 800]), np.array([[0.80, 0.86], [0.65, 0.89]]))

# %% tags=["check"]
check("read_curves", read_curves)
