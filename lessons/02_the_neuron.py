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
# # 02 Where does a neuron draw the line?
#
# A network is made of one part, repeated thousands of times. What can a single neuron compute, how does it learn from examples, and which
# questions can it never answer?
#
# - **You need:** lesson 01, vectors and their dot product, the derivative of a function and the chain rule.
# - **You get:** a neuron from scratch, its boundary, two ways to train it, a theorem about what it learns and one
#   about what it never can, and so the reason why networks have layers.
# - **Time:** about 90 minutes, and 50 for the exercises.
#
# ← [01 What is deep learning?](01_what_is_deep_learning.ipynb) · [Map](00_start.ipynb) ·
# [03 Activations and losses](03_activations_and_losses.ipynb) →

# %%
import numpy as np
from dlcourse import data, viz
from dlcourse.palette import LIGHT

# %% [markdown]
# ## Predict
#
# A lamp on a staircase hangs on two switches. It is lit when exactly one of them is up, and dark when both are up or both are down.
# One neuron reads the switches as two numbers, $x_1$ and $x_2$, 0 for down and 1 for up. It says "lit" when $w_1 x_1 + w_2 x_2 + b > 0$.
# You may choose $w_1$, $w_2$ and $b$ as you like. In how many of the four positions can it be right, at best?
#
# 1. in 2
# 2. in 3
# 3. in all 4, if you find the right three numbers
# 4. in all 4, if you train it on enough examples
#
# <details><summary>Answer, once you have chosen</summary>
#
# In 3. No choice of the three numbers gets all four, so no training can find one. "The aha" proves it with four inequalities and shows what
# does help. You can try it by hand in the second widget below.
#
# </details>

# %% [markdown]
# ## Explore
#
# The widget shows one neuron with two inputs. It computes $z = w_1 x_1 + w_2 x_2 + b$ and passes $z$ through a curve, the activation.
# Answer its question first, then:
#
# - Change only $b$. What happens to the line, and what stays?
# - Change $w_1$, then $w_2$. What does the arrow do, and what does the line do?
# - Choose the sigmoid as activation, then set $w = (1, -0.5)$ and $b = -1$, half of what you started with. What stays, and what gets
#   weaker?
#
# Section 3 of "Build" has the answers. ReLU, the activation it starts with, keeps positive numbers and turns all others into 0. The
# sentence below the picture ends with "of a gradient"; lesson 03 explains these last words.

# %%
from dlcourse.widgets import Neuron

Neuron()

# %% [markdown]
# Now the lamp. The four points are the positions of the switches, lit in vermillion, dark in blue. Move $w_1$, $w_2$ and $b$ until every
# point lies on ground of its own color.

# %%
class Lamp(Neuron):
    """The lamp: can one neuron get all four positions right?"""

    question = None  # it was asked above

# %%
switches, lit = data.xor()
Lamp(points=np.column_stack([switches, lit]), activation="tanh", x1=2.0, x2=2.0, w1=1.0, w2=-1.0, b=-1.5)

# %% [markdown]
# Perhaps you only lack patience? In the playground a network looks for its own weights, on 100 points around four such corners. Answer,
# then press Play:
#
# - Without hidden neurons it is a single neuron. How many points does it get right in the end?
# - Give it 2 hidden neurons, then 4: neurons that stand between the inputs and the last one. What does the line become?
# - Go back to none. On which of the other data sets does a single neuron come close to all points?

# %%
from dlcourse.widgets import Playground

Playground(data="xor", hidden=())

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# - Without hidden neurons: about half, up and down without coming to rest, and never more than 75 %. The widget's answer is the most that a
#   straight line can do. Why learning does not even get there, you will see in "The aha".
# - With 2 hidden neurons the line becomes two lines with a band between them, with 4 it bends; both get nearly all points right.
# - A single neuron gets nearly all of the blobs and about 86 % of the moons, but on circles and spirals less than 70 %.
#
# </details>

# %% [markdown]
# ## Build
#
# ### 1. Weights and bias
#
# A neuron has one **weight** for each input and one **bias**. It adds up:
#
# $$z = w_1 x_1 + w_2 x_2 + b = w \cdot x + b$$

# %%
w, b = np.array([2.0, -1.0]), -2.0
x = np.array([1.0, 1.0])
z = x @ w + b
print(f"z = {z:.2f}")

# %% [markdown]
# What does a weight say? Raise $x_1$ by 1 and leave $x_2$ alone: $z$ changes by $w_1$. What does the bias say? It is $z$ when all inputs
# are 0. And it sets the threshold: $z$ is positive when the weighted inputs pass $-b$,
#
# $$w \cdot x + b > 0 \quad\Longleftrightarrow\quad w \cdot x > -b.$$
#
# Several examples are the rows of one array. `x @ w` multiplies each row with $w$ and adds up, one sum for each example:

# %%
x = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])  # (N, D) = (4, 2)
x @ w + b  # (4, 2) @ (2,) + a number -> (4,)

# %% [markdown]
# ### 2. Activation
#
# The sum can be any number. The **activation** turns it into the output $a$ of the neuron:
#
# $$a = f(z) \qquad \mathrm{step}(z) = \begin{cases} 1 & z > 0 \\ 0 & \text{else} \end{cases} \qquad
# \sigma(z) = \frac{1}{1 + e^{-z}} \qquad \mathrm{relu}(z) = \max(z, 0)$$

# %%
def step(z):
    return np.where(z > 0, 1.0, 0.0)

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def relu(z):
    return np.maximum(z, 0)

# %%
z = np.linspace(-4, 2, 301)
curves = {"step": step(z), "sigmoid": sigmoid(z), "ReLU": relu(z)}
viz.lines(curves, z, xlabel="z", ylabel="a", title="Three ways to switch on at z = 0: at once, smoothly, without limit",
    alt="At z = 0 the step jumps from 0 to 1, the sigmoid rises smoothly through 0.5, and ReLU starts to rise with slope 1.")

# %% [markdown]
# The step answers yes or no. The sigmoid $\sigma$ answers with a number between 0 and 1, which can be read as a probability. ReLU lets
# positive numbers pass. Lesson 03 compares these and others. A neuron is now two lines of mathematics and one of code:

# %%
def neuron(x, w, b, activation=step):
    return activation(x @ w + b)

# %% [markdown]
# The first model of this kind is from 1943. Warren McCulloch and Walter Pitts described a neuron that is either on or off. It switches on
# when enough of its inputs are on and none that inhibits it. They showed that nets of such neurons compute every expression of
# propositional logic. Their neurons were wired by hand; nothing in them learned. With weights they look like this:

# %%
gates = {"OR": ([1, 1], -0.5), "AND": ([1, 1], -1.5), "NAND": ([-1, -1], 1.5)}
for name, (w, b) in gates.items():
    print(f"{name:5}", neuron(x, np.array(w), b))

# %% [markdown]
# The four numbers of a row are the answers for the switches (0, 0), (0, 1), (1, 0) and (1, 1). OR and AND have the same weights and differ
# in the bias: one input is enough, or it takes both. NAND is "not AND".

# %% [markdown]
# ### 3. The decision boundary
#
# Where does the answer change? Where $z$ changes its sign, at
#
# $$w \cdot x + b = 0.$$
#
# For two inputs this is the equation of a **line**, for three of a plane, for more of a *hyperplane*: the neuron cuts its inputs in two,
# and the cut is always straight. Take two points $p$ and $q$ on it:

# %%
w, b = np.array([2.0, -1.0]), -2.0
p, q = np.array([1.0, 0.0]), np.array([2.0, 2.0])
print("z at p and q:", p @ w + b, q @ w + b)

# %% [markdown]
# Both have $z = 0$. Subtract one equation from the other, and the bias is gone: $w \cdot (q - p) = 0$. The dot product of $w$ with the
# direction of the line is 0, so **the weight vector is normal to the boundary**: it stands at a right angle to it.

# %%
print("w · (q - p) =", w @ (q - p))

# %%
fig, axes = viz.figure(title="w stands at a right angle to the boundary", xlabel="x₁", ylabel="x₂")
axes.axline(p, q, color=LIGHT["ink"])
axes.annotate("", p + w, p, arrowprops={"arrowstyle": "->", "color": LIGHT["positive"], "linewidth": 2})
for text, place, color in [("w", (2.2, -0.45), "positive"), ("z > 0", (3, 0.6), "positive"), ("z < 0", (0, 1.2), "negative")]:
    axes.text(*place, text, color=LIGHT[color], fontsize=12)
axes.set(aspect="equal", xlim=(-1, 5), ylim=(-1.5, 2.5))
viz.show(fig, "A line rises from (0.25, -1.5) to (2.25, 2.5). The arrow w leaves it at (1, 0) at a right angle, to the side where z > 0.")

# %% [markdown]
# How far from the boundary is a point? Walk from $x$ in the direction of $w$ by a step of length 1, that is by $w / |w|$. Then $z$ grows by
# $w \cdot w / |w| = |w|$. So $z$ counts the distance in units of $1/|w|$, with a sign that tells the side:
#
# $$d = \frac{w \cdot x + b}{|w|}$$
#
# Our $w = (2, -1)$ has the length $\sqrt 5$, and the point (3, 1) has $z = 3$, so its distance should be $3 / \sqrt 5$. Walk from it
# against $w$, and you meet the boundary at (1.8, 1.6), its foot. How far was that?

# %%
x, foot = np.array([3.0, 1.0]), np.array([1.8, 1.6])
print(f"z = {x @ w + b:.2f}, at the foot {foot @ w + b:.2f}")
print(f"distance {np.linalg.norm(x - foot):.3f}, 3 / √5 = {3 / np.sqrt(5):.3f}")
assert np.isclose(np.linalg.norm(x - foot), 3 / np.sqrt(5))

# %% [markdown]
# Multiply $w$ and $b$ by 10. The line stays where it is, since $10z = 0$ where $z = 0$, and so do the distances. What changes is how sudden
# the neuron is:

# %%
for scale in (1, 10):
    z = np.array([foot, x]) @ (scale * w) + scale * b
    print(f"{scale:2} w: z at the foot {z[0]:.1f} and at x {z[1]:.1f}, sigmoid {sigmoid(z[0]):.1f} and {sigmoid(z[1]):.3f}")

# %% [markdown]
# So the *direction* of $w$ and the ratio $b / |w|$ say where the boundary is: $b$ alone shifts it and does not turn it. The *length* of $w$
# says how sure the neuron is.

# %% [markdown]
# ### 4. The perceptron rule
#
# By hand this works for two inputs; a digit of lesson 01 has 784. In 1958 Frank Rosenblatt described the **perceptron**, a machine whose
# weights are learned from examples. In the rule that it is known for, each example $x$ has a label $y$, written as $+1$ or $-1$, and the
# neuron is right when $z$ has the sign of $y$, that is when $y z > 0$. Go through the examples one by one. Right: change nothing. Wrong,
# $y z \le 0$:
#
# $$w \leftarrow w + y\,x \qquad b \leftarrow b + y$$
#
# Why this helps: put the new $w$ and $b$ into $y z$ for the same example,
#
# $$y\,\big[(w + y x) \cdot x + b + y\big] = y\,\big[w \cdot x + b\big] + y^2 \big(|x|^2 + 1\big) = y z + |x|^2 + 1.$$
#
# Since $y^2 = 1$, each correction raises $y z$ by $|x|^2 + 1$. Watch it learn OR, starting from zeros:

# %%
x = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([-1, 1, 1, 1])  # OR

# %%
def sweep(w, b, x, y, tell=False):
    """Go through the examples once; returns the new w and b, and the number of mistakes."""
    mistakes = 0
    for xi, yi in zip(x, y, strict=True):
        if yi * (xi @ w + b) <= 0:
            w, b, mistakes = w + yi * xi, b + yi, mistakes + 1
            if tell:
                print(f"wrong at x = {xi}, y = {yi:+d}: now w = {w}, b = {b:+.0f}")
    return w, b, mistakes

# %%
w, b, mistakes = np.zeros(2), 0.0, None
while mistakes != 0:
    w, b, mistakes = sweep(w, b, x, y, tell=True)
    print("mistakes in this sweep:", mistakes)

# %% [markdown]
# From zeros every $z$ is 0, on the boundary, and that counts as wrong. You see corrections that undo earlier ones: (0, 0) needs it several
# times. A sweep without a mistake is the end, since from then on nothing would ever change. In one function, with a limit in case it never
# ends:

# %%
def perceptron(x, y, sweeps=100):
    """Sweep until nothing is wrong; returns w, b and the mistakes of each sweep."""
    w, b, history = np.zeros(x.shape[1]), 0.0, []
    while len(history) < sweeps and 0 not in history:
        w, b, mistakes = sweep(w, b, x, y)
        history.append(mistakes)
    return w, b, history

# %% [markdown]
# ### 5. How many mistakes?
#
# A correction for one example may spoil others. Does the rule ever end? A proof by Albert Novikoff (1962) gives the answer, and a number.
#
# > **The perceptron converges.** Write each example with a 1 behind it, $\tilde x = (x, 1)$, so that $\tilde w = (w, b)$ and
# > $z = \tilde w \cdot \tilde x$. Let all $|\tilde x| \le R$. Suppose some neuron $u$ of length 1 is right about every example with room to
# > spare, $y\,(u \cdot \tilde x) \ge \gamma > 0$. Then the perceptron, started from zeros, makes at most
# >
# > $$\left( \frac{R}{\gamma} \right)^2$$
# >
# > mistakes, however many examples there are and in whatever order they come.
#
# $\gamma$ is called the **margin**. The proof takes two inequalities:
#
# <details><summary>Proof</summary>
#
# Let $\tilde w_k$ be the weights after $k$ mistakes, $\tilde w_0 = 0$. The mistake number $k + 1$ happens at an example with
# $y\,(\tilde w_k \cdot \tilde x) \le 0$, and $\tilde w_{k+1} = \tilde w_k + y \tilde x$.
#
# *The weights turn toward $u$.* Each mistake adds at least $\gamma$, so after $k$ mistakes $\tilde w_k \cdot u \ge k \gamma$:
#
# $$\tilde w_{k+1} \cdot u = \tilde w_k \cdot u + y\,(\tilde x \cdot u) \ge \tilde w_k \cdot u + \gamma.$$
#
# *They do not grow fast.* The middle term is not positive at a mistake, so after $k$ mistakes $|\tilde w_k| \le \sqrt k\, R$:
#
# $$|\tilde w_{k+1}|^2 = |\tilde w_k|^2 + 2 y\,(\tilde w_k \cdot \tilde x) + |\tilde x|^2 \le |\tilde w_k|^2 + R^2.$$
#
# A dot product with a vector of length 1 is at most the length of the other, so
#
# $$k \gamma \le \tilde w_k \cdot u \le |\tilde w_k| \le \sqrt k\, R,$$
#
# and dividing by $\sqrt k\,\gamma$ and squaring gives $k \le (R/\gamma)^2$. $\blacksquare$
#
# </details>
#
# The experiment, which you may skip: points in a square, labeled by a neuron $u$ that we know. Points closer to its boundary than the
# margin are left out.

# %%
u = np.array([2.0, 1.0, 1.0]) / np.sqrt(6)  # (w1, w2, b), of length 1

def separable(margin, rng):
    x = rng.uniform(-1, 1, (1000, 2))
    z = x @ u[:2] + u[2]
    return x[np.abs(z) >= margin], np.sign(z[np.abs(z) >= margin])

# %%
margins = np.array([0.025, 0.05, 0.1, 0.2, 0.4])
bound = 3 / margins**2  # R² = 3: in the square |x|² is at most 2, and the 1 behind it adds 1

# %%
mistakes = np.zeros((5, len(margins)))
for seed, column in np.ndindex(mistakes.shape):
    w, b, history = perceptron(*separable(margins[column], np.random.default_rng(seed)))
    assert history[-1] == 0 and sum(history) <= bound[column]
    mistakes[seed, column] = sum(history)

# %%
viz.lines({"bound (R/γ)²": bound, "mistakes": mistakes}, margins, xlabel="margin γ", ylabel="mistakes until nothing is wrong",
    title="The theorem holds in every run, with a lot of room", xscale="log", yscale="log", points=True,
    alt="Logarithmic scales. The bound falls from 4,800 at margin 0.025 to 19 at 0.4; the mistakes, below it everywhere, from 95 to 4.")

# %% [markdown]
# The lower line is the mean of five runs, the band goes from the fewest mistakes to the most. A bound is a promise about the worst case;
# random points are far from it. And it is a promise on a condition: there must be a neuron that is right about every example.

# %% [markdown]
# ### 6. A neuron with a slope to follow
#
# What if there is no such neuron? Then the perceptron never comes to rest. Also, it cannot say how sure it is. The sigmoid mends both.
# Read $a = \sigma(z)$ as the probability that the label is 1, and let the labels now be 0 and 1. The price of an answer is the
# **cross entropy**, which lesson 03 derives:
#
# $$L = \frac1N \sum_n \big[ -y_n \log a_n - (1 - y_n) \log (1 - a_n) \big]$$
#
# It is small when $a$ is near $y$. To make it smaller, ask of each weight: how fast does $L$ grow when $w_d$ grows a little and all else
# stays? That is the **partial derivative** $\partial L / \partial w_d$. The list of all of them, one for each weight, is the **gradient**
# $\partial L / \partial w$. It points to where $L$ grows fastest, so walk the other way. A neuron that learns so is also called
# **logistic regression** (Cox 1958).
#
# $$\frac{\partial L}{\partial w} = \frac1N \sum_n (a_n - y_n)\, x_n \qquad \frac{\partial L}{\partial b} = \frac1N \sum_n (a_n - y_n)$$
#
# <details><summary>Derivation</summary>
#
# One example, by the chain rule $\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a} \cdot \frac{\partial a}{\partial z}$:
#
# $$\frac{\partial L}{\partial a} = -\frac{y}{a} + \frac{1 - y}{1 - a}
# = \frac{-y (1 - a) + (1 - y)\, a}{a (1 - a)} = \frac{a - y}{a (1 - a)}$$
#
# $$\frac{\partial a}{\partial z} = \frac{e^{-z}}{(1 + e^{-z})^2} = \frac{1}{1 + e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}} = a (1 - a)$$
#
# The product is $a - y$: how far the answer is off. From $z = w \cdot x + b$ we have $\partial z / \partial w_d = x_d$ and
# $\partial z / \partial b = 1$. Multiply, and take the mean over the examples.
#
# </details>
#
# In code `x.T @ (a - y)` is the sum over the examples: (D, N) @ (N,) -> (D,).

# %%
def loss(x, y, w, b):
    a = sigmoid(x @ w + b)
    return np.mean(-y * np.log(a) - (1 - y) * np.log(1 - a))

# %%
def gradients(x, y, w, b):
    a = sigmoid(x @ w + b)  # (N,)
    return x.T @ (a - y) / len(x), np.mean(a - y)  # (D,) and a number

# %% [markdown]
# Two clouds that overlap, and a check of the formula: move $w_1$ a little both ways, and see how the loss changes.

# %%
x, y = data.blobs(200, noise=0.8, rng=np.random.default_rng(0), classes=2)
x = x.astype(np.float64) + [1.0, 0.5]  # away from the origin, so that the bias is needed
w, b, small = np.array([0.3, -0.2]), 0.1, 1e-6

# %%
measured = (loss(x, y, w + [small, 0], b) - loss(x, y, w - [small, 0], b)) / (2 * small)
dw, db = gradients(x, y, w, b)
print(f"formula {dw[0]:.6f}, measured {measured:.6f}")

# %% [markdown]
# **Gradient descent**: take a step against the gradient, again and again. The **learning rate** `lr` says how long the steps are.
#
# $$w \leftarrow w - \mathrm{lr}\, \frac{\partial L}{\partial w} \qquad b \leftarrow b - \mathrm{lr}\, \frac{\partial L}{\partial b}$$

# %%
def descend(x, y, lr=0.5, steps=1000):
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(steps):
        dw, db = gradients(x, y, w, b)
        w, b = w - lr * dw, b - lr * db
    return w, b

# %%
w, b = descend(x, y)
print(f"loss {loss(x, y, np.zeros(2), 0.0):.3f} -> {loss(x, y, w, b):.3f}, right: {np.mean((sigmoid(x @ w + b) > 0.5) == y):.1%}")

# %% [markdown]
# Compare the two rules for one example. The perceptron ($y = -1$ or $+1$) adds $y\,x$ when it is wrong, else nothing. The logistic neuron
# ($y = 0$ or $1$) adds a step of $(y - a)\,x$, always: much when it is wrong and sure, little when it is right and sure. Where some
# examples must stay on the wrong side, the pushes of all examples come to a balance.

# %% [markdown]
# ### 7. Three neurons
#
# Back to the lamp. One line does not do it. But "exactly one switch is up" can be said as "at least one is up, **and** not both": OR and
# NAND, joined by AND. Those are three neurons of part 2. Two of them read the switches, the **hidden layer**; the third reads the two.
#
# $$h = \mathrm{step}(x\,w + b) \qquad a = \mathrm{step}(h\,v + c)$$
#
# The weights of the hidden layer are the columns of a matrix $w$ of shape (inputs, neurons), and $b$ has one bias for each neuron.

# %%
x, y = data.xor()
w, b = np.array([[1.0, -1], [1, -1]]), np.array([-0.5, 1.5])  # columns: OR, NAND
v, c = np.array([1.0, 1]), -1.5  # AND

# %%
h = step(x @ w + b)  # (4, 2) @ (2, 2) + (2,) -> (4, 2)
a = step(h @ v + c)
for row in zip(x, h, a, y, strict=True):
    print("x = {}  h = {}  a = {:.0f}  lit: {}".format(*row))

# %% [markdown]
# What has the hidden layer done? It has **moved the points**. The two positions with one switch up both get $h = (1, 1)$: in the plane of
# the outputs they lie in one place. Both down has gone to (0, 1), both up to (1, 0), and a straight line is enough:

# %%
viz.boundary(lambda h: h @ v + c, h, y, level=0, xlabel="h₁ (OR)", ylabel="h₂ (NAND)",
    title="In the plane of the hidden layer one line is enough",
    alt="Blue points at (0, 1) and (1, 0), vermillion at (1, 1), where two points lie on each other. A slanted line cuts off that corner.")

# %% [markdown]
# Seen from the inputs, the line of the third neuron is a band between the lines of the first two:

# %%
viz.boundary(lambda x: step(step(x @ w + b) @ v + c), x, y, xlabel="x₁", ylabel="x₂",
    title="In the plane of the inputs the answer is a band",
    alt="Four corners of a square. A slanted vermillion band holds (0, 1) and (1, 0); the blue corners (0, 0) and (1, 1) lie outside.")

# %% [markdown]
# ## Check
#
# Do our gradients equal PyTorch's? PyTorch finds them on its own, from the loss alone. Its `binary_cross_entropy_with_logits` takes $z$
# ("logits") and computes sigmoid and loss in one. The two clouds of part 6, the same weights on both sides:

# %%
x, y = data.blobs(200, noise=0.8, rng=np.random.default_rng(0), classes=2)
x, y = x.astype(np.float64) + [1.0, 0.5], y.astype(np.float64)
w, b = np.array([0.3, -0.2]), 0.1
dw, db = gradients(x, y, w, b)

# %%
from dlcourse.compare import compare, same_as_torch

try:
    import torch

    weight = torch.tensor(w, requires_grad=True)
    bias = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    logits = torch.from_numpy(x) @ weight + bias
    torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.from_numpy(y)).backward()
    print(same_as_torch(dw, weight.grad), same_as_torch(db, bias.grad))
except ModuleNotFoundError:
    print("PyTorch is not installed here, so this check is empty. To fill it: pip install torch")

# %% [markdown]
# `same_as_torch` would have raised an error for a relative difference above $10^{-10}$. The course's own package has the neuron too, as a
# network without a hidden layer; in PyTorch that is `Linear(2, 1)`. The table compares the output, the loss and each gradient:

# %% tags=["volatile"]
from dlcourse import functional as F
from dlcourse.models import MLP

model = MLP(2, 1, rng=np.random.default_rng(0)).astype(np.float64)
comparison = compare(model, x, y[:, None], loss=F.bce_with_logits)
comparison

# %%
assert comparison.largest < 1e-10

# %% [markdown]
# ## Use
#
# **Irises.** In 1936 Ronald Fisher published the measurements of 150 flowers, 50 of each of three species. The last two columns are the
# length and the width of a petal in centimeters. Can one neuron tell two species apart?

# %%
flowers, species = data.iris()  # 0 setosa, 1 versicolor, 2 virginica
petals = flowers[:, 2:]

# %%
def pair(first, second):
    """The petals of two species in random order, with the labels -1 and +1."""
    chosen = np.random.default_rng(0).permutation(np.flatnonzero((species == first) | (species == second)))
    return petals[chosen], np.where(species[chosen] == second, 1, -1)

# %%
w, b, history = perceptron(*pair(0, 1))
_, _, endless = perceptron(*pair(1, 2))
print("mistakes in each sweep, setosa or versicolor:", history)
print("versicolor or virginica, the last ten of", len(endless), "sweeps:", endless[-10:])

# %%
viz.boundary(lambda x: x @ w + b, *pair(0, 1), level=0, names=["setosa", "versicolor"],
    xlabel="petal length in cm", ylabel="petal width in cm", title="The perceptron stops at the first line that makes no mistake",
    alt="Setosa has short, narrow petals, versicolor long, wide ones. The perceptron's falling line runs through the gap between them.")

# %% [markdown]
# Is the second pair only slow? No. Here is a versicolor with the same petals as a virginica:

# %%
versicolor, virginica = petals[species == 1].tolist(), petals[species == 2].tolist()
print([petal for petal in versicolor if petal in virginica])

# %% [markdown]
# No function of these two numbers, straight or curved, can be right about both. A logistic neuron does not mind: it settles for a
# probability. Measurements of different size first get a common scale, mean 0 and standard deviation 1; lesson 05 shows why gradient
# descent likes that.

# %%
x, y = pair(1, 2)
mean, std = x.mean(0), x.std(0)
w, b = descend((x - mean) / std, y == 1)

# %%
viz.boundary(lambda x: sigmoid((x - mean) / std @ w + b), x, y, names=["versicolor", "virginica"],
    xlabel="petal length in cm", ylabel="petal width in cm", title="Where the species mix, the neuron is not sure",
    alt="Versicolor below left, virginica above right, mixed along a falling line, where the background is pale. Some lie beyond it.")
print(f"on the right side: {np.mean((sigmoid((x - mean) / std @ w + b) > 0.5) == (y == 1)):.0%} of the flowers it was trained on")

# %% [markdown]
# **Tumors.** 569 breast tumors, 30 measurements of the cell nuclei of each, and what the tumor was: 0 malignant, 1 benign (Street, Wolberg
# and Mangasarian 1993). One neuron with 30 weights learns from 400 of them, drawn at random, and is asked about the 169 others. The scale
# comes from the 400 alone: the others stand for patients who are yet to come.

# %%
measurements, benign = data.breast_cancer()

def examine(seed):
    """Train on 400 tumors; returns z (169,) for the others, and what they were."""
    order = np.random.default_rng(seed).permutation(len(benign))
    train, test = order[:400], order[400:]
    mean, std = measurements[train].mean(0), measurements[train].std(0)
    w, b = descend((measurements[train] - mean) / std, benign[train])
    return (measurements[test] - mean) / std @ w + b, benign[test]

# %%
accuracies = []
for seed in range(5):
    z, truth = examine(seed)
    accuracies.append(np.mean((z > 0) == truth))
    surest = sigmoid(z[truth == 0]).max()
    print(f"split {seed}: right {accuracies[-1]:.1%}, always saying benign {np.mean(truth):.1%},",
          f"malignant called benign {np.sum((z > 0) & (truth == 0))}, the surest of them with probability {surest:.4f}")
assert min(accuracies) > 0.93

# %%
z, truth = examine(0)
title = f"One neuron is right about {np.mean((z > 0) == truth):.0%} of the tumors that it never saw"
fig, axes = viz.figure(title=title, xlabel="z (beyond ±20 drawn at ±20)", ylabel="tumors")
colors = [LIGHT["negative"], LIGHT["positive"]]
axes.hist([np.clip(z[truth == label], -20, 20) for label in (0, 1)], bins=20, stacked=True, color=colors)
axes.axvline(0, color=LIGHT["ink"])
axes.text(-17, 18, "malignant", color=colors[0])
axes.text(11, 17, "benign", color=colors[1])
axes.yaxis.get_major_locator().set_params(integer=True)
viz.show(fig, "Histogram of z: malignant tumors nearly all left of 0, many beyond -20, benign ones right. They overlap from -2 to 4.")

# %% [markdown]
# A malignant tumor called benign is worse than the reverse, and accuracy counts both alike. With the probability you can ask for another
# test below a limit, say 0.99. It is no guarantee: the last number of each line belongs to the malignant tumor that the neuron was surest
# to be benign. Lesson 03 asks when such numbers can be trusted.

# %% [markdown]
# ## The aha
#
# **No single neuron gets more than 75 % of XOR right. With a hidden layer of a few neurons, 100 % is within reach.** XOR, exclusive or, is
# the rule of the lamp: 1 when the inputs differ. First the single neuron. Take 100,000 neurons with random weights and ask each for its
# four answers. What is the best of them, for five seeds?

# %%
def best_neuron(x, y, rng, count=100_000, bias=1.0):
    """The accuracy of the best of `count` random neurons, their biases of the size `bias`; and all answers (N, count)."""
    answers = step(x @ rng.normal(size=(2, count)) + bias * rng.normal(size=count))
    return np.mean(answers == y[:, None], axis=0).max(), answers

# %%
x, y = data.xor()
best = [best_neuron(x, y, np.random.default_rng(seed))[0] for seed in range(5)]
assert best == [0.75] * 5
print("best of 100,000 neurons:", *best)

# %% [markdown]
# Three of four, each time. Four points can be labeled in $2^4 = 16$ ways. Which of them does no neuron give?

# %%
from itertools import product

_, answers = best_neuron(x, y, np.random.default_rng(0))
found = {tuple(labels) for labels in answers.T}
print(len(found), "of 16; missing:", [labels for labels in product([0, 1], repeat=4) if labels not in found])

# %% [markdown]
# The two missing ones are XOR and its opposite. (That a line can label four points in 14 ways follows from a formula of Cover 1965.) Random
# search proves nothing, four inequalities do:
#
# <details><summary>Proof that no line solves XOR</summary>
#
# Suppose some $w_1, w_2, b$ were right about all four positions. Then
#
# $$\begin{aligned}
# (0,0) \text{ dark:} &\quad b \le 0 & \qquad (0,1) \text{ lit:} &\quad w_2 + b > 0 \\
# (1,1) \text{ dark:} &\quad w_1 + w_2 + b \le 0 & \qquad (1,0) \text{ lit:} &\quad w_1 + b > 0
# \end{aligned}$$
#
# Add the two on the left: $w_1 + w_2 + 2b \le 0$. Add the two on the right: $w_1 + w_2 + 2b > 0$. Both cannot hold, so at least one
# position is wrong, and three of four is the most. $\blacksquare$
#
# For the opposite labels turn all four inequalities around. For any rising activation and any threshold on its output, the answer is still
# "$z$ above some number", which is another bias.
#
# The same in one picture: the diagonals of the square cross in its center, where $z$ is both the mean of the two dark corners and the mean
# of the two lit ones. It would have to be positive and not positive.
#
# </details>
#
# What does gradient descent do with an impossible task?

# %%
w, b = descend(x, y)
print("w =", w.round(3) + 0.0, " b =", round(b, 3) + 0.0, " a =", sigmoid(x @ w + b).round(3))
print(f"loss {loss(x, y, w, b):.3f}, log 2 = {np.log(2):.3f}")

# %% [markdown]
# It does not move. At zero the four pushes cancel, and every answer is "one half". Nothing better exists, since the loss of a single neuron
# is **convex**: as a function of $w$ and $b$ it curves upward in every direction, as $-\log \sigma(z)$ does in $z$, so a place without
# slope is the lowest. With cross entropy, the best that one neuron can say about XOR is "I don't know". That is why the playground stayed
# near half of the points: close to one half everywhere, a small push changes many answers.
#
# Now a hidden layer with the activation tanh in front of the neuron, trained by gradient descent from random weights. How the hidden
# neurons get their gradients is lesson 06; here the package does it, with the optimizer Adam of lesson 08.

# %%
from dlcourse.nn import Tanh
from dlcourse.optim import Adam

def train_on_xor(hidden, seed):
    """The four answers (4,) of a network with `hidden` hidden neurons, after 200 steps."""
    sizes = (2, hidden, 1) if hidden else (2, 1)
    model = MLP(*sizes, activation=Tanh, rng=np.random.default_rng(seed))
    optimizer = Adam(model.parameters(), lr=0.1)
    for _ in range(200):
        optimizer.zero_grad()
        F.bce_with_logits(model(x), y[:, None]).backward()
        optimizer.step()
    return sigmoid(model(x).numpy()[:, 0])

# %%
solved = {hidden: [all((train_on_xor(hidden, seed) > 0.5) == y) for seed in range(20)] for hidden in (0, 1, 2, 3, 4, 8)}
for hidden, runs in solved.items():
    print(f"{hidden} hidden: all four right in {sum(runs)} of {len(runs)} runs")

# %%
assert not any(solved[0] + solved[1])  # one line, or one line after the other
assert 0.2 < np.mean(solved[2]) < 0.8
assert sum(solved[4]) >= 18 and all(solved[8])

# %%
viz.bars({f"{hidden} hidden": np.mean(runs) for hidden, runs in solved.items()}, form=".0%", highlight="4 hidden",
    xlabel="share of 20 runs with all four right",
    title=f"Two hidden neurons solve XOR in {sum(solved[2])} of 20 runs, four in {sum(solved[4])}",
    alt="Bars: no run with 0 or 1 hidden neuron solves XOR, about half of those with 2, more with 3, all with 4 and with 8.")

# %% [markdown]
# One hidden neuron does not help: the last neuron sees the one number $\tanh(w \cdot x + b)$, which only rises with $z$, so the boundary is
# still one straight line. Two are enough: part 7 wrote them down. But gradient descent **finds** them only from some starts. Here is the
# first run with two that failed, its four answers and what they should be:

# %%
stuck = train_on_xor(2, solved[2].index(False))
print(stuck.round(2), y)

# %% [markdown]
# It is right and sure about two positions, and says one half to the other two. *What a network can express* and *what training finds in it*
# are two questions, and you have now seen a case of each: a network without hidden neurons cannot,
# one with two can and often does not, one with eight does.
#
# <details><summary>What Minsky and Papert proved</summary>
#
# The book *Perceptrons* (1969) is remembered for XOR. Its theorems go further, and they are about
# machines with **one** layer of learned weights, whose inputs are fixed features that each see only a part of a picture. Two of them: to
# tell whether the number of black pixels is odd, at least one feature must see *all* pixels (XOR is the case of two pixels); and to tell
# whether a figure is connected, the features must see ever more pixels as pictures grow. The book does not prove that networks with
# several learned layers fail. About those the authors gave only their expectation: in section 13.2 they call it an "intuitive judgment"
# that the extension is sterile, and a question for research. That layers of neurons compute XOR follows from the nets of 1943. What was
# missing was a good way to train the hidden ones; it became widely known with Rumelhart, Hinton and Williams (1986), and is lesson 06.
#
# </details>

# %% [markdown]
# ## Misconceptions
#
# **"The bias is optional."** Without it $z = 0$ at $x = 0$, so every boundary passes through the origin. The best of 100,000 random
# neurons on AND, with a bias and without:

# %%
both = np.array([0, 0, 0, 1])  # AND
for name, bias in {"with bias": 1, "without": 0}.items():
    print(f"{name}: {best_neuron(x, both, np.random.default_rng(0), bias=bias)[0]:.2f}")

# %% [markdown]
# **"The weight vector lies along the boundary."** It stands at a right angle to it. Walk along $w$ and $z$ changes as fast as it can; walk
# at a right angle to $w$ and it does not change at all:

# %%
w, b, start = np.array([2.0, -1.0]), -2.0, np.array([1.0, 1.0])
print("z:", start @ w + b, " along w:", (start + w) @ w + b, " at a right angle:", (start + [1.0, 2.0]) @ w + b)

# %% [markdown]
# **"More data fixes XOR."** More data repeats the four clouds; their centers stay where no line can part them. The best of 1,000 random
# neurons on 4 to 4,000 noisy examples:

# %%
for n in (4, 40, 400, 4000):
    examples = data.xor(n, noise=0.1, rng=np.random.default_rng(0))
    print(f"{n:4} examples: {best_neuron(*examples, np.random.default_rng(0), count=1000)[0]:.2f}")

# %% [markdown]
# **"Logistic regression has a curved boundary", because the sigmoid is curved.** The sigmoid bends the *output*. The boundary is where
# $\sigma(z) = 0.5$, that is $z = 0$: the same straight line as without the sigmoid. Three points of it that are far apart:

# %%
along = np.array([1.0, 2.0])  # at a right angle to w
print(sigmoid(np.array([p + t * along for t in (-1000, 0, 1000)]) @ w + b))

# %% [markdown]
# ## Exercises
#
# In [exercises/02_the_neuron.ipynb](../exercises/02_the_neuron.ipynb), graded at once:
#
# | exercise | what it asks | difficulty | minutes |
# |---|---|---|---|
# | `neuron` | weigh the inputs, add the bias, apply the sigmoid | 1 of 3 | 10 |
# | `perceptron_step` | one update of the perceptron rule | 2 of 3 | 10 |
# | `signed_distance` | how far points lie from the boundary, and on which side | 1 of 3 | 10 |
# | `xor_network` | design a network for the lamp, with switches that report numbers of their own | 3 of 3 | 20 |

# %% [markdown]
# ## Summary
#
# 1. A neuron weighs its inputs, adds a bias and applies an activation: $a = f(w \cdot x + b)$.
# 2. Its boundary is straight, $w$ is normal to it, $b$ shifts it, and the length of $w$ says how sure the neuron is.
# 3. The perceptron rule ends after at most $(R/\gamma)^2$ mistakes if some neuron is right about all examples, and never if none is.
# 4. A logistic neuron walks against the gradient $(a - y)\,x$ and settles for probabilities where no line is right about all.
# 5. No single neuron gets more than three of the four cases of XOR; a hidden layer moves the points so that one line is enough.
#
# **Papers.** McCulloch and Pitts (1943), *A logical calculus of the ideas immanent in nervous activity*. Rosenblatt (1958), *The
# perceptron: a probabilistic model for information storage and organization in the brain*; his error correction rule is treated at length
# in *Principles of neurodynamics* (1962). Novikoff (1962), *On convergence proofs on perceptrons*. Cox (1958), *The regression analysis of
# binary sequences*. Cover (1965), *Geometrical and statistical properties of systems of linear inequalities with applications in pattern
# recognition*. Minsky and Papert (1969), *Perceptrons*. Rumelhart, Hinton and Williams (1986), *Learning representations by
# back-propagating errors*. Data: Fisher (1936), *The use of multiple measurements in taxonomic problems*; Street, Wolberg and Mangasarian
# (1993), *Nuclear feature extraction for breast tumor diagnosis*.
#
# ← [01 What is deep learning?](01_what_is_deep_learning.ipynb) · [Map](00_start.ipynb) ·
# [03 Activations and losses](03_activations_and_losses.ipynb) →
