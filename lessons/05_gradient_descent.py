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
# # 05 Which way is down, and how large may a step be?
#
# To learn is to walk down a loss. Lessons 02 and 03 did it with steps against the gradient and a learning rate that was simply given. This
# lesson asks why that way is down, how large a step may be before everything flies apart, how long the walk takes, and what changes when
# the gradient comes from a few examples only.
#
# - **You need:** lessons 02 to 04, partial derivatives and the chain rule, the product of a matrix and a vector. What an eigenvalue is, you
#   will see here.
# - **You get:** gradient descent from scratch; the exact rate at which it breaks; the number of steps it takes; the price of a small batch;
#   and why flat places, not pits, are what large models meet.
# - **Time:** about 100 minutes, and 75 for the exercises.
#
# ← [04 Layers and forward propagation](04_layers_and_forward_propagation.ipynb) · [Map](00_start.ipynb) ·
# [06 Backpropagation](06_backpropagation.ipynb) →

# %%
import numpy as np
from dlcourse import data, viz
from dlcourse.palette import LIGHT

# %% [markdown]
# ## Predict
#
# A loss has the shape of a long valley. Across the valley its curvature, the second derivative, is 10; along it 1. You walk down with
# steps against the gradient. At a learning rate of 0.15 you arrive. At 0.25 the loss grows without end: the edge is somewhere between.
#
# Now the valley is made flatter along its length: curvature 0.01 in place of 1. Across, nothing changes. Where is the edge now?
#
# 1. at a larger rate, because flat ground bears longer steps
# 2. at the same rate
# 3. at a smaller rate, because the valley is more extreme
# 4. that depends on where you start
#
# <details><summary>Answer, once you have chosen</summary>
#
# At the same rate. Each direction has a distance of its own, and each step multiplies it by a factor of its own. The steepest direction
# alone decides when a factor passes −1. What the flat direction does is to make you wait, about 100 times as long. "The aha" measures
# both.
#
# </details>

# %% [markdown]
# ## Explore
#
# Level lines of a surface, a start that you can drag, and the path of 30 steps against the gradient. Answer the widget's own question,
# then:
#
# - On the ravine, move only the learning rate, from the smallest to the largest. The path changes its character three times. At which
#   rates?
# - Go back to rate 0.05. From which starts does the first step point straight at the lowest place?
# - Choose rate 0.15 again. On the saddle, start at (−1.8, 0). Where does the walk end? Then move the start by one notch, to y = 0.1.
# - In the two valleys, find two starts side by side that end in different ones.

# %%
from dlcourse.widgets import Descent

Descent()

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# - Up to 0.1 the walk comes down on one side. Above, it jumps from side to side, and the jumps die away, ever more slowly. At 0.2 they
#   go on for ever, and above 0.2 each is longer than the last.
# - Only from starts on the two axes of the ravine. From everywhere else it points past it.
# - From y = 0 it ends on the saddle, at height 0.25 (the widget writes 10^−0.60), where the gradient is zero though lower ground is on
#   both sides. From y = 0.1 it goes the same way at first, then turns aside and ends at the bottom.
# - Between x = 0.1 and x = 0.2 the ways part: one notch of the start decides between the two valleys.
#
# </details>
#
# The widget takes a surface of your own, any function of two numbers: `Descent(lambda x, y: x**2 + 3 * abs(y))`.

# %% [markdown]
# ## Build
#
# ### 1. Which way is down
#
# The loss $L$ depends on many numbers, the weights $w = (w_1, \dots, w_D)$. Its **gradient** (lesson 02) collects the partial
# derivatives. From now on it is written $\nabla L$:
#
# $$\nabla L = \left( \frac{\partial L}{\partial w_1}, \dots, \frac{\partial L}{\partial w_D} \right)$$
#
# Leave the point $w$ in the direction of an arrow $v$ of length 1. How steep is it there? After a distance $s$ you stand at $w + s v$. By
# the chain rule each weight contributes its derivative times its share of the movement:
#
# $$\frac{d}{ds} L(w + s v)\Big|_{s = 0} = \sum_d \frac{\partial L}{\partial w_d}\, v_d = \nabla L \cdot v = |\nabla L|\, \cos\varphi,$$
#
# where $\varphi$ is the angle between $v$ and the gradient, and $|v| = 1$ was used. The cosine says everything: the slope is largest,
# $|\nabla L|$, along the gradient; it is $-|\nabla L|$ against it; and at a right angle it is 0, which is the direction of the level
# line. So **the steepest way down is $-\nabla L$, at a right angle to the level line**. The valley of the prediction:
#
# $$L(w) = \tfrac12 \big( 1 \cdot w_1^2 + 10 \cdot w_2^2 \big) \qquad \nabla L = (1 \cdot w_1,\; 10 \cdot w_2)$$

# %%
curvatures = np.array([1.0, 10.0])

def loss(w):
    return (curvatures * w**2).sum(-1) / 2

def gradient(w):
    return curvatures * w

# %% [markdown]
# Measure the slope in 73 directions around one point, as lesson 03 measured derivatives, and compare it with $\nabla L \cdot v$:

# %%
w, h = np.array([-1.8, 0.6]), 1e-6
angles = np.linspace(0, 360, 73)
v = np.stack([np.cos(np.radians(angles)), np.sin(np.radians(angles))], axis=-1)  # (73, 2)
slopes = (loss(w + h * v) - loss(w - h * v)) / (2 * h)
assert np.allclose(slopes, v @ gradient(w), atol=1e-6)

# %%
viz.lines({"slope": slopes}, angles, xlabel="direction in degrees", ylabel="slope",
    title="One direction is steepest; opposite to it, the steepest way down",
    alt="The slope over the direction is a cosine of height 6.3, highest near 107 degrees and lowest near 287, zero halfway between.")

# %%
def direction(v):
    return np.degrees(np.arctan2(v[1], v[0])) % 360

print(f"steepest way down, measured every 5°: {angles[slopes.argmin()]:.0f}°")
print(f"against the gradient: {direction(-gradient(w)):.0f}°, to the minimum: {direction(-w):.0f}°")
assert abs(angles[slopes.argmin()] - direction(-gradient(w))) <= 2.5 and direction(-w) - direction(-gradient(w)) > 45

# %% [markdown]
# The last number is a first warning. The steepest way down is not the way to the lowest point. "Misconceptions" comes back to it.
#
# ### 2. One step, and again
#
# **Gradient descent** takes a step against the gradient, looks again, and takes the next:
#
# $$w \leftarrow w - \mathrm{lr}\; \nabla L(w)$$
#
# The step is the gradient times the **learning rate** lr, so it is long where the ground is steep, and it shortens by itself where the
# ground gets flat. Begin with a single weight on a parabola of curvature $\lambda$, $L = \frac{\lambda}{2} w^2$ with the slope
# $\lambda w$. One step is
#
# $$w \leftarrow w - \mathrm{lr}\, \lambda\, w = (1 - \mathrm{lr}\,\lambda)\, w
# \qquad\text{so after } t \text{ steps}\qquad w_t = (1 - \mathrm{lr}\,\lambda)^t\, w_0.$$
#
# The whole walk is the powers of one number. Walk it, and compare:

# %%
curvature, t = 10.0, np.arange(13)
for lr in (0.02, 0.1, 0.19, 0.2, 0.21):
    w = 1.0
    for _ in range(12):
        w = w - lr * curvature * w
    print(f"lr = {lr:<4}: the factor is {1 - lr * curvature:5.2f}, after 12 steps w = {w:5.2f}")
    assert np.isclose(w, (1 - lr * curvature) ** 12)

# %%
walks = {f"lr = {lr}": (1 - lr * curvature) ** t for lr in (0.02, 0.19, 0.21)}
viz.lines(walks, xlabel="step", ylabel="w", points=True,
    title="Below 0.1 it glides, up to 0.2 it jumps across, beyond 0.2 it is thrown out",
    alt="At rate 0.02 w falls smoothly from 1 toward 0. At 0.19 it alternates in sign and shrinks. At 0.21 it alternates and grows to 3.")

# %% [markdown]
# Read the cases off the factor $1 - \mathrm{lr}\,\lambda$:
#
# | lr | factor | the walk |
# |---|---|---|
# | below $1/\lambda$ | between 0 and 1 | comes down on one side |
# | $1/\lambda$ | 0 | is there after one step |
# | between $1/\lambda$ and $2/\lambda$ | between −1 and 0 | jumps across the minimum, closer each time |
# | $2/\lambda$ | −1 | jumps between two points for ever |
# | above $2/\lambda$ | below −1 | jumps across, farther each time: it **diverges** |
#
# ### 3. Two directions, two factors
#
# In the valley the two derivatives do not mix: each weight feels only its own curvature. So each has a factor of its own, and NumPy can
# write the whole walk as one expression:
#
# $$w_{t,d} = (1 - \mathrm{lr}\,\lambda_d)^t\; w_{0,d}$$

# %%
start, t = np.array([-1.8, 0.6]), np.arange(31)[:, None]  # a column of steps against a row of directions

def walk(lr):
    return (1 - lr * curvatures) ** t * start  # (31, 2)

# %%
w = start
for _ in range(30):
    w = w - 0.19 * gradient(w)
assert np.allclose(w, walk(0.19)[-1])

# %%
viz.contours(loss, {f"lr = {lr}": walk(lr) for lr in (0.02, 0.19)}, xlim=(-2, 2), ylim=(-0.8, 0.8),
    title="One rate for two directions: too slow along the valley, or too wild across it",
    alt="Level lines of a long valley. At rate 0.02 the path sinks to the floor and stops halfway along; at 0.19 it zigzags to the middle.")

# %% [markdown]
# That is the trouble of gradient descent in one picture. The rate must be small enough for the steep direction, and the flat direction
# then crawls.
#
# ### 4. A valley that lies askew
#
# A real loss does not care for our axes. The general **quadratic** with its minimum at $m$ is
#
# $$L(w) = \tfrac12\, (w - m)^\top H\, (w - m), \qquad H = H^\top,$$
#
# where the numbers $H_{de} = \partial^2 L / \partial w_d\, \partial w_e$ are the second derivatives, collected in the **Hessian** $H$.
# It is symmetric, because the order of two derivatives does not matter. The gradient of $L$:
#
# $$\nabla L = H\,(w - m)$$
#
# <details><summary>Derivation</summary>
#
# Put $m = 0$, which only shifts the picture. Then $L = \frac12 \sum_{d,e} H_{de}\, w_d w_e$. The weight $w_k$ occurs where $d = k$ and
# where $e = k$:
#
# $$\frac{\partial L}{\partial w_k} = \tfrac12 \sum_e H_{ke}\, w_e + \tfrac12 \sum_d H_{dk}\, w_d = \sum_e H_{ke}\, w_e ,$$
#
# since $H_{dk} = H_{kd}$. That is the row $k$ of $H w$. Once more by $w_e$ gives $H_{ke}$, as promised.
#
# </details>
#
# Now the derivatives mix. But there are directions in which they do not. An **eigenvector** $q$ of $H$ is a direction that $H$ only
# stretches, $H q = \lambda q$; the factor $\lambda$ is its **eigenvalue**. Walk along $q$, to the point $m + u q$ with $|q| = 1$, and the
# loss is $\frac12 u\, q^\top H\, u q = \frac{\lambda}{2} u^2$: a parabola whose curvature is the eigenvalue. A symmetric matrix of $D$
# rows has $D$ such directions, at right angles to each other (this is the spectral theorem, which we use without proof). `np.linalg.eigh`
# finds them:

# %%
turn = np.radians(30)
axes = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])  # the columns are at right angles
H = axes @ np.diag(curvatures) @ axes.T  # the valley, turned by 30°
print(H.round(2))

# %%
eigenvalues, Q = np.linalg.eigh(H)  # the columns of Q are the eigenvectors
print("eigenvalues:", eigenvalues.round(6))
assert np.allclose(H @ Q, Q * eigenvalues) and np.allclose(Q.T @ Q, np.eye(2))

# %% [markdown]
# Now describe every place by how far it is from the minimum along each eigenvector: $w - m = u_1 q_1 + \dots + u_D q_D$, that is
# $u = Q^\top (w - m)$. One step of gradient descent is
#
# $$w - m \;\leftarrow\; (w - m) - \mathrm{lr}\, H (w - m) = \sum_i (u_i - \mathrm{lr}\, \lambda_i u_i)\, q_i
# \qquad\Longrightarrow\qquad u_{t,i} = (1 - \mathrm{lr}\, \lambda_i)^t\; u_{0,i}.$$
#
# In these coordinates section 3 holds word for word. **Every direction walks for itself**, and its curvature is its eigenvalue.

# %%
m, w = np.array([0.5, -0.2]), np.array([-1.5, 0.9])
u = Q.T @ (w - m)
for _ in range(20):
    w = w - 0.15 * H @ (w - m)
assert np.allclose(Q.T @ (w - m), (1 - 0.15 * eigenvalues) ** 20 * u)

# %% [markdown]
# From this follows the theorem of the lesson. Let all eigenvalues be positive, $\lambda_{\max}$ the largest of them.
#
# > **The edge.** On a quadratic, gradient descent comes as near to the minimum as you like, from every start, exactly when
# >
# > $$0 < \mathrm{lr} < \frac{2}{\lambda_{\max}}.$$
#
# <details><summary>Proof</summary>
#
# The eigenvectors are at right angles, so $|w_t - m|^2 = \sum_i u_{t,i}^2 = \sum_i (1 - \mathrm{lr}\, \lambda_i)^{2t}\, u_{0,i}^2$. This
# goes to 0 from every start exactly when each factor has $|1 - \mathrm{lr}\,\lambda_i| < 1$, since a start may lie in any direction.
#
# $|1 - \mathrm{lr}\,\lambda_i| < 1$ says $-1 < 1 - \mathrm{lr}\,\lambda_i < 1$. The right half is $\mathrm{lr}\,\lambda_i > 0$, so
# $\mathrm{lr} > 0$. The left half is $\mathrm{lr}\,\lambda_i < 2$, so $\mathrm{lr} < 2/\lambda_i$. That must hold for all $i$, and it
# is hardest for the largest eigenvalue.
#
# At $\mathrm{lr} = 2/\lambda_{\max}$ the factor of the steepest direction is −1: it jumps for ever between two points. Above, it is below
# −1, and $u_{t,i}$ grows beyond every bound unless it was exactly 0 at the start. $\blacksquare$
#
# </details>
#
# Nothing else enters: not the start, not the number of weights, not the other eigenvalues. "The aha" measures the edge on random
# quadratics, and on real data.
#
# ### 5. How long it takes
#
# Below the edge all factors are smaller than 1 in size, and the slowest direction is the one whose factor is largest:
#
# $$\rho(\mathrm{lr}) = \max_i |1 - \mathrm{lr}\,\lambda_i|
# = \max\big( |1 - \mathrm{lr}\,\lambda_{\min}|,\; |1 - \mathrm{lr}\,\lambda_{\max}| \big)$$
#
# The second equation holds because $|1 - \mathrm{lr}\,\lambda|$ over $\lambda$ is a V, and a V is highest at an end.

# %%
rates = np.linspace(0.001, 0.21, 200)
factors = np.abs(1 - rates[:, None] * curvatures)  # (200, 2)
curves = {"along, λ = 1": factors[:, 0], "across, λ = 10": factors[:, 1]}
viz.lines(curves, rates, xlabel="learning rate", ylabel="|1 − lr λ|",
    title="The slower of the two directions decides; best where they meet",
    alt="One line falls gently from 1 to 0.79. The other falls steeply from 1 to 0 at rate 0.1 and rises again; they meet at 0.18.")

# %% [markdown]
# The best rate is where the two lines meet, $1 - \mathrm{lr}\,\lambda_{\min} = \mathrm{lr}\,\lambda_{\max} - 1$:
#
# $$\mathrm{lr}^* = \frac{2}{\lambda_{\min} + \lambda_{\max}} \qquad
# \rho^* = \frac{\lambda_{\max} - \lambda_{\min}}{\lambda_{\max} + \lambda_{\min}} = \frac{\kappa - 1}{\kappa + 1} \qquad
# \kappa = \frac{\lambda_{\max}}{\lambda_{\min}}$$
#
# The ratio $\kappa$ is the **condition number**. It is 1 for a round bowl, which takes a single step. To come closer by a factor of 1,000
# takes the $t$ with $\rho^{*\,t} = 1/1000$, that is $t = \log 1000 / (-\log \rho^*)$, and for large $\kappa$ about $\frac{\kappa}{2} \log
# 1000 \approx 3.45\, \kappa$ steps, because
# $-\log \frac{\kappa - 1}{\kappa + 1} = \log(1 + \frac1\kappa) - \log(1 - \frac1\kappa) \approx \frac{2}{\kappa}$. Count them:

# %%
def steps_needed(kappa):
    """Steps at the best rate until the distance is a thousandth, from a start that is as far in the flat as in the steep direction."""
    curvatures, w, steps = np.array([1.0, kappa]), np.ones(2), 0
    while np.linalg.norm(w) > np.sqrt(2) / 1000:
        w, steps = w - 2 / (1 + kappa) * curvatures * w, steps + 1
    return steps

# %%
kappas = [2, 5, 10, 30, 100, 300, 1000, 3000]
steps = [steps_needed(kappa) for kappa in kappas]
predicted = [np.log(1000) / -np.log((kappa - 1) / (kappa + 1)) for kappa in kappas]
assert all(abs(counted - exact) <= 1 for counted, exact in zip(steps, predicted, strict=True))

# %%
viz.lines({"3.45 κ": 3.45 * np.array(kappas), "counted": steps}, kappas, xscale="log", yscale="log", points=True,
    xlabel="condition number κ", ylabel="steps", title="Ten times as badly conditioned takes ten times as long",
    alt="Counted steps over the condition number, both logarithmic: a straight line of slope 1 that lies on the line of 3.45 kappa.")

# %% [markdown]
# So two numbers describe the walk: $\lambda_{\max}$ says how fast you may go, $\kappa$ how long it takes.
#
# ### 6. A linear model is a quadratic
#
# Does this say anything about learning? For one model it says everything. A **linear model** predicts a number, $x \cdot w + b$, and its
# loss is the mean squared error over $N$ examples. Write $r_n$ for the error of example $n$:
#
# $$r_n = \sum_d x_{nd}\, w_d + b - y_n \qquad L = \frac1N \sum_n r_n^2$$
#
# Move $w_d$ by a little: $r_n$ moves $x_{nd}$ times as much. Move $b$: every $r_n$ moves just as much. So
# $\partial r_n / \partial w_d = x_{nd}$ and $\partial r_n / \partial b = 1$, and the chain rule gives
#
# $$\frac{\partial L}{\partial w_d} = \frac{2}{N} \sum_n r_n\, x_{nd}
# \qquad\qquad \frac{\partial L}{\partial b} = \frac{2}{N} \sum_n r_n .$$
#
# A weight is moved by the examples that have its feature and are predicted wrongly. Differentiate once more, by $w_e$. Only $r_n$ depends
# on it, again with derivative $x_{ne}$:
#
# $$H_{de} = \frac{\partial^2 L}{\partial w_d\, \partial w_e} = \frac{2}{N} \sum_n x_{nd}\, x_{ne}
# \qquad\text{that is}\qquad H = \frac{2}{N}\, x^\top x$$
#
# No $w$, no $b$, no $y$: **the curvature of a linear model is made by its inputs alone**, and it is the same everywhere. So $L$ is a
# quadratic, and sections 4 and 5 hold exactly.
#
# <details><summary>The quadratic written out</summary>
#
# Leave $b$ aside. At the minimum $m$ the errors are $r_n$, and the gradient $\frac2N \sum_n r_n x_n$ is 0. Go to $w = m + e$: each error
# changes by $x_n \cdot e$, so
#
# $$L(m + e) = \frac1N \sum_n (r_n + x_n \cdot e)^2
# = L(m) + \underbrace{\frac2N \sum_n r_n\, x_n}_{0} \cdot\, e + \frac1N \sum_n (x_n \cdot e)^2
# = L(m) + \tfrac12\, e^\top H\, e .$$
#
# Only the lowest value differs from section 4: it is not 0, but what the model cannot explain.
#
# </details>
#
# Take 442 patients with ten measurements each; to be predicted is how far their diabetes went in a year. To keep $b$ out of the way,
# subtract the mean from every column of $x$ and from $y$; then the best $b$ is 0 (exercise 3 has it back). Divide each column by its
# standard deviation as well, for a reason that comes next. For the gradient, multiply out
# $\frac2N x^\top (x w - y) = H w - c$ with $c = \frac2N x^\top y$.

# %%
def quadratic(x, y):
    return 2 / len(x) * x.T @ x, 2 / len(x) * x.T @ y

x, y = data.diabetes()
x, y = (x - x.mean(0)) / x.std(0), y - y.mean()
H, c = quadratic(x, y)

# %%
eigenvalues = np.linalg.eigvalsh(H)
print("eigenvalues:", eigenvalues.round(2))
print(f"edge 2/λmax = {2 / eigenvalues.max():.4f}, condition number {eigenvalues.max() / eigenvalues.min():.0f}")

# %% [markdown]
# Where is the bottom? Where $H w = c$, so it needs no walk at all: `np.linalg.solve` finds it. That makes the linear model the place to
# try out gradient descent, because we can see how far it still has to go.

# %%
best = np.linalg.solve(H, c)

def mse(w):
    return ((x @ w - y) ** 2).mean()

def excess(lr, steps):
    """How far the loss is above its lowest value, before each step."""
    w, path = np.zeros(10), []
    for _ in range(steps):
        path.append(mse(w) - mse(best))
        w = w - lr * (H @ w - c)
    return np.array(path)

# %%
runs = {f"lr = {lr}": excess(lr, 120) for lr in (0.01, 0.24, 0.25)}
viz.lines(runs, yscale="log", xlabel="step", ylabel="loss above the best", title="The edge of this data set is at 0.2485",
    alt="Loss above the best, logarithmic, over 120 steps. At rates 0.01 and 0.24 it falls, first fast, then slowly; at 0.25 it climbs.")

# %%
assert abs(2 / eigenvalues.max() - 0.2485) < 5e-5 and runs["lr = 0.24"][-1] < 30
over = runs["lr = 0.25"]
print(f"at 0.25 the loss falls for {over.argmin()} steps, from {over[0]:.0f} to {over.min():.0f}, and ends at {over[-1]:.0f}")

# %% [markdown]
# Just above the edge the loss *falls* at first, because nine directions come down while one climbs, and the one is hardly seen. A curve
# that falls has not yet told you that the rate is good.
#
# ### 7. Standardize the inputs
#
# Since $H = \frac2N x^\top x$, the units of the inputs decide how well descent works. Measure a length in millimeters in place of meters:
# the column is 1,000 times as large, its curvature a million times. Here are 569 tumors with 30 measurements each, as they stand in the
# file:

# %%
x_cells, benign = data.breast_cancer()
print(f"standard deviations of the columns: {x_cells.std(0).min():.4f} to {x_cells.std(0).max():.0f}")

# %%
def condition(x):
    eigenvalues = np.linalg.eigvalsh(2 / len(x) * x.T @ x)
    return eigenvalues.max() / eigenvalues.min()

centered = x_cells - x_cells.mean(0)
standardized = centered / centered.std(0)
print(f"condition number: {condition(centered):.0e} in the units of the file, {condition(standardized):.0e} standardized")

# %%
assert condition(centered) > 1e10 and condition(standardized) < 2e5

# %% [markdown]
# To **standardize** is to subtract from each column its mean and to divide it by its standard deviation. It gains six to seven powers of
# ten here, for one line of code. What is left is not a matter of units: radius, perimeter and area of a cell nearly say the same, and a
# direction in which two inputs cancel each other stays flat. Standardizing mends the scale, not the correlation. But the flat directions
# are also those in which the inputs hardly vary, so a step along them hardly changes a prediction. "Use" shows that it is enough.
#
# Subtracting the mean matters as much as dividing. Give the bias an input of its own that is always 1, and look at a single input of
# spread 1 whose mean moves away from 0:

# %%
spread = np.random.default_rng(0).normal(size=1000)
for mean in (0, 1, 10, 100):
    with_one = np.column_stack([spread + mean, np.ones(1000)])
    print(f"mean {mean:3}: condition number {condition(with_one):.3g}")

# %% [markdown]
# A large mean ties the weight and the bias together: nearly every change of one can be undone by the other, and that is a flat direction.
#
# ### 8. Mini-batches
#
# The loss is a mean over all examples, and so is its gradient: $g = \frac1N \sum_n g_n$, where $g_n$ is the gradient of the loss of example
# $n$ alone. With a million examples each step costs a million $g_n$. Why not take the mean over a few? Draw a **mini-batch** of $B$
# examples at random, each with the same chance, and step against
#
# $$g_B = \frac1B \sum_{b=1}^{B} g_{n_b}.$$
#
# This is **stochastic gradient descent**, SGD. Two facts about it, in which $\mathbb{E}$ is the mean over all possible draws:
#
# > **It is right on average**: $\mathbb{E}[g_B] = g$, whatever $B$ is.
# >
# > **Its noise falls as $1/\sqrt B$**: with $s^2 = \frac1N \sum_n |g_n - g|^2$ the mean square of the error is
# > $\mathbb{E}\,|g_B - g|^2 = s^2 / B$.
#
# <details><summary>Both derived</summary>
#
# A drawn number $n_b$ is each of $1 \dots N$ with probability $1/N$, so $\mathbb{E}[g_{n_b}] = \sum_n \frac1N g_n = g$. The expectation
# of a mean is the mean of the expectations: $\mathbb{E}[g_B] = \frac1B \sum_b g = g$.
#
# Write $e_b = g_{n_b} - g$ for the error of one draw. Its expectation is 0, its expected square $s^2$. Then $g_B - g = \frac1B \sum_b e_b$,
# and
#
# $$\mathbb{E}\,|g_B - g|^2 = \frac{1}{B^2} \sum_{a, b} \mathbb{E}[e_a \cdot e_b] =
# \frac{1}{B^2} \sum_b \mathbb{E}\,|e_b|^2 = \frac{s^2}{B},$$
#
# because two independent draws, $a \ne b$, have $\mathbb{E}[e_a \cdot e_b] = \mathbb{E}[e_a] \cdot \mathbb{E}[e_b] = 0$.
#
# If no example is drawn twice, as within an epoch, the draws are not quite independent. All $N$ errors sum to 0, so
# $\sum_{n \ne k} e_n \cdot e_k = -|e_k|^2$, and two different draws have $\mathbb{E}[e_a \cdot e_b] = -\frac{s^2}{N - 1}$. With the
# $B (B - 1)$ mixed terms the mean square becomes $\frac{s^2}{B} \cdot \frac{N - B}{N - 1}$: almost the same for small batches, and 0 for
# $B = N$, as it must be.
#
# </details>
#
# For the diabetes model at $w = 0$ the error of example $n$ is $-y_n$, so $g_n = -2\, y_n\, x_n$. Draw 2,000 batches of each size:

# %%
rng = np.random.default_rng(0)
g_n = -2 * y[:, None] * x  # (442, 10): one gradient for each example
g = g_n.mean(0)
s = np.sqrt(((g_n - g) ** 2).sum(1).mean())

# %%
sizes = [1, 4, 16, 64, 256]
batches = {B: g_n[rng.integers(len(x), size=(2000, B))].mean(1) for B in sizes}  # (2000, 10) each
noise = [np.sqrt(((g_B - g) ** 2).sum(1).mean()) for g_B in batches.values()]
assert np.allclose(noise, s / np.sqrt(sizes), rtol=0.05)

# %%
shares = {"s / √B": s / np.sqrt(sizes) / np.linalg.norm(g), "measured": noise / np.linalg.norm(g)}
viz.lines(shares, sizes, xscale="log", yscale="log", ylim=(0.1, 10), points=True, xlabel="batch size B", ylabel="noise / |g|",
    title="Four times the batch, half the noise",
    alt="Noise over batch size, both logarithmic: measured points on a line from 2.6 down to 0.16 that falls by half per factor 4.")

# %%
for B, g_B in batches.items():
    print(f"B = {B:3}: the mean of 2,000 batches is off by {np.linalg.norm(g_B.mean(0) - g) / np.linalg.norm(g):.3f} of |g|, "
          f"a single batch by {np.sqrt(((g_B - g) ** 2).sum(1).mean()) / np.linalg.norm(g):.2f}")

# %% [markdown]
# A batch of 16 costs a 28th of the full gradient, and is off by about 0.6 of its length. So in the time of one careful step it takes 28
# rough ones. `data.DataLoader` (lesson 03) shuffles the examples, cuts them into batches, and begins anew after each **epoch**, one pass
# through the data:

# %%
def sgd(rates, batch_size, seed=0):
    """Loss above the best after each epoch; one learning rate for each epoch."""
    rng, w, path = np.random.default_rng(seed), np.zeros(10), [mse(np.zeros(10)) - mse(best)]
    for lr in rates:
        for x_b, y_b in data.DataLoader(x, y, batch_size=batch_size, rng=rng):
            H_b, c_b = quadratic(x_b, y_b)
            w = w - lr * (H_b @ w - c_b)
        path.append(mse(w) - mse(best))
    return np.array(path)

# %%
epochs = 60
runs = {
    "all 442, lr = 0.2": sgd([0.2] * epochs, 442),
    "16, lr = 0.03": np.array([sgd([0.03] * epochs, 16, seed) for seed in range(5)]),
    "16, lr falling to 0": np.array([sgd(np.linspace(0.03, 0, epochs), 16, seed) for seed in range(5)]),
}

# %%
viz.lines(runs, yscale="log", xlabel="epoch", ylabel="loss above the best",
    title="Small batches are ahead at once, but only a falling rate lets them settle",
    alt="Loss above the best over 60 epochs. Batches of 16 fall at once and then hover; with a falling rate they end below the full batch.")

# %%
full, steady, falling = runs.values()
assert steady[:, 1].max() < full[3] and falling[:, -1].max() < full[-1] < 0.7 * steady[:, -20:].mean()
print(f"after one epoch {steady[:, 1].mean():.0f}; the full batch: {full[1]:.0f} after one, {full[3]:.0f} after three")
print(f"at the end {steady[:, -20:].mean():.0f} with a constant, {falling[:, -1].mean():.0f} with a falling rate; all 442: {full[-1]:.0f}")

# %% [markdown]
# Batches of 16 are lower after one epoch than the full batch after three, with a third of the gradients $g_n$. Then they hover: near the
# minimum the true gradient is small, the noise is not, and each step kicks the weights about. The kick is proportional to the rate. So
# lower the rate on the way (Robbins and Monro 1951 proved what it takes; lesson 08 has the schedules).
#
# ### 9. Flat places
#
# Where the gradient is 0, the walk stands still. What do such places look like? The Hessian tells: along the eigenvector $q_i$ the ground
# curves by $\lambda_i$. All positive: a minimum. All negative: a top. Some positive and some negative: a **saddle**, lower ground on two
# sides and higher on the others. The factors of section 4 hold for any $\lambda$, so they also describe the walk near a saddle: a
# direction with $\lambda < 0$ has the factor $1 + \mathrm{lr}\,|\lambda| > 1$, and the walk leaves, faster and faster.
#
# How long does it stay? From a distance $d$ the distance is $(1 + \mathrm{lr}\,|\lambda|)^t\, d$, so the time to get away is proportional
# to $\log \frac1d$. Take $\lambda = -1$:

# %%
for d in (1e-1, 1e-4, 1e-8, 1e-12, 0):
    w, t = d, 0
    while w < 1 and t < 10_000:
        w, t = w + 0.1 * w, t + 1
    print(f"from distance {d:g}: {t:,} steps")

# %% [markdown]
# From distance 0 it never leaves; at 10,000 the loop gave up. Anything else gets away, in a time that grows by the same amount for every
# power of ten. A plateau in a loss curve may be a saddle that the walk has nearly hit.
#
# Which kind is common? One direction is as likely to go up as down. With $D$ directions a minimum needs all $D$ of them to go up. Were they
# independent, that would have probability $2^{-D}$. Draw symmetric matrices of normal numbers, and count:

# %%
def kinds(D, draws, rng):
    """Shares of minima, saddles and tops among random Hessians."""
    A = rng.normal(size=(draws, D, D))
    eigenvalues = np.linalg.eigvalsh(A + A.swapaxes(1, 2))
    minima, tops = (eigenvalues > 0).all(1).mean(), (eigenvalues < 0).all(1).mean()
    return minima, 1 - minima - tops, tops

# %%
dimensions = np.arange(1, 8)
shares = np.array([kinds(D, 20_000, np.random.default_rng(D)) for D in dimensions])
viz.lines({"saddles": shares[:, 1], "minima": shares[:, 0], "2^−D": 0.5**dimensions}, dimensions, points=True,
    xlabel="dimension D", ylabel="share", title="From five dimensions on, practically all random Hessians are saddles",
    alt="Share over dimension 1 to 7. Saddles rise from 0 over 0.71 and 0.95 to 1. Minima fall from 0.5 to 0, faster than 2^−D.")

# %%
print("share of saddles:", *(f"D = {D}: {share:.4f}" for D, share in zip(dimensions, shares[:, 1], strict=True)))
assert shares[1, 1] < 0.75 and shares[4:, 1].min() > 0.999

# %% [markdown]
# Minima die out even faster than $2^{-D}$, because the eigenvalues of a matrix push each other apart. In two dimensions the share can be
# worked out, with no more than the surface of a sphere:
#
# <details><summary>Why 0.1464 of the random Hessians in the plane are minima</summary>
#
# Write $A + A^\top = \begin{pmatrix} p + r & s \\ s & p - r \end{pmatrix}$. The eigenvalues are $p \pm \sqrt{r^2 + s^2}$. With independent
# standard normal entries $a, b, c, d$ of $A$ we have $p = a + d$, $r = a - d$ and $s = b + c$: three independent normal numbers of the
# same spread. So the direction of $(p, r, s)$ in space is as likely one as the other. Both eigenvalues are positive when
# $p > \sqrt{r^2 + s^2}$, inside a cone around the $p$ axis that opens at 45° to it. The share of a sphere's surface inside such a cone is
# $\frac{1 - \cos 45°}{2} = \frac{2 - \sqrt2}{4} = 0.1464$.
#
# </details>

# %%
print(f"measured {shares[1, 0]:.4f}, on paper {(2 - np.sqrt(2)) / 4:.4f}")
assert abs(shares[1, 0] - (2 - np.sqrt(2)) / 4) < 0.01

# %% [markdown]
# A caution. The Hessian of a network is not a random matrix. Near the bottom of a loss it has hardly any negative eigenvalue, and high up
# many: that is what Dauphin et al. (2014) found in trained networks, as Bray and Dean (2007) had on random surfaces. So the counting
# argument says what to expect when a walk slows down *far above* the best loss: a saddle, not a pit.

# %% [markdown]
# ## Check
#
# The same model in PyTorch, which finds the gradients by itself, and its `SGD`. First the gradient of a batch of 32, with a bias this time:
# as the last of eleven weights, whose input is always 1.

# %%
from dlcourse.compare import relative_difference, same_as_torch

try:
    import torch
except ModuleNotFoundError:
    torch = None
    print("PyTorch is not installed here, so this check is empty. To fill it: pip install torch")

# %%
x_b, y_b, weights = np.column_stack([x[:32], np.ones(32)]), y[:32] + 150, np.random.default_rng(1).normal(size=11)
H_b, c_b = quadratic(x_b, y_b)
g_b = H_b @ weights - c_b
ours = {"loss": ((x_b @ weights - y_b) ** 2).mean(), "dw": g_b[:10], "db": g_b[10]}

# %%
def in_torch():
    """Loss and gradients of the same batch with the same weights."""
    w_t, b_t = (torch.tensor(part, requires_grad=True) for part in (weights[:10], weights[10]))
    value = torch.nn.functional.mse_loss(torch.tensor(x[:32]) @ w_t + b_t, torch.tensor(y_b))
    value.backward()
    return {"loss": value.detach(), "dw": w_t.grad, "db": b_t.grad}

theirs = in_torch() if torch else {}

# %% [markdown]
# And forty steps of SGD with the same batches in the same order:

# %%
def walk_in_torch(lr, batch_size, seed):
    w_t = torch.zeros(10, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w_t], lr=lr)
    for x_b, y_b in data.DataLoader(x, y, batch_size=batch_size, epochs=4, rng=np.random.default_rng(seed)):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(torch.tensor(x_b) @ w_t, torch.tensor(y_b)).backward()
        optimizer.step()
    return w_t.detach()

# %%
w = np.zeros(10)
for x_b, y_b in data.DataLoader(x, y, batch_size=48, epochs=4, rng=np.random.default_rng(2)):
    H_b, c_b = quadratic(x_b, y_b)
    w = w - 0.05 * (H_b @ w - c_b)
ours["w after 40 steps"] = w
if torch:
    theirs["w after 40 steps"] = walk_in_torch(0.05, 48, 2)

# %% tags=["volatile"]
for name, value in theirs.items():
    print(f"{name:18} {relative_difference(ours[name], value):.0e}")

# %%
for name, value in theirs.items():
    same_as_torch(ours[name], value, tolerance=1e-10)

# %% [markdown]
# The Hessian too, which PyTorch gets by differentiating twice:

# %%
if torch:
    def loss_of(w):
        return torch.nn.functional.mse_loss(torch.tensor(x) @ w, torch.tensor(y))

    same_as_torch(H, torch.autograd.functional.hessian(loss_of, torch.zeros(10, dtype=torch.float64)), tolerance=1e-10)

# %% [markdown]
# ## Use
#
# ### Tumors: what the units of the inputs decide
#
# Benign or malignant, from the thirty measurements of section 7. The model is the neuron of lesson 02 with a sigmoid, its loss the binary
# cross entropy of lesson 03, whose gradient by the logits is $(p - y)/N$. By the chain rule of section 6, $w$ gets $x^\top$ times that,
# and $b$ its sum. The first 426 of the shuffled patients train, the other 143 test.

# %%
order = np.random.default_rng(0).permutation(len(x_cells))
train, test = order[:426], order[426:]
y_train, y_test = benign[train], benign[test]
mean, std = x_cells[train].mean(0), x_cells[train].std(0)
inputs = {"as in the file": x_cells, "centered": x_cells - mean, "standardized": (x_cells - mean) / std}

# %%
def probability(x, w, b):
    return (1 + np.tanh((x @ w + b) / 2)) / 2  # the sigmoid

def cross_entropy(x, y, w, b):
    return np.logaddexp(0, (1 - 2 * y) * (x @ w + b)).mean()

# %% [markdown]
# This loss is no quadratic, but a bound will do. Differentiate the gradient $\frac1N \sum_n (p_n - y_n)\, x_n$ once more: the slope of the
# sigmoid is $p (1 - p)$, so the Hessian is $H_{de} = \frac1N \sum_n p_n (1 - p_n)\, x_{nd}\, x_{ne}$. Since $p (1 - p) \le \frac14$, no
# curvature is ever above the largest eigenvalue of $\frac{1}{4N} x^\top x$. One over that is a safe rate: half of the edge, which leaves
# room for the bias. Each of the three inputs gets its own:

# %%
def safe_rate(x):
    return 4 * len(x) / np.linalg.norm(x, 2) ** 2  # the largest singular value squared is the largest eigenvalue of xᵀx

def descend(x, y, steps):
    w, b, lr, losses = np.zeros(x.shape[1]), 0.0, safe_rate(x), []
    for _ in range(steps):
        losses.append(cross_entropy(x, y, w, b))
        dz = (probability(x, w, b) - y) / len(y)
        w, b = w - lr * (dz @ x), b - lr * dz.sum()
    return w, b, losses

# %%
results = {name: descend(x[train], y_train, 300) for name, x in inputs.items()}
viz.lines({name: losses for name, (_, _, losses) in results.items()}, xlabel="step", ylabel="training loss",
    title="The same model, the same data, in other units",
    alt="Training loss over 300 steps. Standardized it falls at once to below 0.1. Centered it ends near 0.2, as in the file near 0.5.")

# %%
accuracy = {}
for name, (w, b, losses) in results.items():
    accuracy[name] = ((probability(inputs[name][test], w, b) > 0.5) == y_test).mean()
    print(f"{name:15} rate {safe_rate(inputs[name][train]):.1e}, loss {losses[-1]:.3f}, right on {accuracy[name]:.1%} of the test patients")

# %%
raw, middle, scaled = (losses for _, _, losses in results.values())
print(f"standardized, after 10 steps: {scaled[10]:.3f}")
assert scaled[10] < middle[-1] < raw[-1] and accuracy["standardized"] > accuracy["as in the file"]

# %% [markdown]
# After ten steps the standardized inputs are below what the others reach in three hundred. Nothing about the patients has changed, nor
# about what the model can say; only how long the valley is. Note where the mean and the standard deviation come from: from the training
# patients alone, because the test patients must not leak into the training (lesson 10).
#
# ## The aha
#
# ### Divergence begins at $2/\lambda_{\max}$
#
# Predict the edge from the eigenvalues. Then measure it without them: walk from a random start, and ask whether the second half of the
# walk ends farther away than the first. A walk far above the edge overflows to infinity and then to NaN, and every comparison with NaN is
# false; so ask whether the walk came closer, and count everything else as divergence.

# %%
def comes_closer(H, lr, rng, steps=800):
    w, distances = rng.normal(size=len(H)), []
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(2):
            for _ in range(steps // 2):
                w = w - lr * (H @ w)
            distances.append(np.linalg.norm(w))
        return distances[1] < distances[0]

# %% [markdown]
# To find the edge, double the rate until it is too large, then halve the interval between the last good one and the first bad one:

# %%
def measured_edge(H, rng):
    high = 1e-6
    while comes_closer(H, high, rng):
        high = 2 * high
    low = high / 2
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if comes_closer(H, middle, rng) else (low, middle)
    return (low + high) / 2

# %% [markdown]
# Twelve random quadratics, from 2 to 20 weights, with curvatures spread over two powers of ten, turned at random, and some much
# steeper than others as a whole:

# %%
def random_hessian(rng):
    D = rng.integers(2, 21)
    Q, _ = np.linalg.qr(rng.normal(size=(D, D)))  # columns at right angles
    return Q @ np.diag(10 ** rng.uniform(-3, 3) * 10 ** rng.uniform(0, 2, size=D)) @ Q.T

# %%
hessians = [random_hessian(np.random.default_rng(seed)) for seed in range(12)]
predicted = np.array([2 / np.linalg.eigvalsh(H)[-1] for H in hessians])
measured = np.array([measured_edge(H, np.random.default_rng(seed)) for seed, H in enumerate(hessians)])
assert np.abs(measured / predicted - 1).max() < 0.01

# %%
fig, figure_axes = viz.figure(title="Twelve quadratics, one law", xlabel="predicted edge 2 / λmax", ylabel="measured edge")
figure_axes.plot(predicted.tolist(), predicted.tolist(), color=LIGHT["muted"])
figure_axes.plot(predicted, measured, "o", color=LIGHT["positive"])
figure_axes.set(xscale="log", yscale="log")
viz.show(fig, "Twelve points, measured edge over predicted edge, both logarithmic over four powers of ten: all lie on the diagonal.")

# %%
print(f"largest deviation: {np.abs(measured / predicted - 1).max():.2%}")

# %% [markdown]
# Nor is it approximate. One thousandth below the edge every one of them converges, one thousandth above every one diverges; near the edge
# it only takes longer to see:

# %%
for seed, (H, edge) in enumerate(zip(hessians, predicted, strict=True)):
    assert comes_closer(H, 0.999 * edge, np.random.default_rng(seed), steps=4000)
    assert not comes_closer(H, 1.001 * edge, np.random.default_rng(seed), steps=4000)

# %% [markdown]
# The same on the 442 patients of section 6, whose loss was nobody's choice:

# %%
x, y = data.diabetes()
x, y = (x - x.mean(0)) / x.std(0), y - y.mean()
H, c = quadratic(x, y)
edges = [measured_edge(H, np.random.default_rng(seed)) for seed in range(5)]
print(f"predicted {2 / np.linalg.eigvalsh(H)[-1]:.4f}, measured from five starts:", *(f"{edge:.4f}" for edge in edges))
assert np.allclose(edges, 2 / np.linalg.eigvalsh(H)[-1], rtol=0.01)

# %% [markdown]
# ### The prediction from the top
#
# Two valleys, equally steep across, one 100 times as flat along:

# %%
for along in (1.0, 0.01):
    valley = np.diag([along, 10.0])
    edge, w, steps = measured_edge(valley, np.random.default_rng(0)), 1.0, 0
    while w > 0.001:
        w, steps = w - 0.19 * along * w, steps + 1
    print(f"curvature {along:<4} along: edge {edge:.3f}; at rate 0.19 {steps:,} steps to come 1,000 times closer along it")
    assert abs(edge - 0.2) < 0.002

# %% [markdown]
# The edge has not moved. The wait is what has changed.
#
# ### Is there a start from which it works above the edge?
#
# On paper, yes: a start without any part in the steepest direction. Take the turned valley of section 4 and begin exactly on its floor, at
# a rate one and a half times the edge:

# %%
H = axes @ np.diag(curvatures) @ axes.T
w, heights = axes[:, 0].copy(), []  # the eigenvector with curvature 1
for _ in range(100):
    heights.append(w @ H @ w / 2)
    w = w - 0.3 * H @ w

# %% tags=["volatile"]
viz.lines({"loss": heights}, yscale="log", xlabel="step", ylabel="loss", title="Rounding puts it off the floor, and the rate does the rest",
    alt="The loss, logarithmic, falls in a straight line for about 35 steps, turns sharply and rises in a straight line.")

# %% tags=["volatile"]
turn_at = int(np.argmin(heights))
print(f"it falls for {turn_at} steps, down to {heights[turn_at]:.0e}, and ends at {heights[-1]:.0e}")

# %%
assert 20 < turn_at < 60 and heights[-1] > 1e6

# %% [markdown]
# The sixteenth digit of the start is enough: doubled at each step, it is large after some fifty. Only a start exactly on an axis, in a
# valley exactly along the axes, escapes, because there the other coordinate is a true 0.
#
# And networks? Their loss is not a quadratic, but close to any point it nearly is one. Cohen et al. (2021) trained networks with full
# batches and watched $\lambda_{\max}$ of their Hessian: it rises until it reaches $2/\mathrm{lr}$, and then hovers there. The edge of this
# lesson is where such networks spend their training.
#
# ## Misconceptions
#
# **"The gradient points to the minimum."** Against the gradient it is steepest, here and now. In a valley that is toward the floor. The
# angle between the first step and the way to the minimum, from 1,000 random starts in valleys of growing condition number:

# %%
w = np.random.default_rng(0).normal(size=(1000, 2))
median_angle = {}
for kappa in (1, 10, 100, 1000):
    g = w * [1, kappa]
    cosine = (w * g).sum(1) / np.linalg.norm(w, axis=1) / np.linalg.norm(g, axis=1)
    angle = np.degrees(np.arccos(cosine.clip(-1, 1)))
    median_angle[kappa] = np.median(angle)
    print(f"condition {kappa:5,}: median angle {np.median(angle):.0f}°, largest {angle.max():.0f}°")
assert median_angle[1] < 1e-5 and median_angle[1000] > 45 and 80 < angle.max() < 90

# %% [markdown]
# Only a round bowl has it right from every start. In a long valley the first step goes almost straight across, wherever the minimum is:
# half of the starts are off by more than 45°, the worst almost by a right angle. It stays below 90°, since $w^\top H w > 0$: a small
# enough step always brings you a little closer.
#
# **"A smaller rate is always safer."** It is safe from divergence, and from nothing else. The number of steps you can pay for is limited.
# On the diabetes data, 100 steps at each rate:

# %%
H, c = quadratic(x, y)
rates = np.array([0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.24, 0.25, 0.26])
left = [excess(lr, 101)[-1] / excess(lr, 1)[0] for lr in rates]

# %%
for lr, share in zip(rates, left, strict=True):
    print(f"lr = {lr:<6}: {share:.3g} of the excess is left")
assert left[0] > 0.8 and left[8] < 0.02 and np.argmin(left) in (7, 8)

# %% [markdown]
# The smallest rate is as useless as the largest, only more quietly: its curve falls, smoothly, and the training is declared finished. A
# small rate is no protection from a bad minimum either. A minimum of curvature $\lambda$ can hold a walk only at rates below $2/\lambda$,
# so a small rate stays in a narrow pit from which a larger one is thrown out:

# %%
def slope(w):  # of a wide valley around 1 and a narrow pit at 0 in its side; curvature 40 there, so its edge is at 0.05
    return (w - 1) * np.exp(-((w - 1) ** 2) / 2) + 40 * w * np.exp(-((w / 0.05) ** 2) / 2)

ends = []
for lr in (0.01, 0.3):
    w = 0.03
    for _ in range(1000):
        w = w - lr * slope(w)
    ends.append(w)
    print(f"lr = {lr}: ends at w = {w:.2f}")

# %%
assert abs(ends[0]) < 0.05 and abs(ends[1] - 1) < 0.01

# %% [markdown]
# **"Local minima are the main problem."** They exist: the two valleys of the widget are an example. But in many dimensions the flat
# places far above the best loss are nearly all saddles, as section 9 counted, and saddles cost time, not the result. The smallest model
# with a second layer has two weights, $\hat y = w_1 w_2 x$. For the single example $x = y = 1$ its loss is $\frac12 (1 - w_1 w_2)^2$ and
# its gradient $-(1 - w_1 w_2)\,(w_2, w_1)$: zero at the bottom, where $w_1 w_2 = 1$, and at $w = 0$, which is a saddle. A thousand random
# starts:

# %%
w = np.random.default_rng(1).normal(size=(1000, 2))
losses = []
for _ in range(400):
    r = w.prod(1, keepdims=True) - 1
    losses.append(r[:, 0] ** 2 / 2)
    w = w - 0.1 * r * w[:, ::-1]
losses = np.array(losses)  # (400, 1000)

# %%
waits = (losses > 0.01).sum(0)
print(f"ended above 1e-6: {(losses[-1] > 1e-6).sum()} of 1,000")
print(f"steps to come below 0.01: {np.median(waits):.0f} for half of them, {waits.max()} for the slowest")
assert (losses[-1] < 1e-6).all() and waits.max() > 4 * np.median(waits)

# %% [markdown]
# No start got stuck. The slow ones were waiting at the saddle.
#
# **"The batch size changes the expected gradient."** It changes the noise around it. 442 = 2 · 13 · 17, so an epoch can be cut into equal
# batches in several ways, and the mean over the batches of an epoch is the full gradient each time, to the last digits:

# %%
order = np.random.default_rng(3).permutation(442)
g_n = -2 * y[:, None] * x
for B in (1, 2, 13, 34, 221, 442):
    of_batches = g_n[order].reshape(-1, B, 10).mean(1)  # (442 / B, 10)
    assert np.allclose(of_batches.mean(0), g_n.mean(0))
    print(f"B = {B:3}: {len(of_batches):3} batches, mean gradient of length {np.linalg.norm(of_batches.mean(0)):.4f}")

# %% [markdown]
# This holds for a loss that is the *mean* over the batch. If you take the sum, the gradient grows with $B$, and a rate that was right for
# a small batch diverges for a large one. That bug makes the sentence look true.
#
# ## Exercises
#
# In [exercises/05_gradient_descent.ipynb](../exercises/05_gradient_descent.ipynb), graded at once. Write them without looking back; the
# grader knows the classic mistakes by name.
#
# | exercise | what it asks | difficulty | minutes |
# |---|---|---|---|
# | `gradient_descent` | the whole path of a walk, for any gradient | 1 of 3 | 10 |
# | `mse_gradient` | the gradient of a linear model, weights and bias | 2 of 3 | 15 |
# | `largest_rate` | the edge of a linear model with a bias, from its inputs | 2 of 3 | 15 |
# | `minibatches` | one epoch cut into random batches, nobody twice, nobody lost | 1 of 3 | 10 |
# | `find_rates` | a black box, 24 trainings, no eigenvalues: find the edge and the fastest rate | 3 of 3 | 25 |
#
# ## Summary
#
# 1. Against the gradient it is steepest down, at a right angle to the level lines. In a long valley that is not the way to the minimum.
# 2. On a quadratic each eigenvector of the Hessian has a factor of its own, $1 - \mathrm{lr}\,\lambda$; so the edge is
#    $2/\lambda_{\max}$.
# 3. The number of steps grows with the condition number $\kappa = \lambda_{\max} / \lambda_{\min}$.
#    Standardized inputs are the cheapest cure.
# 4. A mini-batch gives the right gradient on average, with noise that falls as $1/\sqrt B$; a constant rate hovers, a falling one settles.
# 5. In many dimensions a flat place above the best loss is almost surely a saddle, and a saddle costs time, not the result.
#
# Papers:
#
# - Cauchy 1847, *Méthode générale pour la résolution des systèmes d'équations simultanées* (gradient descent)
# - Robbins and Monro 1951, *A stochastic approximation method* (noisy steps with a falling rate)
# - LeCun, Bottou, Orr and Müller 1998, *Efficient BackProp* (eigenvalues, the edge, standardized inputs)
# - Bray and Dean 2007, *Statistics of critical points of Gaussian fields on large-dimensional spaces* (saddles)
# - Dauphin, Pascanu, Gulcehre, Cho, Ganguli and Bengio 2014, *Identifying and attacking the saddle point problem in high-dimensional
#   non-convex optimization* (the same in networks)
# - Bottou, Curtis and Nocedal 2018, *Optimization methods for large-scale machine learning* (mini-batches)
# - Cohen, Kaur, Li, Kolter and Talwalkar 2021, *Gradient descent on neural networks typically occurs at the edge of stability*
#
# ← [04 Layers and forward propagation](04_layers_and_forward_propagation.ipynb) · [Map](00_start.ipynb) ·
# [06 Backpropagation](06_backpropagation.ipynb) →
