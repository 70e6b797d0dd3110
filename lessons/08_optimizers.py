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
# # 08 What should a step do with a gradient?
#
# Backpropagation hands you one number for each weight: the slope. Gradient descent multiplies it by a rate and subtracts. That is one
# answer among several. An **optimizer** may remember earlier slopes, give each weight a rate of its own, shrink the weights on the way, and
# change all of this over time. Which of these ideas helps, why, and what does each cost?
#
# - **You need:** lessons 05 (rate, curvature, mini-batches) and 07 (a network whose gradients come from a tape), geometric sums.
# - **You get:** SGD, momentum, Nesterov, AdaGrad, RMSProp, Adam and AdamW in one to four lines each, with the reason for every line;
#   warm-up, cosine and clipping; a fair way to compare optimizers.
# - **Time:** about 100 minutes, and 95 for the exercises.
#
# ← [07 Autograd](07_autograd.ipynb) · [Map](00_start.ipynb) · [09 Deep networks](09_deep_networks.ipynb) →

# %%
import numpy as np
from dlcourse import data, viz

# %% [markdown]
# ## Predict
#
# Adam, the optimizer that you will meet most often, keeps two running means. In that of the gradient each new value counts a tenth, in
# that of its square a thousandth. A step is the rate times the first, divided by the root of the second. Both start at 0, so in the first
# steps both are too small, and Adam corrects for it. Somebody leaves the correction out. How long is their *first* step, compared with the
# right one?
#
# 1. a tenth, since the mean of the gradient starts at 0
# 2. the same, since both means are too small and it cancels
# 3. about three times as long
# 4. it depends on the gradient
#
# <details><summary>Answer, once you have chosen</summary>
#
# About three times as long, 3.16, for every gradient. The mean of the gradient is ten times too small. But the step divides by the root of
# the other mean, and that root is 31.6 times too small. "The aha" measures it, and shows that it gets worse before it gets better.
#
# </details>
#
# Each of the two widgets has a prediction of its own.

# %% [markdown]
# ## Explore
#
# Before all cleverness there is one number to choose, the learning rate. A **range test** looks for it in a single short run: start with a
# tiny rate, multiply it by the same factor after every batch, and watch the loss (Smith 2017). Answer the question, then **mark a rate
# before you look**: move the mark on the left curve to where you would train, and only then switch on "train at the mark".
#
# - Set the smoothing to 0. Could you read the curve without it? Set it to 0.9. Where has the minimum gone?
# - Let the test end at rate 1. Why does the curve get lower? What does it no longer tell you?
# - Train far to the left, at the mark nearest to the lowest point, and at the marks on both sides of it.

# %%
from dlcourse.widgets import LRFinder

finder = LRFinder()
finder

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# Without smoothing the curve jumps from batch to batch. Much smoothing moves the minimum to the right, since old losses still count. A test
# that ends at rate 1 takes more steps on the way, so it gets lower; it stops in the first jump and cannot tell you that the loss never
# recovers. Far to the left nothing happens. And the lowest point, near 0.3, stands close to the edge: a third of that trains nearly as
# well, three times that does not train at all. So take a rate on the slope, left of the lowest point. The next cell asks the widget.
#
# </details>

# %%
for rate in (0.0001, 0.1, 0.3, 1, 10):
    print(f"rate {rate}: {finder.verdict(rate)}")

assert [finder.verdict(rate) for rate in (0.0001, 0.1, 10)] == ["too small", "good", "diverges"]
assert finder.verdict(1) in ("too large", "diverges")

# %% [markdown]
# It takes your own network too: `LRFinder(model, x, y, loss)`. For Adam in place of plain gradient descent add `optimizer=Adam`, the class
# from `dlcourse.optim`.
#
# The second widget lets five optimizers run down a ravine from the same start. You know it from lesson 05; new is the choice of the method
# that is shown in color. The four rates of its question are 0.02, 0.05, 0.19 and 0.3. Answer, then watch.

# %%
from dlcourse.widgets import Descent, Predict


class Race(Descent):
    """Who wins the race?"""

    question = Predict(
        "Five optimizers, one start, one rate for all. At four rates, how many different ones are lowest after 60 steps?",
        choices=("1", "2", "4"),
        answer="4",
        why="each of the four rates has a winner of its own. Whoever sets one rate for all has chosen the winner.",
    )


# %%
race = Race(optimizers=True, surface="ravine", rate=0.02, steps=60)
race

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# Four rates, four winners. The next cell reads them off the widget. A comparison of optimizers at one common rate says nothing; "Use" does
# it differently. What each method does with the gradient, and why it wants the rate that it wants, is the subject of "Build".
#
# </details>

# %%
methods, winners = race.controls[-2].options, {}
for rate in (0.02, 0.05, 0.19, 0.3):
    winners[rate] = min(methods, key=lambda method: race.compute(**race.values | {"rate": rate, "method": method})["level"])
print(winners)
assert len(set(winners.values())) == 4

# %% [markdown]
# ## Build
#
# ### 1. One loop, many rules
#
# A **rule** turns a gradient into a change of the weights. It may keep notes from one step to the next, in a dictionary `kept`. Everything
# in this lesson is such a rule; the loop around them stays the same. The first rule keeps nothing:
#
# $$w \leftarrow w - \mathrm{lr}\, g$$
#
# $g$ is the gradient at $w$, $\mathrm{lr}$ the learning rate. When the gradient comes from a random batch, as it does in
# training, this is **stochastic gradient descent**, SGD.


# %%
def sgd(g, kept, lr):
    return -lr * g


# %%
def descend(rule, gradient, w, steps, lr, **settings):
    kept, path = {}, [w]
    for _ in range(steps):
        w = w + rule(gradient(w), kept, lr, **settings)
        path.append(w)
    return np.array(path)


# %% [markdown]
# To see what a rule is good for, take the worst of lesson 05, a **ravine**: a quadratic with curvature $\lambda_1 = 1$ along the floor and
# $\lambda_2 = 100$ across it. The ratio $\kappa = \lambda_2 / \lambda_1$ is its condition number.
#
# $$f(w) = \tfrac12 \left( \lambda_1 w_1^2 + \lambda_2 w_2^2 \right) \qquad g = (\lambda_1 w_1,\; \lambda_2 w_2)$$

# %%
curvature = np.array([1.0, 100.0])


def f(w):
    return (curvature * w**2).sum(-1) / 2


def ravine(w):
    return curvature * w


# %%
start = np.array([1.0, 0.1])  # both directions hold the same share of f
along, across = np.abs(descend(sgd, ravine, start, 150, lr=0.019)[-1])
print(f"after 150 steps {along:.3f} is left along the floor, {across:.0e} across")

# %% [markdown]
# Across the ravine SGD arrived long ago; along it a twentieth of the way is still left. Each step multiplies $w_i$ by
# $1 - \mathrm{lr}\, \lambda_i$. The steep direction sets the limit $\mathrm{lr} < 2/\lambda_2$, and under that limit the flat direction
# must crawl. The best compromise (lesson 05) makes both factors equally large, at $\mathrm{lr} = 2/(\lambda_1 + \lambda_2)$:
#
# $$\left| 1 - \mathrm{lr}\, \lambda_i \right| = \frac{\kappa - 1}{\kappa + 1}$$

# %%
kappa = 100
factor = (kappa - 1) / (kappa + 1)
print(f"factor {factor:.3f} for each step, so {np.log(100) / -np.log(factor):.0f} steps for a hundredth of the distance")

# %% [markdown]
# ### 2. Momentum: keep what agrees, cancel what doesn't
#
# Across the ravine the gradient changes its sign from step to step; along it, it always points the same way. So add up gradients, and let
# old ones fade by a factor $\mu$ (Polyak 1964):
#
# $$v \leftarrow \mu\, v + g \qquad w \leftarrow w - \mathrm{lr}\, v$$
#
# The sum is called the **velocity**, $\mu$ the **momentum**. Unrolled, it is $v_t = g_t + \mu g_{t-1} + \mu^2 g_{t-2} + \dots$, a geometric
# sum. Two cases say what it does:
#
# $$g, g, g, \dots: \quad v \to g\,(1 + \mu + \mu^2 + \dots) = \frac{g}{1 - \mu} \qquad\qquad
# g, -g, g, \dots: \quad |v| \to |g|\,(1 - \mu + \mu^2 - \dots) = \frac{|g|}{1 + \mu}$$


# %%
def momentum(g, kept, lr, mu=0.9):
    kept["v"] = mu * kept.get("v", 0) + g
    return -lr * kept["v"]


# %%
same, alternating = {}, {}
for t in range(100):
    along, across = momentum(1.0, same, 1.0), momentum((-1.0) ** t, alternating, 1.0)

print(f"after 100 steps with mu = 0.9: {abs(along):.2f} where gradients agree, {abs(across):.2f} where they alternate")

# %% [markdown]
# Ten times the rate where it is wanted, half of it where it hurts. In the ravine:

# %%
paths = {"SGD": descend(sgd, ravine, start, 20, lr=0.0195), "momentum": descend(momentum, ravine, start, 20, lr=0.0195, mu=0.8)}
viz.contours(
    f, paths, xlim=(-0.1, 1.15), ylim=(-0.12, 0.13), count=4,
    title="After twenty steps SGD still swings, momentum is nearly there",
    alt="Long flat ellipses. SGD zigzags between the walls and has come a third of the way; momentum ends close to the minimum.",
)

# %% [markdown]
# "Ten times the rate" is also a warning: with $\mu = 0.9$ a rate of 0.01 moves the weights as 0.1 does without momentum. Whoever adds
# momentum and keeps the rate has made it ten times larger.
#
# How much does it win? For a quadratic this can be solved. The best rate and momentum are
#
# $$\sqrt{\mu} = \frac{\sqrt\kappa - 1}{\sqrt\kappa + 1} \qquad \mathrm{lr} = \frac{(1 + \sqrt\mu)^2}{\lambda_2},$$
#
# and every direction then shrinks by about $\sqrt\mu$ in each step: the formula of SGD, with $\sqrt\kappa$ in place of $\kappa$.
#
# <details><summary>Derivation</summary>
#
# Look at one direction of curvature $\lambda$, so $g = \lambda w$. The last change of $w$ was $w_t - w_{t-1} = -\mathrm{lr}\, v_t$. With it
# the velocity can be eliminated:
#
# $$w_{t+1} = w_t - \mathrm{lr}\,(\mu v_t + \lambda w_t) = w_t + \mu\,(w_t - w_{t-1}) - \mathrm{lr}\, \lambda w_t
# = (1 + \mu - \mathrm{lr}\,\lambda)\, w_t - \mu\, w_{t-1}$$
#
# Try $w_t = r^t$. It is a solution when
#
# $$r^2 - (1 + \mu - \mathrm{lr}\,\lambda)\, r + \mu = 0 .$$
#
# The product of the two roots is $\mu$. When the discriminant is negative, $(1 + \mu - \mathrm{lr}\,\lambda)^2 < 4\mu$, they are complex
# conjugates, so both have the absolute value $\sqrt\mu$, **whatever $\lambda$ is**. The condition reads
# $1 + \mu - 2\sqrt\mu < \mathrm{lr}\,\lambda < 1 + \mu + 2\sqrt\mu$, or
#
# $$(1 - \sqrt\mu)^2 < \mathrm{lr}\,\lambda < (1 + \sqrt\mu)^2 .$$
#
# The smallest $\mu$ for which all curvatures from $\lambda_1$ to $\lambda_2$ fit puts them on the two ends. Divide one end by the other and
# take the root: $\sqrt\kappa = (1 + \sqrt\mu)/(1 - \sqrt\mu)$. Solve for $\sqrt\mu$; the upper end gives $\mathrm{lr}$. (On the ends
# themselves the two roots coincide, and the solution is $(a + bt)\,r^t$: the factor $\sqrt\mu$ is reached only slowly, and at first $f$
# even rises, as the next figure shows.)
#
# </details>

# %%
root = (kappa**0.5 - 1) / (kappa**0.5 + 1)
best = {"lr": (1 + root) ** 2 / curvature[1], "mu": root**2}
print(f"momentum {best['mu']:.2f}, rate {best['lr']:.3f}, factor {root:.3f} for each step")

# %%
paths = {
    "SGD, best rate": descend(sgd, ravine, start, 400, lr=2 / curvature.sum()),
    "momentum, best rate": descend(momentum, ravine, start, 400, **best),
}
viz.lines(
    {name: np.maximum(f(path), 1e-12) for name, path in paths.items()}, xlabel="step", ylabel="f, down to 1e-12", yscale="log",
    title="Momentum: a condition number of 100 feels like 10",
    alt="The loss on a logarithmic axis. With momentum it rises at first and is below 1e-10 in about 80 steps, SGD to about 1e-7 in 400.",
)

# %%
needed = {name: int((f(path) > 1e-4).sum()) for name, path in paths.items()}
print(needed)
assert needed["SGD, best rate"] > 4 * needed["momentum, best rate"]

# %% [markdown]
# ### 3. Nesterov: look before you leap
#
# The velocity will carry the weights by $-\mathrm{lr}\,\mu v$ whatever the gradient says. So measure the slope there, where you are about
# to be (Nesterov 1983; for networks Sutskever and others 2013). With $g(w)$ for the gradient at $w$:
#
# $$v \leftarrow \mu\, v + g(w - \mathrm{lr}\,\mu v) \qquad w \leftarrow w - \mathrm{lr}\, v$$
#
# In a program it is a nuisance to move the weights, ask for a gradient, and move them back. Store the looked-ahead point
# $u = w - \mathrm{lr}\,\mu v$ *as* the weights. Then the gradient is taken where the weights are, and the rule becomes
#
# $$v \leftarrow \mu\, v + g(u) \qquad u \leftarrow u - \mathrm{lr}\,(g + \mu\, v).$$
#
# <details><summary>Derivation</summary>
#
# Write $v'$, $w'$, $u'$ for the values after the step. From $v' = \mu v + g$ follows $\mu v = v' - g$. Then
#
# $$\begin{aligned}
# u' &= w' - \mathrm{lr}\,\mu v' = w - \mathrm{lr}\, v' - \mathrm{lr}\,\mu v' \\
# &= (u + \mathrm{lr}\,\mu v) - \mathrm{lr}\, v' - \mathrm{lr}\,\mu v' \\
# &= u + \mathrm{lr}\,(v' - g) - \mathrm{lr}\, v' - \mathrm{lr}\,\mu v' = u - \mathrm{lr}\,(g + \mu v').
# \end{aligned}$$
#
# </details>


# %%
def nesterov(g, kept, lr, mu=0.9):
    kept["v"] = mu * kept.get("v", 0) + g
    return -lr * (g + mu * kept["v"])


# %%
w, v, looked_ahead = start, 0.0, []
for _ in range(100):
    looked_ahead.append(w - 0.005 * 0.9 * v)
    v = 0.9 * v + ravine(looked_ahead[-1])
    w = w - 0.005 * v

assert np.allclose(looked_ahead, descend(nesterov, ravine, start, 99, lr=0.005))

# %%
rules = {"momentum": momentum, "Nesterov": nesterov}
viz.lines(
    {name: descend(rule, ravine, start, 40, lr=0.005)[:, 1] for name, rule in rules.items()}, xlabel="step", ylabel="w₂, across",
    title="Nesterov brakes where the ravine is steep",
    alt="Both start at 0.1. Momentum swings across 0 for all 40 steps, slowly calming down; Nesterov is at rest after about twelve.",
)

# %% [markdown]
# The derivation of step 2 says why. Put $g = \lambda u$ into the last equations, and the product of the two roots $r$ is
# $\mu\,(1 - \mathrm{lr}\,\lambda)$ in place of $\mu$: the steeper the direction, the faster the swing dies away. Here
# $\mathrm{lr}\,\lambda_2 = 0.5$.
#
# <details><summary>Derivation</summary>
#
# The last change of $u$ was $-\mathrm{lr}\,(g_{t-1} + \mu v_t)$, so $\mu\,\mathrm{lr}\, v_t = u_{t-1} - u_t - \mathrm{lr}\, g_{t-1}$. Then
#
# $$\begin{aligned}
# u_{t+1} &= u_t - \mathrm{lr}\,\big(g_t + \mu\,(\mu v_t + g_t)\big) \\
# &= u_t - \mathrm{lr}\,(1 + \mu)\, g_t + \mu\,(u_t - u_{t-1}) + \mu\,\mathrm{lr}\, g_{t-1} .
# \end{aligned}$$
#
# With $g_t = \lambda u_t$ this is $u_{t+1} = (1 + \mu)(1 - \mathrm{lr}\,\lambda)\, u_t - \mu\,(1 - \mathrm{lr}\,\lambda)\, u_{t-1}$. The
# solutions $r^t$ obey $r^2 - (1 + \mu)(1 - \mathrm{lr}\,\lambda)\, r + \mu\,(1 - \mathrm{lr}\,\lambda) = 0$, and the last term is the
# product of the roots.
#
# </details>

# %% [markdown]
# ### 4. AdaGrad: a rate for each weight
#
# So far all weights share one rate. But their gradients differ by orders of magnitude: the weight of a rare word gets a gradient only when
# the word appears. Divide each weight's step by the size of its own gradients so far (Duchi, Hazan and Singer 2011):
#
# $$s \leftarrow s + g^2 \qquad w \leftarrow w - \mathrm{lr}\, \frac{g}{\sqrt{s} + \varepsilon}$$
#
# All operations are element by element. $\varepsilon$ is tiny; it prevents 0/0.


# %%
def adagrad(g, kept, lr, eps=1e-10):
    kept["s"] = kept.get("s", 0) + g * g
    return -lr * g / (np.sqrt(kept["s"]) + eps)


# %% [markdown]
# Two weights, a common and a rare one. The gradient of the first is −1 in every step, of the second −1 in every 25th step.

# %%
seen = np.ones((500, 2))
seen[:, 1] = np.arange(500) % 25 == 24
kept, moved = {}, {"SGD": np.zeros(2), "AdaGrad": np.zeros(2)}
for g in -seen:
    moved["SGD"] += sgd(g, {}, 0.1)
    moved["AdaGrad"] += adagrad(g, kept, 0.1)

# %%
for name, (common, rare) in moved.items():
    print(f"{name:8} the common weight moved {common:5.2f}, the rare one {rare:.2f}: ratio {common / rare:.1f}")

# %% [markdown]
# A factor of 25 in frequency became one of 5.7 in movement, close to $\sqrt{25} = 5$. (With a constant gradient the $t$-th step is
# $\mathrm{lr}\, g / \sqrt{t g^2} = \mathrm{lr}/\sqrt t$, and $n$ such steps add up to about $2\,\mathrm{lr}\,\sqrt n$.)
#
# The same equation is the weakness: $s$ only grows. A weight that had large gradients once is punished forever.
#
# ### 5. RMSProp: forget the old ones
#
# Replace the sum by a **running mean**, in which old squares fade by a factor $\alpha$ in each step (Tieleman and Hinton 2012):
#
# $$v \leftarrow \alpha\, v + (1 - \alpha)\, g^2 \qquad w \leftarrow w - \mathrm{lr}\, \frac{g}{\sqrt v + \varepsilon}$$
#
# Unrolled, $v_t = (1 - \alpha)\,(g_t^2 + \alpha\, g_{t-1}^2 + \alpha^2 g_{t-2}^2 + \dots)$: weights that fall off geometrically, and sum to
# 1 once there are many. ($v$ is no velocity here; the letter is Adam's.) They have fallen to a third (to $1/e$) after about
# $1/(1 - \alpha)$ steps, 100 of them for $\alpha = 0.99$. That is how far back it looks.


# %%
def rmsprop(g, kept, lr, alpha=0.99, eps=1e-8):
    kept["v"] = alpha * kept.get("v", 0) + (1 - alpha) * g * g
    return -lr * g / (np.sqrt(kept["v"]) + eps)


# %% [markdown]
# A gradient of 10 for 200 steps, then of 0.1, as when the loss leaves a steep wall and reaches a plain. How long is each step?

# %%
sizes, lengths = np.where(np.arange(1500) < 200, 10.0, 0.1), {"AdaGrad": [], "RMSProp": []}
for name, rule in {"AdaGrad": adagrad, "RMSProp": rmsprop}.items():
    kept = {}
    lengths[name] = [abs(rule(g, kept, 0.01)) for g in sizes]

viz.lines(
    lengths, xlabel="step", ylabel="length of the step", yscale="log",
    title="After the wall AdaGrad stays small, RMSProp recovers",
    alt="Both drop by 100 at step 200. RMSProp climbs back to 0.01 within about a thousand steps; AdaGrad stays near 0.00001.",
)

# %% [markdown]
# Look at the far left of the RMSProp curve: it starts too high. The first step is not 0.01 but:

# %%
print(f"{lengths['RMSProp'][0]:.3f}, which is {lengths['RMSProp'][0] / 0.01:.0f} times the rate")

# %% [markdown]
# The running mean starts at 0, so after one gradient it is $v = (1 - \alpha)\, g^2$, a hundredth of the only square it has ever seen. The
# step divides by its root. PyTorch's RMSprop has this too. Step 6 mends it.
#
# ### 6. The bias of a running mean, and its correction
#
# Take any running mean with factor $b$, started at $m_0 = 0$:
#
# $$m_t = b\, m_{t-1} + (1 - b)\, g_t$$
#
# Put the equation for $m_{t-1}$ into it, then the one for $m_{t-2}$, and so on down to $m_0$:
#
# $$m_t = (1 - b) \sum_{s=1}^{t} b^{\,t-s} g_s + b^{\,t} m_0, \qquad m_0 = 0$$
#
# A weighted sum of gradients. Is it a weighted *mean*? Only if the weights sum to 1. It is a geometric sum:
#
# $$(1 - b) \sum_{s=1}^{t} b^{\,t-s} = (1 - b)\, \frac{1 - b^{\,t}}{1 - b} = 1 - b^{\,t}$$
#
# So the weights sum to $1 - b^t$ and the missing share $b^t$ sits on the starting value 0. If all gradients have the same
# expectation $\mathbb E[g]$, then $\mathbb E[m_t] = (1 - b^t)\, \mathbb E[g]$: too small by a known factor, the **bias**. Divide by it:
#
# $$\hat m_t = \frac{m_t}{1 - b^{\,t}} = \frac{\sum_s b^{\,t-s} g_s}{\sum_s b^{\,t-s}}$$
#
# The right side is a weighted mean in the plain sense, from the first step on: $\hat m_1 = g_1$. It also says how to compute it without
# ever mentioning $t$: keep the sum above and the sum below, and let both fade.


# %%
def running_mean(kept, name, x, b):
    total, weight = kept.get(name, (0, 0))
    kept[name] = b * total + x, b * weight + 1
    return kept[name][0] / kept[name][1]


# %%
rng = np.random.default_rng(0)
g, kept = 1 + 0.5 * rng.normal(size=60), {}
corrected, raw = [running_mean(kept, "m", x, 0.9) for x in g], [0.0]
for x in g:
    raw.append(0.9 * raw[-1] + 0.1 * x)

assert np.allclose(corrected, raw[1:] / (1 - 0.9 ** np.arange(1, 61)))  # the textbook's way gives the same

# %%
viz.lines(
    {"corrected": corrected, "raw, from 0": raw[1:]}, np.arange(1, 61), xlabel="step", ylabel="running mean",
    title="The raw mean needs about thirty steps to forget its zero",
    alt="Two running means of noisy gradients around 1. The raw one climbs from 0.1 to 1; the corrected one is near 1 from the start.",
)

# %% [markdown]
# ### 7. Adam: both ideas, both corrected
#
# Momentum says *where to*: a running mean $\hat m$ of the gradient. RMSProp says *how far*: divide by the root of a running mean $\hat v$
# of its square. Adam is the quotient (Kingma and Ba 2015):
#
# $$w \leftarrow w - \mathrm{lr}\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon} \qquad
# \hat m = \text{mean of } g \text{ with } b_1 = 0.9, \quad \hat v = \text{mean of } g^2 \text{ with } b_2 = 0.999$$


# %%
def adam(g, kept, lr, b1=0.9, b2=0.999, eps=1e-8):
    m, v = running_mean(kept, "m", g, b1), running_mean(kept, "v", g * g, b2)
    return -lr * m / (np.sqrt(v) + eps)


# %% [markdown]
# The quotient has no unit: multiply the loss by 1,000 and the steps stay the same. In the first step $\hat m = g$ and
# $\hat v = g^2$, so every weight moves by $\mathrm{lr}$, against the sign of its gradient, however small that gradient is. Later
# $\hat m / \sqrt{\hat v}$ measures agreement: near 1 where the gradients of a weight agree, small where they are noise around 0.

# %%
g = np.array([1e-3, -1.0, 50.0])
print("first step:", adam(g, {}, lr=0.01).round(4))
scaled, plain = (descend(adam, lambda w, c=c: c * ravine(w), start, 50, lr=0.01) for c in (1000, 1))
print(f"loss times 1,000: paths differ by {np.abs(scaled - plain).max():.0e}")
assert np.allclose(scaled, plain, atol=1e-5)

# %%
noise, trend = np.random.default_rng(1).normal(size=(2, 3000)) + [[0.0], [2.0]]
for name, gradients in {"noise around 0": noise, "noise around 2": trend}.items():
    kept = {}
    steps = np.array([adam(g, kept, lr=1.0) for g in gradients])
    print(f"{name}: mean length of a step {np.abs(steps[200:]).mean():.2f} of the rate")

# %% [markdown]
# ### 8. AdamW: shrink the weights, not the gradients
#
# Large weights are often a sign of overfitting (lesson 10). There are two ways to keep them small. **L2 regularization** adds
# $\tfrac\lambda2 |w|^2$ to the loss, so $\lambda w$ to the gradient; $\lambda$ is now a strength, no curvature. **Weight decay** multiplies
# the weights by a little less than 1 in each step. For SGD they are the same thing, written twice:
#
# $$w - \mathrm{lr}\,(g + \lambda w) = (1 - \mathrm{lr}\,\lambda)\, w - \mathrm{lr}\, g$$
#
# For Adam they are not. There $\lambda w$ goes through both running means and is divided by $\sqrt{\hat v}$, the size of that weight's
# gradients. Say $\hat v$ is dominated by noise of standard deviation $\sigma$, and the mean of the noise is 0. Then
#
# $$\text{L2 in Adam:}\quad w \leftarrow w - \mathrm{lr}\, \frac{\lambda w}{\sigma} + \dots \qquad\qquad
# \text{decoupled:}\quad w \leftarrow (1 - \mathrm{lr}\,\lambda)\, w + \dots$$
#
# With L2, weights with large gradients hardly decay, those with small gradients decay fast. AdamW takes the decay out of the gradient
# (Loshchilov and Hutter 2019). In our loop it is one factor:


# %%
def descend(rule, gradient, w, steps, lr, decay=0.0, **settings):
    kept, path = {}, [w]
    for _ in range(steps):
        w = (1 - lr * decay) * w + rule(gradient(w), kept, lr, **settings)  # the factor is new
        path.append(w)
    return np.array(path)


# %%
sigma, decay, w = np.repeat([0.1, 1.0, 10.0], 300), 0.1, np.ones(900)  # 300 weights for each size of noise
rng = np.random.default_rng(2)
sgd_l2 = descend(sgd, lambda w: 0.3 + decay * w, w, 100, lr=0.1)
assert np.allclose(sgd_l2, descend(sgd, lambda w: 0.3, w, 100, lr=0.1, decay=decay))  # for SGD one and the same

# %%
l2 = descend(adam, lambda w: sigma * rng.normal(size=900) + decay * w, w, 1000, lr=0.01)
adamw = descend(adam, lambda w: sigma * rng.normal(size=900), w, 1000, lr=0.01, decay=decay)
curves = {f"noise {s:g}": l2[:, sigma == s].mean(1) for s in (0.1, 1, 10)}
viz.lines(
    curves | {"AdamW, all": adamw.mean(1)}, xlabel="step", ylabel="mean weight", ylim=(-0.1, 1.05),
    title="L2 in Adam decays each weight at a speed of its own",
    alt="With L2 in Adam the mean weight falls to 0 at noise 0.1, to 0.35 at noise 1, and stays above 0.9 at noise 10. AdamW ends at 0.37.",
)

# %%
print("L2 in Adam, mean weight after 1,000 steps:", {f"noise {s:g}": f"{l2[-1, sigma == s].mean():.2f}" for s in (0.1, 1, 10)})
print("AdamW:                                    ", {f"noise {s:g}": f"{adamw[-1, sigma == s].mean():.2f}" for s in (0.1, 1, 10)})
print(f"expected for AdamW: (1 - 0.01 · 0.1)^1000 = {(1 - 0.001) ** 1000:.2f}")

# %%
assert all(abs(adamw[-1, sigma == s].mean() - 0.368) < 0.08 for s in (0.1, 1, 10))
assert l2[-1, sigma == 0.1].mean() < 0.1 and l2[-1, sigma == 10].mean() > 0.8

# %% [markdown]
# ### 9. Warm-up and cosine: a rate that changes
#
# Large steps are good early, when the way is long, and bad late, when noise throws the weights around the minimum. So let the rate fall.
# Half a wave of the **cosine** falls slowly, then fast, then slowly again (Loshchilov and Hutter 2017):
#
# $$\mathrm{lr}(t) = \mathrm{lr}\; \frac{1 + \cos(\pi t / T)}{2}, \qquad t = 0 \dots T$$
#
# And the very first steps are special. The weights are random, a running mean of one gradient is a poor mean, and Adam moves every weight
# by the full rate at once. A **warm-up** lets the rate rise in a straight line: step $t$ of the first $k$ uses the share $(t + 1)/k$. The
# $+1$ makes sure that the first step is not 0, and that step $k - 1$ reaches the full rate.


# %%
def cosine(t, T):
    return (1 + np.cos(np.pi * t / T)) / 2


def warm_up(t, k):
    return np.minimum(1, (t + 1) / k)


# %%
t = np.arange(100)
viz.lines(
    {"cosine": cosine(t, 100), "warm-up": warm_up(t, 10)}, xlabel="step", ylabel="share of the rate",
    title="A quick rise, and a slow start and end of the fall",
    alt="The warm-up rises in a line from 0.1 to 1 in ten steps and stays. The cosine falls from 1 to 0, steepest at step 50.",
)

# %% [markdown]
# What does the fall win? SGD on one weight, $f = w^2/2$, with noise of standard deviation 1 on the gradient. A constant rate cannot settle:

# %%
def noisy_descent(share, lr=0.3, steps=300, runs=2000):
    w, rng, size = np.full(runs, 5.0), np.random.default_rng(3), []
    for t in range(steps):
        w = w - lr * share(t) * (w + rng.normal(size=runs))
        size.append(np.sqrt((w**2).mean()))
    return np.array(size)


constant, falling = noisy_descent(lambda t: 1), noisy_descent(lambda t: cosine(t, 300))
print(f"typical distance from the minimum: {constant[-100:].mean():.2f} at a constant rate, {falling[-1]:.2f} at the end of the cosine")
print(f"theory for the constant rate: sqrt(lr / (2 - lr)) = {np.sqrt(0.3 / 1.7):.2f}")
assert falling[-1] < constant[-1] / 3

# %% [markdown]
# <details><summary>Where the theory comes from</summary>
#
# One step is $w' = (1 - \mathrm{lr}) w - \mathrm{lr}\, n$, with $n$ independent of $w$, of mean 0 and variance 1. So the mean square $V$
# follows $V' = (1 - \mathrm{lr})^2 V + \mathrm{lr}^2$. At rest $V' = V$, and $V\,(1 - (1 - \mathrm{lr})^2) = \mathrm{lr}^2$ gives
# $V = \mathrm{lr}/(2 - \mathrm{lr})$.
#
# </details>
#
# ### 10. Clipping: no gradient longer than this
#
# Losses have cliffs. One step from the wrong place, and the weights are thrown far away. **Clipping** limits the length of the gradient
# and keeps its direction (Pascanu, Mikolov and Bengio 2013):
#
# $$g \leftarrow g \cdot \min\!\left( 1, \frac{c}{|g|} \right) \qquad |g| = \sqrt{\textstyle\sum_i g_i^2}$$


# %%
def clip(g, c):
    return g * min(1, c / np.linalg.norm(g))


for g in (np.array([3.0, 4.0]), np.array([0.3, 0.4])):
    print(f"{g} of length {np.linalg.norm(g):.1f} becomes {clip(g, 1.0)} of length {np.linalg.norm(clip(g, 1.0)):.1f}")

# %% [markdown]
# The gradient of a network is one long vector. That it is stored in pieces, one array per layer, is bookkeeping. So $|g|$ is the
# root of the sum of the squares in *all* arrays: the **global norm**. "Misconceptions" shows what goes wrong with one norm per array.
#
# ### 11. The same lines in the package
#
# Two of the optimizers of `dlcourse.optim`, as they stand there. They change arrays in place, and Adam keeps its two sums without the
# factors $1 - b$, as our `running_mean` does; the factors and the corrections join at the end as two numbers.

# %%
import inspect
from dlcourse import optim, schedule

print(inspect.getsource(optim.RMSprop.update))
print(inspect.getsource(optim.Adam.update))
print(inspect.getsource(schedule.half_cosine))

# %% [markdown]
# The price of a memory: as many numbers as there are weights, once for momentum, AdaGrad and RMSProp, twice for Adam. In a model with a
# billion weights of four bytes each, that is

# %%
for each in (optim.Adagrad, optim.RMSprop, optim.Adam):
    print(f"{each.__name__:8} {len(each.keeps)} per weight, {4 * len(each.keeps)} GB")

# %% [markdown]
# ## Check
#
# The same rules in PyTorch: 120 steps from the same start, on the function $f(w) = \sum_k \log\cosh (w A)_k + \tfrac12 |w|^2$, whose
# gradient is $\tanh(wA)\,A^\top + w$. PyTorch finds that gradient by itself.

# %%
from dlcourse.compare import relative_difference, same_as_torch

try:
    import torch
except ModuleNotFoundError:
    torch = None
    print("PyTorch is not installed here, so this check is empty. To fill it: pip install torch")

# %%
A = np.random.default_rng(4).normal(size=(6, 9))


def hills(w):
    return np.tanh(w @ A) @ A.T + w


begin = np.random.default_rng(5).normal(size=6)

# %%
names = {  # our rule, its name and its options, which are the same in PyTorch and in the package
    "SGD": (sgd, "SGD", {}),
    "momentum": (momentum, "SGD", {"momentum": 0.9}),
    "Nesterov": (nesterov, "SGD", {"momentum": 0.9, "nesterov": True}),
    "AdaGrad": (adagrad, "Adagrad", {}),
    "RMSProp": (rmsprop, "RMSprop", {}),
    "Adam": (adam, "Adam", {}),
    "AdamW": (adam, "AdamW", {"weight_decay": 0.1}),
}


# %%
def path_of(library, name, w, gradient, steps=120, **options):
    """The path of an optimizer of torch.optim or dlcourse.optim, from w, with lr = 0.01."""
    optimizer, path = getattr(library, name)([w], lr=0.01, **options), []
    for _ in range(steps):
        w.grad = gradient(w)
        optimizer.step()
        path.append(np.array(w.detach().numpy() if library is not optim else w.data))
    return np.array(path)


def torch_gradient(w):
    w = w.detach().requires_grad_()
    loss = torch.log(torch.cosh(w @ torch.tensor(A))).sum() + (w**2).sum() / 2
    return torch.autograd.grad(loss, w)[0]


# %%
from dlcourse.nn import Parameter

ours, package, theirs = {}, {}, {}
for name, (rule, there, options) in names.items():
    ours[name] = descend(rule, hills, begin, 120, lr=0.01, decay=options.get("weight_decay", 0))[1:]
    package[name] = path_of(optim, there, Parameter(begin.copy()), lambda w: hills(w.data), **options)
    if torch:
        theirs[name] = path_of(torch.optim, there, torch.tensor(begin, requires_grad=True), torch_gradient, **options)

# %% tags=["volatile"]
for name, path in theirs.items():
    print(f"{name:9} ours {relative_difference(ours[name], path):.0e}   dlcourse.optim {relative_difference(package[name], path):.0e}")

# %%
for name, path in theirs.items():
    same_as_torch(ours[name], path, tolerance=1e-8)
    same_as_torch(package[name], path, tolerance=1e-8)

# %% [markdown]
# Clipping and the two schedules, in PyTorch and in the package:

# %%
if torch:
    tensor = torch.tensor([3.0, -4.0, 12.0], requires_grad=True)
    tensor.grad = torch.tensor([3.0, -4.0, 12.0])
    torch.nn.utils.clip_grad_norm_([tensor], 2.0)
    same_as_torch(clip(np.array([3.0, -4.0, 12.0]), 2.0), tensor.grad, tolerance=1e-6)

    sgd_there = torch.optim.SGD([tensor], lr=1.0)
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(sgd_there, T_max=50)
    rates = []
    for _ in range(50):
        rates.append(sgd_there.param_groups[0]["lr"])
        sgd_there.step(), fall.step()
    same_as_torch(cosine(np.arange(50), 50), torch.tensor(rates), tolerance=1e-6)

# %%
sgd_here = optim.SGD([Parameter(begin)], lr=1.0)
rise, fall = schedule.LinearLR(sgd_here, start_factor=1 / 10, total_iters=9), schedule.CosineAnnealingLR(sgd_here, T_max=50)
assert np.allclose([rise.at(t, 1.0) for t in range(50)], warm_up(np.arange(50), 10))
assert np.allclose([fall.at(t, 1.0) for t in range(50)], cosine(np.arange(50), 50))

# %% [markdown]
# ## Use
#
# ### Six optimizers on clothes, each with its own best rate
#
# Which optimizer is best? The question has no answer while each runs at a rate that happened to be in a script. A fair comparison gives
# everyone the **same number of tries**. Here: 1,600 small pictures of clothes, a network with 32 hidden neurons, 120 steps. Each of the six
# rules you wrote tries the same eight rates. It trains on 1,200 pictures and is judged by the loss on the other 400.

# %%
from dlcourse import Tensor, functional as F
from dlcourse.models import MLP
from dlcourse.train import predict

x, y, x_test, y_test = data.fashion_mnist()
x_try, y_try, x_held, y_held = x[:1200], y[:1200], x[1200:], y[1200:]
viz.images(x[:10], [data.FASHION_CLASSES[k] for k in y[:10]], alt="Ten small grey pictures of clothes and shoes with their names.")


# %%
def train(rule, lr, seed, x=x_try, y=y_try, warm=1, **settings):
    rng = np.random.default_rng(seed)
    model, losses = MLP(784, 32, 10, rng=rng), []
    kept = [{} for _ in model.parameters()]
    for t, (batch, targets) in enumerate(data.DataLoader(x, y, batch_size=len(x) // 40, epochs=3, rng=rng)):
        model.zero_grad()
        loss = F.cross_entropy(model(Tensor(batch)), targets)
        loss.backward()
        losses.append(loss.item())
        for p, notes in zip(model.parameters(), kept, strict=True):
            p.data += rule(p.grad, notes, float(lr * warm_up(t, warm)), **settings)
    return model, np.array(losses)


# %%
def accuracy(model, x, y):
    return float((predict(model, x).argmax(-1) == y).mean())


def held_out(rule, lr, seed, **settings):
    """Accuracy and loss on the pictures set aside."""
    with np.errstate(all="ignore"):  # a rate that is too large overflows, and the loss says so
        model, _ = train(rule, lr, seed, **settings)
        return accuracy(model, x_held, y_held), F.cross_entropy(Tensor(predict(model, x_held)), y_held).item()


# %%
rules = {"SGD": sgd, "momentum": momentum, "Nesterov": nesterov, "AdaGrad": adagrad, "RMSProp": rmsprop, "Adam": adam}
rates = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3]
tries = {name: np.array([held_out(rule, lr, seed=0)[1] for lr in rates]) for name, rule in rules.items()}

# %% tags=["volatile"]
viz.lines(
    {name: np.minimum(tries[name], 2.6) for name in ("SGD", "Nesterov", "Adam")}, rates, xscale="log", points=True, ylim=(0.5, 2.7),
    xlabel="learning rate", ylabel="loss on pictures set aside",
    title="Each optimizer has its own valley of rates; three of the six",
    alt="Three valleys over the learning rate. That of Adam is lowest around 0.01, of Nesterov around 0.03, of SGD around 0.1.",
)

# %%
chosen = {name: rates[np.nanargmin(values)] for name, values in tries.items()}
assert max(chosen.values()) > 9 * min(chosen.values())

# %% tags=["volatile"]
print("chosen:", chosen)

# %% [markdown]
# From the smallest of the chosen rates to the largest it is a factor of ten or more. Now the race: each at its own rate, on all 1,600
# training pictures, five new seeds, judged on the 400 test pictures that no choice has looked at.

# %%
test = {
    name: np.array([accuracy(train(rule, chosen[name], seed, x, y)[0], x_test, y_test) for seed in range(1, 6)])
    for name, rule in rules.items()
}

# %% tags=["volatile"]
viz.bars(
    {name: values.mean() for name, values in test.items()}, xlabel="accuracy on the test pictures, mean of five seeds",
    title="Each at its own best rate: close together",
    alt="Six bars of about the same length: all accuracies lie between 0.7 and 0.8. The shortest is SGD's, the longest Nesterov's.",
)

# %% tags=["volatile"]
for name, values in test.items():
    print(f"{name:9} the five seeds from {values.min():.2f} to {values.max():.2f}")

# %% [markdown]
# Compare SGD and Adam at one common rate, 0.003, as a script might that only swaps the name of the optimizer. Then each at its own:

# %% tags=["volatile"]
common, own = (tries["SGD"] - tries["Adam"])[3], np.nanmin(tries["SGD"]) - np.nanmin(tries["Adam"])
print(f"SGD's loss is higher by {common:.2f} at the common rate, by {own:.2f} when each has its own")

# %%
spread = np.ptp([values.mean() for values in test.values()])
assert common > 1 and own < common / 3 and spread < 0.15 and max(np.ptp(values) for values in test.values()) > spread / 4

# %% [markdown]
# Most of the difference was the rate. What is left between first and last are some pictures in a hundred, and the seeds of a single
# optimizer already differ by half as much. Nesterov, from 1983, is ahead here; on another problem, or with another number of steps, the
# order may be another.
#
# ## The aha
#
# ### Without its correction, Adam's first step is 3.16 times too long
#
# The means start at 0, so the first steps are too small: that sounds right. Calculate. After one gradient the raw means are
# $m = 0.1\, g$ and $v = 0.001\, g^2$, so the step is
#
# $$\mathrm{lr}\, \frac{m}{\sqrt v} = \mathrm{lr}\, \frac{0.1\, g}{\sqrt{0.001}\, |g|}
# = \frac{0.1}{\sqrt{0.001}}\; \mathrm{lr}\; \mathrm{sign}(g) = 3.16\; \mathrm{lr}\; \mathrm{sign}(g).$$


# %%
def uncorrected_adam(g, kept, lr, b1=0.9, b2=0.999, eps=1e-8):
    kept["m"] = b1 * kept.get("m", 0) + (1 - b1) * g
    kept["v"] = b2 * kept.get("v", 0) + (1 - b2) * g * g
    return -lr * kept["m"] / (np.sqrt(kept["v"]) + eps)


# %%
for seed in range(5):
    rng = np.random.default_rng(seed)
    g = rng.normal(size=1000) * 10 ** rng.uniform(-2, 3, size=1000)  # of any size
    ratio = uncorrected_adam(g, {}, lr=0.01) / adam(g, {}, lr=0.01)
    typical = np.abs(g) > 1e-3
    assert np.allclose(ratio[typical], 0.1 / np.sqrt(0.001), rtol=1e-3)
print(f"{ratio[typical].min():.3f} to {ratio[typical].max():.3f} times the right step")

# %% [markdown]
# (Gradients below 0.001 are left out: there $\varepsilon = 10^{-8}$ begins to count.) And it goes on. The ratio of the two rules at step
# $t$ does not depend on the gradients at all:
#
# $$\frac{m_t / \sqrt{v_t}}{\hat m_t / \sqrt{\hat v_t}} = \frac{1 - b_1^{\,t}}{\sqrt{1 - b_2^{\,t}}}$$

# %%
t = np.arange(1, 5001)
ratio = (1 - 0.9**t) / np.sqrt(1 - 0.999**t)
equal = (1 - 0.9**t) / np.sqrt(1 - 0.9**t)
viz.lines(
    {"b₂ = 0.999": ratio, "b₂ = 0.9": equal}, t, xscale="log", xlabel="step", ylabel="times the right step",
    title="It gets worse before it gets better, and lasts for a thousand steps",
    alt="The ratio starts at 3.16, rises to 6.6 at step 12 and falls to 1 by step 5,000. With b₂ = 0.9 it starts at 0.32 and rises to 1.",
)

# %%
print(f"largest: {ratio.max():.2f} at step {t[ratio.argmax()]}; still above 1.1 at step {t[ratio > 1.1].max()}")
assert ratio.argmax() + 1 == 12 and ratio.max() > 6.5 and ratio.min() > 1

# %% [markdown]
# The slow mean $v$ is what is far off, and it stands below the line. Only if both factors were equal would the intuition be right: then the
# first step is $\sqrt{1 - b}$ of the right one, the lower curve. Does it matter? Train with it, at the textbook's rate of 0.001 and at ten
# times that:

# %%
last_epoch = {
    (name, lr): np.array([train(rule, lr, seed)[1][-40:].mean() for seed in range(5)])
    for name, rule in {"corrected": adam, "uncorrected": uncorrected_adam}.items()
    for lr in (0.001, 0.01)
}

# %% tags=["volatile"]
for (name, lr), values in last_epoch.items():
    print(f"{name:11} rate {lr}: training loss {values.mean():.2f} in the last epoch")

# %%
assert last_epoch["uncorrected", 0.001].mean() < last_epoch["corrected", 0.001].mean()
assert last_epoch["uncorrected", 0.01].mean() > last_epoch["corrected", 0.01].mean() + 0.15

# %% [markdown]
# At a small rate the missing correction even helps: the rate was too small, and the bug made it larger. At a larger rate the same bug
# hurts. That is why it lives long.
#
# ### The ravine race, and what happens when the ravine turns
#
# All six rules in the ravine of step 1, from five random starts on the same contour. Each tries the same 26 rates, all at once in one
# array, and keeps the one with which it is first below a ten-thousandth of the starting height, for good.


# %%
def steps_needed(rule, curved, starts, rates, steps=1000):
    """The fewest steps after which f stays below 1e-4, over all rates: curved (2, 2), starts (5, 2) -> (5,)."""
    kept, w, late = {}, np.repeat(starts[:, None], len(rates), axis=1), 0  # (5, 26, 2)
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            w = w + rule(w @ curved, kept, rates[:, None])
            late = np.where((w * (w @ curved)).sum(-1) / 2 < 1e-4, late, t)
    return late.min(1)


# %%
angles = np.array([np.random.default_rng(seed).uniform(0.1, 1.4) for seed in range(5)])
starts = np.sqrt(2) * np.stack([np.cos(angles), np.sin(angles)], axis=1) / np.sqrt(curvature)  # f is 1 at each
turn = np.array([[1, -1], [1, 1]]) / np.sqrt(2)  # by 45 degrees
ravines = {"along the axes": np.eye(2), "turned by 45°": turn}

# %%
fewest = {name: {} for name in ravines}
for name, turned in ravines.items():
    for rule_name, rule in rules.items():
        fewest[name][rule_name] = steps_needed(rule, turned.T @ np.diag(curvature) @ turned, starts @ turned, np.logspace(-4, 1, 26))

# %% tags=["volatile"]
print(f"{'steps':10}" + "".join(f"{name:>18}" for name in fewest))
for rule_name in rules:
    print(f"{rule_name:10}" + "".join(f"{steps[rule_name].mean():18.0f}" for steps in fewest.values()))

# %%
straight, turned = fewest.values()
assert straight["AdaGrad"].max() < 10 and turned["AdaGrad"].min() > 10 * straight["AdaGrad"].max()
assert sorted(turned, key=lambda name: turned[name].mean())[-2:] == ["AdaGrad", "RMSProp"]
assert (straight["SGD"] > 2 * straight["momentum"]).all() and (turned["SGD"] > 2 * turned["momentum"]).all()
assert all(0.5 < run["Adam"].mean() / run["momentum"].mean() < 1.5 and run["RMSProp"].mean() > 500 for run in fewest.values())

# %% [markdown]
# SGD, momentum and Nesterov do not care how the ravine lies. AdaGrad crosses the first one in a few steps: a rate for each weight undoes a
# curvature for each weight. Turn the ravine by 45°, and both weights have gradients of the same size. There is nothing left to tell apart,
# and AdaGrad is the slowest but one. A rate for each weight sees the axes, not the ravine. It can help in a network as far as the
# unevenness there lies along the axes: layers of different scale, rare features, dead pixels.
#
# RMSProp is slow in both. Its step is about as long as the rate, also at the bottom, where it jumps across the floor; to be quiet there it
# needs a rate so small that the way takes hundreds of steps. Adam has the same denominator, but its running mean of the gradient cancels
# the jumps: in both ravines it takes about as many steps as momentum.
#
# ## Misconceptions
#
# **"Adam needs no learning rate."** It needs no rate that fits the *size* of the gradient. It still needs one that fits the problem. From
# the tries in "Use":

# %% tags=["volatile"]
for lr, loss in zip(rates, tries["Adam"], strict=True):
    print(f"rate {lr:<6}  loss {loss:.1f}")

# %%
best = np.nanmin(tries["Adam"])
assert best < 1.0 < min(tries["Adam"][0], tries["Adam"][-2]) - 0.3  # rates 0.0001 and 0.1

# %% [markdown]
# At 0.0001 most of what training wins is gone, at 0.1 all of it. A loss of 2.3 is $\log 10$: nothing learned (lesson 03).
#
# **"Weight decay is L2, in Adam too."** Step 8 showed three speeds of decay. The extreme case is a weight that gets no gradient at all,
# such as that of a pixel that is always black. With L2 in Adam its whole gradient is $\lambda w$, and Adam divides it by its own size:
# $\lambda$ cancels.

# %%
for decay in (0.1, 0.0001):
    l2 = descend(adam, lambda w, c=decay: c * w, np.ones(1), 50, lr=0.01)[-1, 0]
    decoupled = descend(adam, lambda w: 0 * w, np.ones(1), 50, lr=0.01, decay=decay)[-1, 0]
    print(f"decay {decay}: after 50 steps {l2:.3f} with L2, {decoupled:.3f} decoupled")

# %% [markdown]
# A thousand times less decay, and L2 in Adam removes the weight just as fast.
#
# **"Clipping each array is clipping the gradient."** Two arrays, one with a large and one with a small gradient. One norm for both keeps
# the direction. A norm for each turns it:

# %%
g = [np.array([30.0, 40.0]), np.array([0.6, 0.0, 0.8])]  # lengths 50 and 1
together = np.split(clip(np.concatenate(g), 1.0), [2])
apart = [clip(piece, 1.0) for piece in g]

# %%
def angle(a, b):
    a, b = np.concatenate(a), np.concatenate(b)
    return np.degrees(np.arccos(min(1, a @ b / np.linalg.norm(a) / np.linalg.norm(b))))


print(f"turned by {angle(g, together):.0f}° with one norm, by {angle(g, apart):.0f}° with two")
print(f"length {np.linalg.norm(np.concatenate(together)):.2f} with one norm, {np.linalg.norm(np.concatenate(apart)):.2f} with two")
assert angle(g, together) < 0.01 and angle(g, apart) > 40

# %% [markdown]
# The step now goes where the loss does not fall fastest, and it is longer than the limit.
#
# **"Warm-up is superstition."** Or: "warm-up is always needed." Measure, with Adam on the clothes, at a good rate, 0.003, and at one thirty
# times larger, with and without a warm-up of half the training, five seeds:

# %%
warmed = {
    (lr, warm): np.array([held_out(adam, lr, seed, warm=warm)[0] for seed in range(5)]) for lr in (0.003, 0.1) for warm in (1, 60)
}

# %% tags=["volatile"]
for (lr, warm), values in warmed.items():
    print(f"rate {lr}, {'no warm-up  ' if warm == 1 else 'with warm-up'}: {values.mean():.2f}, worst seed {values.min():.2f}")

# %%
assert abs(warmed[0.003, 60].mean() - warmed[0.003, 1].mean()) < 0.05
assert warmed[0.1, 60].mean() > warmed[0.1, 1].mean() + 0.1

# %% [markdown]
# Both sayings are wrong. At a good rate for this small network warm-up wins nothing. At a rate thirty times larger it saves part of what
# is lost. It widens the range of rates that work; how much that is worth depends on how deep and how wild the network is (lesson 09), and
# on what the optimizer does in its first steps. The clearest case is one you know: Adam without its correction, at rate 0.02. Warm-up makes
# the first steps short, and that is what the missing correction failed to do:

# %%
saved = {warm: np.array([held_out(uncorrected_adam, 0.02, seed, warm=warm)[0] for seed in range(5)]) for warm in (1, 60)}
assert saved[60].mean() > saved[1].mean() + 0.2

# %% tags=["volatile"]
print(f"uncorrected Adam, rate 0.02: {saved[1].mean():.2f} without warm-up, {saved[60].mean():.2f} with")

# %% [markdown]
# ## Exercises
#
# In [exercises/08_optimizers.ipynb](../exercises/08_optimizers.ipynb), graded at once. Write them without looking back; the grader knows
# the classic mistakes by name. In the last one you are the grader.
#
# | exercise | what it asks | difficulty | minutes |
# |---|---|---|---|
# | `sgd_momentum` | the parameter after a list of gradients | 1 of 3 | 10 |
# | `adam` | the textbook's form, with $1 - b^t$ | 2 of 3 | 20 |
# | `adamw` | the same with decoupled decay | 2 of 3 | 10 |
# | `clip_grad_norm` | several arrays, one norm | 2 of 3 | 10 |
# | `warmup_cosine` | one rate for each step, with a floor | 2 of 3 | 15 |
# | `find_bug` | which bug is in this optimizer? It still trains | 3 of 3 | 30 |
#
# ## Summary
#
# 1. An optimizer is a rule from gradients to steps, with notes. Momentum keeps a fading sum: 1/(1 − μ) times the rate where gradients
#    agree.
# 2. On a quadratic the number of steps grows with $\kappa$ for SGD, with $\sqrt\kappa$ for momentum.
# 3. AdaGrad, RMSProp and Adam divide each weight's step by the size of its own gradients. That sees the axes, not the ravine.
# 4. A running mean from 0 is a weighted sum whose weights sum to $1 - b^t$; divide by it. Without that, Adam's first step is 3.16 times too
#    long.
# 5. Decay belongs on the weights, clipping on the whole gradient. Compare optimizers only with the same number of tries for each.
#
# Papers:
#
# - Polyak 1964, *Some methods of speeding up the convergence of iteration methods* (momentum)
# - Nesterov 1983, *A method for solving the convex programming problem with convergence rate O(1/k²)*
# - Duchi, Hazan and Singer 2011, *Adaptive subgradient methods for online learning and stochastic optimization* (AdaGrad)
# - Tieleman and Hinton 2012, *Lecture 6.5, rmsprop* (Neural networks for machine learning, Coursera)
# - Sutskever, Martens, Dahl and Hinton 2013, *On the importance of initialization and momentum in deep learning* (Nesterov in networks)
# - Pascanu, Mikolov and Bengio 2013, *On the difficulty of training recurrent neural networks* (clipping)
# - Kingma and Ba 2015, *Adam: a method for stochastic optimization*
# - Smith 2017, *Cyclical learning rates for training neural networks* (the range test)
# - Loshchilov and Hutter 2017, *SGDR: stochastic gradient descent with warm restarts* (cosine)
# - Loshchilov and Hutter 2019, *Decoupled weight decay regularization* (AdamW)
#
# ← [07 Autograd](07_autograd.ipynb) · [Map](00_start.ipynb) · [09 Deep networks](09_deep_networks.ipynb) →
