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
# # Exercises 09: Deep networks
#
# Five functions, about 75 minutes. They go with the lesson `09_deep_networks`.
#
# - Write each function, run its cell, then run the `check` cell below it. It tries your function on fresh numbers, and when something is
#   wrong it says what.
# - `hint("he_init")` gives the first of three hints, and the next one each time.
# - `solution("he_init")` shows an answer, once you have tried.

# %%
import numpy as np

from dlcourse.grading import check, hint, solution

# %% [markdown]
# ## 1. Weights for ReLU layers
#
# Difficulty 1 of 3, 10 minutes.
#
# A layer computes `relu(x @ w)`. Draw its weights so that the mean square of what comes out is on average that of what went in, however
# many inputs and outputs the layer has (He et al. 2015).
#
# - `fan_in`, `fan_out`: the numbers of inputs and outputs
# - `rng`: the generator to draw from; take no other, so that the same seed gives the same weights
# - returns `(fan_in, fan_out)`: normal random numbers with mean 0
#
# The check looks at the statistics of the weights and not at single numbers. For 50 inputs their standard deviation is 0.2.


# %% tags=["solution"]
def he_init(fan_in, fan_out, rng):
    """Normal weights (fan_in, fan_out) that keep the mean square through a ReLU layer."""
    return rng.normal(0, np.sqrt(2 / fan_in), size=(fan_in, fan_out))


# %%
w = he_init(50, 400, np.random.default_rng(0))
x = np.random.default_rng(1).normal(size=(1000, 50))
print(f"standard deviation {w.std():.2f}, mean square {np.mean(np.maximum(x @ w, 0) ** 2):.2f} after the layer")

# %% tags=["check"]
check("he_init", he_init)

# %% [markdown]
# ## 2. Batch norm
#
# Difficulty 1 of 3, 10 minutes.
#
# Normalize each feature over the batch, as in training, then give it a new scale and place.
#
# $$y_{nd} = \gamma_d\, \frac{x_{nd} - \mu_d}{\sqrt{v_d + \varepsilon}} + \beta_d$$
#
# Here $\mu_d$ and $v_d$ are the mean and the variance of feature d, $v_d = \frac1N \sum_n (x_{nd} - \mu_d)^2$.
#
# - `x` `(N, D)`: N examples with D features
# - `gamma`, `beta` `(D,)`: scale and shift of each feature
# - `eps`: a small number that keeps the division safe
# - returns `(N, D)`
#
# A feature with the values 1 and 5 has mean 3 and variance 4. With gamma 10 and beta 7 it becomes -3 and 17.


# %% tags=["solution"]
def batch_norm(x, gamma, beta, eps=1e-5):
    """Each feature normalized over the batch, scaled and shifted: x (N, D), gamma and beta (D,) -> (N, D)."""
    normed = (x - x.mean(0)) / np.sqrt(x.var(0) + eps)
    return gamma * normed + beta


# %%
batch_norm(np.array([[1.0], [5.0]]), np.array([10.0]), np.array([7.0])).round(3)

# %% tags=["check"]
check("batch_norm", batch_norm)

# %% [markdown]
# ## 3. The gradient of batch norm
#
# Difficulty 3 of 3, 20 minutes.
#
# The loss depends on the outputs of exercise 2, and `dy` says how. How does it depend on x? Remember that each $x_{nd}$ also moves the mean
# and the variance of its feature. Derive it on paper for one feature, then write it down for all of them at once, without a loop.
#
# - `dy` `(N, D)`: the gradient of the loss with respect to the outputs of `batch_norm(x, gamma, beta, eps)`
# - `x` `(N, D)`, `gamma` `(D,)`, `eps`: as in exercise 2 (beta only shifts the outputs, so it plays no part)
# - returns `dx` `(N, D)`
#
# Two different numbers alone become -1 and 1 whatever they are. So with N = 2 the gradient is 0 (up to eps), for any dy. With the values 0,
# 1 and 2, gamma 1 and dy = (1, 0, 0) it is (0.204, -0.408, 0.204).


# %% tags=["solution"]
def batch_norm_backward(dy, x, gamma, eps=1e-5):
    """Gradient of batch norm with respect to its input: dy and x (N, D), gamma (D,) -> dx (N, D)."""
    s = np.sqrt(x.var(0) + eps)
    normed = (x - x.mean(0)) / s
    dnormed = gamma * dy
    # a move along ones or along normed changes nothing, so the gradient has no such part
    return (dnormed - dnormed.mean(0) - normed * (dnormed * normed).mean(0)) / s


# %%
batch_norm_backward(np.array([[1.0], [0.0], [0.0]]), np.array([[0.0], [1.0], [2.0]]), np.array([1.0])).round(3)

# %% tags=["check"]
check("batch_norm_backward", batch_norm_backward)

# %% [markdown]
# ## 4. Layer norm
#
# Difficulty 1 of 3, 10 minutes.
#
# A text comes as B sequences of T tokens, each token a vector of C features. Layer norm normalizes **each token by itself**, over its own
# features, and then scales and shifts each feature. In formulas it is exercise 2 with other numbers that belong together.
#
# - `x` `(B, T, C)`
# - `gamma`, `beta` `(C,)`: scale and shift of each feature
# - returns `(B, T, C)`; the small number under the root is 1e-5
#
# A token with the two features 1 and 5 becomes -1 and 1. With gamma (10, 1) and beta (7, 0) that is -3 and 1.


# %% tags=["solution"]
def layer_norm(x, gamma, beta):
    """Each token normalized over its features, then scaled and shifted: x (B, T, C), gamma and beta (C,) -> (B, T, C)."""
    centered = x - x.mean(-1, keepdims=True)
    normed = centered / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    return gamma * normed + beta


# %%
layer_norm(np.array([[[1.0, 5.0]]]), np.array([10.0, 1.0]), np.array([7.0, 0.0])).round(3)

# %% tags=["check"]
check("layer_norm", layer_norm)

# %% [markdown]
# ## 5. Diagnose
#
# Difficulty 3 of 3, 25 minutes.
#
# A deep network does not learn. Before anyone turns a knob, someone should look. Write the function that looks: it gets what went up
# through the layers and what came down, for a batch of N examples, and says what is wrong.
#
# - `signals`: a list of arrays. `signals[0]` is the input, `signals[l]` `(N, width)` the output of layer l
# - `gradients`: a list of arrays of the same shapes. `gradients[l]` is the gradient of the loss with respect to `signals[l]`
# - returns one of these words
#
# | word | what it means |
# |---|---|
# | `"dead"` | in some layer most neurons give exactly 0 for **every** example (a layer that is all dead counts as dead, not as symmetric) |
# | `"symmetric"` | in some layer all neurons give the same number as each other, on each example, up to rounding in the last digits |
# | `"saturated"` | in some layer of tanh neurons most outputs lie at the limits -1 and 1 |
# | `"vanishing"` | none of these, but the gradient is far smaller at the input than at the top |
# | `"exploding"` | none of these, but the gradient is far larger at the input than at the top |
# | `"healthy"` | none of all this |
#
# The first three are causes, and the next two may be their effects. So a network that is dead **and** has a vanishing gradient is called
# dead. Call more than half "most" and a factor of 1,000 "far"; the networks of the check are clearly one or the other. They have 3 to 30
# layers, ReLU, tanh or sigmoid, with inputs and gradients of very different sizes. You see neither weights nor activations, only signals
# and gradients.
#
# Six patients to practice on. `patient` builds a network layer by layer; you need not read it to begin, only to know what was done to whom.


# %%
def patient(gain, f=np.tanh, slope=lambda a: 1 - a**2, bias=0.0, equal=False, layers=12, seed=0):
    """Signals and gradients of a network of 20 neurons in each layer; `slope` takes the output of f."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(0, gain / np.sqrt(20), size=(20, 20)) for _ in range(layers)]
    weights = [np.repeat(w[:, :1], 20, axis=1) if equal else w for w in weights]
    signals, gradients = [rng.normal(size=(30, 20))], [rng.normal(size=(30, 20))]
    for w in weights:
        signals.append(f(signals[-1] @ w + bias))
    for w, a in zip(weights[::-1], signals[:0:-1], strict=True):
        gradients.insert(0, (gradients[0] * slope(a)) @ w.T)
    return signals, gradients


relu = {"f": lambda z: np.maximum(z, 0), "slope": lambda a: (a > 0).astype(float)}
patients = {
    "healthy": patient(np.sqrt(2), **relu),
    "dead": patient(np.sqrt(2), bias=-4.0, **relu),
    "symmetric": patient(1.0, equal=True),
    "saturated": patient(20.0),
    "vanishing": patient(0.2),
    "exploding": patient(8.0, **relu),
}

# %%
for name, (signals, gradients) in patients.items():
    a, da = signals[6], gradients[6]  # the middle layer; look at others too
    print(f"{name:10} outputs from {a.min():9.2g} to {a.max():8.2g}, gradients up to {np.abs(da).max():8.2g}")


# %% tags=["solution"]
def diagnose(signals, gradients):
    """What is wrong with a network, in one word, from its signals and gradients: two lists of arrays (N, width), input first."""

    def rms(x):
        return np.sqrt(np.mean(x**2))

    outputs = signals[1:]
    if any((a == 0).all(0).mean() > 0.5 for a in outputs):
        return "dead"
    if any(np.ptp(a, axis=1).max() <= 1e-6 * np.abs(a).max() for a in outputs):
        return "symmetric"
    if any(np.abs(a).max() <= 1 and (np.abs(a) > 0.99).mean() > 0.5 for a in outputs):
        return "saturated"
    ratio = rms(gradients[0]) / rms(gradients[-1])
    return "vanishing" if ratio < 1e-3 else "exploding" if ratio > 1e3 else "healthy"


# %%
{name: diagnose(*stack) for name, stack in patients.items()}

# %% tags=["check"]
check("diagnose", diagnose)
