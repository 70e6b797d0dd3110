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
# # 09 How does a signal survive thirty layers?
#
# A network of two layers learns with almost any small random weights. Make it thirty layers deep, change nothing else, and it learns
# nothing at all: the loss does not move. What happens on the way through the layers, and what can be done about it?
#
# - **You need:** lessons 06 to 08 (backpropagation with pairs, modules, Adam); the variance of a sum of independent numbers.
# - **You get:** the right size for random weights, derived; batch norm and layer norm with their gradients, derived and built; residual
#   connections; and a way to see in two pictures what is wrong with a deep network.
# - **Time:** about 100 minutes, and 75 for the exercises.
#
# ← [08 Optimizers](08_optimizers.ipynb) · [Map](00_start.ipynb) · [10 Generalisation](10_generalisation.ipynb) →

# %%
import numpy as np
from dlcourse import data, kernels, viz

x_train, y_train, x_test, y_test = data.fashion_mnist()

# %% [markdown]
# ## Predict
#
# A network has twenty tanh layers of 64 neurons. Its weights are normal random numbers with standard deviation 0.01. You send a batch of
# examples forward and a gradient back, and look at the gradient of the **weights** of each layer. Where is it smallest?
#
# 1. in the first layer, which is farthest from the loss
# 2. in the last layer
# 3. in the middle
# 4. about the same everywhere
#
# <details><summary>Answer, once you have chosen</summary>
#
# About the same everywhere, and everywhere far too small to change anything. What shrinks on the way back is the gradient of the *signal*.
# The gradient of the weights of a layer is the product of two things, the signal that comes in from below and the gradient that comes in
# from above. The first shrinks on the way up, the second on the way down, and their product stays. "The aha" measures it.
#
# </details>
#
# A second prediction waits in the widget.

# %% [markdown]
# ## Explore
#
# Each bar is one layer. The left panel shows the size of the signal on its way up, the right one the size of the gradient on its way
# down, both as powers of ten. Answer the question in the widget first, then:
#
# - Keep tanh and change the weights. For which does the gradient survive all layers? Is that still so with ReLU? With the sigmoid?
# - Go back to σ = 0.01 and switch on the **skip**. Now choose ReLU and He. What has the skip cured, and what has it brought?
# - Switch the skip off and the **norm** on. Which settings of the weights still make a difference?

# %%
from dlcourse.widgets import InitDepth

widget = InitDepth()
widget

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# Each activation has weights of its own. Through tanh the gradient arrives with Xavier and with He, through ReLU with He only. The sigmoid
# wants σ = 1. A skip cures the small weights, and makes a network of ReLU and He explode. With a norm the choice of the weights hardly
# makes a difference any more. The next cell asks the widget; the reasons follow in "Build".
#
# </details>


# %%
def look(**settings):
    return widget.compute(**widget.values | settings)


# %%
scales, arrives = ("σ = 0.01", "half of Xavier", "Xavier", "He", "σ = 1"), {}
for f in ("tanh", "ReLU", "sigmoid"):
    arrives[f] = [scale for scale in scales if look(activation=f, weights=scale)["verdict"] == "arrives"]
print(arrives)
assert arrives == {"tanh": ["Xavier", "He"], "ReLU": ["He"], "sigmoid": ["σ = 1"]}

# %%
print("skip, σ = 0.01:", look(skip=True)["verdict"], "· skip, ReLU, He:", look(skip=True, activation="ReLU", weights="He")["verdict"])
print("batch norm:", [look(norm="batch norm", weights=scale)["gradient_left"] for scale in scales])

# %% [markdown]
# ## Build
#
# ### 1. A signal through twenty layers
#
# One layer, as a pair of lesson 06: the output, and a function that turns the gradient of the output into the gradients of the inputs.
#
# $$z = x w, \qquad a = f(z) \qquad\qquad dz = da \odot f'(z), \qquad dx = dz\, w^\top, \qquad dw = x^\top dz$$
#
# There are no biases here: they start at zero, and this lesson is about the start. The activations of the package are such pairs too.


# %%
def layer(x, w, activation=kernels.tanh):
    a, through_activation = activation(x @ w)

    def backward(da):
        (dz,) = through_activation(da)
        return dz @ w.T, x.T @ dz

    return a, backward


# %% [markdown]
# Twenty of them, one after the other, with weights of standard deviation $\sigma$. The **root mean square** (rms) says how large the
# numbers in an array typically are.


# %%
def rms(x):
    return np.sqrt(np.mean(x**2))


# %%
def draw(sigma, rng, depth=20, width=64):
    return [rng.normal(0, sigma, size=(width, width)) for _ in range(depth)]


# %%
def forward(x, weights, activation=kernels.tanh):
    signals, backwards = [x], []
    for w in weights:
        a, backward = layer(signals[-1], w, activation)
        signals, backwards = [*signals, a], [*backwards, backward]
    return signals, backwards


# %%
x = np.random.default_rng(0).normal(size=(100, 64))  # 100 examples of 64 numbers of size 1

# %%
sizes = {}
for sigma in (0.01, 0.125, 1.0):
    signals, _ = forward(x, draw(sigma, np.random.default_rng(1)))
    sizes[f"σ = {sigma}"] = [rms(a) for a in signals]

# %%
viz.lines(
    sizes, yscale="log", xlabel="layer", ylabel="rms of its output",
    title="Too small, and nothing arrives; too large, and most of it is ±1",
    alt="Three lines over 20 layers, logarithmic. σ = 0.01 falls straight to 1e-22, σ = 0.125 falls slowly to 0.15, σ = 1 stays near 1.",
)

# %% [markdown]
# The straight line on logarithmic paper says: each layer multiplies the signal by the same factor. With $\sigma = 1$ the tanh holds the
# signal at 1, but look at what is left of it. Most outputs are at the limits, where the slope of tanh is near 0:

# %%
signals, _ = forward(x, draw(1.0, np.random.default_rng(1)))
print(f"{(np.abs(signals[-1]) > 0.99).mean():.0%} of the outputs of layer 20 are beyond ±0.99")

# %% [markdown]
# Between the two lies a $\sigma$ that does neither. It need not be searched for.
#
# ### 2. Xavier: the variance of a sum
#
# One neuron with $D$ inputs: $z = x_1 w_1 + \dots + x_D w_D$. Its weights are drawn independently, with mean 0 and variance $\sigma^2$,
# and they know nothing of the inputs. Then $z$ has mean 0, and the mean of its square is
#
# $$E[z^2] = \sum_d \sum_e E[x_d x_e]\, E[w_d w_e] = \sum_d E[x_d^2]\, \sigma^2 = D\, \sigma^2\, E[x^2].$$
#
# All terms with $d \ne e$ are gone, because there $E[w_d w_e] = E[w_d] E[w_e] = 0$. Nothing was assumed about the inputs: they may depend
# on each other, and their mean need not be 0. So the rms grows in each layer by the factor
#
# $$g = \sigma \sqrt{D}.$$

# %%
for D, sigma in [(64, 0.01), (64, 0.125), (400, 0.1)]:
    rng = np.random.default_rng(2)
    x_in = rng.uniform(0, 2, size=(100, D))  # all positive
    measured = rms(x_in @ rng.normal(0, sigma, size=(D, 300))) / rms(x_in)
    print(f"D = {D:3}, σ = {sigma:5}: σ √D = {sigma * D**0.5:.2f}, measured {measured:.2f}")
    assert abs(measured / (sigma * D**0.5) - 1) < 0.1

# %% [markdown]
# While $z$ is small, $\tanh z \approx z$, so the tanh changes nothing about this. For $\sigma = 0.01$ and $D = 64$ the factor is 0.08, and
# twenty layers give:

# %%
print(f"{0.08**20:.1e} predicted, {sizes['σ = 0.01'][-1]:.1e} measured")

# %%
assert 0.5 < sizes["σ = 0.01"][-1] / 0.08**20 < 2

# %% [markdown]
# The gradient meets the same sum on its way down, with the other side of the matrix. From $dx = dz\, w^\top$, each $dx_d$ is a sum over
# the $K$ outputs of the layer:
#
# $$E[dx^2] = K\, \sigma^2\, E[dz^2].$$
#
# So there are two wishes. The signal asks for $\sigma^2 = 1/D$, the gradient for $\sigma^2 = 1/K$. In a layer with as many outputs as
# inputs both can be had. For all others Xavier Glorot and Yoshua Bengio (2010) took the middle, one over the mean of $D$ and $K$:
#
# $$\sigma^2 = \frac{2}{D + K}$$
#
# In the literature $D$ is called **fan-in** and $K$ **fan-out**.
#
# <details><summary>Two things that were swept under the carpet</summary>
#
# For the gradient we took for granted that $dz$ knows nothing of $w$. That is not quite so: $w$ helped to make the signal, the signal
# decides the slopes and the loss. With many neurons the dependence is weak, and the measurements here agree.
#
# And $\tanh z$ is not $z$. Its series is $z - z^3/3 + \dots$, so with $q = E[z^2]$, and $E[z^4] = 3q^2$ for a normal $z$,
#
# $$E[\tanh^2 z] \approx E[z^2] - \tfrac23 E[z^4] = q - 2q^2 .$$
#
# With $g = 1$ the mean square falls by $2q^2$ in each layer. The solution of $q' = -2q^2$ is $q = 1/(2l)$ far from the start, so after
# $l$ layers the rms is about $1/\sqrt{2l}$. That is a slow decline and no exponential one: it is the middle line of the picture above. The
# slopes of tanh do the same to the gradient.
#
# </details>
#
# The bend of tanh can be seen in the picture. With $g = 1$ it makes the rms about $1/\sqrt{2l}$ after $l$ layers (derived in the fold), so
# $1/\sqrt{40}$ after 20:

# %%
print(f"{1 / 40**0.5:.2f} predicted, {sizes['σ = 0.125'][-1]:.2f} measured")  # 0.125 = 1 / √64 is Xavier here
assert abs(sizes["σ = 0.125"][-1] - 1 / 40**0.5) < 0.05

# %% [markdown]
# In code, for any shape:


# %%
def xavier(D, K, rng):
    return rng.normal(0, np.sqrt(2 / (D + K)), size=(D, K))


# %%
print(f"{xavier(300, 100, np.random.default_rng(3)).std():.4f} measured, {np.sqrt(2 / 400):.4f} asked for")

# %% [markdown]
# ### 3. He: ReLU drops half
#
# ReLU is not like $z$ anywhere near 0: it sets every negative $z$ to 0. The weights are as likely positive as negative, so $z$ and $-z$ are
# equally likely, and exactly half of the mean square is lost:
#
# $$E[\mathrm{relu}(z)^2] = \tfrac12 E[z^2] \qquad\Longrightarrow\qquad E[a^2] = \tfrac12\, D\, \sigma^2\, E[x^2].$$
#
# Note that it is the mean square that counts in step 2, not the variance. The outputs of ReLU have a mean above 0, and the next layer sees
# that mean as well. On the way down the mask $[z > 0]$ lets half of the gradient through, so $E[dx^2] = \frac12 K \sigma^2 E[da^2]$. To
# keep the signal, the variance of the weights must be twice as large as without ReLU (He et al. 2015):
#
# $$\sigma^2 = \frac{2}{D}$$
#
# <details><summary>And the gradient, which would like 2/K?</summary>
#
# It need not worry. With $\sigma^2 = 2/D_l$ in layer $l$, the mean square of the gradient changes there by the factor $K_l / D_l$. The
# outputs of one layer are the inputs of the next, $K_l = D_{l+1}$, so in the product over all layers everything cancels but the two ends:
#
# $$\prod_{l=1}^{L} \frac{K_l}{D_l} = \frac{K_L}{D_1}.$$
#
# That is one constant for the whole network, however deep it is. The danger is only a factor that occurs in every layer.
#
# </details>
#
# For square layers write $\sigma = g / \sqrt{D}$ with a **gain** $g$: 1 is Xavier, and $\sqrt 2$ is He. Fifty ReLU layers:

# %%
gains, sizes = {"g = 1, Xavier": 1.0, "g = √2, He": np.sqrt(2), "g = 2": 2.0}, {}
for name, g in gains.items():
    signals, _ = forward(x, draw(g / 8, np.random.default_rng(1), depth=50), kernels.relu)  # 8 = √64
    sizes[name] = [rms(a) for a in signals]

# %%
viz.lines(
    sizes, yscale="log", xlabel="layer", ylabel="rms of its output",
    title="Fifty ReLU layers: the root of two makes the difference",
    alt="Three lines over 50 layers, logarithmic. Gain 1 falls below 1e-7, gain √2 stays near 1, gain 2 rises above 1e7.",
)

# %% [markdown]
# The prediction for the rms after 50 layers is $(g/\sqrt2)^{50}$:

# %%
for (name, g), measured in zip(gains.items(), sizes.values(), strict=True):
    predicted = (g / np.sqrt(2)) ** 50
    print(f"{name:14} predicted {predicted:7.1e}   measured {measured[-1]:7.1e}")
    assert 0.2 < measured[-1] / predicted < 5

# %% [markdown]
# A small error in the gain is harmless in two layers and fatal in fifty.
#
# ### 4. Vanishing and exploding gradients
#
# Send a gradient back through the same layers. Each `backward` gives two things: the gradient for the layer below, and the gradient of its
# own weights.


# %%
def back(backwards, da):
    gradients, weight_gradients = [da], []
    for backward in reversed(backwards):
        dx, dw = backward(gradients[0])
        gradients, weight_gradients = [dx, *gradients], [dw, *weight_gradients]
    return gradients, weight_gradients


# %% [markdown]
# `gradients[l]` belongs to `signals[l]`: number 0 to the input, number 20 to the output of the last layer. The gradient of the output would
# come from a loss; random numbers do as well. The ratio of the first to the last is what twenty layers have left of it:


# %%
def ratio(g, activation, seed=0, depth=20):
    rng = np.random.default_rng(seed)
    _, backwards = forward(x, draw(g / 8, rng, depth), activation)
    gradients, _ = back(backwards, rng.normal(size=x.shape))
    return rms(gradients[0]) / rms(gradients[-1])


# %%
gains = [0.5, 1, np.sqrt(2), 2, 8, 11]
activations = {"tanh": kernels.tanh, "ReLU": kernels.relu, "sigmoid": kernels.sigmoid}
exponents = [[np.log10(ratio(g, f)) for g in gains] for f in activations.values()]

# %%
viz.matrix(
    exponents, rows=list(activations), columns=[f"g = {g:.2g}" for g in gains], form=".1f",
    title="Gradient at the input over gradient at the output, as a power of ten",
    alt="Three rows, six gains. tanh goes from -6 to 8, ReLU from -9 to 18, both near 0 at gain 1.4; sigmoid from -18 to 0.",
)

# %%
of_tanh, of_relu, of_sigmoid = exponents
assert max(of_tanh[0], of_relu[1], of_sigmoid[3]) < -2 and min(of_tanh[4], of_relu[3]) > 2
assert max(abs(of_tanh[2]), abs(of_relu[2]), abs(of_sigmoid[5])) < 1

# %% [markdown]
# All three pass from vanishing to exploding, each at its own place. $g = 8$ is the $\sigma = 1$ of step 1: most tanh neurons are saturated,
# and the gradient explodes all the same, since what the few others let through meets large weights. Why is the sigmoid so late? Its slope
# is at most 1/4 (lesson 03), so the weights must make up for a factor of four, and the larger they are, the more neurons they push to where
# the slope is smaller still.
#
# <details><summary>The whole story in one product</summary>
#
# The gradient at the input is the gradient at the output times one matrix for each layer,
#
# $$dx = da\; \mathrm{diag}(f'(z_L))\, w_L^\top \cdots \mathrm{diag}(f'(z_2))\, w_2^\top\, \mathrm{diag}(f'(z_1))\, w_1^\top .$$
#
# A product of many random matrices grows or shrinks exponentially with their number, as a product of numbers does, unless the typical
# factor is 1. Hochreiter (1991) and Bengio, Simard and Frasconi (1994) found this in networks for sequences, where the same matrix
# comes again and again.
#
# </details>
#
# ### 5. Normalizing one feature
#
# The right start holds at the start. Training moves the weights, and then no one guarantees anything. So **measure** the size of the
# signal while the network runs, and divide by it. Take one feature: the $N$ numbers $x_1 \dots x_N$ that one neuron gives for the $N$
# examples of a batch.
#
# $$\mu = \frac1N \sum_i x_i \qquad v = \frac1N \sum_i (x_i - \mu)^2 \qquad s = \sqrt{v + \varepsilon}
# \qquad \hat x_i = \frac{x_i - \mu}{s}$$
#
# The small $\varepsilon$, $10^{-5}$ unless told, keeps the division safe when all $x_i$ are equal. It stands **inside** the root.


# %%
def normalize(x, eps=1e-5):
    """One feature, (N,) -> (N,), and the root s."""
    s = np.sqrt(x.var() + eps)
    return (x - x.mean()) / s, s


# %%
feature = np.random.default_rng(4).normal(3, 5, size=8)
normed, s = normalize(feature)
print(normed.round(2), f"mean {abs(normed.mean()):.2f}, standard deviation {normed.std():.2f}")

# %% [markdown]
# Shift the feature or stretch it, and the result stays what it was (up to $\varepsilon$). The size of the weights before it has lost its
# say:

# %%
for shift, stretch in [(10, 1), (0, 0.08), (-3, 100)]:
    assert np.allclose(normalize(shift + stretch * feature)[0], normed, atol=1e-3)

# %% [markdown]
# ### 6. The gradient through mean and variance
#
# Move a single $x_j$. It moves the mean, so **all** outputs move; it moves the variance, so all of them move again. All three ways must be
# added up. First the statistics:
#
# $$\frac{\partial \mu}{\partial x_j} = \frac1N \qquad\qquad
# \frac{\partial v}{\partial x_j} = \frac2N \sum_i (x_i - \mu)\Big([i = j] - \frac1N\Big) = \frac2N (x_j - \mu)$$
#
# The $1/N$ in the bracket drops out because $\sum_i (x_i - \mu) = 0$. Then the root, and with $x_j - \mu = s\, \hat x_j$:
#
# $$\frac{\partial s}{\partial x_j} = \frac{1}{2s} \cdot \frac{\partial v}{\partial x_j} = \frac{x_j - \mu}{N\, s} = \frac{\hat x_j}{N}$$
#
# Now the output $\hat x_i = (x_i - \mu)/s$ by the quotient rule:
#
# $$\frac{\partial \hat x_i}{\partial x_j} = \frac{[i = j] - \frac1N}{s} - \frac{x_i - \mu}{s^2} \cdot \frac{\hat x_j}{N}
# = \frac1s \Big( [i = j] - \frac1N - \frac{\hat x_i \hat x_j}{N} \Big)$$
#
# The gradient that comes from above is $d\hat x_i$. Multiply and sum over all outputs $i$:
#
# $$dx_j = \sum_i d\hat x_i \frac{\partial \hat x_i}{\partial x_j}
# = \frac1s \Big( d\hat x_j - \underbrace{\frac1N \sum_i d\hat x_i}_{\text{its mean}}
# - \hat x_j \underbrace{\frac1N \sum_i d\hat x_i\, \hat x_i}_{\text{its mean product with } \hat x} \Big)$$
#
# Not a single approximation was made: it holds with $\varepsilon$ as it stands.


# %%
def normalize_backward(dnormed, normed, s):
    along_ones, along_normed = dnormed.mean(), (dnormed * normed).mean()
    return (dnormed - along_ones - normed * along_normed) / s


# %%
def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %%
dnormed = np.random.default_rng(5).normal(size=8)
dx = normalize_backward(dnormed, normed, s)
assert np.allclose(dx, numerical_gradient(lambda x: normalize(x)[0] @ dnormed, feature), atol=1e-9)

# %% [markdown]
# Read the formula as geometry. It takes the arriving gradient and removes two parts of it: the part along $(1, \dots, 1)$ and the part
# along $\hat x$. These are the two directions in which a move of $x$ changes nothing, a shift and a stretch. A gradient along them would be
# a lie.

# %%
print(f"sum of dx: {abs(dx.sum()):.6f}, dx along the normalized feature: {abs(dx @ normed):.6f}")
assert abs(dx.sum()) < 1e-9 and abs(dx @ normed) < 1e-5  # the second is 0 up to ε

# %% [markdown]
# Leave out the two terms, as if $\mu$ and $s$ were constants, and it is another gradient:

# %%
constants = dnormed / s

# %%
viz.lines(
    {"with all three ways": dx, "statistics as constants": constants}, np.arange(1, 9), points=True, xlabel="example", ylabel="dx",
    title="Mean and variance carry gradient too",
    alt="Two zigzag lines over eight examples. They have a similar shape, but the second is lower at most examples, by up to 0.12.",
)

# %% [markdown]
# ### 7. Batch norm and layer norm: columns and rows
#
# A layer gives an array `(N, D)`, a row for each example, a column for each feature. **Batch norm** (Ioffe and Szegedy 2015) normalizes
# each column over the examples of the batch. **Layer norm** (Ba, Kiros and Hinton 2016) normalizes each row over the features of the
# example. Text comes as `(B, T, C)`: there layer norm takes the $C$ features of each single token. Afterwards both give the network a scale
# $\gamma$ and a shift $\beta$ for each **feature**, to learn what size it likes:
#
# $$y_{nd} = \gamma_d\, \hat x_{nd} + \beta_d \qquad\qquad
# d\hat x_{nd} = \gamma_d\, dy_{nd} \qquad d\gamma_d = \sum_n dy_{nd}\, \hat x_{nd} \qquad d\beta_d = \sum_n dy_{nd}$$
#
# $\gamma_d$ touches every example, so its gradient is a sum over all of them, as that of a bias. At the start $\gamma = 1$ and $\beta = 0$.
#
# The slow form, a loop over the columns or the rows, says what is meant. Turning it into a few lines without a loop is an exercise.


# %%
def each(rows, dnormed_rows=None):
    """Normalize every row; or, given gradients, send them back through it."""
    pairs = [normalize(row) for row in rows]
    if dnormed_rows is None:
        return np.array([normed for normed, _ in pairs])
    return np.array([normalize_backward(dnormed, *pair) for dnormed, pair in zip(dnormed_rows, pairs, strict=True)])


# %%
def batch_norm_slowly(x, gamma, beta):
    normed = each(x.T).T  # the rows of x.T are the columns of x

    def backward(dy):
        return each(x.T, (dy * gamma).T).T, (dy * normed).sum(0), dy.sum(0)

    return gamma * normed + beta, backward


# %%
def layer_norm_slowly(x, gamma, beta):
    normed = each(x)

    def backward(dy):
        return each(x, dy * gamma), (dy * normed).sum(0), dy.sum(0)

    return gamma * normed + beta, backward


# %% [markdown]
# The same data through both. Each feature was given its own place and size, and example 3 is ten times as large as the others:

# %%
rng = np.random.default_rng(6)
x_in = rng.normal(size=(6, 8)) * rng.uniform(0.5, 2, size=8) + rng.normal(0, 2, size=8)
x_in[3] *= 10

# %%
batch_normed, _ = batch_norm_slowly(x_in, np.ones(8), np.zeros(8))
layer_normed, _ = layer_norm_slowly(x_in, np.ones(8), np.zeros(8))

# %%
viz.matrix(
    np.vstack([batch_normed, layer_normed]), form=".1f",
    rows=[f"{kind} norm {n}" for kind in ("batch", "layer") for n in range(6)], columns=[f"x{d}" for d in range(8)],
    title="Batch norm lets example 3 stick out, layer norm does not",
    alt="Two blocks of six rows. After batch norm example 3 is far from 0 in all columns but one; after layer norm it is like the others.",
)

# %% [markdown]
# For batch norm the large example fills the columns, and the other five are pressed together: an example's numbers depend on the company
# it is in. For layer norm it is one example like any other. That is one reason why models of text use layer norm: the batch plays no part,
# so training and use are the same.
#
# ### 8. Running statistics and evaluation
#
# Batch norm has a problem that layer norm has not. In use there may be one example only, and its variance over a batch of one is 0. So
# batch norm works in two **modes**. In training it uses the batch, and on the side keeps a running mean of the statistics it sees, here
# called $m$ and $u$:
#
# $$m \leftarrow (1 - \alpha)\, m + \alpha\, \mu \qquad\qquad u \leftarrow (1 - \alpha)\, u + \alpha\, \tfrac{N}{N - 1}\, v$$
#
# In evaluation it uses $m$ and $u$ in place of $\mu$ and $v$. The share $\alpha$ of the **new** batch is 0.1 in PyTorch, where it is called
# `momentum`; in lesson 08 momentum and $\alpha$ were the share of the old. The factor $N/(N-1)$ makes $v$ an unbiased estimate of the
# variance of all data, of which the batch is only a sample; the batch itself is normalized with the plain $v$.


# %%
def update(m, u, x, share=0.1):
    N = len(x)
    return (1 - share) * m + share * x.mean(0), (1 - share) * u + share * N / (N - 1) * x.var(0)


# %%
rng, m, u, path = np.random.default_rng(7), 0.0, 1.0, []
for _ in range(100):
    m, u = update(m, u, rng.normal(4, 3, size=20))  # batches of 20 from all data: mean 4, variance 9
    path.append((m, u))

# %%
viz.lines(
    {"running mean": np.array(path)[:, 0], "running variance": np.array(path)[:, 1]}, np.arange(1, 101),
    xlabel="batches seen", ylabel="", ylim=(0, None),
    title="The running statistics find mean 4 and variance 9",
    alt="The running mean climbs from 0.4 to 4 within 40 batches, the running variance from 2 to about 9, with some noise.",
)

# %% [markdown]
# They need some dozens of batches. A network that is evaluated after five steps of training is evaluated with statistics that are
# mostly made of their starting values, 0 and 1:

# %%
print(f"share of the starting value after 5 batches: {0.9**5:.0%}, after 50: {0.9**50:.1%}")

# %% [markdown]
# In evaluation the statistics *are* constants. Then batch norm is one multiplication and one addition for each feature, and can be melted
# into the linear layer before it, $y = x w + b$, so that it costs nothing at all:
#
# $$w' = w \odot \frac{\gamma}{\sqrt{u + \varepsilon}} \qquad\qquad b' = (b - m) \odot \frac{\gamma}{\sqrt{u + \varepsilon}} + \beta$$

# %%
rng = np.random.default_rng(8)
x_in, w, b = rng.normal(size=(5, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)
m, u, gamma, beta = rng.normal(size=3), rng.uniform(0.5, 2, size=3), rng.normal(size=3), rng.normal(size=3)

# %%
scale = gamma / np.sqrt(u + 1e-5)
assert np.allclose((x_in @ w + b - m) * scale + beta, x_in @ (w * scale) + (b - m) * scale + beta)

# %% [markdown]
# One thing more: before a batch norm the bias $b$ is useless, since the mean takes it away again. $\beta$ does its work.
#
# ### 9. Residual connections
#
# The third idea, after good weights and normalizing, changes the wiring. Let a layer add to its input, not replace it (He et al. 2016):
#
# $$y = x + F(x) \qquad\qquad dx = dy + \text{(what comes back through } F)$$
#
# The addition copies the gradient: one part goes through the layer, the other goes by **unchanged**. However little $F$ lets through, the
# gradient arrives. Here $F$ is one layer, times a factor `share` that is 1 for now.


# %%
def residual(x, w, activation=kernels.relu, share=1.0):
    a, through_layer = layer(x, w, activation)

    def backward(dy):
        dx, dw = through_layer(share * dy)
        return dy + dx, dw

    return x + share * a, backward


# %%
def residual_sizes(sigma, share=1.0, depth=20):
    rng, signals, backwards = np.random.default_rng(1), [x], []
    for w in draw(sigma, rng, depth):
        y, backward = residual(signals[-1], w, share=share)
        signals, backwards = [*signals, y], [*backwards, backward]
    gradients, _ = back(backwards, rng.normal(size=x.shape))
    return [rms(a) for a in signals], rms(gradients[0]) / rms(gradients[-1])


# %%
he = np.sqrt(2) / 8
runs = {"σ = 0.01": residual_sizes(0.01), "He": residual_sizes(he), "He, times 1/20": residual_sizes(he, 1 / 20)}

# %%
viz.lines(
    {name: signal for name, (signal, _) in runs.items()}, yscale="log", xlabel="layer", ylabel="rms of its output",
    title="With a skip small weights are harmless, and He is too large",
    alt="Over 20 residual layers He rises straight to 3e4. σ = 0.01 and He times 1/20 lie on each other and end near 1.2.",
)

# %%
for name, (signal, gradient_ratio) in runs.items():
    print(f"{name:14} signal times {signal[-1]:8.2f}, gradient times {gradient_ratio:8.2f}")
assert runs["He"][0][-1] > 1000 and runs["He"][1] > 1000
assert all(1 < growth < 1.5 for name in ("σ = 0.01", "He, times 1/20") for growth in (runs[name][0][-1], runs[name][1]))

# %% [markdown]
# With He the added part is as large as what it is added to. The mean square at least doubles in every layer, so twenty layers make the rms
# $\sqrt2^{20} = 1024$ times as large or more, and a residual network explodes with the very weights that save a plain one. The cures: small
# weights in $F$, a factor $1/L$ for $L$ layers, or a normalization in $F$ ("Use" tries it).
#
# <details><summary>Why the factor is one over the depth</summary>
#
# With He's weights $F(x)$ is as large as $x$. By the triangle inequality the rms of $x + \frac1L F(x)$ is at most $1 + \frac1L$ times that
# of $x$, and after $L$ layers at most $(1 + \frac1L)^L$, which is below $e = 2.72$ for every depth. The same holds for the gradient. If the
# added parts had mean 0 and no correlation with $x$, mean squares would add up, and $1/\sqrt L$ would be small enough. The outputs of ReLU
# are positive and add up in the same direction layer after layer, so here it is not.
#
# </details>
#
# <details><summary>Another view: a residual network is a sum over paths</summary>
#
# Write $J_l$ for the matrix by which layer $l$ sends a gradient back. A plain network has the product $J_L \cdots J_1$. A residual one has
#
# $$(1 + J_L) \cdots (1 + J_1) = 1 + \sum_l J_l + \sum_{k > l} J_k J_l + \dots + J_L \cdots J_1,$$
#
# a sum over $2^L$ paths, one for each choice of which layers to pass and which to skip. The plain network has only the last and longest.
# When the $J_l$ are small, the short paths carry almost all of the gradient (Veit, Wilber and Belongie 2016).
#
# </details>
#
# ## Check
#
# The loops of step 7 against PyTorch, values and all gradients, in float64. Also the running statistics and the evaluation mode of step 8.

# %%
from dlcourse.compare import relative_difference, same_as_torch

try:
    import torch
except ModuleNotFoundError:
    torch = None
    print("PyTorch is not installed here, so this check is empty. To fill it: pip install torch")


# %%
def in_torch(f, dy, *arrays):
    """The value of a function of tensors, and its gradient for each array."""
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    y = f(*tensors)
    return [y.detach(), *torch.autograd.grad(y, tensors, torch.tensor(dy))]


# %%
rng = np.random.default_rng(9)
x_in, gamma, beta, dy = rng.normal(2, 3, size=(7, 5)), rng.normal(size=5), rng.normal(size=5), rng.normal(size=(7, 5))

# %%
rows = {}
for name, f in {"batch norm": batch_norm_slowly, "layer norm": layer_norm_slowly}.items():
    y, backward = f(x_in, gamma, beta)
    rows[name] = [y, *backward(dy)]

# %%
theirs = {}
if torch:
    from torch.nn import functional as TF

    theirs["batch norm"] = in_torch(lambda x, g, b: TF.batch_norm(x, None, None, g, b, training=True), dy, x_in, gamma, beta)
    theirs["layer norm"] = in_torch(lambda x, g, b: TF.layer_norm(x, (5,), g, b), dy, x_in, gamma, beta)

# %% [markdown]
# A residual network with batch norm, $y = x + \mathrm{relu}(\text{batch norm}(x w))$ six times over, and the gradients of all its
# parameters:


# %%
def block(x, w, gamma, beta):
    h, through_norm = batch_norm_slowly(x @ w, gamma, beta)
    a, through_relu = kernels.relu(h)

    def backward(dy):
        dz, dgamma, dbeta = through_norm(*through_relu(dy))
        return dy + dz @ w.T, x.T @ dz, dgamma, dbeta

    return x + a, backward


# %%
parameters = [(rng.normal(0, 0.5, size=(5, 5)), rng.normal(size=5), rng.normal(size=5)) for _ in range(6)]

# %%
y, backwards = x_in, []
for w, g, b in parameters:
    y, backward = block(y, w, g, b)
    backwards.append(backward)

# %%
dx, gradients = dy, []
for backward in reversed(backwards):
    dx, *of_block = backward(dx)
    gradients = of_block + gradients

# %%
rows["residual network"] = [y, dx, *gradients]


# %%
def residual_network(x, *flat):
    for w, g, b in zip(flat[::3], flat[1::3], flat[2::3], strict=True):
        x = x + torch.relu(TF.batch_norm(x @ w, None, None, g, b, training=True))
    return x


# %%
if torch:
    theirs["residual network"] = in_torch(residual_network, dy, x_in, *(array for triple in parameters for array in triple))

# %% tags=["volatile"]
for name, torch_arrays in theirs.items():
    value, *gradients = map(relative_difference, rows[name], torch_arrays)
    print(f"{name:17} value {value:.0e}   largest of {len(gradients):2} gradients {max(gradients):.0e}")

# %%
for name, torch_arrays in theirs.items():
    for our_array, torch_array in zip(rows[name], torch_arrays, strict=True):
        same_as_torch(our_array, torch_array, tolerance=1e-9)

# %% [markdown]
# The running statistics after ten batches, and the output in evaluation mode:

# %%
if torch:
    norm, m, u = torch.nn.BatchNorm1d(5).double(), np.zeros(5), np.ones(5)
    for batch in rng.normal(2, 3, size=(10, 7, 5)):
        norm(torch.tensor(batch))
        m, u = update(m, u, batch)

# %%
if torch:
    same_as_torch(m, norm.running_mean, tolerance=1e-10)
    same_as_torch(u, norm.running_var, tolerance=1e-10)
    same_as_torch((x_in - m) / np.sqrt(u + 1e-5), norm.eval()(torch.tensor(x_in)).detach(), tolerance=1e-10)

# %% [markdown]
# From here on the package's `nn.BatchNorm1d` does this work, with the same numbers and without the loops.
#
# ## Use
#
# ### Thirty layers on pictures of clothes
#
# Fashion-MNIST: 28 by 28 pixels, ten kinds of clothes, 1,600 images to learn from in 16 batches, 400 to test. The network has thirty blocks
# of 32 ReLU neurons, with a linear layer before them and one after them. A block may normalize, and it may be residual:

# %%
from dlcourse import functional as F
from dlcourse import nn
from dlcourse.optim import Adam
from dlcourse.train import evaluate, fit, predict


# %%
class Block(nn.Module):
    def __init__(self, sigma, norm, skip, rng):
        self.linear = nn.Linear(32, 32, bias=False, rng=rng)
        self.linear.weight.data = nn.init.normal((32, 32), sigma, rng=rng)
        self.norm, self.skip = nn.BatchNorm1d(32) if norm else None, skip

    def forward(self, x):
        z = self.linear(x)
        a = F.relu(self.norm(z) if self.norm else z)
        return x + a if self.skip else a


# %%
center, spread = x_train.mean(), x_train.std()
images, test_images = (x_train - center) / spread, (x_test - center) / spread


# %%
def train(seed, sigma, norm=False, skip=False, lr=0.002, epochs=4):
    rng = np.random.default_rng(seed)
    blocks = [Block(sigma, norm, skip, rng) for _ in range(30)]
    model = nn.Sequential(nn.Linear(784, 32, rng=rng), *blocks, nn.Linear(32, 10, rng=rng))
    batches = data.DataLoader(images, y_train, batch_size=100, epochs=epochs, rng=rng)
    return model, [loss for _, loss in fit(model, batches, F.cross_entropy, Adam(model.parameters(), lr=lr))]


# %% [markdown]
# All blocks start with the same careless weights, $\sigma = 0.01$, and learn with the same rate. Five seeds each:

# %%
kinds = {"30 plain": {}, "30 normalized": {"norm": True}, "30 residual": {"skip": True}}
models, losses = {}, {}
for name, parts in kinds.items():
    models[name], losses[name] = zip(*(train(seed, 0.01, **parts) for seed in range(5)), strict=True)

# %% tags=["volatile"]
viz.lines(
    losses, xlabel="step", ylabel="loss", ylim=(0, None),
    title="The same careless start: one cannot learn, two can",
    alt="Loss over 64 steps. Plain stays at 2.30. Normalized falls to about 1.8, residual to about 0.5. Bands over five seeds.",
)

# %%
ends = {name: np.array(runs)[:, -10:].mean(1) for name, runs in losses.items()}  # (5,) each
assert np.abs(ends["30 plain"] - np.log(10)).max() < 0.02
assert ends["30 normalized"].max() < 2.15 and ends["30 residual"].max() < 0.8

# %% tags=["volatile"]
for name, runs in models.items():
    accuracies = [evaluate(model, test_images, y_test) for model in runs]
    print(f"{name:14} loss {ends[name].mean():.2f}, right on {np.mean(accuracies):.0%} of the test images")

# %% [markdown]
# The normalized network is right less often than its loss promises. Its running statistics are means over batches during which the weights
# moved, and thirty layers add up the delay. Show it four more rounds of the same images **without** learning, so that the statistics catch
# up with the weights:

# %%
from dlcourse.tensor import Tensor, no_grad

# %%
model = models["30 normalized"][0]
late = evaluate(model, test_images, y_test)
model.train()
with no_grad():
    for rows in np.tile(np.random.default_rng(0).permutation(1600), 4).reshape(-1, 100):
        model(Tensor(images[rows]))

# %%
caught_up = evaluate(model, test_images, y_test)
assert caught_up > late + 0.05

# %% tags=["volatile"]
print(f"one of the five: right on {late:.0%} before, {caught_up:.0%} after, with the same weights")

# %% [markdown]
# The plain network stays at $\log 10$, the loss of a network that has seen nothing (lesson 03). Adam does not save it, although it divides
# each gradient by its size: these gradients are far below the $10^{-8}$ that Adam adds to the divisor.

# %%
model = models["30 plain"][0]
F.cross_entropy(model(Tensor(images[:100])), y_train[:100]).backward()
largest = max(np.abs(block.linear.weight.grad).max() for block in model[1:31])

# %%
print(f"the largest gradient of a weight in the thirty blocks is below 1e-20: {largest < 1e-20}")
assert largest < 1e-20

# %% [markdown]
# ### Which cure for which illness?
#
# Do the same with He's weights, and add the network that has both, normalization and skip, for two seeds each. A step of Adam has the same
# length whatever the weights, so the larger weights get a larger rate, 0.01 in place of 0.002:

# %%
kinds["30 with both"] = {"norm": True, "skip": True}

# %%
models["30 with both"], losses = zip(*(train(seed, 0.01, norm=True, skip=True) for seed in range(2)), strict=True)
small_losses = [*(end.mean() for end in ends.values()), np.array(losses)[:, -10:].mean()]

# %%
he_losses = [np.mean([train(seed, np.sqrt(2 / 32), lr=0.01, **parts)[1][-10:] for seed in range(2)]) for parts in kinds.values()]
table = np.array([small_losses, he_losses])

# %% tags=["volatile"]
viz.matrix(
    np.minimum(table, 2.5), rows=["σ = 0.01", "He"], columns=list(kinds), form=".2f",
    title="Only both together bear both starts",
    alt="Two rows of four losses. σ = 0.01: 2.30, about 1.8, 0.5, 0.6. He: about 1.8, 1.8, above 2.5, 0.6.",
)

# %%
(small_plain, small_norm, small_skip, small_both), (he_plain, he_norm, he_skip, he_both) = table
assert he_plain < small_plain - 0.25 and he_skip > 2.5  # He saves the plain network and blows up the residual one
assert max(small_both, he_both) < min(small_plain, small_norm, he_plain, he_norm) - 0.4
assert abs(he_norm - small_norm) < 0.5 and he_norm > he_plain - 0.3  # the start hardly matters, but He alone is as good

# %% [markdown]
# These are the losses at the end of 64 steps; 2.50 stands for anything above. Read the columns. **Plain**: everything hangs on the start.
# **Normalized**: it learns from either start, but no better than a plain network with the right one. **Residual**: it learns well from a
# small start, and is lost with a large one. **Both**: it learns well either way. In essence this is the recipe of He et al. (2016), who
# trained 152 layers with it.
#
# A normalized layer does not know how large its weights are, but the optimizer does: its step turns large weights less than small ones.
# With the rate of the small weights, the normalized network with He's weights has hardly left $\log 10$:

# %%
slow = np.mean(train(0, np.sqrt(2 / 32), norm=True)[1][-10:])
assert slow > 2.1 and slow > he_norm + 0.2

# %% tags=["volatile"]
print(f"loss {slow:.2f} at rate 0.002, {he_norm:.2f} at rate 0.01")

# %% [markdown]
# Why does normalizing alone not do better? It guards the signal on its way up. The gradient on its way down is another matter:


# %%
def normalized(x, w, skip):
    normed, through_norm = kernels.batch_norm(x @ w)
    a, through_relu = kernels.relu(normed)

    def backward(da):
        dz, *_ = through_norm(*through_relu(da))
        return dz @ w.T + skip * da, x.T @ dz

    return a + skip * x, backward


# %%
def normalized_ratio(skip, depth=30):
    rng, backwards = np.random.default_rng(0), []
    h = rng.normal(size=(400, 64))
    for w in draw(0.01, rng, depth):
        h, backward = normalized(h, w, skip)
        backwards.append(backward)
    gradients, _ = back(backwards, rng.normal(size=h.shape))
    return rms(gradients[0]) / rms(gradients[-1])


# %%
alone, with_skip = normalized_ratio(skip=0), normalized_ratio(skip=1)
print(f"first over last after 30 normalized layers: {alone:.0f}, with a skip {with_skip:.0f}")
print(f"for each layer {alone ** (1 / 30):.2f}, predicted {np.sqrt(np.pi / (np.pi - 1)):.2f}")
assert 1.13 < alone ** (1 / 30) < 1.3 and with_skip < alone / 10

# %% [markdown]
# The gradient explodes, slowly. Adam's steps are as long in the first layer as in the last, but in the first they change the loss far more,
# so a rate that suits one does not suit the other.
#
# <details><summary>Where the factor 1.21 comes from</summary>
#
# After batch norm $\hat z$ is about standard normal. Then $a = \mathrm{relu}(\hat z)$ has $E[a^2] = \frac12$ and
# $E[a] = \frac{1}{\sqrt{2\pi}}$, so its variance is $\frac12 - \frac{1}{2\pi}$. The next $z = a w$ gets from the mean of $a$ the same
# contribution in every example, and batch norm takes it away. What is left varies over the batch with
# $s^2 = D \sigma^2 \big( \frac12 - \frac{1}{2\pi} \big)$.
#
# On the way down ReLU passes half of the mean square, batch norm divides it by $s^2$, and the weights multiply it by $D\sigma^2$:
#
# $$\frac{E[dx^2]}{E[da^2]} = \frac{\frac12\, D \sigma^2}{D \sigma^2 \big( \frac12 - \frac{1}{2\pi} \big)} = \frac{1}{1 - 1/\pi}
# = \frac{\pi}{\pi - 1} .$$
#
# The rms grows by the root of it, 1.21 for each layer, and $\sigma$ has canceled: no choice of weights helps (Yang et al. 2019). A skip
# does, because the share that each layer contributes becomes smaller from block to block (De and Smith 2020).
#
# </details>
#
# ## The aha
#
# ### Twenty tanh layers: nothing arrives, and it is nobody's fault
#
# Five networks with $\sigma = 0.01$ and five with Xavier's. The ratio of the gradient of the input to that of the output, and the rms of
# the gradients of the weights in all twenty layers:

# %%
weight_sizes = {0.01: [], 0.125: []}  # 0.125 is Xavier's: √(2 / (64 + 64))

# %%
for sigma in weight_sizes:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        _, backwards = forward(x, draw(sigma, rng))
        gradients, weight_gradients = back(backwards, rng.normal(size=x.shape))
        quotient = rms(gradients[0]) / rms(gradients[-1])
        assert 1e-23 < quotient < 1e-21 if sigma == 0.01 else 0.05 < quotient < 20
        weight_sizes[sigma].append([rms(dw) for dw in weight_gradients])
        print(f"σ = {sigma}, seed {seed}: {quotient:.2g}")

# %% [markdown]
# A gradient of 1 at the top is $10^{-22}$ at the bottom. No layer did anything unusual: each multiplied by 0.08, and twenty did so in turn.
#
# Now the prediction from the top. The gradients of the weights:

# %%
viz.lines(
    {"Xavier": np.array(weight_sizes[0.125]), "σ = 0.01": np.array(weight_sizes[0.01])}, np.arange(1, 21), yscale="log",
    xlabel="layer", ylabel="rms of dw",
    title="The gradient of the weights is equally small in all layers",
    alt="Two flat lines over 20 layers, logarithmic: Xavier between 1 and 10, σ = 0.01 near 1e-20 from the first layer to the last.",
)

# %%
small = np.array(weight_sizes[0.01])  # (5 seeds, 20 layers)
assert small.max() < 1e-18 and (small.max(1) / small.min(1)).max() < 3
print(f"largest layer over smallest layer, five seeds: {(small.max(1) / small.min(1)).round(1)}")
print(f"a float32 of 0.01 cannot change by less than {np.spacing(np.float32(0.01)):.0e}")

# %% [markdown]
# $dw_l = x_{l-1}^\top dz_l$: the signal that reaches layer $l$ has been multiplied by 0.08 for each layer **below**, the gradient for each
# layer **above**. Whatever $l$ is, that makes nineteen factors. So "the first layers learn slowest" is not the rule for weights that are
# too small. It is the rule for the sigmoid, whose outputs stay around one half, however deep:

# %%
rng = np.random.default_rng(0)
_, backwards = forward(x, draw(0.125, rng), kernels.sigmoid)
_, weight_gradients = back(backwards, rng.normal(size=x.shape))

# %%
quotient = rms(weight_gradients[0]) / rms(weight_gradients[-1])
print(f"twenty sigmoid layers with Xavier's weights: dw of the first layer is {quotient:.0e} of that of the last")
assert quotient < 1e-9

# %% [markdown]
# To know which case you have, look at both: the signal going up and the gradient coming down. That is what the two panels of the widget
# show, and what the exercise `diagnose` is about.
#
# ## Misconceptions
#
# **"Vanishing gradients come only from sigmoids."** They come from any factor below 1 that is repeated. ReLU has slope 1 where it is on,
# and tanh has slope 1 at 0. Weights that are too small are enough, even without any activation:


# %%
def identity(z):
    return z, lambda dy: (dy,)


# %%
for name, f in {"no activation": identity, "ReLU": kernels.relu, "tanh": kernels.tanh}.items():
    print(f"{name:14} 20 layers, gain 0.5: {ratio(0.5, f):.0e}")
    assert ratio(0.5, f) < 1e-4

# %% [markdown]
# **"Equal initial weights just train slower."** Two neurons with the same inputs, the same weights and the same weights to the next layer
# give the same output and get the same gradient. So they stay equal forever: the network has one neuron in each layer, written down
# many times.

# %%
from dlcourse.models import MLP


# %%
def train_small(equal):
    model = MLP(784, 32, 32, 10, rng=np.random.default_rng(0))
    for parameter in model.parameters() if equal else ():
        parameter.data[:] = 0.02 if parameter.ndim == 2 else 0  # weights, biases
    batches = data.DataLoader(images, y_train, batch_size=100, epochs=8, rng=np.random.default_rng(0))
    for _ in fit(model, batches, F.cross_entropy, Adam(model.parameters(), lr=0.003)):
        pass
    return model, evaluate(model, test_images, y_test)


# %%
(equal, equal_accuracy), (different, accuracy) = train_small(equal=True), train_small(equal=False)
spans = [float(np.ptp(model[0].weight.data, axis=0).max()) for model in (equal, different)]
assert spans[0] < 0.01 < 0.1 < spans[1] and equal_accuracy < accuracy - 0.2

# %% tags=["volatile"]
print(f"the 32 neurons of the first layer differ by at most {spans[0]:.5f} if they started equal, {spans[1]:.2f} if not")
print(f"right on {equal_accuracy:.0%} of the test images, and on {accuracy:.0%}")

# %% [markdown]
# It does learn something: one neuron's worth. No number of steps adds a second neuron. Random weights are not there to be a good guess;
# they are there to be different.
#
# **"Batch norm uses the batch in evaluation."** It must not, or the answer for one image would depend on the others that happen to be
# looked at with it. What happens when someone forgets `model.eval()`? Sort the test images by class and show them in batches of 20, so
# that each batch is of one kind:

# %%
model = models["30 with both"][0]
by_class = np.argsort(y_test, kind="stable").reshape(-1, 20)
healthy = evaluate(model, test_images, y_test)
assert np.allclose(predict(model, test_images[:1]), predict(model, test_images)[:1], atol=1e-4)  # one image, or one among all

# %%
model.train()
with no_grad():
    forgotten = np.mean([model(Tensor(test_images[rows])).data.argmax(-1) == y_test[rows] for rows in by_class])
assert forgotten < healthy - 0.2

# %% tags=["volatile"]
print(f"right on {healthy:.0%} in evaluation mode, on {forgotten:.0%} in training mode with batches of one class")

# %% [markdown]
# The mean over a batch of shoes is what shoes have in common, and batch norm takes it away. With a batch of one there is nothing left at
# all, and the package says so:

# %%
try:
    model(Tensor(test_images[:1]))
except ValueError as error:
    print(error)

# %% [markdown]
# **"The statistics are constants in the backward pass."** In evaluation yes, in training no. Give a normalized feature the loss
# $L = -\frac1n \sum_i \hat x_i^2$, "be as large as you can". It cannot be lowered, since $\frac1n \sum_i \hat x_i^2$ is 1 whatever $x$ is.
# The right gradient knows that. The one with constants keeps pushing:

# %%
right = wrong = np.random.default_rng(10).normal(size=50)
for _ in range(1000):
    normed, s = normalize(right)
    right = right - normalize_backward(-2 * normed / 50, normed, s)
    normed, s = normalize(wrong)
    wrong = wrong - (-2 * normed / 50) / s

# %%
for name, feature in {"all three ways": right, "constants": wrong}.items():
    print(f"{name:15} standard deviation {feature.std():5.2f}, loss {-(normalize(feature)[0] ** 2).mean():.3f}")
assert right.std() < 1.5 and wrong.std() > 5

# %% [markdown]
# The loss is the same, the feature has blown up. A gradient check finds mistakes of this kind only if it asks the right question. Through
# `.sum()`, where every $d\hat x_i$ is 1, the right gradient is 0: a backward that forgets the variance passes, and so does one that returns
# only zeros. Check with a random gradient from above.

# %%
normed, s = normalize(right)
for name, arriving in {"ones": np.ones(50), "random": np.random.default_rng(11).normal(size=50)}.items():
    correct, forgets = normalize_backward(arriving, normed, s), (arriving - arriving.mean()) / s
    print(f"{name:7} right and without the variance differ by up to {np.abs(correct - forgets).max():.6f}")
    assert (np.abs(correct - forgets).max() < 1e-12) == (name == "ones")

# %% [markdown]
# ## Exercises
#
# In [exercises/09_deep_networks.ipynb](../exercises/09_deep_networks.ipynb), graded at once. Write them without looking back; the grader
# knows the classic mistakes by name.
#
# | exercise | what it asks | difficulty | minutes |
# |---|---|---|---|
# | `he_init` | random weights for ReLU layers of any shape | 1 of 3 | 10 |
# | `batch_norm` | each feature over the batch, without a loop | 1 of 3 | 10 |
# | `batch_norm_backward` | its gradient, all three ways | 3 of 3 | 20 |
# | `layer_norm` | each token over its features | 1 of 3 | 10 |
# | `diagnose` | five sick networks and a healthy one: read the signals and the gradients, and say what each has | 3 of 3 | 25 |
#
# ## Summary
#
# 1. A layer multiplies the signal by $\sigma\sqrt{D}$ and the gradient by $\sigma\sqrt{K}$; in twenty layers 0.08 becomes $10^{-22}$.
# 2. Xavier, $\sigma^2 = 2/(D + K)$, keeps both near 1 for tanh; He, $\sigma^2 = 2/D$, makes up for the half that ReLU drops.
# 3. Batch norm normalizes columns, layer norm rows; the gradient loses its part along $1$ and its part along $\hat x$.
# 4. In evaluation batch norm uses running statistics, so that an answer depends on one example only.
# 5. A skip, $y = x + F(x)$, lets the gradient pass unchanged; with a normalization in $F$ thirty layers learn from small and large weights.
#
# Papers:
#
# - Hochreiter 1991, *Untersuchungen zu dynamischen neuronalen Netzen* (vanishing gradients; a diploma thesis)
# - Bengio, Simard and Frasconi 1994, *Learning long-term dependencies with gradient descent is difficult*
# - Glorot and Bengio 2010, *Understanding the difficulty of training deep feedforward neural networks* (Xavier)
# - He, Zhang, Ren and Sun 2015, *Delving deep into rectifiers* (He)
# - Ioffe and Szegedy 2015, *Batch normalization: accelerating deep network training by reducing internal covariate shift*
# - Ba, Kiros and Hinton 2016, *Layer normalization*
# - He, Zhang, Ren and Sun 2016, *Deep residual learning for image recognition*
# - Veit, Wilber and Belongie 2016, *Residual networks behave like ensembles of relatively shallow networks*
# - Yang, Pennington, Rao, Sohl-Dickstein and Schoenholz 2019, *A mean field theory of batch normalization*
# - De and Smith 2020, *Batch normalization biases residual blocks towards the identity function in deep networks*
#
# ← [08 Optimizers](08_optimizers.ipynb) · [Map](00_start.ipynb) · [10 Generalisation](10_generalisation.ipynb) →
