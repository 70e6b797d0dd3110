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
# # 10 Does it work on examples it has never seen?
#
# So far a network was good when it was right about its training examples. What it is for are new ones. When does it **generalize**, that
# is, stay right about examples that it has never seen? What helps, and how do you measure it without fooling yourself?
#
# - **You need:** lessons 01 to 09, mean and variance of a random number.
# - **You get:** a protocol for honest measurements; four ways to make a network generalize better, and why they work; three experiments
#   that show what the usual stories leave out.
# - **Time:** about 90 minutes, and 80 for the exercises.
#
# ← [09 Deep networks](09_deep_networks.ipynb) · [Map](00_start.ipynb)

# %%
import numpy as np
from dlcourse import data, kernels, viz

x_train, y_train, x_test, y_test = data.mnist()

# %% [markdown]
# ## Predict
#
# You take 200 images of digits and throw their labels into a hat. Each image gets a label from the hat, so that a three may be called 8
# and the next three 1. There is nothing left to understand. Then you train a network with one hidden layer of 128 neurons, the same as
# for real labels. How many of its 200 training images will it get right?
#
# 1. about 10 %, since the labels are noise
# 2. about half
# 3. all of them
#
# <details><summary>Answer, once you have chosen</summary>
#
# All of them, with every seed we tried. "The aha" runs it. So being right on the training images says nothing about having understood
# them, and this lesson needs another way to measure.
#
# </details>
#
# A second prediction waits in the widget.

# %% [markdown]
# ## Explore
#
# A curve is fitted to a few noisy points of a wave. The degree of the polynomial is what the width is for a network: how many numbers
# there are to adjust. The right panel shows the error on the points that the curve was fitted to, and on 500 fresh points. Answer the
# question in the widget first, then:
#
# - Move the degree from 0 to 12. Which of the two errors never rises?
# - Stay at degree 9 and take more training points. Who does the work now?
# - Go back to 10 points and degree 9, and use one brake at a time: L2, dropout, stopping early (each is explained in Build). What does it
#   do to the curve, and to the error on the training points?

# %%
from dlcourse.widgets import Overfitting

Overfitting()

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# - The training error never rises. The test error falls until degree 3, stays, and explodes when the curve has nearly as many
#   coefficients as there are points.
# - With 100 points, degree 9 is harmless: the points hold the curve down between them.
# - Each brake calms the curve, lowers the test error and *raises* the training error. That is its price, and it can be too high: at λ = 1
#   the curve hardly follows the wave.
#
# </details>
#
# For your own points run `Overfitting(points)` in a new cell, with an array of rows $(x, y)$. A third of them is kept for the test.

# %% [markdown]
# ## Build
#
# ### 1. The protocol
#
# Supervised learning rests on one assumption: the examples you have and the examples to come are drawn, independently, from the same
# source. What you want is a small **risk** $R$, the mean loss over all that the source may send. What you can compute is the mean over
# $N$ examples,
#
# $$\hat R = \frac1N \sum_n \ell_n, \qquad \ell_n = \text{the loss of the finished model on example } n.$$
#
# If these examples had no part in making the model, the $\ell_n$ are independent, each with mean $R$ and some variance $s^2$. Write
# $\mathrm{E}$ and $\mathrm{Var}$ for mean and variance over all sets of $N$ examples that could have come. The mean of a sum is the sum of
# the means, and the variance of a sum of independent numbers the sum of the variances, so
#
# $$\mathrm{E}\,\hat R = \frac1N \cdot N R = R, \qquad \mathrm{Var}\,\hat R = \frac{1}{N^2} \cdot N s^2 = \frac{s^2}{N}.$$
#
# On examples that *did* have a part, this fails at the first step: the weights were chosen to make exactly these $\ell_n$ small. The same
# goes for every choice, by hand or by program: which width, which epoch, which columns. Hence three sets, and what each may be used for:
#
# | set | used for | how often |
# |---|---|---|
# | training | everything that is computed from data: weights, means and scales, selected columns | as often as you like |
# | validation | every choice: architecture, learning rate, strength of a brake, when to stop | as often as needed; it wears out |
# | test | one number, at the end | once |

# %%
x, y = data.breast_cancer()  # 569 tumors, 30 measurements, benign or malignant
rng = np.random.default_rng(0)
train, validation, test = np.split(rng.permutation(len(x)), [300, 430])
print(len(train), len(validation), len(test))

# %% [markdown]
# The split comes first, before anything else looks at the numbers. How exact is the one number at the end? For the accuracy, $\ell_n$ is 1
# with probability $q$ and 0 otherwise, so $s^2 = q - q^2 = q(1 - q)$. On about 95 % of all test sets the measured accuracy is within
# $2 s / \sqrt N$ of $q$:

# %%
for n in (100, 500, 10_000):
    print(f"accuracy 0.935 on {n:6,} test images: ± {2 * np.sqrt(0.935 * 0.065 / n):.3f}")

# %% [markdown]
# So two models that differ by one percent on our 500 test images may well be equally good. It helps to compare them on the same images and
# over several seeds, as this lesson does.
#
# ### 2. Too stiff, too flexible
#
# Where does the test error come from? Take the wave of the widget. A value is $y = f(x) + \varepsilon$, with noise of mean 0 and variance
# $\sigma^2$. A training set $S$ gives a fitted curve $\hat f_S$. Ask for its error at a new point, in the mean over all training sets *and*
# the new noise, and write $\bar f(x) = \mathrm{E}_S \hat f_S(x)$ for the mean curve:
#
# $$\mathrm{E}\,(y - \hat f_S(x))^2 = \underbrace{\sigma^2}_{\text{noise}} + \underbrace{(f(x) - \bar f(x))^2}_{\text{bias}^2}
# + \underbrace{\mathrm{E}_S\,(\hat f_S(x) - \bar f(x))^2}_{\text{variance}}$$
#
# <details><summary>Derivation</summary>
#
# Write $y - \hat f_S = \varepsilon + (f - \bar f) + (\bar f - \hat f_S)$ and square. The squares are the three terms. Of the products,
# $\varepsilon (f - \bar f)$ and $\varepsilon (\bar f - \hat f_S)$ have mean 0, because the new noise has mean 0 and is independent of the
# training set. In $(f - \bar f)(\bar f - \hat f_S)$ the first factor does not depend on $S$, and the second has mean 0 by the definition of
# $\bar f$. $\blacksquare$
#
# </details>
#
# **Bias** is what the model family gets wrong even on average: too stiff. **Variance** is how much the curve depends on which examples you
# happened to get: too flexible. Measure both with 400 training sets of 15 points:


# %%
def wave(n, rng, noise=0.3):
    x = 2 * (np.arange(n) + rng.random(n)) / n - 1  # one in each of n equal parts of -1 to 1
    return x, np.sin(np.pi * x) + noise * rng.normal(size=n)


def powers(x, degree):
    return np.vander(x, degree + 1, increasing=True)  # columns 1, x, x² ...


# %%
axis = np.linspace(-0.95, 0.95, 96)
samples = [wave(15, np.random.default_rng(seed)) for seed in range(400)]


def curves(fit, degree):
    """The fitted curves of all training sets: (400, 96)."""
    return np.array([powers(axis, degree) @ fit(powers(x, degree), y) for x, y in samples])


# %%
def parts(curves):
    """bias² and variance, each the mean over the axis."""
    mean = curves.mean(0)
    return ((np.sin(np.pi * axis) - mean) ** 2).mean(), ((curves - mean) ** 2).mean()


# %%
def least_squares(x, y):
    return np.linalg.lstsq(x, y, rcond=None)[0]


degrees = range(9)
bias, variance = np.transpose([parts(curves(least_squares, degree)) for degree in degrees])

# %%
viz.lines(
    {"bias²": bias, "variance": variance, "with noise: test error": bias + variance + 0.3**2}, degrees,
    points=True, yscale="log", xlabel="degree", ylabel="mean squared error",
    title="Stiff curves are wrong, flexible ones restless; in between is the best",
    alt="Over the degree bias² falls from 0.5 to below 0.0001, variance rises from 0.007 to 0.1. The sum with noise is lowest at 3.",
)

# %%
error = np.mean([((np.sin(np.pi * axis) - c) ** 2).mean() for c in curves(least_squares, 5)])
assert np.isclose(error, bias[5] + variance[5])  # the decomposition, exactly
assert (bias + variance).argmin() == 3 and variance[8] > 3 * variance[3] and bias[0] > 100 * bias[3]
assert (bias[5:] < variance[5:] / 200).all()

# %% [markdown]
# Even degrees gain nothing, since the wave is odd. What is left of bias² from degree 5 on is chance: a mean of 400 curves still has 1/400
# of their variance. The rest is the classic picture. You choose a family of models by looking at the sum,
# and the sum is what a validation set estimates. There is a second way: keep the flexible family and put a **brake** on it. That is called
# **regularization**.
#
# ### 3. L2: short weights
#
# Add the squared length of the weights to the loss, with a factor $\lambda$ that says how much it counts:
#
# $$L(w) = \frac1N |x w - y|^2 + \lambda |w|^2$$
#
# For a linear model the minimum can be written down. Set the gradient to zero:
#
# $$\frac{\partial L}{\partial w} = \frac2N x^\top (x w - y) + 2 \lambda w = 0 \quad\Longleftrightarrow\quad
# \Big(\frac{x^\top x}{N} + \lambda I\Big)\, w = \frac{x^\top y}{N}$$
#
# (In the code the first column, the constant 1, pays nothing: where the curve stands is no sign of restlessness.)


# %%
def ridge(x, y, decay):
    penalty = decay * np.eye(x.shape[1])
    penalty[0, 0] = 0
    return np.linalg.solve(x.T @ x / len(x) + penalty, x.T @ y / len(x))


# %% [markdown]
# What does $\lambda$ do? Look along the eigenvectors of $x^\top x / N$, which is half the Hessian of lesson 05. (The eigenvalues were
# called $\lambda$ there; here they are $s$.) In the direction with eigenvalue $s$, least squares solves $s\,w = c$, and now it is
# $(s + \lambda)\,w = c$. So compared with $w_0$, the solution for $\lambda = 0$, each direction is shrunk by a factor of its own:
#
# $$w_\lambda = \frac{s}{s + \lambda}\; w_0$$
#
# Directions that the data determine well, $s \gg \lambda$, are left alone. Those that the data hardly see, $s \ll \lambda$, where the
# noise decides, are switched off. On the wave, with degree 8:

# %%
decays = 10.0 ** np.arange(-7, 2)
bias, variance = np.transpose([parts(curves(lambda x, y, decay=decay: ridge(x, y, decay), 8)) for decay in decays])

# %%
viz.lines(
    {"bias²": bias, "variance": variance, "with noise: test error": bias + variance + 0.3**2}, decays,
    xscale="log", yscale="log", points=True, xlabel="λ", ylabel="mean squared error",
    title="λ trades variance for bias, continuously",
    alt="From λ = 1e-7 to 10 variance falls from 0.09 to 0.007 and bias² rises from 0.0001 to 0.5. The sum is lowest at 0.001.",
)

# %%
total = bias + variance
assert (np.diff(variance) < 0).all() and bias[-1] > 100 * bias[0]
assert total.min() < 0.6 * total[0] and 0 < total.argmin() < len(decays) - 1

# %% [markdown]
# <details><summary>L2 is also a guess about the weights</summary>
#
# Lesson 03 found the squared error as minus the logarithm of a likelihood: noise of variance $\sigma^2$ gives
# $-\log p(y \mid w) = |xw - y|^2 / 2\sigma^2 + \dots$ Now guess beforehand that weights are normal with variance $\tau^2$:
# $-\log p(w) = |w|^2 / 2\tau^2 + \dots$ By Bayes' rule the probability of $w$ after seeing the data is
# $p(w \mid y) \propto p(y \mid w)\, p(w)$, and minus its logarithm is
#
# $$\frac{|xw - y|^2}{2\sigma^2} + \frac{|w|^2}{2\tau^2} = \frac{N}{2\sigma^2}\left[ \frac1N |xw - y|^2 + \lambda |w|^2 \right],
# \qquad \lambda = \frac{\sigma^2}{N \tau^2}.$$
#
# So the brake should be strong when the noise is large and weak when there are many examples.
#
# </details>
#
# In a network the same term is added, and a step of gradient descent takes $2\,\mathrm{lr}\,\lambda\, w$ off each weight: **weight decay**.
# Frameworks count without the 2, so PyTorch's `weight_decay` is $2\lambda$. With Adam the two differ, as lesson 08 showed; AdamW does the
# decay.
#
# ### 4. Early stopping
#
# The cheapest brake is to stop. Why should that help? Gradient descent on the squared error walks in each direction by itself, as lesson
# 05 derived. Along an eigenvector the gradient is $s\,(w - w_0)$ (the 2 is put into the rate), so in each step the distance to $w_0$
# shrinks by the factor $1 - \mathrm{lr}\, s$. From $w = 0$ the first distance is $-w_0$, and after $t$ steps
#
# $$w_t = \big(1 - (1 - \mathrm{lr}\, s)^t\big)\; w_0 .$$
#
# Again each direction has its own factor, between 0 and 1 as long as $\mathrm{lr}$ is at most 1 over the largest $s$. The code takes that
# rate, runs the steps and compares:

# %%
x, y = wave(15, np.random.default_rng(1))
x9 = powers(x, 9)
s, v = np.linalg.eigh(x9.T @ x9 / 15)
lr = 1 / s[-1]

# %%
w = np.zeros(10)
for _ in range(1000):
    w -= lr * x9.T @ (x9 @ w - y) / 15

direct = v @ ((1 - (1 - lr * s) ** 1000) / s * (v.T @ (x9.T @ y) / 15))
assert np.allclose(w, direct)

# %% [markdown]
# For small $s$ this factor is about $\mathrm{lr}\, t\, s$, and that of L2 about $s / \lambda$. So compare $t$ steps with
# $\lambda = 1 / (\mathrm{lr}\, t)$:

# %%
s_axis = np.logspace(-6, 0, 121)
viz.lines(
    {"1000 steps at rate 1": 1 - (1 - s_axis) ** 1000, "L2 with λ = 1/1000": s_axis / (s_axis + 1 / 1000)}, s_axis,
    xscale="log", xlabel="eigenvalue s", ylabel="share of the way",
    title="Stopping early and shrinking do nearly the same",
    alt="Two S-shaped curves rise from 0 to 1 over the eigenvalue. At 0.001 they are at 0.63 and 0.5; stopping rises more sharply.",
)

# %% [markdown]
# So the number of steps *is* a regularizer, whether you want it or not: a short training is a strong brake. This is exact for a linear
# model with squared error; for a network it is the picture to have in mind. When to stop is a choice, and choices belong to the validation
# set. Watch it on the wave:

# %%
steps = np.unique(np.logspace(0, 7, 141).astype(int))
validation_x, validation_y = wave(500, np.random.default_rng(2))
paths = np.array([v @ ((1 - (1 - lr * s) ** t) / s * (v.T @ (x9.T @ y) / 15)) for t in steps])
train_errors = ((paths @ x9.T - y) ** 2).mean(1)
validation_errors = ((paths @ powers(validation_x, 9).T - validation_y) ** 2).mean(1)

# %%
viz.lines(
    {"training": train_errors, "validation": validation_errors}, steps, xscale="log", ylim=(0, 0.6),
    xlabel="step", ylabel="mean squared error",
    title="The training error always falls, the validation error turns",
    alt="From step 1 to ten million the training error falls all the way. The validation error falls to 0.12 and rises again to 0.21.",
)

# %%
best = validation_errors.argmin()
print(f"lowest validation error {validation_errors[best]:.3f} at step {steps[best]:,}, {validation_errors[-1]:.3f} at the end")
assert (np.diff(train_errors) < 1e-12).all() and validation_errors[-1] > 1.3 * validation_errors[best]

# %% [markdown]
# In hindsight the best step is easy to find. During training nobody knows what comes, and the curve of a network is noisy. The usual rule
# waits a while, the **patience**, before it believes that the best is over. It is an exercise.
#
# ### 5. Dropout
#
# **Dropout** disturbs the network while it learns: at each step each neuron of a layer is switched off with probability $p$, by a fresh
# random mask (Srivastava et al. 2014). A neuron that may lose any of its inputs cannot rely on one of them alone.
#
# Let $m$ be 1 when a number $a$ is kept, probability $1 - p$, and 0 when it is dropped. What is passed on is $a\,m / (1 - p)$, and this is
# why:
#
# $$\mathrm{E}\,\frac{a\,m}{1 - p} = a\,\frac{1 - p}{1 - p} = a, \qquad
# \mathrm{Var}\,\frac{a\,m}{1 - p} = a^2\, \frac{p\,(1 - p)}{(1 - p)^2} = a^2\,\frac{p}{1 - p}.$$
#
# The mean is right, so that after training the masks can simply be left out. The variance is noise in proportion to $a$. Any noise factor
# with mean 1 and variance $p/(1 - p)$ should do much the same, and indeed a normal one does; the paper tries it too. Here is that relative
# of dropout as a pair of output and backward, the form of lesson 06. (Dropout itself is an exercise.)


# %%
def noisy(a, p, rng):
    factor = 1 + np.sqrt(p / (1 - p)) * rng.normal(size=a.shape)
    return a * factor, lambda dy: dy * factor


# %%
a = np.array([-1.0, 0.5, 2.0])
rng = np.random.default_rng(3)
many = np.tile(a, (100_000, 1))  # each row gets factors of its own
by_noise, _ = noisy(many, 0.2, rng)
by_masks, _ = kernels.dropout(many, kept=rng.random(many.shape) >= 0.2, p=0.2)

# %%
for name, drawn in {"normal factors": by_noise, "dropout": by_masks}.items():
    print(f"{name:15} mean {drawn.mean(0).round(2)}  variance {drawn.var(0).round(2)}")
    assert np.allclose(drawn.mean(0), a, atol=0.02) and np.allclose(drawn.var(0), a**2 * 0.25, rtol=0.05)

# %% [markdown]
# What does this noise do to learning? For a linear model it can be said exactly. Let $\tilde x$ be the disturbed inputs, predict
# $\tilde x w$, and take the mean of the squared error over all masks. For one example the prediction has mean $x w$ and variance
# $\sum_d x_d^2 w_d^2\, p/(1 - p)$, since the masks of different inputs are independent. The mean of a square is the square of the mean plus
# the variance:
#
# $$\mathrm{E}\,\frac1N |\tilde x w - y|^2 = \frac1N |x w - y|^2 + \frac{p}{1 - p} \sum_d w_d^2\; \frac1N \sum_n x_{nd}^2$$
#
# Dropout **is** an L2 penalty here, in which each weight pays in proportion to the mean square of its input (Wager, Wang and Liang 2013).
# The derivation uses nothing but mean and variance, so the normal factors must obey it too:

# %%
rng = np.random.default_rng(4)
x, y, w, p = rng.normal(size=(20, 6)) * np.arange(1, 7), rng.normal(size=20), rng.normal(size=6), 0.3
disturbed, _ = noisy(np.broadcast_to(x, (20_000, 20, 6)), p, rng)  # the whole batch, 20,000 times

# %%
measured = ((disturbed @ w - y) ** 2).mean()
formula = ((x @ w - y) ** 2).mean() + p / (1 - p) * (w**2 * (x**2).mean(0)).sum()
print(f"measured {measured:.1f}, formula {formula:.1f}")
assert abs(measured / formula - 1) < 0.01

# %% [markdown]
# In a deep network there is no such formula, but the two readings stay: noise that punishes large weights on busy inputs, and a crowd of
# $2^K$ networks, one for each mask of $K$ neurons, that share their weights and vote at the end.
#
# ### 6. More data from the data
#
# The best brake of all is more examples. Sometimes you can make some. A digit moved by a pixel is the same digit, and to the first layer
# of a network it is a different vector: other weights see the ink. So move images, keep their labels, and train on both. This is **data
# augmentation**. Here one move is made for a whole batch; an exercise asks for more.


# %%
def move(x, down, right):
    """Images (N, 784), moved; what leaves on one side is lost, and paper comes in on the other."""
    wide = np.pad(x.reshape(-1, 28, 28), ((0, 0), (3, 3), (3, 3)))
    return wide[:, 3 - down : 31 - down, 3 - right : 31 - right].reshape(len(x), -1)


# %%
moves = [(0, 0), (-2, 0), (2, 0), (0, -2), (0, 2)]
two = x_train[y_train == 2][6:7]
mirrored = two.reshape(-1, 28, 28)[:, :, ::-1].reshape(1, -1)
viz.images(
    np.concatenate([*(move(two, *by) for by in moves), mirrored]), ["as it is", "up", "down", "left", "right", "mirrored"], columns=6,
    title="Five of these are a 2",
    alt="Six pictures of one handwritten 2: as it is, moved up, down, left and right by two pixels, and mirrored.",
)

# %% [markdown]
# A change is allowed when it leaves the label as it is, and only you know that: a mirrored cat is a cat, a mirrored 2 is nothing. How far
# is a moved image from its original? Compare it with the nearest image that shows *another digit*:

# %%
gap_to_moved = np.linalg.norm(move(x_train[:50], 0, 2) - x_train[:50], axis=1)
others = [x_train[y_train != digit] for digit in range(10)]
gap_to_other = [np.linalg.norm(others[t] - image, axis=1).min() for image, t in zip(x_train[:50], y_train[:50], strict=True)]

# %%
share = (gap_to_moved > gap_to_other).mean()
print(f"for {share:.0%} of 50 images another digit is nearer than the image's own copy, two pixels to the side")
assert share > 0.85

# %% [markdown]
# What we take for the same is far apart in the space of pixels. That is knowledge that the network does not have, and augmentation is how
# to tell it.
#
# ## Check
#
# The same numbers in PyTorch, in float64: the loss with its L2 term and its gradient, one step with weight decay, and the noise layer with
# the same factors.

# %%
from dlcourse.compare import relative_difference, same_as_torch

try:
    import torch
    from torch.optim.sgd import sgd  # the step of torch.optim.SGD
except ModuleNotFoundError:
    torch = None
    print("PyTorch is not installed here, so this check is empty. To fill it: pip install torch")


# %%
def l2_loss(x, y, w, decay):
    return ((x @ w - y) ** 2).mean() + decay * (w**2).sum()


def l2_loss_backward(x, y, w, decay):
    return 2 * x.T @ (x @ w - y) / len(x) + 2 * decay * w


# %%
decay, lr = 0.05, 0.01
output, backward = noisy(x, 0.3, np.random.default_rng(5))
factor = output / x
ours = {
    "loss with L2": l2_loss(x, y, w, decay),
    "its gradient": l2_loss_backward(x, y, w, decay),
    "a step with weight decay": w - lr * l2_loss_backward(x, y, w, decay),
    "noise, output": output,
    "noise, gradient": backward(np.cos(x)),
}


# %%
def in_torch():
    tx, ty, tw, tf = (torch.tensor(array, requires_grad=True) for array in (x, y, w, factor))
    loss = torch.nn.functional.mse_loss(tx @ tw, ty) + decay * (tw**2).sum()
    (gradient,) = torch.autograd.grad(loss, tw)
    (noise_gradient,) = torch.autograd.grad((tx * tf * torch.cos(tx.detach())).sum(), tx)
    torch.nn.functional.mse_loss(tx @ tw, ty).backward()
    with torch.no_grad():  # PyTorch counts without the 2
        sgd([tw], [tw.grad], [None], lr=lr, weight_decay=2 * decay, momentum=0, dampening=0, nesterov=False, maximize=False)
    return [array.detach() for array in (loss, gradient, tw, tx * tf, noise_gradient)]


theirs = dict(zip(ours, in_torch(), strict=True)) if torch else {}

# %% tags=["volatile"]
for name, array in theirs.items():
    print(f"{name:26} {relative_difference(ours[name], array):.0e}")

# %%
for name, array in theirs.items():
    same_as_torch(ours[name], array, tolerance=1e-10)

# %% [markdown]
# ## Use
#
# ### Choosing λ for 40 patients
#
# The tumors from step 1: is one benign? With 30 measurements and only 40 patients to learn from, a linear model has almost as many weights
# as examples. Fit it to targets −1 and 1, choose $\lambda$ on a validation set (260 patients, a luxury here), and look at the test set
# once. Every column is brought to mean 0 and standard deviation 1, by the numbers of the training rows:

# %%
x, y = data.breast_cancer()
y = 2 * y - 1
lambdas = 10.0 ** np.arange(-6, 2)


def scaled(x, rows):
    """Columns by the mean and deviation of these rows; a 1 in front for the constant."""
    return np.column_stack([np.ones(len(x)), (x - x[rows].mean(0)) / x[rows].std(0)])


# %%
def accuracies(seed, size=40):
    """(validation, test) for each λ."""
    train, validation, test = np.split(np.random.default_rng(seed).permutation(len(x)), [size, 300])
    z = scaled(x, train)
    fits = [ridge(z[train], y[train], decay) for decay in lambdas]
    return [[(np.sign(z[rows] @ w) == y[rows]).mean() for w in fits] for rows in (validation, test)]


# %%
on_validation, on_test = np.transpose([accuracies(seed) for seed in range(20)], (1, 0, 2))  # (20, 8) each

# %%
viz.lines(
    {"validation": on_validation.mean(0), "test": on_test.mean(0)}, lambdas, xscale="log", points=True, ylim=(0.75, 1),
    xlabel="λ", ylabel="accuracy", title="40 patients, 31 weights: the brake decides",
    alt="Accuracy over λ, mean of 20 splits: about 0.8 at 1e-6, highest, near 0.94, from 0.1 to 1, lower at 10. The two curves agree.",
)

# %%
chosen = on_validation.argmax(1)
honest = on_test[range(20), chosen]
print(f"no brake: {on_test[:, 0].mean():.3f} on the test set; λ chosen on the validation set: {honest.mean():.3f}")
assert honest.mean() > on_test[:, 0].mean() + 0.04

# %% [markdown]
# The validation curve finds the right region of $\lambda$. The test curve is drawn to show just that; in your own work you would not
# look at it.
#
# ### Five ways to train on 500 digits
#
# Now a network with 64 hidden neurons, and few images, so that overfitting has a chance. Five trainings that differ in one thing each, or
# two, with five seeds; each seed draws its own 500 of the 2,500 images, and another 500 as its validation set. The strengths are round
# numbers, not tuned; where images are moved too, less dropout will do.

# %%
from dlcourse import functional as F
from dlcourse.nn import Dropout, Linear, ReLU, Sequential
from dlcourse.optim import AdamW
from dlcourse.tensor import Tensor
from dlcourse.train import evaluate, fit, predict


def network(width, p, rng):
    return Sequential(Linear(784, width, rng=rng), ReLU(), Dropout(p, rng=rng), Linear(width, 10, rng=rng))


# %%
def jitter(x, rng):
    """The batch, moved as a whole by up to one pixel each way."""
    return move(x, *rng.integers(-1, 2, size=2))


def train(x, t, seed, *, width=64, epochs=16, decay=0.0, p=0.0, change=lambda x, rng: x, watch=lambda model: None):
    rng = np.random.default_rng(seed)
    model = network(width, p, rng)
    batches = ((change(x, rng), t) for x, t in data.DataLoader(x, t, batch_size=50, epochs=epochs, rng=rng))
    for step, _ in fit(model, batches, F.cross_entropy, AdamW(model.parameters(), lr=0.004, weight_decay=decay)):
        if step * 50 % (2 * len(x)) == 0:  # every second epoch
            watch(model)
    return model


# %%
def some(seed, n=500):
    """n training images and their labels."""
    rows = np.random.default_rng(seed).permutation(2500)[:n]
    return x_train[rows], y_train[rows]


def unseen(seed):
    """500 others."""
    rows = np.random.default_rng(seed).permutation(2500)[-500:]
    return x_train[rows], y_train[rows]


ways = {
    "plain": {},
    "weight decay": {"decay": 1.0},
    "dropout": {"p": 0.5},
    "moved images": {"change": jitter},
    "moved images, dropout": {"change": jitter, "p": 0.2},
}
curves_of = {"plain": [], "moved images, dropout": []}  # the validation loss after every second epoch


def watched(name, seed):
    x, t = unseen(seed)
    losses = []

    def watch(model):
        losses.append(F.cross_entropy(Tensor(predict(model, x)), t).item())

    model = train(*some(seed), seed, watch=watch if name in curves_of else lambda model: None, **ways[name])
    if name in curves_of:
        curves_of[name].append(losses)
    return model


models = {name: [watched(name, seed) for seed in range(5)] for name in ways}

# %% tags=["volatile"]
viz.lines(
    {name: np.array(losses) for name, losses in curves_of.items()}, range(2, 17, 2), points=True, ylim=(0.3, 1),
    xlabel="epoch", ylabel="validation loss",
    title="Plain training turns; moved images and dropout keep it falling",
    alt="Validation loss over 16 epochs, mean and range of five seeds. Plain falls to 0.55 and rises again, the other falls below 0.5.",
)

# %%
plain, moved = map(np.array, curves_of.values())  # (5 seeds, 8 epochs) each
assert (plain[:, -1] > plain.min(1) + 0.01).all() and (moved[:, -1] < plain[:, -1] - 0.05).all()

# %%
scores = {name: np.array([evaluate(model, *unseen(seed)) for seed, model in enumerate(five)]) for name, five in models.items()}
gains = {name: five - scores["plain"] for name, five in scores.items()}

# %% tags=["volatile"]
for name, five in scores.items():
    print(f"{name:22} right on {five.mean():.1%} of the validation images; more than plain, seed by seed: {(100 * gains[name]).round(1)}")

# %% [markdown]
# On so few images the differences between seeds are as large as most gains; that is why each gain is taken with the same seed and the
# same images. The choice falls on the way with the best mean. Now, once, the test images, for it and for plain training:

# %%
best = max(scores, key=lambda name: scores[name].mean())
tested = {name: np.mean([evaluate(model, x_test, y_test) for model in models[name]]) for name in ("plain", best)}
assert "moved images" in best and tested[best] > tested["plain"] + 0.005
assert gains["moved images, dropout"].min() > 0 and gains["dropout"].mean() < gains[best].mean()
assert abs(gains["weight decay"].mean()) < 0.01

# %% tags=["volatile"]
print(f"right on the test images: {best} {tested[best]:.1%}, plain {tested['plain']:.1%}")

# %% [markdown]
# Moved images win. Dropout alone is worth less, and weight decay, at this strength, nothing that can be told from chance. A brake that
# helped someone else's network is a suggestion, not a law. Measure it.
#
# ## The aha
#
# ### The same network fits random labels to 100 %
#
# Your prediction from the top (after Zhang et al. 2017). 200 images, once with their labels and once with labels from the hat:


# %%
def memorize(seed, shuffled):
    """(training accuracy, test accuracy) of the same network on the same images."""
    x, t = some(seed, 200)
    t = np.random.default_rng(seed).permutation(t) if shuffled else t
    model = train(x, t, seed, width=128, epochs=30)
    return evaluate(model, x, t), evaluate(model, x_test, y_test)


real, shuffled = (np.array([memorize(seed, kind) for seed in range(5)]) for kind in (False, True))

# %% tags=["volatile"]
for name, pairs in {"real labels": real, "labels from the hat": shuffled}.items():
    print(f"{name:20} training {pairs[:, 0].mean():.3f}   test {pairs[:, 1].mean():.3f}")

# %%
assert real[:, 0].min() == shuffled[:, 0].min() == 1
assert real[:, 1].min() > 0.75 and shuffled[:, 1].max() < 0.2

# %% [markdown]
# Both are perfect on their training images. So "it has enough parameters to learn by heart" does not explain why a network generalizes,
# and a training accuracy of 100 % does not mean that it failed to. The network is the same, the training is the same; only the data
# differ. Where there is something to be found in them, gradient descent finds it, though it could have learned the images by heart.
#
# ### Leaks: how noise becomes skill
#
# 200 rows of pure noise, with labels from a coin. No method can be right about new rows more often than half of the time. Here are three
# ways to prepare data that look harmless, and beside each the honest one. The classifiers are the linear model of "Use" and the nearest
# neighbor. The latter answers with the label of the most similar training row, and so has all of them by heart.


# %%
def linear(x, y, train, test):
    z = np.column_stack([np.ones(len(x)), x])
    return (np.sign(z[test] @ ridge(z[train], y[train], 0.1)) == y[test]).mean()


def nearest(x, y, train, test):
    gaps = ((x[test][:, None] - x[train]) ** 2).sum(-1)
    return (y[train][gaps.argmin(1)] == y[test]).mean()


# %%
def promising(x, y, rows, count=20):
    """The columns that go best with the labels, judged by these rows."""
    return np.abs((x[rows] - x[rows].mean(0)).T @ (y[rows] - y[rows].mean())).argsort()[-count:]


def halves(n, rng):
    return np.split(rng.permutation(n), 2)


# %%
def procedures(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(200, 2000)), rng.choice([-1, 1], size=200)
    train, test = halves(200, rng)
    few, everything = x[:, :20], np.arange(200)
    copies = rng.integers(0, 200, size=400)  # rows drawn again and again, as when rare cases are "balanced"
    return {
        "columns chosen by all rows": linear(x[:, promising(x, y, everything)], y, train, test),
        "chosen by training rows": linear(x[:, promising(x, y, train)], y, train, test),
        "copied, then split": nearest(few[copies], y[copies], *halves(400, rng)),
        "split, then copied": nearest(few, y, rng.choice(train, size=200), test),
        "standardized by all rows": linear(scaled(few, everything)[:, 1:], y, train, test),
        "by training rows": linear(scaled(few, train)[:, 1:], y, train, test),
    }


# %%
runs = [procedures(seed) for seed in range(20)]
means = {name: np.mean([run[name] for run in runs]) for name in runs[0]}

# %%
viz.bars(
    means, xlabel="test accuracy on pure noise, mean of 20 seeds",
    title="Two of the three leaks turn noise into skill",
    alt="Columns chosen by all rows: 0.75. Copied, then split: 0.81. All others, standardizing by all rows among them: about 0.5.",
)

# %%
leaks = [means["columns chosen by all rows"], means["copied, then split"]]
harmless = [value for name, value in means.items() if value not in leaks]
assert min(leaks) > 0.7 and max(abs(value - 0.5) for value in harmless) < 0.04

# %% [markdown]
# **Choosing columns** by all rows looks at the test labels: among 2,000 columns of noise some go with these 200 labels by chance, and they
# do so in the test half too. Such results have been published about gene expression (Ambroise and McLachlan 2002).
#
# **Copied rows** put the answer into the training set. With 400 draws from 200 rows, half of them for training, a test row has a copy
# there with probability $1 - (1 - \frac1{200})^{200}$, and then the nearest neighbor is right; otherwise it guesses:

# %%
copied = 1 - (1 - 1 / 200) ** 200
print(f"predicted {copied + (1 - copied) / 2:.3f}, measured {means['copied, then split']:.3f}")
assert abs(copied + (1 - copied) / 2 - means["copied, then split"]) < 0.03

# %% [markdown]
# The same happens with several pictures of one patient, or moved copies of an image, on both sides of the split. Split by patient, and
# augment after the split.
#
# **Standardizing** by all rows is the usual example of a leak, and it is one, but it makes no skill out of noise: means and deviations know
# nothing of labels. What does it do on real data? The tumors again, with many training rows and with few:


# %%
def flattery(seed, size):
    """How much test accuracy standardizing by all rows adds."""
    train, test = np.split(np.random.default_rng(seed).permutation(len(x)), [size])
    by_all, by_train = (scaled(x, rows) for rows in (slice(None), train))
    return np.diff([(np.sign(z[test] @ ridge(z[train], y[train], 0.01)) == y[test]).mean() for z in (by_train, by_all)])


# %%
many, few = (np.mean([flattery(seed, size) for seed in range(100)]) for size in (400, 20))
print(f"with 400 training rows {100 * many:+.2f} percent, with 20 rows {100 * few:+.2f} percent")
assert abs(many) < 0.002 < 0.005 < few < 0.01

# %% [markdown]
# With 400 rows nothing. With 20 rows it flatters by more than half a percent, because the test rows have helped to find the scale. Compute
# it by the training rows anyway: it costs nothing, and tomorrow's patient is in nobody's mean.
#
# ### Double descent: past the peak, more parameters are better
#
# The curve of step 2 is a U. What comes to the right of it? Take 200 digits and a layer of $P$ random ReLU neurons that are never trained.
# Only the last layer is fitted, by least squares on one-hot labels. When there is more than one solution, `lstsq` takes the one with the
# shortest weights. Where $P = 200$, there are as many weights for each class as there are images:

# %%
sizes = [10, 25, 50, 100, 150, 180, 200, 220, 250, 300, 400, 800, 2000]
one_hot = np.eye(10)


def random_features(seed):
    """Random hidden neurons for 200 training images, their labels, and the same neurons for the test images."""
    x, t = some(seed, 200)
    w = np.random.default_rng(seed).standard_normal((784, 2000), np.float32) / 28
    return np.maximum(x @ w, 0), t, np.maximum(x_test @ w, 0)


# %%
def descent(a, t, a_test, fit=least_squares):
    """For each size: the share of wrong answers on the test and on the training images, and the length of the weights."""
    weights = [fit(a[:, :size], one_hot[t]) for size in sizes]
    wrong, missed = (
        [((a[:, : len(w)] @ w).argmax(-1) != t).mean() for w in weights] for a, t in ((a_test, y_test), (a, t))
    )
    return wrong, missed, [np.linalg.norm(w) for w in weights]


features = [random_features(seed) for seed in range(5)]
wrong, missed, lengths = np.transpose([descent(*each) for each in features], (1, 0, 2))  # (5 seeds, 13 sizes) each

# %% tags=["volatile"]
viz.lines(
    {"no brake": wrong}, sizes, xscale="log", ylim=(0, 1), xlabel="random neurons P", ylabel="wrong answers on test images",
    title="A U, a peak where P meets the number of images, and a second descent",
    alt="Wrong answers over P. From 0.7 down to 0.4 at 100, up to more than 0.8 at 200, then down to 0.2 at 2,000, lower than ever before.",
)

# %%
left, peak, right = wrong[:, :4].min(1), wrong[:, sizes.index(200)], wrong[:, -1]
assert (peak > left + 0.3).all() and (right < left - 0.1).all()  # with each of the five seeds
assert (missed[:, sizes.index(200) :] == 0).all()

# %% tags=["volatile"]
print(f"best on the left {left.mean():.2f}, peak {peak.mean():.2f}, right end {right.mean():.2f}")
for size in (100, 200, 400, 2000):
    print(f"P = {size:5,}: length of the weights {lengths[:, sizes.index(size)].mean():8.1f}")

# %% [markdown]
# From 200 on every model is perfect on its training images. At 200 exactly one choice of weights meets all targets, whatever it
# takes, and they are long. With 2,000 neurons there are infinitely many, and the shortest of them is short. Belkin, Hsu, Ma
# and Mandal (2019) gave this curve its name. So the number of parameters is a poor measure of flexibility; the length of the weights
# tells more. Then a brake on the length should remove the peak. (The code solves for $N$ numbers in place of $P$. It is the same solution:
# multiply $(a^\top a / N + \lambda I)\, a^\top = a^\top (a\, a^\top / N + \lambda I)$ by both inverses.)


# %%
def braked(a, y):
    return a.T @ np.linalg.solve(a @ a.T / len(a) + 1e-3 * np.eye(len(a)), y / len(a))


with_brake = np.array([descent(*each, braked)[0] for each in features])

# %% tags=["volatile"]
viz.lines(
    {"no brake": wrong, "L2, λ = 0.001": with_brake}, sizes, xscale="log", ylim=(0, 1),
    xlabel="random neurons P", ylabel="wrong answers on test images",
    title="With a little L2 there is no peak",
    alt="The curve without a brake as before. With L2 the wrong answers fall all the way from 0.7 to 0.2, without a peak.",
)

# %%
assert (with_brake[:, sizes.index(200)] < left).all() and (with_brake.mean(0)[1:] < with_brake.mean(0)[:-1] + 0.01).all()

# %% [markdown]
# ## Misconceptions
#
# **"More parameters always overfit."** You have just seen a curve on which twenty times as many are better. A trained network, on the 500
# images of "Use", with 8 and with 64 hidden neurons:

# %%
narrow = [evaluate(train(*some(seed), seed, width=8), *unseen(seed)) for seed in range(5)]
assert (scores["plain"] > narrow).all()

# %% tags=["volatile"]
for width, five in {8: narrow, 64: scores["plain"]}.items():
    print(f"{width:3} neurons, {795 * width + 10:7,} parameters: right on {np.mean(five):.1%} of the validation images")

# %% [markdown]
# 50,000 parameters, 500 images, and no harm. What harms is the stretch where the examples are just matched.
#
# **"Dropout stays on at test time."** Then each answer depends on a throw of dice. Take the networks that were trained with dropout and
# ask each of them 30 times, with dropout on:

# %%
off, once, averaged, changed = [], [], [], []
for model in models["dropout"]:
    off.append(evaluate(model, x_test, y_test))
    model.train()
    asked = np.array([model(Tensor(x_test)).data for _ in range(30)])
    once.append((asked.argmax(-1) == y_test).mean())
    averaged.append((asked.mean(0).argmax(-1) == y_test).mean())
    changed.append((asked[0].argmax(-1) != asked[1].argmax(-1)).mean())

# %% tags=["volatile"]
print(f"off {np.mean(off):.3f}, on {np.mean(once):.3f}, on and averaged over 30 masks {np.mean(averaged):.3f}")
print(f"answers that differ between two calls: {np.mean(changed):.1%}")

# %%
assert np.mean(off) > np.mean(once) + 0.01 and np.mean(changed) > 0.05 and abs(np.mean(averaged) - np.mean(off)) < 0.01

# %% [markdown]
# Turned off, the network does as well as the mean of 30 masks, in one call. That is what the rescaling is for. In the package, as in
# PyTorch, `model.train()` and `model.eval()` are the switch.
#
# **"The rescaling is 1/p."** With $p$ the probability to drop it is $1/(1 - p)$. At $p = 0.5$ the two are the same, so this bug can live
# for years. The mean of ones under dropout:

# %%
for p in (0.5, 0.2, 0.1):
    share = (np.random.default_rng(0).random(100_000) >= p).mean()  # of the ones that stay
    print(f"p = {p}: mean {share / (1 - p):.2f} with 1/(1 - p), {share / p:.2f} with 1/p")

# %% [markdown]
# **"The test set may guide choices, as long as nothing is trained on it."** Choosing is training, with another algorithm. Let 1,000 models
# guess the labels of 100 test examples by coin, keep the best, and try it on new examples:

# %%
for seed in range(5):
    rng = np.random.default_rng(seed)
    guesses, labels = (rng.integers(0, 2, size=size, dtype=np.int8) for size in [(1000, 5_100), 5_100])
    right = guesses == labels
    best = right[:, :100].mean(1).argmax()
    print(f"best of 1,000: {right[best, :100].mean():.2f} on the test set, {right[best, 100:].mean():.3f} on new examples")
    assert right[best, :100].mean() > 0.6 and abs(right[best, 100:].mean() - 0.5) < 0.02

# %% [markdown]
# Nobody trained anything, and the test set says more than 60 %. The same happens, more slowly, when you look at the test accuracy after
# each change and keep what helps. It holds for the validation set too, which is why there are two.
#
# ## Exercises
#
# In [exercises/10_generalisation.ipynb](../exercises/10_generalisation.ipynb), graded at once. The last one takes all that you have
# learned in Part I.
#
# | exercise | what it asks | difficulty | minutes |
# |---|---|---|---|
# | `standardize` | a test set on the scale of the training set | 1 of 3 | 10 |
# | `k_fold` | the index pairs of cross-validation | 2 of 3 | 15 |
# | `early_stopping` | the epoch whose weights are kept, given a patience | 2 of 3 | 15 |
# | `dropout` | inverted dropout with a given mask | 2 of 3 | 10 |
# | `digits` | train a network in NumPy that reads 93.5 % of the test images with 100,000 parameters | 3 of 3 | 30 |
#
# ## Summary
#
# 1. The training error says nothing about new examples. Split first; train on one set, choose on another, and look at the test set once.
# 2. The error on new examples is noise + bias² + variance. A brake lowers the variance and pays with bias; a validation set finds its
#    strength.
# 3. L2, early stopping and dropout are relatives: each shrinks the directions that the data hardly determine. Augmentation adds what you
#    know and the network does not.
# 4. A network that can learn random labels by heart still generalizes from real ones, and past the peak of double descent more parameters
#    are better.
# 5. A leak is whatever lets test labels, or copies of test rows, into the making of the model. Standardizing by all rows is untidy;
#    choosing columns by all rows turns noise into 75 %.
#
# In ten lessons you went from one neuron that cuts a plane in two to deep networks that you can derive, write, check, train and judge by
# yourself. What comes next changes how the layers are wired, for images, for sequences, for data without labels; the loop of
# prediction, loss, gradient, step and honest measurement stays.
#
# Papers:
#
# - Hoerl and Kennard 1970, *Ridge regression: biased estimation for nonorthogonal problems* (L2)
# - Krogh and Hertz 1991, *A simple weight decay can improve generalization*
# - Geman, Bienenstock and Doursat 1992, *Neural networks and the bias/variance dilemma*
# - Prechelt 1998, *Early stopping – but when?*
# - Ambroise and McLachlan 2002, *Selection bias in gene extraction on the basis of microarray gene-expression data* (a leak, and its cure)
# - Simard, Steinkraus and Platt 2003, *Best practices for convolutional neural networks applied to visual document analysis* (moved and
#   bent digits)
# - Wager, Wang and Liang 2013, *Dropout training as adaptive regularization*
# - Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014, *Dropout: a simple way to prevent neural networks from overfitting*
# - Zhang, Bengio, Hardt, Recht and Vinyals 2017, *Understanding deep learning requires rethinking generalization* (random labels)
# - Belkin, Hsu, Ma and Mandal 2019, *Reconciling modern machine-learning practice and the classical bias–variance trade-off* (double
#   descent)
#
# ← [09 Deep networks](09_deep_networks.ipynb) · [Map](00_start.ipynb)
