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
# # 03 What should a neuron give, and how wrong is it?
#
# A neuron adds up its weighted inputs. Two choices turn that sum into something that learns: the **activation**, a curve that bends the
# sum, and the **loss**, a number that says how wrong the result is. Which curve, which loss, and why does it matter?
#
# - **You need:** lesson 02, exponentials and logarithms, the derivative of a function. `log` is always the natural logarithm, as in
#   NumPy.
# - **You get:** six activations and two losses, built from scratch, with their gradients; the reason behind each loss; a test for bugs
#   that costs one line.
# - **Time:** about 80 minutes, and 55 for the exercises.
#
# ← [02 The neuron](02_the_neuron.ipynb) · [Map](00_start.ipynb) ·
# [04 Layers and forward propagation](04_layers_and_forward_propagation.ipynb) →

# %%
import math
import numpy as np
from dlcourse import data, kernels, viz

x_train, y_train, x_test, y_test = data.mnist()

# %% [markdown]
# ## Predict
#
# A network has just been made. Its weights are random and it has never seen an image. You show it 2,500 handwritten digits and ask for
# the probability of each of the ten classes. The loss is the mean of $-\log p$, where $p$ is the probability that it gave to the right
# digit. What number appears?
#
# 1. about 0
# 2. about 1
# 3. about 2.3
# 4. no one can say, since the weights are random
#
# <details><summary>Answer, once you have chosen</summary>
#
# About 2.3. The first weights are small, so all ten scores are close together. Softmax of equal scores is 1/10 each, and
# $-\log\frac{1}{10} = \log 10 = 2.303$. "The aha" below measures it over several seeds, and uses it to catch bugs before any training.
#
# </details>
#
# A second prediction waits in the second widget.

# %% [markdown]
# ## Explore
#
# You know this neuron from lesson 02. The first widget repeats its question from there; skip it. (The second widget has a new one.) Leave
# the weights alone and change only the **activation**. In the right panel, watch the tangent at the marked point: its slope is the share
# of a gradient that this neuron passes on.
#
# - Drag the point in the left panel far to one side of the line, then far to the other. For which activations does the slope go to 0 on
#   both sides? On one side? On neither?

# %%
from dlcourse.widgets import LossExplorer, Neuron

Neuron()

# %% [markdown]
# Now the loss. One neuron with a sigmoid gives a probability $p$ (called $a$ in lesson 02); the true answer is the target, 0 or 1. The
# right panel shows the gradient. Training steps against it, so a negative gradient pushes the logit up; its size is the push. Answer the
# question in the widget first, then:
#
# - Move the logit from −8 to 8 with target 1. Where does each loss push hardest?
# - Change the target to 0. What is mirrored, and what is not?

# %%
LossExplorer()

# %% [markdown]
# ## Build
#
# ### 1. Two curves that squash: sigmoid and tanh
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}} \qquad \tanh z = \frac{e^z - e^{-z}}{e^z + e^{-z}} \qquad \sigma(z) = \frac{1 + \tanh(z/2)}{2}$$
#
# Both turn any number into one between two limits: 0 and 1, or −1 and 1. The third equation says that they are the same curve, stretched
# and moved. It is also how to compute $\sigma$: for $z = -1000$ the first form needs $e^{1000}$, which no float can hold.
#
# <details><summary>Why the third equation holds</summary>
#
# Multiply numerator and denominator of $\tanh(z/2)$ by $e^{-z/2}$:
#
# $$\tanh\frac z2 = \frac{1 - e^{-z}}{1 + e^{-z}}, \qquad
# 1 + \tanh\frac z2 = \frac{1 + e^{-z} + 1 - e^{-z}}{1 + e^{-z}} = \frac{2}{1 + e^{-z}} = 2\,\sigma(z).$$
#
# </details>


# %%
def sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


sigmoid(np.array([-1000.0, 0.0, 1000.0]))

# %% [markdown]
# Learning needs the slope. Both slopes can be written with the output alone:
#
# $$\sigma' = \sigma\,(1 - \sigma) \qquad \tanh' = 1 - \tanh^2$$
#
# <details><summary>Derivation</summary>
#
# By the chain rule,
#
# $$\sigma'(z) = \frac{e^{-z}}{(1 + e^{-z})^2} = \frac{1}{1 + e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}} = \sigma(z)\,(1 - \sigma(z)).$$
#
# From $\tanh z = 2\sigma(2z) - 1$ follows $\tanh' z = 4\,\sigma(2z)\,(1 - \sigma(2z)) = (1 + \tanh z)(1 - \tanh z) = 1 - \tanh^2 z$.
#
# </details>


# %%
def sigmoid_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


def tanh_slope(z):
    return 1 - np.tanh(z) ** 2


# %%
z = np.linspace(-8, 8, 321)
viz.lines(
    {"sigmoid": sigmoid(z), "tanh": np.tanh(z)}, z, xlabel="z", ylabel="",
    title="Far from zero both curves are flat",
    alt="Sigmoid rises from 0 to 1 and tanh from -1 to 1, both steepest at 0, both flat on the far left and right.",
)

# %%
viz.lines(
    {"slope of sigmoid": sigmoid_slope(z), "slope of tanh": tanh_slope(z)}, z, xlabel="z", ylabel="",
    title="Where a curve is flat, almost nothing passes back",
    alt="Two bumps around 0, of height 0.25 for sigmoid and 1 for tanh; that of tanh is narrower. Both are almost 0 beyond 6.",
)

# %% [markdown]
# Where the curve is flat the neuron is **saturated**: its output hardly depends on its input, and hardly any gradient passes. Even at its
# steepest the sigmoid passes a quarter. Ten sigmoids in a row, the weights between them aside, pass at most:

# %%
print(f"{sigmoid_slope(0.0)} for one, {sigmoid_slope(0.0) ** 10:.0e} for ten")

# %% [markdown]
# ### 2. Curves that stay open on the right: ReLU, leaky ReLU, GELU
#
# $$\mathrm{relu}(z) = \max(z, 0) \qquad \mathrm{leaky}(z) = \begin{cases} z & z > 0 \\ \alpha z & \text{else} \end{cases} \qquad
# \mathrm{gelu}(z) = z\,\Phi(z)$$
#
# $\alpha$ is a small slope, 0.01 unless told. (In the widget and in the figure below $\alpha$ = 0.1, so that you can see it.) $\Phi(z)$ is
# the probability that a standard normal number is below $z$. ReLU is a switch: off or unchanged. Leaky ReLU lets a little through when it
# is off. GELU is a switch that turns smoothly.


# %%
def relu(z):
    return np.maximum(z, 0)


def leaky_relu(z, alpha=0.01):
    return np.where(z > 0, z, alpha * z)


# %%
def Phi(z):
    return (1 + np.vectorize(math.erf)(z / math.sqrt(2))) / 2


def gelu(z):
    return z * Phi(z)


# %%
z = np.linspace(-4, 2, 241)
curves = {"ReLU": relu(z), "leaky ReLU, α = 0.1": leaky_relu(z, 0.1), "GELU": gelu(z)}
viz.lines(
    curves, z, xlabel="z", ylabel="",
    title="Three switches: hard, leaking, smooth",
    alt="ReLU is 0 left of 0 and rises with slope 1 on the right. Leaky ReLU falls slowly to the left. GELU dips below 0 near -0.75.",
)

# %% [markdown]
# The slopes. ReLU and leaky ReLU have a corner at 0, where no slope exists; PyTorch takes the left slope, 0 or $\alpha$, and so do we. For
# GELU use the product rule, and that the derivative of $\Phi$ is the normal density $\varphi(z) = e^{-z^2/2}/\sqrt{2\pi}$. Square brackets
# stand for 1 where the statement in them is true, and 0 elsewhere.
#
# $$\mathrm{relu}' = [z > 0] \qquad \mathrm{leaky}' = \begin{cases} 1 & z > 0 \\ \alpha & \text{else} \end{cases} \qquad
# \mathrm{gelu}' = \Phi(z) + z\,\varphi(z)$$


# %%
def relu_slope(z):
    return np.where(z > 0, 1.0, 0.0)


def leaky_relu_slope(z, alpha=0.01):
    return np.where(z > 0, 1.0, alpha)


def gelu_slope(z):
    return Phi(z) + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


# %% [markdown]
# A derivation can be wrong, so measure. Move one entry a little up and a little down, and see how a function $f$ with a single output
# changes:
#
# $$\frac{\partial f}{\partial z_i} \approx \frac{f(z + h e_i) - f(z - h e_i)}{2h}$$
#
# Here $e_i$ is 1 in place $i$ and 0 elsewhere, and $h$ is small. It works wherever there is a slope. It is slow, one pair of calls for each
# entry, which is why we derive formulas at all.


# %%
def numerical_gradient(f, z, h=1e-6):
    gradient = np.zeros_like(z)
    for i in np.ndindex(z.shape):
        step = np.zeros_like(z)
        step[i] = h
        gradient[i] = (f(z + step) - f(z - step)) / (2 * h)
    return gradient


# %% [markdown]
# Measure the five slopes. Each entry of $f(z)$ depends on one $z_i$, so the derivative of the sum by $z_i$ is the slope there.

# %%
activations = {
    "sigmoid": (sigmoid, sigmoid_slope),
    "tanh": (np.tanh, tanh_slope),
    "relu": (relu, relu_slope),
    "leaky_relu": (leaky_relu, leaky_relu_slope),
    "gelu": (gelu, gelu_slope),
}

# %%
z = np.random.default_rng(0).normal(0, 2, size=20)
for name, (f, slope) in activations.items():
    measured = numerical_gradient(lambda z, f=f: f(z).sum(), z)
    assert np.allclose(slope(z), measured, atol=1e-8), name

# %% [markdown]
# All five agree. To see one of your own curves in the widget of "Explore", run `Neuron(activation=gelu)` in a new cell.
#
# ### 3. Squared error: the loss of normal noise
#
# Where does a loss come from? From a guess at **how the data scatter**. You predict a number $m$. The values $y_1 \dots y_N$ that are
# then measured scatter around it, each by a normal error of standard deviation $s$. So the density of one value is
#
# $$p(y \mid m) = \frac{1}{s\sqrt{2\pi}}\; e^{-(y - m)^2 / 2s^2}.$$
#
# The values are independent, so the density of all of them, the **likelihood** of $m$, is a product. The best $m$ makes it largest. A
# product of many small numbers is unhandy, so take the logarithm, which turns it into a sum, and the minus sign, which turns "largest"
# into "smallest":
#
# $$-\log \prod_n p(y_n \mid m) = \sum_n \left[ \frac{(y_n - m)^2}{2 s^2} + \log\!\big(s\sqrt{2\pi}\big) \right]
# = \frac{1}{2 s^2} \underbrace{\sum_n (y_n - m)^2}_{\text{squared error}} +
# \underbrace{N \log\!\big(s\sqrt{2\pi}\big)}_{\text{no } m \text{ in it}}$$
#
# The $m$ with the smallest squared error is the $m$ with the largest likelihood. Nothing changes when each $y_n$ has its own $m_n$, the
# output of a network.

# %%
s, y = 1.5, np.random.default_rng(1).normal(2.0, 1.5, size=50)
m = np.linspace(0, 4, 401)[:, None]  # one row for each candidate
density = np.exp(-((y - m) ** 2) / (2 * s**2)) / (s * math.sqrt(2 * math.pi))  # (401, 50)

# %%
minus_log_likelihood = -np.log(density).sum(1)
squared_error = ((y - m) ** 2).sum(1)
difference = minus_log_likelihood - squared_error / (2 * s**2)
assert np.ptp(difference) < 1e-9  # the same for every m

# %%
curves = {"minus log likelihood": minus_log_likelihood, "squared error / 2s²": squared_error / (2 * s**2)}
viz.lines(
    curves, m[:, 0], xlabel="prediction m", ylabel="",
    title="One curve, moved up: the same best prediction",
    alt="Two parabolas over the prediction m, one a constant height above the other, both lowest just above m = 2.",
)

# %%
print(f"best m: {m[minus_log_likelihood.argmin(), 0]:.2f} by likelihood, {m[squared_error.argmin(), 0]:.2f} by squared error")
print(f"mean of the data: {y.mean():.2f}")

# %% [markdown]
# Squared error is minimal at the mean, since $\sum_n 2 (m - y_n) = 0$ gives $m = \frac1N \sum_n y_n$. Other noise gives another loss: put
# a density $\propto e^{-|y - m|/s}$ into the same equation and the absolute error comes out. In code, with the mean over all numbers, so
# that the size of the batch does not matter:
#
# $$L = \frac1N \sum_n (m_n - y_n)^2 \qquad \frac{\partial L}{\partial m_n} = \frac{2}{N} (m_n - y_n)$$


# %%
def mse(m, y):
    return ((m - y) ** 2).mean()


def mse_backward(m, y):
    return 2 * (m - y) / m.size


# %% [markdown]
# ### 4. Softmax: from scores to probabilities
#
# A classifier gives one score for each of $K$ classes, the **logits** $z_1 \dots z_K$: any numbers. We want probabilities: positive, with
# sum 1, larger for larger scores. The exponential makes them positive, the division makes the sum 1:
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$

# %%
z = np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 3.0]])  # two examples, three classes
p = np.exp(z) / np.exp(z).sum(-1, keepdims=True)
print(p.round(3), "sums:", p.sum(-1))

# %% [markdown]
# The sum runs over the **last axis**: each row is one example and sums to 1. The formula as it stands breaks for large scores:

# %%
z = np.array([1000.0, 1001.0])
with np.errstate(over="ignore", invalid="ignore"):
    print(np.exp(z), np.exp(z) / np.exp(z).sum())

# %% [markdown]
# Infinity divided by infinity is "not a number". The way out: add a constant $c$ to all scores of a row and nothing changes,
#
# $$\frac{e^{z_k + c}}{\sum_j e^{z_j + c}} = \frac{e^c\, e^{z_k}}{e^c \sum_j e^{z_j}} = \frac{e^{z_k}}{\sum_j e^{z_j}},$$
#
# so choose $c = -\max_j z_j$. Then the largest exponent is 0 and the sum is at least 1.


# %%
def softmax(z):
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


softmax(np.array([[0.0, 1.0], [1000.0, 1001.0]])).round(3)

# %% [markdown]
# Only differences of scores count. So with two classes one score is enough: $\mathrm{softmax}(0, z) = (1 - \sigma(z),\, \sigma(z))$,
# because $e^z / (1 + e^z) = 1/(1 + e^{-z})$. The sigmoid is softmax for two classes.

# %%
z = np.linspace(-5, 5, 11)
two_scores = np.stack([np.zeros(11), z], axis=-1)  # (11, 2)
assert np.allclose(softmax(two_scores)[:, 1], sigmoid(z))

# %% [markdown]
# Softmax turns *differences of scores* into *ratios of probabilities*: $p_i / p_k = e^{z_i - z_k}$. So the scale of the scores decides
# how sure the answer looks. Divide them by a number $T$, the **temperature**:

# %%
z = np.array([3.0, 2.0, 1.0, 0.0])
for T in (0.25, 1, 4):
    print(f"T = {T:<4}", softmax(z / T).round(2))

# %% [markdown]
# The order stays, from almost certain to almost undecided.
#
# The slope of softmax is a matrix, since every score moves every probability:
#
# $$\frac{\partial p_i}{\partial z_k} = p_i\,([i = k] - p_k)$$
#
# <details><summary>Derivation</summary>
#
# Write $S = \sum_j e^{z_j}$, so that $p_i = e^{z_i}/S$ and $\partial S / \partial z_k = e^{z_k}$. The quotient rule gives
#
# $$\frac{\partial p_i}{\partial z_k} = \frac{[i = k]\, e^{z_i}\, S - e^{z_i} e^{z_k}}{S^2} = [i = k]\, p_i - p_i\, p_k .$$
#
# </details>


# %%
def softmax_jacobian(z):
    p = softmax(z)
    return np.diag(p) - np.outer(p, p)


measured = [numerical_gradient(lambda z, i=i: softmax(z)[i], z) for i in range(4)]
assert np.allclose(softmax_jacobian(z), measured, atol=1e-9)

# %% [markdown]
# ### 5. Cross entropy: the loss of labels
#
# A label does not scatter around a number. It is one class or another, as with a coin. So guess again how the data come about, this time
# with a coin that shows 1 with probability $p$. Both cases in one formula:
#
# $$P(y \mid p) = p^{\,y} (1 - p)^{1 - y}, \qquad y \in \{0, 1\}$$
#
# The same two moves as in step 3, logarithm and minus sign:
#
# $$-\log \prod_n P(y_n \mid p_n) = \sum_n \big[ -y_n \log p_n - (1 - y_n) \log (1 - p_n) \big]$$
#
# This is the **binary cross entropy**. With $K$ classes, write the label $t$ as a vector $y$ with a 1 in place $t$ and 0 elsewhere
# (*one-hot*):
#
# $$P(t \mid p) = \prod_k p_k^{\,y_k} = p_t, \qquad -\log P(t \mid p) = -\sum_k y_k \log p_k = -\log p_t$$
#
# This is the **cross entropy**: minus the logarithm of the probability that you gave to what then happened. Toss a coin ten times:

# %%
y = np.array([1, 1, 1, 0, 1, 1, 0, 1, 0, 1])
p = np.linspace(0.01, 0.99, 99)[:, None]
likelihood = np.prod(p**y * (1 - p) ** (1 - y), axis=1)

# %%
binary_cross_entropy = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(1)
squared_error = ((y - p) ** 2).mean(1)
[round(float(p[i, 0]), 2) for i in (likelihood.argmax(), binary_cross_entropy.argmin(), squared_error.argmin())]

# %% [markdown]
# All three choose the share of ones, 0.7. So squared error is not *wrong* for labels: it has the same best answer. It differs in the
# price of being wrong:

# %%
p = np.linspace(0.002, 1, 500)
curves = {"cross entropy, −log p": -np.log(p), "squared error, (1 − p)²": (1 - p) ** 2}
viz.lines(
    curves, p, xlabel="probability p given to the right class", ylabel="loss",
    title="Squared error never costs more than 1, cross entropy has no limit",
    alt="Both losses fall to 0 as p goes to 1. Toward p = 0 squared error ends at 1 while cross entropy rises steeply beyond 6.",
)

# %% [markdown]
# ### 6. Log-sum-exp: the logarithm that does not overflow
#
# Computing $-\log p_t$ from a finished $p_t$ fails when the network is very sure and wrong, because $p_t$ has been rounded to 0:

# %%
z, t = np.array([[0.0, 1000.0]]), np.array([0])
with np.errstate(divide="ignore"):
    print(-np.log(softmax(z)[0, t]))

# %% [markdown]
# The loss should be 1000. Do the logarithm on paper first:
#
# $$-\log p_t = -\log \frac{e^{z_t}}{\sum_j e^{z_j}} = \underbrace{\log \sum_j e^{z_j}}_{\mathrm{lse}(z)} - z_t
# \qquad \mathrm{lse}(z) = \mathrm{top} + \log \sum_j e^{z_j - \mathrm{top}}, \quad
# \mathrm{top} = \max_j z_j$$
#
# The second equation is the shift of step 4 once more: pull $e^{\mathrm{top}}$ out of the sum.


# %%
def logsumexp(z):
    top = z.max(-1, keepdims=True)
    return top[..., 0] + np.log(np.exp(z - top).sum(-1))


# %%
def cross_entropy(z, t):
    return (logsumexp(z) - z[np.arange(len(t)), t]).mean()


print(cross_entropy(z, t))

# %% [markdown]
# In the package and in the exercises the arguments are called `logits` and `targets`.
#
# The function $\mathrm{lse}$ is a **smooth maximum**: the sum has at least one term $e^0 = 1$ and at most $K$ of them, so
# $\max z \le \mathrm{lse}(z) \le \max z + \log K$. With the scores $(0, z)$ it is a ReLU with its corner rounded, called softplus:

# %%
z = np.linspace(-5, 5, 201)
curves = {"lse(0, z)": logsumexp(np.stack([np.zeros(201), z], axis=-1)), "max(0, z)": relu(z)}
viz.lines(
    curves, z, xlabel="z", ylabel="",
    title="Log-sum-exp is a maximum without a corner",
    alt="A smooth curve lies above the ReLU, furthest above it, by 0.69, at z = 0, and approaches it on both sides.",
)

# %% [markdown]
# ### 7. The gradient of cross entropy: $p - y$
#
# Now the gradient that trains the classifiers of this course. Take one example with logits $z_1 \dots z_K$ and label $t$. By step 6 its
# loss is
#
# $$\ell = \log \sum_j e^{z_j} - z_t .$$
#
# Move the score $z_k$. In the first term only the summand $j = k$ depends on it, so by the chain rule
#
# $$\frac{\partial}{\partial z_k} \log \sum_j e^{z_j} = \frac{1}{\sum_j e^{z_j}} \cdot e^{z_k} = p_k .$$
#
# The second term depends on $z_k$ only when $k = t$, and then with slope 1. That is the one-hot label:
# $\partial z_t / \partial z_k = y_k$. Together, and with the mean over $N$ examples,
#
# $$\frac{\partial \ell}{\partial z_k} = p_k - y_k \qquad\qquad \frac{\partial L}{\partial z_{nk}} = \frac{p_{nk} - y_{nk}}{N}$$
#
# What you said minus what was true.
#
# <details><summary>The same by way of the probabilities, which shows why the two fit together</summary>
#
# The loss is $-\log p_t$, so $\partial \ell / \partial p_t = -1/p_t$, and no other probability appears in it. Step 4 gives
# $\partial p_t / \partial z_k = p_t\,([t = k] - p_k)$. The chain rule multiplies them:
#
# $$\frac{\partial \ell}{\partial z_k} = -\frac{1}{p_t} \cdot p_t\,([t = k] - p_k) = p_k - [t = k] = p_k - y_k .$$
#
# The factor $p_t$ with which softmax saturates is canceled by the $1/p_t$ of the logarithm. A loss without that $1/p_t$ keeps the factor.
#
# </details>
#
# In code `dz` is $\partial L/\partial z$, and `p[…, t] -= 1` subtracts the one-hot $y$:


# %%
def cross_entropy_backward(z, t):
    p = softmax(z)
    p[np.arange(len(t)), t] -= 1
    return p / len(t)


# %%
rng = np.random.default_rng(2)
z, t = rng.normal(0, 2, size=(4, 5)), np.array([0, 3, 3, 1])
dz = cross_entropy_backward(z, t)
assert np.allclose(dz, numerical_gradient(lambda z: cross_entropy(z, t), z), atol=1e-9)

# %%
viz.matrix(
    len(t) * dz, rows=[f"label {k}" for k in t], columns=[f"z{k}" for k in range(5)], form=".2f",
    title="p − y: the right score is pulled up, all others are pushed down",
    alt="Four rows of five numbers. In each row only the entry of the label is negative, and the row sums to zero.",
)

# %% [markdown]
# Blue is negative: that score rises. Three things to read off: no entry is beyond −1 or 1; each row sums to 0, since $p$ and $y$ both sum
# to 1; and the gradient is 0 only when $p = y$, so a right answer that is not quite certain is still pulled.

# %%
assert np.abs(len(t) * dz).max() < 1 and np.allclose(dz.sum(-1), 0)

# %% [markdown]
# ### 8. One output: sigmoid with both losses
#
# With two classes one logit $z$ and $p = \sigma(z)$ suffice. Put $\log p = z - \mathrm{lse}(0, z)$ and
# $\log(1 - p) = -\mathrm{lse}(0, z)$ into the binary cross entropy and most of it cancels. The gradient is $p - y$ again, since the slope
# of $\mathrm{lse}(0, z)$ is $\sigma(z)$:
#
# $$\ell_{\text{ce}} = \mathrm{lse}(0, z) - y z \qquad \frac{\partial \ell_{\text{ce}}}{\partial z} = p - y$$
#
# The squared error of the same output gets the slope of the sigmoid as a factor, by the chain rule:
#
# $$\ell_{\text{se}} = (p - y)^2 \qquad \frac{\partial \ell_{\text{se}}}{\partial z} = 2\,(p - y)\; p\,(1 - p)$$


# %%
def bce(z, y):
    return (np.logaddexp(0, z) - y * z).mean()  # logaddexp is NumPy's lse of two numbers


def bce_backward(z, y):
    return (sigmoid(z) - y) / z.size


# %%
def sigmoid_mse(z, y):
    return mse(sigmoid(z), y)


def sigmoid_mse_backward(z, y):
    return mse_backward(sigmoid(z), y) * sigmoid_slope(z)


# %%
z, y = rng.normal(0, 2, size=7), np.array([0.0, 1, 1, 0, 1, 0, 1])
for loss, backward in [(mse, mse_backward), (bce, bce_backward), (sigmoid_mse, sigmoid_mse_backward)]:
    assert np.allclose(backward(z, y), numerical_gradient(lambda z, f=loss: f(z, y), z), atol=1e-9)

# %% [markdown]
# The two gradients differ by the factor $2 p (1 - p)$. You have seen it at work in the second widget, and "The aha" returns to it.
#
# ## Check
#
# The same numbers in PyTorch, which finds the gradients by itself. All in float64.

# %%
from dlcourse.compare import compare, relative_difference, same_as_torch

try:
    import torch
except ModuleNotFoundError:
    torch = None
    print("PyTorch is not installed here, so this check is empty. To fill it: pip install torch")


# %%
def in_torch(name, z, *target):
    """Value and gradient of a function of torch.nn.functional."""
    z = torch.tensor(z, requires_grad=True)
    value = getattr(torch.nn.functional, name)(z, *map(torch.tensor, target))
    return value.detach(), torch.autograd.grad(value.sum(), z)[0]


# %%
rng = np.random.default_rng(3)
z, t, y = rng.normal(0, 3, size=(6, 4)), np.array([0, 1, 2, 3, 3, 0]), rng.random((6, 4))
ours = {name: ((f(z), slope(z)), ()) for name, (f, slope) in activations.items()}
ours["mse_loss"] = (mse(z, y), mse_backward(z, y)), (y,)
ours["binary_cross_entropy_with_logits"] = (bce(z, y), bce_backward(z, y)), (y,)
ours["cross_entropy"] = (cross_entropy(z, t), cross_entropy_backward(z, t)), (t,)

# %%
theirs = {name: in_torch(name, z, *target) for name, (_, target) in ours.items()} if torch else {}

# %% tags=["volatile"]
for name, torch_pair in theirs.items():
    value, gradient = map(relative_difference, ours[name][0], torch_pair)
    print(f"{name:34} value {value:.0e}   gradient {gradient:.0e}")

# %%
for name, torch_pair in theirs.items():
    for our_array, torch_array in zip(ours[name][0], torch_pair, strict=True):
        same_as_torch(our_array, torch_array, tolerance=1e-10)

# %% [markdown]
# Softmax has a matrix for a slope, so it is compared by itself:

# %%
if torch:
    row = torch.tensor(z[0])
    same_as_torch(softmax(z), torch.softmax(torch.tensor(z), -1), tolerance=1e-10)
    same_as_torch(softmax_jacobian(z[0]), torch.autograd.functional.jacobian(lambda r: torch.softmax(r, -1), row), tolerance=1e-10)

# %% [markdown]
# And a whole network of the package with its cross entropy, on real digits: the same weights here and in PyTorch.

# %% tags=["volatile"]
from dlcourse.models import MLP

model = MLP(784, 64, 10, rng=np.random.default_rng(4)).astype(np.float64)
comparison = compare(model, x_train[:64].astype(np.float64), y_train[:64])
comparison

# %%
assert comparison.largest < 1e-10

# %% [markdown]
# ## Use
#
# ### A classifier of digits with nothing but $p - y$
#
# A **softmax classifier** is one linear layer, $z = x w + b$, with the cross entropy on top. You have derived all that its training
# needs. A change of $w_{dk}$ moves the score $z_{nk}$ by $x_{nd}$, so $\partial L/\partial w = x^\top\, \partial L/\partial z$; the bias
# moves the scores of all examples alike, so its gradient is the column sum. Each step goes against the gradient; 0.5 is the learning rate
# (lesson 02).

# %%
w, b, losses = np.zeros((784, 10)), np.zeros(10), []
for _ in range(200):
    z = x_train @ w + b
    losses.append(cross_entropy(z, y_train))
    dz = cross_entropy_backward(z, y_train)
    w -= 0.5 * x_train.T @ dz
    b -= 0.5 * dz.sum(0)

# %%
print(f"training loss: {losses[0]:.3f} at the start, {losses[-1]:.3f} after 200 steps")
accuracy = ((x_test @ w + b).argmax(-1) == y_test).mean()
print(f"right on {accuracy:.0%} of the 500 test images")

# %% [markdown]
# ### Cross entropy against squared error, on equal terms
#
# The same classifier with both losses, trained on small batches. A learning rate that suits one loss may not suit the other, so each gets
# five. And each starts twice: with ordinary small weights, and with weights thirty times larger, which make it confidently wrong:

# %%
w = 30 * np.random.default_rng(0).uniform(-1, 1, size=(784, 10)) / 28
p = softmax(x_train @ w)[np.arange(2500), y_train]
print(f"{(p < 0.01).mean():.0%} of the images get less than 1 % for their digit")

# %% [markdown]
# Squared error needs its gradient by the scores: by the chain rule the gradient $\frac{2}{N}(p - y)$ by the probabilities, times the
# matrix of step 4. The package's `kernels.softmax` returns both the probabilities and a function that does this product.


# %%
def squared_error_backward(z, t):
    p, through_softmax = kernels.softmax(z)
    return through_softmax(2 * (p - np.eye(10)[t]) / len(t))[0]


# %%
def train(backward, scale, lr, seed, epochs=10):
    rng = np.random.default_rng(seed)
    w, b = scale * rng.uniform(-1, 1, size=(784, 10)) / 28, np.zeros(10)
    for x, t in data.DataLoader(x_float64, y_train, batch_size=250, epochs=epochs, rng=rng):
        dz = backward(x @ w + b, t)
        w -= lr * x.T @ dz
        b -= lr * dz.sum(0)
    return ((x_test @ w + b).argmax(-1) == y_test).mean()


# %%
x_float64, rates = x_train.astype(np.float64), [0.3, 1, 3, 10, 30]
gradients = {"cross entropy": cross_entropy_backward, "squared error": squared_error_backward}


def accuracies(scale):
    return {name: np.array([[train(g, scale, lr, seed) for lr in rates] for seed in range(5)]) for name, g in gradients.items()}


fair, wrong = accuracies(scale=1), accuracies(scale=30)

# %%
viz.lines(
    fair, rates, xscale="log", points=True, ylim=(0, 1), xlabel="learning rate", ylabel="accuracy on the test images",
    title="A fair start: equal at the best rate, but squared error bears fewer",
    alt="Accuracy. Up to rate 1 both losses are near 0.9. From 3 on squared error stays below 0.5, cross entropy above 0.8.",
)

# %%
viz.lines(
    wrong, rates, xscale="log", points=True, ylim=(0, 1), xlabel="learning rate", ylabel="accuracy on the test images",
    title="A confidently wrong start: cross entropy is ahead at every rate",
    alt="Accuracy over learning rate. Cross entropy is above 0.8 from rate 1 on; squared error climbs to its best, below 0.8, at 10.",
)

# %% tags=["volatile"]
for start, runs in {"fair": fair, "wrong": wrong}.items():
    ce, se = (runs[name].mean(0) for name in gradients)
    print(f"{start} start, best rate: {ce.max():.2f} with cross entropy, {se.max():.2f} with squared error")
    print(f"{start} start, rate 3:    {ce[2]:.2f} with cross entropy, {se[2]:.2f} with squared error")

# %%
fair_ce, fair_se, wrong_ce, wrong_se = (runs[name].mean(0) for runs in (fair, wrong) for name in gradients)
assert abs(fair_ce.max() - fair_se.max()) < 0.02 and (fair_ce - fair_se)[2:].min() > 0.2
assert wrong_ce.max() > wrong_se.max() + 0.03 and (wrong_ce > wrong_se).all()

# %% [markdown]
# Read both pictures. With good weights and the right rate, squared error is **as good** here, so the claim that it cannot classify is
# false. But it bears fewer rates: at rate 3 it has lost almost half of its accuracy. What it does badly is get out of a confident mistake:
# it gets there, but late. Train four times as long, both at the best rate of squared error:

# %%
longer = {name: np.mean([train(g, 30, 10, seed, epochs=40) for seed in range(5)]) for name, g in gradients.items()}
assert longer["squared error"] > wrong_se[3] + 0.03 and longer["cross entropy"] - longer["squared error"] < 0.06

# %% tags=["volatile"]
for name, accuracy in longer.items():
    print(f"{name}, wrong start, rate 10: {wrong[name][:, 3].mean():.2f} after 10 epochs, {accuracy:.2f} after 40")

# %% [markdown]
# Most of the gap is gone. Cross entropy wins time, and the freedom to choose a rate that is not quite right.
#
# ### Is a probability of 0.9 right in nine of ten cases?
#
# Softmax gives numbers that look like confidence. Test them: train five networks, collect the largest probability for each of the 500
# test images, sort the 2,500 answers into groups, and compare the mean probability of a group with its share of right answers. Where the
# two are equal in every group, the probabilities are called **calibrated**. The picture is a **reliability diagram**. Along the way we
# keep the scores of the test images after every epoch.

# %%
from dlcourse import functional as F
from dlcourse.optim import Adam
from dlcourse.train import fit, predict


# %%
def train_network(seed, epochs=40):
    rng, scores = np.random.default_rng(seed), []
    model = MLP(784, 64, 10, rng=rng)
    batches = data.DataLoader(x_train, y_train, epochs=epochs, rng=rng)  # 40 batches in each epoch
    for step, _ in fit(model, batches, F.cross_entropy, Adam(model.parameters(), lr=0.003)):
        if step % 40 == 0:
            scores.append(predict(model, x_test))
    return model, scores


# %%
models, scores = zip(*map(train_network, range(5)), strict=True)
scores = np.array(scores, dtype=np.float64)  # (5 networks, 40 epochs, 500 images, 10 classes)
z = scores[:, -1]
confidence, right = softmax(z).max(-1), z.argmax(-1) == y_test  # (5, 500) each

# %%
groups = np.digitize(confidence, [0.6, 0.75, 0.9, 0.97, 0.995])
mean_confidence = np.array([confidence[groups == g].mean() for g in range(6)])
share_right = np.array([right[groups == g].mean() for g in range(6)])

# %% tags=["volatile"]
viz.lines(
    {"five networks": share_right, "if calibrated": mean_confidence}, mean_confidence,
    points=True, ylim=(0.3, 1.02), xlabel="mean probability in the group", ylabel="share of right answers",
    title="These networks are right less often than they say",
    alt="Share of right answers against the probability given. The points lie below the diagonal, furthest, by about 0.2, in the middle.",
)

# %% [markdown]
# No: a probability near 0.9 is right much less often than in nine of ten cases. Group by group:

# %% tags=["volatile"]
for g, (said, was) in enumerate(zip(mean_confidence, share_right, strict=True)):
    print(f"said {said:.2f}, right {was:.2f}, {(groups == g).sum():5} answers")

# %%
assert (share_right < mean_confidence - 0.05)[2:4].all()  # the groups from 0.75 to 0.97

# %% [markdown]
# Most answers are in the last group, and there the promise is nearly kept. Over all answers each network is **overconfident**:

# %%
gap = (confidence - right).mean(1)  # one number for each network
assert (gap > 0.02).all()

# %% tags=["volatile"]
print(f"all answers: said {confidence.mean():.3f}, right {right.mean():.3f}")

# %% [markdown]
# One number mends most of it: a temperature above 1 (step 4), chosen on the first 250 images and judged on the other 250. It changes no
# answer, only how sure it sounds (Guo et al. 2017).

# %%
temperatures = np.linspace(0.5, 4, 71)
losses = [np.mean([cross_entropy(network[:250] / T, y_test[:250]) for network in z]) for T in temperatures]
T = temperatures[np.argmin(losses)]
before, after = (softmax(z[:, 250:] / temperature).max(-1).mean() - right[:, 250:].mean() for temperature in (1, T))

# %% tags=["volatile"]
print(f"confidence minus accuracy on the other 250 images: {before:.3f} at T = 1, {after:.3f} at T = {T:.2f}")

# %%
assert T > 1.2 and abs(after) < before / 2

# %% [markdown]
# ## The aha
#
# ### A confident mistake: cross entropy pushes with a force near 1, squared error with a force near 0
#
# A sigmoid neuron says "surely 0" while the target is 1, or the other way round. The two gradients of step 8 differ by the factor
# $2p(1 - p)$. Where the neuron is sure, $p (1 - p)$ is almost 0, whether it is right or wrong.

# %%
for seed in range(5):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, size=1000)
    z = rng.uniform(8, 20, size=1000) * (1 - 2 * y)  # far on the wrong side
    pull = np.abs(sigmoid(z) - y)
    assert pull.min() > 0.999 and (2 * pull * sigmoid_slope(z)).max() < 0.001

# %% [markdown]
# What does it mean for learning? Start one logit at −8 with target 1 and walk down each loss with rate 1:


# %%
def descend(backward, z, steps):
    path = [z]
    for _ in range(steps):
        path.append(path[-1] - backward(path[-1], np.ones(1)))
    return np.concatenate(path)


# %%
start = np.array([-8.0])
paths = {"cross entropy": descend(bce_backward, start, 400), "squared error": descend(sigmoid_mse_backward, start, 400)}
viz.lines(
    paths, xlabel="step", ylabel="logit",
    title="Cross entropy leaves the mistake at once, squared error stays in it",
    alt="With cross entropy the logit climbs from -8 to 0 within ten steps and on to 6. With squared error it is still below -7 after 400.",
)

# %%
for name, backward in [("cross entropy", bce_backward), ("squared error", sigmoid_mse_backward)]:
    print(f"{name}: {(descend(backward, start, 2000) < 0).sum()} steps until the answer is right")

# %% [markdown]
# The mistake is the same, the best answer is the same. Only the slope differs.
#
# ### The loss before training is $\log K$
#
# Now your prediction from the top. Five new networks, never trained:


# %%
def first_loss(seed, x=x_train, t=y_train, last=1, outputs=10):
    model = MLP(784, 256, 128, outputs, rng=np.random.default_rng(seed))
    model[-1].weight.data *= last
    return cross_entropy(predict(model, x), t)


# %%
healthy = [first_loss(seed) for seed in range(5)]
print(f"log 10 = {math.log(10):.3f}, measured:", *(f"{loss:.3f}" for loss in healthy))
assert max(abs(loss - math.log(10)) for loss in healthy) < 0.05

# %% [markdown]
# So the first loss is a number that you know in advance. This holds while the first scores are small. Compare it before you train
# anything: it costs one line. Plant some classic bugs and see which of them it finds:

# %%
bugs = {
    "no bug": {},
    "pixels from 0 to 255": {"x": 255 * x_train},
    "last layer 100 times too large": {"last": 100},
    "1,000 outputs for 10 classes": {"outputs": 1000},
    "labels shifted by one": {"t": (y_train + 1) % 10},
}
first_losses = {name: [first_loss(seed, **bug) for seed in range(5)] for name, bug in bugs.items()}

# %%
viz.bars(
    {name: np.mean(losses) for name, losses in first_losses.items()},
    xlabel="first loss, mean of five seeds",
    title="Three of the four bugs stand out",
    alt="Five bars. No bug: 2.31, shifted labels: 2.30. Pixels to 255, too large a last layer, too many outputs: between 5 and 14.",
)

# %%
_, pixels, last_layer, outputs, shifted = first_losses.values()
assert min(pixels + last_layer + outputs) > math.log(10) + 1
assert max(abs(loss - math.log(10)) for loss in shifted) < 0.05

print(f"log 1000 = {math.log(1000):.2f}")

# %% [markdown]
# A loss far above $\log K$ means that the scores are too large, or that there are more outputs than classes: then it is
# $\log 1000 = 6.91$. What the test cannot see are bugs that leave the ignorant network ignorant: shifted labels are just as unknown to it
# as the right ones. Labels counted from 1 are another matter. The package refuses them:

# %%
try:
    F.cross_entropy(predict(models[0], x_train), y_train + 1)
except ValueError as error:
    print(error)

# %% [markdown]
# ## Misconceptions
#
# **"The softmax output is the network's confidence."** It is a positive number that sums to 1 with its neighbors, no more. "Use" showed
# how far it is from the share of right answers. It is worse away from the data. Show the five trained networks 1,000 images of pure
# noise, where no answer is right:

# %%
noise = np.random.default_rng(5).random((1000, 784), dtype=np.float32)
noise_confidence = [float(softmax(predict(model, noise)).max(-1).mean()) for model in models]
assert min(noise_confidence) > 0.7

# %% tags=["volatile"]
print("mean confidence on noise:", *(f"{c:.2f}" for c in noise_confidence))

# %% [markdown]
# **"`cross_entropy` wants probabilities, so softmax comes first."** It wants logits and does the softmax itself. With both, softmax runs
# twice. The scores then lie between 0 and 1, and even a perfect answer keeps a large loss:

# %%
perfect = np.eye(10)[:1]  # all probability on class 0, and 0 is right
untrained = softmax(predict(MLP(784, 64, 10, rng=np.random.default_rng(0)), x_train))
print(f"softmax twice: {cross_entropy(perfect, [0]):.3f} for a perfect answer, {cross_entropy(untrained, y_train):.3f} before training")


# %%
def softmax_twice_backward(z, t):
    p, through_softmax = kernels.softmax(z)
    return through_softmax(cross_entropy_backward(p, t))[0]


twice, once = ([train(backward, 1, 0.1, seed) for seed in range(5)] for backward in (softmax_twice_backward, cross_entropy_backward))
print(f"accuracy after 100 steps: {np.mean(twice):.2f} with softmax twice, {np.mean(once):.2f} with softmax once")
assert max(twice) < min(once)

# %% [markdown]
# It still learns, only more slowly. That is why this bug lives long. The first loss is $\log K$ all the same; what gives it away is a
# loss that never falls below 1.461.
#
# **"Softmax over which axis? The shape is the same."** Over the wrong axis the examples of a batch compete with each other, and an answer
# depends on its neighbors. Alone in its batch, an image is sure of every digit:

# %%
p, _ = kernels.softmax(predict(models[0], x_test[:1]), axis=0)
p

# %% [markdown]
# **"A lower loss means a higher accuracy."** Accuracy asks only which score is largest. The loss also asks how sure. Here are the five
# networks of "Use" on the test images, epoch by epoch:

# %%
test_losses = np.array([[cross_entropy(z, y_test) for z in network] for network in scores])  # (5 networks, 40 epochs)
wrong_answers = scores.argmax(-1) != y_test  # (5, 40, 500)

# %% tags=["volatile"]
viz.lines(
    {"test loss": test_losses, "share of wrong answers": wrong_answers.mean(-1)}, xlabel="epoch", ylabel="", ylim=(0, None),
    title="The test loss turns and rises, the wrong answers do not",
    alt="Over 40 epochs the test loss falls to about 0.29 and then rises to about 0.36. The share of wrong answers falls and stays low.",
)

# %%
turn = test_losses.mean(0).argmin()
assert (test_losses[:, -1] > 1.1 * test_losses.min(1)).all()  # each loss rises by more than a tenth
assert wrong_answers[:, -5:].mean() < wrong_answers[:, turn].mean() + 0.01  # the wrong answers do not

# %% [markdown]
# What grows is how sure the mistakes are:

# %%
surest = softmax(scores).max(-1)
sure_of_mistakes = [surest[:, epoch][wrong_answers[:, epoch]].mean() for epoch in (turn, -1)]
assert sure_of_mistakes[1] > sure_of_mistakes[0] + 0.05

# %% tags=["volatile"]
print("mean probability of a wrong answer: {:.2f} at the lowest loss, {:.2f} at the end".format(*sure_of_mistakes))

# %% [markdown]
# And a confident mistake is expensive. One with 0.001 for the right digit costs 6.9, as much as ten with 0.5:

# %%
print(f"{-math.log(0.001):.1f} and {-10 * math.log(0.5):.1f}")

# %% [markdown]
# **"ReLU is linear, so depth is useless."** Without an activation that is true: two linear layers are one.

# %%
rng = np.random.default_rng(6)
x, w1, w2 = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
assert np.allclose((x @ w1) @ w2, x @ (w1 @ w2))

# %% [markdown]
# But ReLU is linear only in pieces, and the pieces multiply. Two ReLUs fold the line from 0 to 1 into a tent. A second layer folds the
# folded line again (Montúfar et al. 2014). In a single layer each ReLU adds at most one bend, so $n$ of them make at most $n + 1$ pieces.


# %%
def fold(x):
    return relu(2 * x) - relu(4 * x - 2)


x = np.linspace(0, 1, 257)
viz.lines(
    {"1 layer": fold(x), "3 layers": fold(fold(fold(x)))}, x, xlabel="x", ylabel="",
    title="Each layer of two ReLUs doubles the number of pieces",
    alt="A tent with one peak for one layer, a zigzag with four peaks for three layers, both between 0 and 1.",
)

# %%
y = x
for depth in range(1, 7):
    y = fold(y)
    pieces = 1 + (np.diff(y, 2) != 0).sum()
    print(f"{depth} layer{'s' * (depth > 1)}, {2 * depth:2} ReLUs: {pieces:2} pieces; in a single layer at most {2 * depth + 1}")
    assert pieces == 2**depth

# %% [markdown]
# ## Exercises
#
# In [exercises/03_activations_and_losses.ipynb](../exercises/03_activations_and_losses.ipynb), graded at once. Write them without looking
# back; the grader knows the classic mistakes by name.
#
# | exercise | what it asks | difficulty | minutes |
# |---|---|---|---|
# | `softmax` | scores to probabilities, row by row, also for huge scores | 1 of 3 | 10 |
# | `cross_entropy` | the mean loss from logits and labels, never infinite | 2 of 3 | 15 |
# | `cross_entropy_backward` | its gradient, $p - y$ over $N$ | 2 of 3 | 15 |
# | `name_bug` | tell from the first loss what is wrong with a network | 2 of 3 | 15 |
#
# ## Summary
#
# 1. An activation bends the sum. Sigmoid and tanh saturate on both sides; ReLU, leaky ReLU and GELU stay open on the right.
# 2. A loss is minus the logarithm of a likelihood: normal noise gives squared error, labels give cross entropy.
# 3. Softmax and cross entropy are computed together from the logits, by log-sum-exp, and their gradient is $p - y$.
# 4. On a confident mistake cross entropy pushes with a force near 1, squared error through a sigmoid with a force near 0.
# 5. An untrained classifier has loss $\log K$. Check it first; it finds bugs of scale, not bugs of meaning.
#
# Papers:
#
# - Bridle 1990, *Probabilistic interpretation of feedforward classification network outputs* (softmax and its likelihood)
# - Glorot and Bengio 2010, *Understanding the difficulty of training deep feedforward neural networks* (saturation)
# - Nair and Hinton 2010, *Rectified linear units improve restricted Boltzmann machines* (ReLU)
# - Maas, Hannun and Ng 2013, *Rectifier nonlinearities improve neural network acoustic models* (leaky ReLU)
# - Montúfar, Pascanu, Cho and Bengio 2014, *On the number of linear regions of deep neural networks* (folding)
# - Hendrycks and Gimpel 2016, *Gaussian error linear units* (GELU)
# - Guo, Pleiss, Sun and Weinberger 2017, *On calibration of modern neural networks* (reliability, temperature)
#
# ← [02 The neuron](02_the_neuron.ipynb) · [Map](00_start.ipynb) ·
# [04 Layers and forward propagation](04_layers_and_forward_propagation.ipynb) →
