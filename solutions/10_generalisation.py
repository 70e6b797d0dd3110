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
# # Exercises 10: Generalisation
#
# Four functions and one task, about 80 minutes. They go with the lesson `10_generalisation`.
#
# - Write each function, run its cell, then run the `check` cell below it. It tries your function on fresh numbers, and when something is
#   wrong it says what.
# - `hint("standardize")` gives the first of three hints, and the next one each time.
# - `solution("standardize")` shows an answer, once you have tried.

# %%
import numpy as np

from dlcourse import data
from dlcourse.grading import check, hint, solution

# %% [markdown]
# ## 1. Standardize without leaking
#
# Difficulty 1 of 3, 10 minutes.
#
# Bring the columns of a **test set** to the scale that the model was trained on: subtract the mean of each column and divide by its
# standard deviation. A test example stands for one that arrives tomorrow, so neither number may come from it.
#
# - `train` `(N, D)`: the training set
# - `test` `(M, D)`: the test set
# - returns `(M, D)`: the test set, standardized
#
# The standard deviation is NumPy's, the root of the mean squared deviation. A column that is constant in the training set has standard
# deviation 0: only subtract its mean, and divide by nothing.
#
# A training column (0, 4) has mean 2 and standard deviation 2. The test value 8 becomes 3, and it makes no difference which other test
# values came with it.


# %% tags=["solution"]
def standardize(train, test):
    """The test set on the scale of the training set: train (N, D), test (M, D) -> (M, D)."""
    deviation = train.std(0)
    return (test - train.mean(0)) / np.where(deviation == 0, 1, deviation)


# %%
standardize(np.array([[0.0, 5.0], [4.0, 5.0]]), np.array([[8.0, 6.0], [2.0, 5.0]]))

# %% tags=["check"]
check("standardize", standardize)

# %% [markdown]
# ## 2. Cross-validation
#
# Difficulty 2 of 3, 15 minutes.
#
# With few examples a single validation set is a matter of luck. **k-fold cross-validation** cuts the examples into k parts, the *folds*,
# and takes each fold once as validation set while the other folds are trained on. So each example is judged exactly once, by a model that
# has not seen it.
#
# - `n`: the number of examples; `k`: the number of folds, from 2 to n
# - `seed`: the order of the examples is `np.random.default_rng(seed).permutation(n)`
# - returns a list of k pairs `(train, validation)` of index arrays
#
# Cut the order into k consecutive folds. When n is not a multiple of k, the first n mod k folds hold one example more. Each pair holds the
# indices outside of the fold and those of the fold, both in the order of the permutation.
#
# For n = 5, k = 2 and the order 3, 0, 4, 1, 2 the folds are (3, 0, 4) and (1, 2). The pairs are ((1, 2), (3, 0, 4)) and
# ((3, 0, 4), (1, 2)).


# %% tags=["solution"]
def k_fold(n, k, seed):
    """k pairs (train, validation) of indices; each of the n examples is in exactly one validation fold."""
    order = np.random.default_rng(seed).permutation(n)
    folds = np.array_split(order, k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), fold) for i, fold in enumerate(folds)]


# %%
k_fold(5, 2, seed=0)

# %% tags=["check"]
check("k_fold", k_fold)

# %% [markdown]
# ## 3. Early stopping
#
# Difficulty 2 of 3, 15 minutes.
#
# After each epoch the loss on the validation set is measured. When it has not reached a new low for `patience` epochs in a row, training
# stops, and the weights of the best epoch are put back. Which epoch is that?
#
# - `losses`: a list of validation losses, one per epoch, as far as training would have gone
# - `patience`: 1 or more
# - returns the index of the epoch whose weights are kept, counted from 0
#
# A loss that equals the lowest so far is not a new low. What comes after the stop is never seen, even if it is better.
#
# For the losses 5, 4, 4.5, 4.2, 3 and a patience of 2, epochs 2 and 3 bring nothing new, so training stops after epoch 3 and keeps
# epoch 1. With a patience of 3 it goes on and finds epoch 4.


# %% tags=["solution"]
def early_stopping(losses, patience):
    """The epoch whose weights are kept when training stops after `patience` epochs in a row without a new low."""
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best == patience:
            break
    return best


# %%
early_stopping([5, 4, 4.5, 4.2, 3], patience=2), early_stopping([5, 4, 4.5, 4.2, 3], patience=3)

# %% tags=["check"]
check("early_stopping", early_stopping)

# %% [markdown]
# ## 4. Dropout
#
# Difficulty 2 of 3, 10 minutes.
#
# In training each number is dropped, set to 0, with probability p. Those that are kept grow, so that the mean over all masks is the number
# itself. After training nothing is dropped and nothing grows. This is **inverted dropout**, as in PyTorch.
#
# - `x`: an array of any shape
# - `p`: the probability that a number is dropped, at least 0 and less than 1
# - `seed`: a number is kept where `np.random.default_rng(seed).random(x.shape) >= p`
# - `train`: whether this is training
# - returns an array of the shape of `x`
#
# With p = 0.2 a number 1 becomes 0 or 1.25.


# %% tags=["solution"]
def dropout(x, p, seed, train=True):
    """In training x / (1 - p) where kept, 0 elsewhere; afterward x itself."""
    if not train:
        return x
    kept = np.random.default_rng(seed).random(x.shape) >= p
    return x * kept / (1 - p)


# %%
dropout(np.ones((2, 5)), 0.2, seed=0)

# %% tags=["check"]
check("dropout", dropout)

# %% [markdown]
# ## 5. 93.5 % with 100,000 numbers
#
# Difficulty 3 of 3, 30 minutes.
#
# The end of Part I, and more than a function: train a network, by your own code in NumPy alone, that reads at least **93.5 %** of the 500
# test images of the course's MNIST subset with at most **100,000** parameters. You have written all the parts: layers, softmax with cross
# entropy, their backward, an optimizer. Plain training on the 2,500 images ends about one percent short, so you need one idea of this
# lesson.
#
# - `x_train` `(2500, 784)` float32: the images, row after row of 28 pixels, from 0 to 1; `y_train` `(2500,)`: their labels, 0 to 9
# - `seed`: for your generator
# - returns `parameters`, a list (or tuple, or dict) of arrays,
# - and `predict`, a function of `(parameters, x)` that gives a label for each image: `(N, 784)` -> `(N,)`
#
# What the check does:
#
# - It calls your function once and gives it a minute. Ten seconds are plenty.
# - **It renames the classes at random,** in `y_train` and on its own test labels: the threes may be called 7. So what counts is learned
#   from the arguments; labels from elsewhere are of no use. An image is still an image of the digit that it shows.
# - It counts every number in `parameters`, and calls `predict` with zeros in their place too. Then no digit should be told from another:
#   all that was learned belongs there.
# - It calls `predict` on the test images in another order, one by one and twice. The answer to an image must stay the same.
#
# The test images are for the end. Choose the width, the learning rate and the number of epochs on a validation set of your own: the last
# 500 of the 2,500 images, say. When you have decided, train on all of them and run the check.


# %% tags=["solution"]
def digits(x_train, y_train, seed):
    """Two layers, trained by Adam on images that are moved by up to one pixel: returns parameters and predict(parameters, x)."""
    rng, width, epochs, batch, lr = np.random.default_rng(seed), 120, 40, 50, 0.004

    def weights(fan_in, fan_out):
        return (rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / fan_in)).astype(np.float32)

    def moved(x):
        wide = np.pad(x.reshape(-1, 28, 28), ((0, 0), (1, 1), (1, 1)))
        corners = rng.integers(0, 3, size=(len(x), 2))
        return np.stack([image[i : i + 28, j : j + 28] for image, (i, j) in zip(wide, corners, strict=True)]).reshape(-1, 784)

    def gradients(x, t):
        w1, b1, w2, b2 = parameters
        a = np.maximum(x @ w1 + b1, 0)
        z = a @ w2 + b2
        dz = np.exp(z - z.max(-1, keepdims=True))
        dz /= dz.sum(-1, keepdims=True)
        dz[np.arange(len(t)), t] -= 1
        dz /= len(t)
        da = dz @ w2.T * (a > 0)
        return x.T @ da, da.sum(0), a.T @ dz, dz.sum(0)

    def predict(parameters, x):
        w1, b1, w2, b2 = parameters
        return (np.maximum(x @ w1 + b1, 0) @ w2 + b2).argmax(-1)

    parameters = [weights(784, width), np.zeros(width, np.float32), weights(width, 10), np.zeros(10, np.float32)]
    m, v = ([np.zeros_like(w) for w in parameters] for _ in range(2))
    steps, step = epochs * (len(x_train) // batch), 0
    for _ in range(epochs):
        for rows in rng.permutation(len(x_train)).reshape(-1, batch):
            step += 1
            rate = lr * (1 + np.cos(np.pi * step / steps)) / 2
            for i, g in enumerate(gradients(moved(x_train[rows]), y_train[rows])):
                m[i] = 0.9 * m[i] + 0.1 * g
                v[i] = 0.999 * v[i] + 0.001 * g * g
                parameters[i] -= rate * m[i] / (1 - 0.9**step) / (np.sqrt(v[i] / (1 - 0.999**step)) + 1e-8)
    return parameters, predict


# %%
x_train, y_train, _, _ = data.mnist()
parameters, predict = digits(x_train[:2000], y_train[:2000], seed=0)
bool((predict(parameters, x_train[2000:]) == y_train[2000:]).mean() > 0.92)  # on the validation set, with 2,000 images to train on

# %% tags=["check"]
check("digits", digits)
