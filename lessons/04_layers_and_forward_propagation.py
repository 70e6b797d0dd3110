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
# # 04 How do many neurons compute as one?
#
# Neurons side by side are a **layer**, layers one behind the other are a **network**. Written with arrays, a layer is one line of code for
# any number of neurons and any number of examples. That line is fast, and it runs even when it means something else than you think. What
# exactly does it compute, and how do you notice when it computes the wrong thing?
#
# - **You need:** lessons 02 and 03.
# - **You get:** the linear layer and the multi-layer perceptron from scratch, the rules by which arrays of different shapes meet, a network
#   that draws any curve you give it, and a bug that raises no error and makes a training worthless, found and understood.
# - **Time:** about 80 minutes, and 85 for the exercises.
#
# ← [03 Activations and losses](03_activations_and_losses.ipynb) · [Map](00_start.ipynb) ·
# [05 Gradient descent](05_gradient_descent.ipynb) →

# %%
import numpy as np
from dlcourse import data, viz
from dlcourse.palette import LIGHT

# %% [markdown]
# ## Predict
#
# A network learns from 442 patients. It reads ten measurements, such as age and blood pressure, and predicts how far their diabetes went
# in the following year, a number between 25 and 346, with mean 152 and standard deviation 77. The loss is the mean squared error. This is
# its training:
#
# | step | 0 | 25 | 50 | 100 | 200 |
# |---|---|---|---|---|---|
# | loss | 29,000 | 10,200 | 6,600 | 5,960 | 5,940 |
#
# However long it trains, it gets no lower than 5,930. What has the network learned from the ten measurements?
#
# 1. a lot, since it lost four fifths of its error
# 2. all there is to learn, since it no longer gets better
# 3. nothing
# 4. no one can say from these numbers
#
# <details><summary>Answer, once you have chosen</summary>
#
# Nothing. The standard deviation gives it away: $77^2$ is 5,929, so the loss comes to rest at the variance of the 442 values, the squared
# error of a model that looks at no measurement and gives everybody the mean. The code has a bug in one line, raises no error, and you will
# look for it yourself in "The aha".
#
# </details>

# %% [markdown]
# ## Explore
#
# The shape of an array is the tuple of its sizes: `(4, 3)` is a table of 4 rows and 3 columns, `(3,)` a list of 3 numbers. The widget lets
# two arrays meet and shows which sizes meet which. Answer its question first, then:
#
# - Let a be (4, 3) and the operation a + b. Which shapes of b are refused? Which b gives every *column* a number of its own, which shape
#   would give every *row* one?
# - Stay with (4, 3) and (3,). What is the difference between `*` and `@`?
# - The result turns vermillion when both arrays are stretched. Find three pairs of shapes that do it.

# %%
from dlcourse.widgets import Playground, Shapes

Shapes()

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# - (4,), (3, 1) and (3, 4) are refused. (3,) gives each column its number; each row would need (4, 1), since a plain (4,) meets the
#   3 columns. (1, 3) does the same as (3,), and () gives all the same number.
# - `*` multiplies each row with the three numbers, and the shape stays (4, 3). `@` multiplies and then sums each row, so (4,) is left.
# - (3, 1) with (3,), with (4,) and with (1, 3), and the same pairs the other way round. In each of them one array brings the rows and
#   the other the columns.
#
# </details>
#
# Now a network with a hidden layer. The small planes show what its hidden neurons see: each has a line, as in lesson 02. The last neuron
# adds them up. Press Play with two hidden neurons, wait for 500 steps, then choose four. Why are two not enough to enclose the points in
# the middle, however long they learn?

# %%
Playground(data="circles", hidden=(2,), seed=2)

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# With two neurons the border never closes, with four it does. Their activation only rises, so weighed by the last one each neuron pushes
# $z$ up, never down, in one half of all directions. Two halves always have a direction in common. Walk that way from any point inside: $z$
# never falls, so you never get out, and there is no border in your way. Three neurons can leave no such direction, since three half circles
# need not overlap. They are not among the choices, but `Playground(data="circles", hidden=(3,))` has them, and "Build" part 5 writes such a
# network down by hand.
#
# </details>

# %% [markdown]
# ## Build
#
# ### 1. A layer is many neurons
#
# One neuron: $z = w \cdot x + b$. Take $K$ neurons that read the same $D$ inputs, and write their weights side by side, one **column** for
# each neuron. That is a matrix $w$ of shape $(D, K)$, with a vector $b$ of $K$ biases. Example $n$ and neuron $k$ give
#
# $$y_{nk} = \sum_{d=1}^{D} x_{nd}\, w_{dk} + b_k .$$
#
# Written as it stands: three indices, three loops.


# %%
def layer_with_loops(x, w, b):
    y = np.zeros((x.shape[0], w.shape[1]))
    for n in range(x.shape[0]):
        for k in range(w.shape[1]):
            for d in range(x.shape[1]):
                y[n, k] += x[n, d] * w[d, k]
            y[n, k] += b[k]
    return y


# %% [markdown]
# The sum over $d$ of $x_{nd} w_{dk}$ is what mathematicians call the **matrix product** of $x$ and $w$, and NumPy writes `@`:
#
# $$y = x\,w + b$$


# %%
def layer(x, w, b):
    return x @ w + b  # (N, D) @ (D, K) + (K,) -> (N, K)


# %% [markdown]
# The patients of "Predict", their measurements brought to mean 0 and standard deviation 1. What they measure: age, sex, body mass index,
# blood pressure, and six values of the blood.

# %%
x, y = data.diabetes()
x = x / x.std(0)  # the mean is 0 already
print(x.shape, y.shape, "from", y.min(), "to", y.max())

# %%
rng = np.random.default_rng(0)
w, b = rng.normal(size=(10, 4)) / np.sqrt(10), rng.normal(size=4)  # the divisor keeps sums of ten small; lesson 09 says why
assert np.allclose(layer(x, w, b), layer_with_loops(x, w, b))

# %%
viz.matrix(
    layer(x[:6], w, b), rows=[f"patient {n}" for n in range(6)], columns=[f"neuron {k}" for k in range(4)], form=".1f",
    title="One row for each patient, one column for each neuron",
    alt="Six rows and four columns of numbers between -2 and 2.1, the negative ones blue, the positive ones vermillion.",
)

# %% [markdown]
# What changes when the batch has 2,500 examples, or the layer 256 neurons? Nothing in the code. The shapes carry it. So read every line
# of a network by its shapes, and write them behind it, as above.
#
# The columns of $w$ are the neurons. Cut one out and you have the neuron of lesson 02:

# %%
k = 2
assert np.allclose(layer(x, w, b)[:, k], x @ w[:, k] + b[k])  # (442, 10) @ (10,) + a number -> (442,)

# %% [markdown]
# ### 2. Two products
#
# `*` multiplies number by number. `@` multiplies and then sums. The second can be made of the first. Give $x$ a third axis for $k$ and $w$
# one for $n$; then $d$ is in the middle of both:
#
# $$p_{ndk} = x_{nd}\, w_{dk} \qquad (x w)_{nk} = \sum_d p_{ndk}$$

# %%
p = x[:, :, None] * w[None, :, :]  # (442, 10, 1) * (1, 10, 4) -> (442, 10, 4)
assert np.allclose(p.sum(1), x @ w)
print(p.shape, p.size, "numbers, to get", (x @ w).size)

# %% [markdown]
# `None` in square brackets adds an axis of size 1. The result is the same; the price is that all $N \cdot D \cdot K$ products lie in memory
# before they are summed. `@` never stores them.
#
# For `@` the *inner* sizes have to be equal, the columns of the left and the rows of the right:
#
# $$(N, D) \;@\; (D, K) \to (N, K)$$
#
# If they are not, NumPy refuses, and that helps. A transposed matrix is noticed at once, unless $D = K$. Read the message from its end:

# %%
try:
    x @ w.T
except ValueError as error:
    print(error)

# %% [markdown]
# ### 3. Broadcasting
#
# `x @ w` has the shape (442, 4) and `b` has (4,). Their sum exists because NumPy **stretches** `b` along the rows. The rule has three
# sentences:
#
# 1. The sizes meet from the **right**.
# 2. Where one shape is shorter, the missing sizes count as 1.
# 3. Two sizes that meet must be equal, or one of them is 1. A 1 is stretched to the other.
#
# Stretching copies nothing. The array is read again and again, with a step of 0 bytes in memory from one row to the next:

# %%
stretched = np.broadcast_to(b, (442, 4))
print("shape", stretched.shape, " steps in bytes", stretched.strides, " shares memory with b:", np.shares_memory(stretched, b))

# %% [markdown]
# Three numbers can be a list, a column or a row. Add each to each, and look at the shapes:

# %%
three = {"(3,)": np.ones(3), "(3, 1)": np.ones((3, 1)), "(1, 3)": np.ones((1, 3))}
for name, a in three.items():
    print(f"{name:7}", *(f"+ {other:7} -> {str((a + c).shape):8}" for other, c in three.items()))

# %% [markdown]
# Four of the nine sums have nine entries. A list of numbers counts as a row, never as a column, and a column meets a row as
# **each with each**. That is useful where it is meant, as in part 2. Where it is not, nothing tells you.
#
# The case of every day is a mean that is subtracted. `x.mean(0)`, the mean of each column, has the shape (10,) and meets the columns. The
# mean of each row has the shape (442,), and it meets the columns too:

# %%
centered = x - x.mean(0)  # (442, 10) - (10,)
try:
    x - x.mean(1)  # (442, 10) - (442,)
except ValueError as error:
    print(error)

# %% [markdown]
# `keepdims=True` keeps the summed axis with size 1, so that the means stand in a column, one beside each row. Without it the same line
# runs as soon as there are as many rows as columns, and each row gets the means of *all* rows:

# %%
ten = x[:10]  # ten patients, ten measurements
right, wrong = ten - ten.mean(1, keepdims=True), ten - ten.mean(1)
print("largest row mean afterwards:", f"{np.abs(right.mean(1)).max():.2f} with keepdims, {np.abs(wrong.mean(1)).max():.2f} without")

# %%
assert np.abs(right.mean(1)).max() < 1e-12 and np.abs(wrong.mean(1)).max() > 0.1

# %% [markdown]
# Try code with sizes that are all different. Square arrays hide bugs.
#
# ### 4. Vectorizing
#
# To **vectorize** is to replace a loop in Python by one operation on arrays. Python spends much the same time on each step of a loop,
# however little happens in it: find the objects behind the names, ask for their types, make a new object for the result. In an array
# operation this happens once, and then compiled code runs through the memory. Three ways to compute the same layer:


# %%
def layer_patient_by_patient(x, w, b):
    return np.stack([row @ w + b for row in x])


# %%
from time import perf_counter

def seconds(f, *arguments, repeats=5):
    """The shortest of several runs: what else the computer does can only make it longer."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        f(*arguments)
        times.append(perf_counter() - start)
    return min(times)

# %%
assert np.allclose(layer_patient_by_patient(x, w, b), layer(x, w, b))
sizes = np.array([1, 3, 10, 30, 100])
ways = {"three loops": layer_with_loops, "one loop": layer_patient_by_patient, "no loop": layer}
times = {name: [1e6 * seconds(f, x[:n], w, b) for n in sizes] for name, f in ways.items()}

# %% tags=["volatile"]
viz.lines(
    times, sizes, xscale="log", yscale="log", points=True, xlabel="patients", ylabel="microseconds",
    title="Without a loop, a hundred patients cost little more than one",
    alt="Logarithmic scales. Three loops rise straight to about a thousand microseconds, one loop to a tenth; without a loop it is level.",
)

# %% [markdown]
# How do you find the array operation? Write down the formula with its indices. Each index that remains in the result is an axis of the
# result; each that is summed over disappears; an array that lacks an index gets an axis of size 1 there. Take all correlations of the ten
# measurements, each with each. With mean 0 and standard deviation 1 they are $c_{de} = \frac1N \sum_n x_{nd}\, x_{ne}$. The index $n$ is
# summed, and it is the last one of $x^\top_{dn}$ and the first one of $x_{ne}$. That is a matrix product:

# %%
c = x.T @ x / len(x)  # (10, 442) @ (442, 10) -> (10, 10)
assert np.allclose(c, np.corrcoef(x.T))

# %%
names = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]
viz.matrix(
    c, rows=names, columns=names, form=".1f",
    title="All pairs at once: s1 and s2 say nearly the same",
    alt="Ten by ten correlations. The diagonal is 1.0; s1 with s2 is 0.9, s3 with s4 is -0.7; most others lie between -0.4 and 0.5.",
)

# %% [markdown]
# ### 5. Layers in a row
#
# A network sends the output of one layer into the next, with an activation between them. For one hidden layer of $H$ neurons:
#
# $$h = \mathrm{relu}(x\, w_1 + b_1) \qquad \mathrm{logits} = h\, w_2 + b_2$$
#
# Computing it from left to right is called **forward propagation**, or the forward pass. The whole is a **multi-layer perceptron**, MLP.
# With two hidden layers:


# %%
def relu(z):
    return np.maximum(z, 0)


# %%
w1, b1 = rng.normal(size=(10, 32)) / np.sqrt(10), np.zeros(32)
w2, b2 = rng.normal(size=(32, 16)) / np.sqrt(32), np.zeros(16)
w3, b3 = rng.normal(size=(16, 1)) / np.sqrt(16), np.zeros(1)

# %%
h1 = relu(x @ w1 + b1)  # (442, 10) -> (442, 32)
h2 = relu(h1 @ w2 + b2)  # -> (442, 16)
prediction = h2 @ w3 + b3  # -> (442, 1), no activation: it must be able to give any number
print(h1.shape, h2.shape, prediction.shape)

# %% [markdown]
# The last layer has no activation. A ReLU there could give no negative number, and whatever turns scores into probabilities belongs to the
# loss (lesson 03). In the exercises you write this for any number of layers.
#
# What can such a network compute? Begin with one input. A hidden neuron $\mathrm{relu}(x - t)$ is 0 up to $x = t$ and then rises with
# slope 1. It gives the sum a *bend* at $t$. So any chain of straight pieces is a network with one hidden layer: start with the first
# slope, and at each bend add the change of slope. If the pieces join the points $(t_0, f_0), (t_1, f_1), \dots, (t_K, f_K)$, from left to
# right, and $s_k$ is the slope of the piece after $t_k$, then from $t_0$ to $t_K$
#
# $$y(x) = f_0 + s_0\, \mathrm{relu}(x - t_0) + \sum_{k=1}^{K-1} (s_k - s_{k-1})\; \mathrm{relu}(x - t_k) .$$
#
# <details><summary>Proof</summary>
#
# At $x = t_0$ all ReLUs are 0, so $y(t_0) = f_0$. Between $t_j$ and $t_{j+1}$ the ReLUs with $k \le j$ are on and the others off. Each one
# that is on has slope 1, so the slope of the sum is $s_0 + (s_1 - s_0) + \dots + (s_j - s_{j-1}) = s_j$: everything cancels but the last.
# A continuous function with the right start and the right slope on every piece is the right function. $\blacksquare$
#
# </details>
#
# The network that does it: all hidden weights are 1, the hidden biases are $-t_k$, the weights of the last layer are the changes of slope,
# and its bias is $f_0$.


# %%
def network_through(t, f):
    """The network with one hidden layer whose graph joins the points (t, f) by straight lines."""
    slopes = np.diff(f) / np.diff(t)  # (K,)
    w1, b1 = np.ones((1, len(slopes))), -t[:-1]
    w2, b2 = np.diff(slopes, prepend=0)[:, None], f[:1]
    return lambda x: relu(x @ w1 + b1) @ w2 + b2  # (N, 1) -> (N, K), each x with each bend -> (N, 1)


# %%
grid = np.linspace(0, 2 * np.pi, 500)[:, None]  # (N, 1): 500 examples with one input each
curves = {"sine": np.sin(grid)[:, 0]}
for K in (4, 12):
    t = np.linspace(0, 2 * np.pi, K + 1)
    curves[f"{K} neurons"] = network_through(t, np.sin(t))(grid)[:, 0]

# %%
viz.lines(
    curves, grid[:, 0], xlabel="x", ylabel="",
    title="A network written down, not trained: each hidden neuron adds one bend",
    alt="A sine from 0 to 2 pi. The network with 4 neurons is a zigzag through its extremes, that with 12 almost covers it.",
)

# %% [markdown]
# How good is it? On a piece of length $h$ a straight line through both ends is off by at most $\frac{h^2}{8} \max |f''|$. Twice the
# neurons, half the $h$, a quarter of the error:
#
# <details><summary>Proof of the bound</summary>
#
# Let $e = f - y$ on a piece from $0$ to $h$. Then $e(0) = e(h) = 0$, and $e'' = f''$, since a line has no second derivative. Let $|e|$ be
# largest at $m$, a point in the inside, so $e'(m) = 0$; say $m$ is not further from $0$ than from $h$ (else mirror it), so $m \le h/2$.
# Taylor's theorem around $m$ gives $0 = e(0) = e(m) + 0 + \frac{m^2}{2} e''(\xi)$ for some $\xi$, so
# $|e(m)| = \frac{m^2}{2} |f''(\xi)| \le \frac{h^2}{8} \max |f''|$. $\blacksquare$
#
# </details>

# %%
neurons = np.array([4, 8, 16, 32, 64, 128])
bound = (2 * np.pi / neurons) ** 2 / 8  # |f''| of the sine is at most 1
errors = [np.abs(network_through(t, np.sin(t))(grid) - np.sin(grid)).max() for t in (np.linspace(0, 2 * np.pi, K + 1) for K in neurons)]

# %%
assert (errors <= bound).all() and np.allclose(np.divide(errors[1:-1], errors[2:]), 4, rtol=0.1)
viz.lines(
    {"bound": bound, "largest error": errors}, neurons, xscale="log", yscale="log", points=True,
    xlabel="hidden neurons", ylabel="", title="Twice the neurons, a quarter of the error",
    alt="Logarithmic scales. Two lines fall from 0.3 and 0.2 at 4 neurons to 0.0003 at 128; from 16 neurons on they cover each other.",
)

# %% [markdown]
# With enough neurons the error is as small as you like, and that holds for every continuous function on a closed interval. On a bounded
# region of several dimensions it is true as well, for any continuous activation that is not a polynomial (Cybenko 1989; Hornik, Stinchcombe
# and White 1989; Leshno and others 1993). The theorem says that such weights *exist*. It does not say how many neurons it takes, nor that
# training finds them.
#
# In two dimensions a hidden neuron is a line with a slope rising on one side of it. The circles of "Explore", by hand: three neurons that
# look in three directions $u_1, u_2, u_3$, and a last neuron that adds up how far a point lies out. The border is where
# $\sum_k \mathrm{relu}(u_k \cdot x) = 0.7$. The lines of the three neurons cross in the middle and cut the plane into six sectors. In
# each of them the sum is linear, so the border has one straight side there.

# %%
points, inside = data.circles(200, rng=np.random.default_rng(0))
angles = 2 * np.pi * np.arange(3) / 3
u = np.stack([np.cos(angles), np.sin(angles)])  # (2, 3): one column for each neuron

# %%
def three_lines(x):
    return 0.7 - relu(x @ u) @ np.ones(3)  # (N, 2) -> (N, 3) -> (N,)

# %%
share = np.mean((three_lines(points) > 0) == inside)
viz.boundary(
    three_lines, points, inside, level=0, xlabel="x₁", ylabel="x₂", names=["outside", "inside"],
    title=f"Three neurons enclose the middle: {share:.1%} of the points are right",
    alt="A hexagon around the inner circle of points. Three of the 200 points are on the wrong side of it.",
)

# %% [markdown]
# `Playground(forward=three_lines, points=np.column_stack([points, inside]))` in a new cell shows it in the widget.
#
# ### 6. What a network costs
#
# A layer does one multiplication for each weight and each example: $D \cdot K$ for one example. A network for the digits of lesson 03, with
# 784 pixels, two hidden layers and ten outputs:

# %%
layers = {"784 to 256": 784 * 256, "256 to 128": 256 * 128, "128 to 10": 128 * 10}
viz.bars(
    layers, form=",d", xlabel="multiplications for one image", highlight="784 to 256",
    title=f"The first layer does {layers['784 to 256'] / sum(layers.values()):.0%} of the work",
    alt="Three bars: 200,704 multiplications from 784 to 256, 32,768 from 256 to 128, 1,280 from 128 to 10.",
)

# %% [markdown]
# The width of the input decides, which is one reason why lesson 11 will look at pictures in another way. Each layer also owns $K$ biases;
# how many numbers the network learns in all is an exercise.
#
# What has to be kept in memory? All weights, once. And for training the inputs and what each layer gives, for every example of the batch:
# the backward pass of lesson 06 will need them. For a batch of 64 images:

# %%
weights = sum(layers.values())
kept = 64 * (784 + 256 + 128 + 10)
print(f"{weights:,} weights, {kept:,} numbers kept for a batch of 64")

# %% [markdown]
# ### 7. What an array is
#
# An array is a block of memory and a way to read it: a shape, and for each axis the **stride**, the step in bytes from one entry to the
# next. Many operations change only the way of reading. Their result is a **view** of the same memory:

# %%
a = np.arange(6.0)  # 0 1 2 3 4 5, eight bytes each
for name, view in {"a": a, "a.reshape(2, 3)": a.reshape(2, 3), "a.reshape(2, 3).T": a.reshape(2, 3).T, "a[::2]": a[::2]}.items():
    print(f"{name:18} shape {str(view.shape):8} strides {str(view.strides):9} same memory: {np.shares_memory(a, view)}")

# %% [markdown]
# `reshape` keeps the order in memory and cuts it into rows of another length. `.T` exchanges the axes, so the order of reading changes.
# They can give the same *shape*, but the numbers stand in other places (unless a size is 1):

# %%
m = a.reshape(2, 3)
print(m.T.tolist(), m.reshape(3, 2).tolist())

# %% [markdown]
# Whoever mixes them up gets no error. Digits that a camera delivered with the images in columns, (784, 6), made into rows by each of the
# two:

# %%
x_train, _, _, _ = data.mnist()
columns = x_train[:6].T.copy()  # (784, 6)
viz.images(
    np.concatenate([columns.T, columns.reshape(6, 784)]), columns=6,
    title="Above .T, below reshape: both are (6, 784)",
    alt="Two rows of six pictures. Above six handwritten digits; below rows of scattered dots in which no digit can be seen.",
)

# %% [markdown]
# Both have the shape that a network expects, so it would train on either. Look at your data after the last line that changes its shape.
#
# ## Check
#
# The same layers in PyTorch. First the rule of part 3: does PyTorch stretch as NumPy does? Then the layer, the network of part 5, and the
# squared error of a linear model with its gradients. By lesson 03 the gradient of the mean squared error by the predictions is
# $\frac2N (p - y)$, and from there $w$ and $b$ get theirs as in the softmax classifier of that lesson.

# %%
from dlcourse.compare import compare, relative_difference, same_as_torch

try:
    import torch
except ModuleNotFoundError:
    torch = None
    print("PyTorch is not installed here, so this check is empty. To fill it: pip install torch")

# %%
shapes = [(), (3,), (4,), (3, 1), (1, 3), (4, 3), (2, 4, 3)]

def shape_of_sum(zeros, a, b):
    try:
        return tuple((zeros(a) + zeros(b)).shape)
    except (ValueError, RuntimeError):
        return "refused"

# %%
if torch:
    pairs = [(shape_of_sum(np.zeros, a, b), shape_of_sum(torch.zeros, a, b)) for a in shapes for b in shapes]
    assert all(ours == theirs for ours, theirs in pairs)
    print(len(pairs), "pairs of shapes,", sum(ours == "refused" for ours, _ in pairs), "of them refused by both")

# %%
w, b = rng.normal(size=(10, 1)), rng.normal(size=1)
p = layer(x, w, b)  # (442, 1)
dp = 2 * (p - y[:, None]) / len(x)
ours = {"layer": p, "loss": np.mean((p - y[:, None]) ** 2), "dw": x.T @ dp, "db": dp.sum(0), "network": prediction}


# %%
def in_torch():
    """The same with torch: values of layer, loss and network, gradients by the tape of PyTorch."""
    tensors = [torch.tensor(array) for array in (x, w, b, w1, b1, w2, b2, w3, b3)]
    tx, tw, tb, *deep = tensors
    tw.requires_grad_(), tb.requires_grad_()
    p = tx @ tw + tb
    loss = torch.nn.functional.mse_loss(p, torch.tensor(y)[:, None])
    h = torch.relu(torch.relu(tx @ deep[0] + deep[1]) @ deep[2] + deep[3])
    return dict(zip(ours, (p.detach(), loss.detach(), *torch.autograd.grad(loss, (tw, tb)), h @ deep[4] + deep[5]), strict=True))


# %% tags=["volatile"]
theirs = in_torch() if torch else {}
for name, value in theirs.items():
    print(f"{name:8} {relative_difference(ours[name], value):.0e}")

# %%
for name, value in theirs.items():
    same_as_torch(ours[name], value, tolerance=1e-10)

# %% [markdown]
# And the package's network with the squared error, same weights on both sides. Its layers keep the transpose of our $w$, (outputs, inputs),
# as PyTorch does.

# %% tags=["volatile"]
from dlcourse import functional as F
from dlcourse.models import MLP

model = MLP(10, 32, 16, 1, rng=np.random.default_rng(1)).astype(np.float64)
comparison = compare(model, x, y[:, None], loss=F.mse_loss)
comparison

# %%
assert comparison.largest < 1e-10

# %% [markdown]
# ## Use
#
# **Diabetes.** How well can the course of the disease be predicted from ten measurements? In each of five splits, 342 patients are learned
# from and 100 others are predicted. Three models:
#
# - *constant*: everybody gets the mean of the 342;
# - *linear*: one layer, (10, 1). Its best weights can be computed directly, without steps: `lstsq` solves for the smallest squared error;
# - *network*: 16 hidden ReLUs, trained for 100 steps by the package. How it does that is the subject of lessons 05 to 07. Afterwards we
#   take its weights and do the forward pass ourselves.

# %%
from dlcourse.optim import Adam

def train(model, x, y, steps, lr):
    """Follow the gradient of the mean squared error; returns the losses (steps,)."""
    optimizer, losses = Adam(model.parameters(), lr=lr), []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.numpy()))
    return np.array(losses)

# %%
def fit_linear(x, y):
    ones = np.ones((len(x), 1))
    solution = np.linalg.lstsq(np.hstack([x, ones]), y, rcond=None)[0]  # a column of ones makes the bias a weight
    return solution[:-1], solution[-1]

# %%
def fit_network(x, y, seed, steps=100):
    """A trained network as a function: (M, 10) -> (M, 1)."""
    model = MLP(10, 16, 1, rng=np.random.default_rng(seed)).astype(np.float64)
    train(model, x, y - y.mean(), steps, lr=0.05)  # it learns what is above or below the mean, which is added again below
    (w1, b1), (w2, b2) = [(layer.weight.data.T, layer.bias.data) for layer in (model[0], model[2])]  # model[1] is the ReLU
    return lambda x: relu(x @ w1 + b1) @ w2 + b2 + y.mean()

# %%
def errors_of(seed, **options):
    """Squared errors of the three models on 100 patients, the predictions of the last two, and the truth."""
    order = np.random.default_rng(seed).permutation(len(x))
    learn, test = order[:342], order[342:]
    scaled = (x - x[learn].mean(0)) / x[learn].std(0)  # by those who are learned from; the others are yet to come
    x_learn, y_learn, x_test = scaled[learn], y[learn][:, None], scaled[test]
    w, b = fit_linear(x_learn, y_learn)
    predictions = {"linear": x_test @ w + b, "network": fit_network(x_learn, y_learn, seed, **options)(x_test)}
    everybody = {"constant": np.full((100, 1), y_learn.mean())} | predictions
    return {name: np.mean((p - y[test][:, None]) ** 2) for name, p in everybody.items()}, predictions, y[test]

# %%
results = [errors_of(seed)[0] for seed in range(5)]
squared_errors = {name: np.array([result[name] for result in results]) for name in results[0]}

# %% tags=["volatile"]
for name, e in squared_errors.items():
    print(f"{name:9} squared error on the test patients {e.mean():5.0f}, root {np.sqrt(e.mean()):.0f}; splits:", *e.round().astype(int))

# %%
constant, linear, network = squared_errors.values()
assert (linear < 0.7 * constant).all() and (network < 0.75 * constant).all()
assert abs(network.mean() / linear.mean() - 1) < 0.15

# %%
_, predictions, truth = errors_of(0)
fig, axes = viz.figure(title="Linear layer and network see about the same", xlabel="measured", ylabel="predicted", height=4)
axes.plot([25, 346], [25, 346], color=LIGHT["muted"], linewidth=1)
for (name, p), color, marker in zip(predictions.items(), ("negative", "positive"), "os", strict=True):
    axes.scatter(truth, p[:, 0], s=14, color=LIGHT[color], marker=marker, label=name, alpha=0.7)
axes.axhline(y.mean(), color=LIGHT["ink"], linestyle="--", linewidth=1)
axes.annotate("constant", (346, y.mean()), ha="right", va="top")
axes.legend(frameon=False)
viz.show(fig, "Predicted against measured for 100 patients: two wide clouds along the diagonal that cover each other; a dashed level line.")

# %% [markdown]
# Both models remove almost half of the constant's squared error, and the network no more than one linear layer does. It *can* bend, but
# 342 patients do not show clearly where. Train it eight times as long, and it gets worse on new patients:

# %%
longer = np.array([errors_of(seed, steps=800)[0]["network"] for seed in range(5)])
assert (longer > network).all()

# %% tags=["volatile"]
print("network after 800 steps:", *longer.round().astype(int))

# %% [markdown]
# Lesson 10 is about that. The dashed line is the yardstick of every regression: **a model that has learned nothing has the mean squared
# error Var(y)**. It plays the part that $\log K$ plays for a classifier (lesson 03).

# %% [markdown]
# ## The aha
#
# ### A loss that falls, and a network that learns nothing
#
# Now the training of "Predict": the same `train` as in "Use", the same network, all 442 patients. There is one bug, and no error.

# %%
x32, y32 = x.astype(np.float32), y.astype(np.float32)

def first_try(seed):
    model = MLP(10, 16, 1, rng=np.random.default_rng(seed))
    losses = train(model, x32, y32, steps=200, lr=0.1)
    return losses, model(x32).numpy()

# %%
bombed = [first_try(seed) for seed in range(5)]
losses, p = bombed[0]

# %% tags=["volatile"]
print("loss at steps 0, 25, 50, 100 and 199:", *losses[[0, 25, 50, 100, 199]].round().astype(int))

# %% [markdown]
# Find it before you read on. Everything is there to be printed: `model = MLP(10, 16, 1)`, `x32`, `y32`, and each step on the way to the
# loss.

# %%
# print here what you suspect

# %% [markdown]
# What does the trained network predict? Compare the mean and the spread of the predictions with those of the truth:

# %% tags=["volatile"]
print(f"predictions: mean {p.mean():.1f}, standard deviation {p.std():.1f}")
print(f"truth:       mean {y.mean():.1f}, standard deviation {y.std():.1f}, variance {y.var():.0f}")

# %% [markdown]
# Everybody gets 152, the mean, with hardly a difference between patients. And the loss rests at the variance. The line at fault is
# `loss = ((model(x) - y) ** 2).mean()` in `train`. In "Use" it was right, because `y` came as a column. Print the shape of the difference:

# %%
model = MLP(10, 16, 1, rng=np.random.default_rng(0))
difference = model(x32) - y32
print(model(x32).shape, "-", y32.shape, "->", difference.shape, f"{difference.numpy().size:,} numbers")

# %% [markdown]
# The network gives a column, (442, 1). The truth is a list, (442,), and a list counts as a row. Each prediction is compared with **each**
# patient: 195,364 differences in place of 442. This is the **broadcast bomb**. The mean of the squares is a single number, so nothing
# complains. And it has a gradient that training follows to the end. To which end? Look at one prediction $p_i$ and write
# $y_j = \bar y + (y_j - \bar y)$:
#
# $$\frac1N \sum_j (p_i - y_j)^2
# = (p_i - \bar y)^2 - 2\,(p_i - \bar y)\, \underbrace{\frac1N \sum_j (y_j - \bar y)}_{0}
# + \underbrace{\frac1N \sum_j (y_j - \bar y)^2}_{\mathrm{Var}(y)}$$
#
# The mean over all $i$ is what the bomb minimizes:
#
# $$L_{\text{bomb}} = \frac{1}{N^2} \sum_{i, j} (p_i - y_j)^2 = \frac1N \sum_i (p_i - \bar y)^2 + \mathrm{Var}(y)$$
#
# The truth $y_i$ of a patient no longer meets the prediction for that patient. Only the mean and the variance of all are left. The lowest
# value is $\mathrm{Var}(y)$, and there is one way to reach it: predict $\bar y$ for everybody.

# %%
for seed in range(5):
    some = np.random.default_rng(seed).normal(150, 80, size=(442, 1))  # any predictions
    assert np.isclose(((some - y) ** 2).mean(), ((some - y.mean()) ** 2).mean() + y.var(), rtol=1e-12)

# %% [markdown]
# It follows that no model, no learning rate and no amount of data helps. Mended, by one axis:


# %%
def second_try(seed):
    model = MLP(10, 16, 1, rng=np.random.default_rng(seed))
    losses = train(model, x32, y32[:, None], steps=200, lr=0.1)
    return losses, model(x32).numpy()


mended = [second_try(seed) for seed in range(5)]

# %%
curves = {f"y {shape}": np.array([losses for losses, _ in runs]) for shape, runs in (("(442,)", bombed), ("(442, 1)", mended))}
viz.lines(
    curves | {"Var(y)": np.full(200, y.var())}, ylim=(0, None), xlabel="step", ylabel="loss",
    title="Both losses fall; one of them stops at Var(y)",
    alt="Two falling curves over 200 steps. One comes to rest on the level line of the variance, 5,930, the other goes on below 3,000.",
)

# %%
fig, axes = viz.figure(title="The bomb predicts the mean for everybody", xlabel="measured", ylabel="predicted", height=4)
for (name, runs), color, marker in zip({"y (442,)": bombed, "y (442, 1)": mended}.items(), ("negative", "positive"), "os", strict=True):
    axes.scatter(y, runs[0][1][:, 0], s=10, color=LIGHT[color], marker=marker, label=name, alpha=0.6)
axes.legend(frameon=False)
viz.show(fig, "Predicted against measured for 442 patients. With y (442, 1) a cloud along the diagonal; with y (442,) a level line at 152.")

# %% [markdown]
# The claim, over five seeds. The loss falls to less than a quarter and ends within 1 % of the variance. The predictions have the right
# mean, and less than a tenth of the right spread.

# %%
for losses, p in bombed:
    assert losses[0] > 4.5 * y.var() and abs(losses[-1] / y.var() - 1) < 0.01
    assert abs(p.mean() - y.mean()) < 1 and p.std() < 0.1 * y.std()
for losses, p in mended:
    assert losses[-1] < 0.5 * y.var() and np.corrcoef(p[:, 0], y)[0, 1] > 0.7

# %% [markdown]
# The same slip can look like triumph. Write the gradients of a linear model by hand, with the same difference in them:

# %%
w, b = np.zeros((10, 1)), np.zeros(1)
for _ in range(200):
    error = x @ w + b - y  # meant to be one error for each patient
    w, b = w - 0.2 * x.T @ error / len(x), b - 0.2 * error.mean(0)  # the 2 of the gradient times lr = 0.1
print(f"loss {np.mean(error**2):.3f}, w {w.shape}, b {b.shape}")

# %%
assert np.mean(error**2) < 1e-9 and np.allclose(b, y) and np.allclose(w, 0)

# %% [markdown]
# A loss of zero. The gradient has 442 columns, so after the first step there are 442 models, where there was one. Model $j$ learns to say
# $y_j$ to everybody, which its bias does best. Nothing was learned from the measurements here either: all weights are 0.
#
# Three habits protect you:
#
# 1. State the shapes: `assert p.shape == y.shape` before the difference. The losses of the package do it; PyTorch's `mse_loss` only warns.
# 2. Compare the loss with that of a constant, Var(y) for the squared error. Distrust a loss that rests there, and one of zero.
# 3. Look at the predictions, not only at the loss.

# %%
try:
    F.mse_loss(model(x32), y32)
except ValueError as error:
    print(error)

# %%
from warnings import catch_warnings

if torch:
    with catch_warnings(record=True) as warnings:
        torch.nn.functional.mse_loss(torch.zeros(442, 1), torch.zeros(442))
    assert "broadcasting" in str(warnings[0].message)

# %% [markdown]
# ### Without loops, more than a hundred times faster
#
# How much faster is the product than the three loops? The layer has 10 inputs and 16 neurons and reads 50 patients.

# %%
def speedup(seed):
    w, b = np.random.default_rng(seed).normal(size=(10, 16)), np.zeros(16)
    return seconds(layer_with_loops, x[:50], w, b, repeats=2) / seconds(layer, x[:50], w, b, repeats=50)


factors = [speedup(seed) for seed in range(5)]
assert min(factors) > 100

# %% tags=["volatile"]
print("times faster, five seeds:", *(f"{factor:.0f}" for factor in factors))

# %% [markdown]
# The factor grows with the work, as the picture of part 4 showed: the loops pay for every multiplication, the product hardly notices it.

# %% [markdown]
# ## Misconceptions
#
# **"`*` is the matrix product."** It multiplies number by number. With square matrices both run and have the same shape:

# %%
a, c = np.array([[1, 2], [3, 4]]), np.array([[0, 1], [1, 0]])
print("a * c =", (a * c).tolist(), "  a @ c =", (a @ c).tolist())

# %% [markdown]
# **"`(N,)` equals `(N, 1)`."** They hold the same numbers and behave differently: a list has no transpose, and against a column it is a
# row. The bomb explodes in comparisons too. Who lies above the mean? The linear model of all patients, its accuracy computed in two ways:

# %%
w, b = fit_linear(x, y[:, None])
above = (x @ w + b) > y.mean()  # (442, 1)
print(f"{np.mean(above == (y > y.mean())):.2f} with (N,), {np.mean(above == (y > y.mean())[:, None]):.2f} with (N, 1)")
print("transpose of a list:", y.T.shape, " of a column:", y[:, None].T.shape)

# %% [markdown]
# A good model looks like a coin, because each answer was compared with every truth.
#
# **"A view is a copy."** A slice reads the same memory. Whoever writes into it writes into the original:

# %%
table = np.zeros((3, 2))
first_rows = table[:2]
first_rows += 1
print(table.tolist(), " a list of indices copies:", not np.shares_memory(table, table[[0, 1]]))

# %% [markdown]
# This is how a data set is standardized twice without anyone noticing. `x = x - mean` makes a new array, `x -= mean` changes the old one
# for everybody who has a view of it.
#
# **"float32 is exact."** It keeps 24 binary digits, about 7 decimal ones. Beyond $2^{24}$ it cannot count, and a small difference of large
# numbers has few right digits or none:

# %%
print(np.float32(2**24) + np.float32(1) == np.float32(2**24))
p, q = np.array([1000.0, 1000.25], np.float32), np.array([1000.25, 1000.0], np.float32)
print(f"|p - q|² = {((p - q) ** 2).sum()}, by |p|² + |q|² - 2 p·q: {p @ p + q @ q - 2 * p @ q}")

# %% [markdown]
# The last number is the same quantity by the binomial formula, a popular way to get all distances from one matrix product. float64 has 53
# binary digits, about 16 decimal ones; it only moves the trouble further out. Networks train well in float32, since their numbers are
# noisy anyway. But compare with a tolerance, never with `==`. And small integers wrap around: images come as `uint8`, where 200 + 100 is

# %%
print(np.array([200], np.uint8) + np.array([100], np.uint8))

# %% [markdown]
# ## Exercises
#
# In [exercises/04_layers_and_forward_propagation.ipynb](../exercises/04_layers_and_forward_propagation.ipynb), graded at once. The grader
# knows the classic mistakes by name.
#
# | exercise | what it asks | difficulty | minutes |
# |---|---|---|---|
# | `forward` | a network of any number of layers | 1 of 3 | 15 |
# | `count_parameters` | how many numbers a network learns, from its widths | 1 of 3 | 10 |
# | `broadcast_shape` | the shape of a sum, or a `ValueError` | 2 of 3 | 15 |
# | `distances` | all pairs of points at once, without a loop | 2 of 3 | 20 |
# | `weighted_training` | find the bug in a network that trains, and mend it | 3 of 3 | 25 |
#
# ## Summary
#
# 1. A layer is $y = x\,w + b$: the columns of $w$ are neurons, the rows of $x$ examples. A network is layers with activations between them.
# 2. Sizes meet from the right; a missing size or a 1 is stretched. A list counts as a row, and a column against a row is each with each.
# 3. One hidden layer of ReLUs draws every chain of straight pieces, one bend for each neuron, and so every continuous curve as closely as
#    you like.
# 4. `(N, 1) - (N,)` is N by N. The loss falls and stops at Var(y), and the model predicts the mean: compare every loss with that of a
#    constant.
# 5. Loops in Python are slow, views share memory, float32 has seven digits, and square arrays hide mistakes.
#
# Papers:
#
# - Cybenko 1989, *Approximation by superpositions of a sigmoidal function*
# - Hornik, Stinchcombe and White 1989, *Multilayer feedforward networks are universal approximators*
# - Leshno, Lin, Pinkus and Schocken 1993, *Multilayer feedforward networks with a nonpolynomial activation function can approximate any
#   function*
# - Efron, Hastie, Johnstone and Tibshirani 2004, *Least angle regression* (the diabetes data)
# - Harris and others 2020, *Array programming with NumPy* (shapes, strides, broadcasting)
#
# ← [03 Activations and losses](03_activations_and_losses.ipynb) · [Map](00_start.ipynb) ·
# [05 Gradient descent](05_gradient_descent.ipynb) →
