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
# # 07 Can a program find its own gradient?
#
# In lesson 06 you chained the backward of every layer by hand, once for each network. The chain was always the forward pass read from
# below. A rule that simple can be left to the program: it writes down what it computes, and then reads its notes backward. This is
# **automatic differentiation**, autograd for short, and it is what lets you write a network as an ordinary function.
#
# - **You need:** lesson 06 (pairs `(output, backward)`, the chain rule over several paths), Python classes.
# - **You get:** a scalar autograd, then a tape for arrays in less than 40 lines, which trains the network of lesson 06 to the same bits;
#   what `zero_grad`, `no_grad` and "backward a second time" are about; the tape of the package, read line by line.
# - **Time:** about 100 minutes, and 115 for the exercises.
#
# ← [06 Backpropagation](06_backpropagation.ipynb) · [Map](00_start.ipynb) · [08 Optimizers](08_optimizers.ipynb) →

# %%
import numpy as np
from dlcourse import data, kernels, viz

x_train, y_train, x_test, y_test = data.mnist()

# %% [markdown]
# ## Predict
#
# A training loop in PyTorch has four lines: compute the loss, `optimizer.zero_grad()` (it clears the gradients), `loss.backward()`, and
# `optimizer.step()`, which moves the weights against them. A colleague forgets the second. There is no error message. What happens?
#
# 1. Nothing changes: each `backward` overwrites the gradients of the one before.
# 2. Nothing is learned: the gradients stay 0.
# 3. The gradients pile up: each step follows the sum of all since the start.
#
# <details><summary>Answer, once you have chosen</summary>
#
# The third. `backward` *adds* to the gradients that are there. Step 4 shows why it has to, "The aha" measures what a second call does,
# and "Misconceptions" trains with the line missing: with one learning rate the network fails, with another it even looks better.
#
# </details>
#
# Another prediction waits above the widget.

# %% [markdown]
# ## Explore
#
# You know this widget from lesson 06: a formula as a graph, with an edge from each value to every value that it was made from, and on the
# edge the local derivative. This time the values are used again, and over ways of different length. Before you step through the first
# one: the lower numbers in the boxes of `u` and `a`, their gradients, start at 0.00. **What will they be when all edges are done?**
#
# - Step forward and back. Why are the three edges that come to `u` from the right taken before the two that leave it to the left?
# - Set the update to `=` and take all edges again. Which gradients are wrong now? The line under the graph says what one should be.
# - In the third expression, find the value with three edges on its right. After which edge is its gradient complete?

# %%
from dlcourse.widgets import BackpropStepper

BackpropStepper("u = a*b; u*u + u", "(a + b)*(a - b)", "v = a + b; v*v + v*a")

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# - The gradient of `u` is 13.00: 6.00 from each of the two edges of u · u, and 1.00 from the sum. That of `a` is 13.00 · 2.00 = 26.00.
# - `u` hands on what it has. If it did so before the last edge from the right had arrived, that part would never reach `a` and `b`.
# - With `=` only the last edge to arrive counts: `u` keeps 6.00, and so `a` gets 12.00, and `b` 18.00 in place of 39.00.
# - In the third expression `v` has three edges on its right, two from v · v and one from v · a. It is complete after edge 6 of 8.
#
# </details>
#
# Your own expression goes in as text, as above. In step 1 you build a graph that the widget can show as well.
#
# ## Build
#
# ### 1. A number that remembers
#
# A `Value` holds a number, the values it was made from (its **parents**; it is their **child**), its local derivative with respect to
# each of them, and a place for its gradient.


# %%
class Value:
    def __init__(self, data, parents=(), local_grads=()):
        self.data, self.parents, self.local_grads = data, parents, local_grads
        self.grad = 0.0


# %% [markdown]
# Each operation makes a new `Value` and notes what went into it. For $y = a + b$ and $y = a\,b$:
#
# $$\frac{\partial (a + b)}{\partial a} = 1, \quad \frac{\partial (a + b)}{\partial b} = 1 \qquad\qquad
# \frac{\partial (a\,b)}{\partial a} = b, \quad \frac{\partial (a\,b)}{\partial b} = a$$


# %%
def add(a, b):
    return Value(a.data + b.data, (a, b), (1.0, 1.0))


def multiply(a, b):
    return Value(a.data * b.data, (a, b), (b.data, a.data))


# %% [markdown]
# And one curve, $y = \tanh a$ with $\dfrac{\partial y}{\partial a} = 1 - y^2$. Python calls `__add__` for `+` and `__mul__` for `*`:


# %%
def tanh(a):
    y = np.tanh(a.data)
    return Value(y, (a,), (1 - y**2,))


Value.__add__, Value.__mul__, Value.tanh = add, multiply, tanh

# %% [markdown]
# Now an ordinary expression builds its own graph, while it is computed:

# %%
a, b = Value(3.0), Value(2.0)
u = a * b
f = u * u + u
print(f.data, [parent.data for parent in f.parents], f.local_grads)

# %%
BackpropStepper(f, names={"a": a, "b": b, "u": u})

# %% [markdown]
# Nobody declared a graph. The program ran, and the graph is what happened. With an `if` or a loop in it, the graph holds the branch that
# was taken and as many rounds as there were.
#
# ### 2. A sum over paths: right, and much too slow
#
# Lesson 06: multiply along each path, add over the paths. As a definition it calls itself, since each path from $y$ to $x$ begins with an
# edge to one of $y$'s parents $p$. (Where there are no parents, the sum is 0.)
#
# $$\frac{dy}{dx} = \sum_{p} \frac{\partial y}{\partial p}\, \frac{dp}{dx}, \qquad \frac{dx}{dx} = 1$$


# %%
def derivative(y, x):
    if y is x:
        return 1.0
    return sum(local * derivative(p, x) for p, local in zip(y.parents, y.local_grads, strict=True))


# %%
def by_numbers(a, b=2.0):
    return (a * b) ** 2 + a * b


h = 1e-6
print(derivative(f, a), "measured:", round((by_numbers(3 + h) - by_numbers(3 - h)) / (2 * h), 5))

# %% [markdown]
# This is the definition, and it is right: 26, which you saw arrive in the widget. But count the paths. In `u = u * u`, repeated, each
# round has two edges and doubles the number of paths:


# %%
def squared(a, rounds):
    for _ in range(rounds):
        a = a * a
    return a


# %%
def paths(y, x):
    return 1 if y is x else sum(paths(p, x) for p in y.parents)


# %%
x, rounds = Value(1.0), range(1, 15)
counted = [paths(squared(x, n), x) for n in rounds]
edges = [2 * n for n in rounds]
viz.lines(
    {"paths": counted, "edges": edges}, rounds, yscale="log", xlabel="rounds of u = u * u", ylabel="",
    title="The paths double with each round, the edges do not",
    alt="On a logarithmic axis the number of paths rises as a straight line from 2 to 16384; the number of edges only from 2 to 28.",
)

# %%
assert counted == [2**n for n in rounds]
print(f"100 rounds: {2 * 100} edges, {2.0**100:.0e} paths")
print(f"10 layers of 64 neurons: {10 * 64**2:,} edges, one for each weight, and {64.0**10:.0e} paths from each input")

# %% [markdown]
# Many paths, few edges. So no path may be walked by itself; what several paths have in common must be done once.
#
# ### 3. The backward pass: each edge once
#
# Give each value one number, its gradient: by how much the *result* changes for each unit by which this value moves. For the result itself
# that is 1. Each value then hands on to a parent
#
# $$\text{gradient of the value} \times \text{local derivative}.$$
#
# In a chain, where each value has one parent, this is all there is:


# %%
def back_through_chain(y):
    y.grad = 1.0
    while y.parents:
        (parent,), (local,) = y.parents, y.local_grads
        parent.grad = y.grad * local
        y = parent


# %%
chain = [Value(0.5)]
for _ in range(30):
    chain.append(chain[-1].tanh())
back_through_chain(chain[-1])

# %%
viz.lines(
    {"value": [v.data for v in chain], "gradient": [v.grad for v in chain]}, xlabel="number of the value in the chain", ylabel="",
    ylim=(0, None), title="The values are made from left to right, the gradients from right to left",
    alt="Over 31 values of a chain of tanh the value falls slowly from 0.5. The gradient is 1 at the right end and falls toward the left.",
)

# %%
assert np.allclose([v.grad for v in chain], [derivative(chain[-1], v) for v in chain])

# %% [markdown]
# One multiplication for each edge, and at the end *every* value has its gradient, not only the input.
#
# ### 4. Accumulation: what is used twice collects twice
#
# When a value has several children, each of them hands it a contribution, and the contributions add. Take an order of values and hand on,
# one after the other. The switch decides between `+=` and `=`:


# %%
def hand_on(order, accumulate=True):
    order[0].grad = 1.0
    for value in order:
        for parent, local in zip(value.parents, value.local_grads, strict=True):
            flow = value.grad * local
            parent.grad = parent.grad + flow if accumulate else flow


# %% [markdown]
# In a **diamond** two ways lead from $a$ to $f$. Here $f = v\,w$ with $v = \tanh a$ and $w = a\,a$:


# %%
def diamond(number):
    a = Value(number)
    v, w = a.tanh(), a * a
    return [v * w, v, w, a]  # the result first


# %%
f, _, _, a = diamond(0.8)
right = derivative(f, a)
for accumulate in (True, False):
    hand_on(order := diamond(0.8), accumulate)
    print("+=" if accumulate else "= ", f"gradient of a: {order[-1].grad:.4f}, right is {right:.4f}")

# %% [markdown]
# With `=` the last contribution to arrive is all that is left. Even $a \cdot a$ on its own has two edges to the same parent. Wherever a
# weight is used for several examples, or a row of a table is looked up twice, there are several edges, and `=` is wrong.
#
# ### 5. Topological order: no one hands on before all is there
#
# `hand_on` was given the order. Does it matter? Between $a$ and $f$ lie three values, $w = \tanh a$, $u = w\,w$ and $v = u\,w$, and
# $f = v + u$. So there are six orders to try:

# %%
from itertools import permutations


def graph(number):
    a = Value(number)
    w = a.tanh()
    u = w * w
    v = u * w
    return {"f": v + u, "v": v, "u": u, "w": w, "a": a}


# %%
def share_that_arrives(names):
    values = graph(0.8)
    hand_on([values[name] for name in ("f", *names, "a")])
    return values["a"].grad / derivative(values["f"], values["a"])


# %%
shares = {", ".join(order): share_that_arrives(order) for order in permutations("vuw")}
viz.bars(
    shares, highlight="v, u, w", xlabel="share of the gradient that arrives at a",
    title="One order of six brings all of it",
    alt="Six bars, one for each order of v, u and w. The share is 1.00 only for v, u, w; the others bring two thirds or less.",
)

# %%
assert [order for order, share in shares.items() if np.isclose(share, 1)] == ["v, u, w"] and sorted(shares.values())[-2] < 0.7

# %% [markdown]
# In `u, v, w` the value $u$ hands on what came from $f$ directly. Then $v$ brings it more, and no one carries that further. The rule:
#
# > A value hands on when **all** its children have handed on to it.
#
# Only children that the result was made from count; the others have nothing to hand on.
#
# <details><summary>Why this gives the sum over all paths</summary>
#
# Claim: when a value $v$ hands on, its gradient is $df/dv$, the sum over all paths from $f$ to $v$. For $f$ itself that is 1, the path
# without an edge. Now let the claim hold for all values before $v$ in the order. Every path from $f$ to $v$ ends with an edge from some
# child $c$ of $v$ (two such edges when $c = v \cdot v$). The paths that end with this edge add up to
# $\frac{df}{dc}\, \frac{\partial c}{\partial v}$. By the rule $c$ came before $v$, and by the claim it handed on exactly that. So $v$ has
# received
#
# $$\sum_c \frac{df}{dc}\, \frac{\partial c}{\partial v} = \frac{df}{dv}.$$
#
# Step 2 split off the first edge of each path, this splits off the last. The sum is the same, and the work is one product for each edge.
#
# </details>
#
# An order that keeps it for all values is called **topological**. There are two ways to find one. One is to look at the finished graph,
# and that is an exercise. The other costs nothing: **a value is made after its parents.** Number the values as they are made, and go from
# the highest number to the lowest.

# %%
from itertools import count

clock = count()


def numbered(self, data, parents=(), local_grads=()):
    self.data, self.parents, self.local_grads = data, parents, local_grads
    self.grad, self.number = 0.0, next(clock)


Value.__init__ = numbered


# %%
def below(root):
    """The root and all values that it was made from, each once."""
    found, todo = {root}, [root]
    while todo:
        new = set(todo.pop().parents) - found
        found |= new
        todo += new
    return found


# %%
def youngest_first(root):
    return sorted(below(root), key=lambda value: value.number, reverse=True)


# %% [markdown]
# Try it on random expressions in which values are used again and again: each operation takes the newest value and any other. With 14
# values there are few enough paths for `derivative`:


# %%
def random_expression(rng, inputs=3, operations=11):
    values = [Value(rng.normal()) for _ in range(inputs)]
    for _ in range(operations):
        a, b = values[-1], values[rng.integers(len(values))]
        values.append([a + b, a * b, a.tanh()][rng.integers(3)])
    return values


# %%
for seed in range(5):
    values = random_expression(np.random.default_rng(seed))
    hand_on(youngest_first(values[-1]))
    assert np.allclose([v.grad for v in values], [derivative(values[-1], v) for v in values])

# %% [markdown]
# ### 6. A second call: what stays in `.grad`
#
# `.grad` does two jobs so far: it collects what arrives during one pass, and it is where the answer stands afterwards. Call `hand_on` again
# on the same graph. The gradients of the first call are still there. If everything adds up, the second should make them twice as large:

# %%
a = Value(1.0)
f = a.tanh().tanh().tanh()
for call in (1, 2, 3):
    hand_on(youngest_first(f))
    print(f"call {call}: {a.grad / derivative(f, a):.0f} times the gradient")

# %% [markdown]
# Once, four times, ten times. The values in between still hold what they collected before, and hand it on again. So the two jobs need two
# places: `flow` for what this pass brings, `.grad` for the sum over all passes.


# %%
def backward(root):
    flow = {root: 1.0}
    for value in youngest_first(root):
        value.grad += flow[value]
        for parent, local in zip(value.parents, value.local_grads, strict=True):
            flow[parent] = flow.get(parent, 0.0) + flow[value] * local


Value.backward = backward

# %%
a = Value(1.0)
f = a.tanh().tanh().tanh()
for call in (1, 2, 3):
    f.backward()
    assert np.isclose(a.grad, call * derivative(f, a))

# %% [markdown]
# Now each call adds the gradient once. `dlcourse/value.py` is this `Value` with more operations, and with an order found from the finished
# graph. Read it after the first exercise.
#
# ### 7. The tape: from numbers to arrays
#
# A network of 50,890 weights as `Value`s would need one object for each number and each product. So let a value be an *array*, and an
# operation a *kernel* of lesson 06, which returns the pair `(output, backward)`. Its backward multiplies by the local derivatives without
# ever writing them down.
#
# The values are made in an order that is good for going back. So note each operation at the end of a list, and read the list backward. The
# list is called a **tape** (or Wengert list, after the paper of 1964).


# %%
class Tensor:
    def __init__(self, data):
        self.data, self.grad = np.asarray(data), None


tape = []


# %%
def note(*entry):
    tape.append(entry)


record = note  # until step 9


# %% [markdown]
# `lift` turns a kernel on arrays into a function on Tensors: take the arrays out, run the kernel, wrap the output, note what happened. An
# input that is no Tensor is a constant, and so is an option given by name.


# %%
def plain(x):
    return x.data if isinstance(x, Tensor) else x


def lift(kernel):
    def lifted(*inputs, **options):
        y, way_back = kernel(*map(plain, inputs), **options)
        result = Tensor(y)
        record(result, inputs, way_back)
        return result

    return lifted


# %% [markdown]
# Going back: `flow` holds what has been collected for each Tensor. An entry of the tape whose result has nothing collected is not part of
# this loss. All others hand on:
#
# $$\text{flow}[x] \mathrel{+}= dx, \qquad (dx, \dots) = \text{backward}(\text{flow}[y])$$


# %%
def backward(loss):
    flow = {loss: np.ones_like(loss.data)}
    for result, inputs, way_back in reversed(tape):
        if result in flow:
            spread(flow, inputs, way_back(flow.pop(result)))
    for leaf, gradient in flow.items():
        leaf.grad = gradient if leaf.grad is None else leaf.grad + gradient


# %%
def spread(flow, inputs, gradients):
    for x, dx in zip(inputs, gradients, strict=True):
        if isinstance(x, Tensor):
            flow[x] = flow[x] + dx if x in flow else dx


# %% [markdown]
# `pop` takes each result out of `flow`, and so only Tensors that no operation made are left at the end: the **leaves**. They are what we
# want gradients for. There is a `flow[x] + dx` in place of `+=`, because `+=` writes into an array that may belong to someone else.
#
# The operators, and the steps of a network, all by lifting kernels that you know:

# %%
Tensor.__add__, Tensor.__mul__ = lift(kernels.add), lift(kernels.mul)
Tensor.__matmul__, Tensor.sum = lift(kernels.matmul), lift(kernels.sum)
tanh, linear, cross_entropy = lift(kernels.tanh), lift(kernels.linear), lift(kernels.cross_entropy)

# %% [markdown]
# A diamond of arrays, with broadcasting: $L = \sum (x\,w + b) \tanh(x\,w)$. The weight reaches the loss on two paths.

# %%
rng = np.random.default_rng(1)
x, w, b = Tensor(rng.normal(size=(4, 3))), Tensor(rng.normal(size=(3, 2))), Tensor(rng.normal(size=2))
z = x @ w
backward(((z + b) * tanh(z)).sum())

# %%
for result, inputs, way_back in tape:
    kernel = way_back.__qualname__.split(".")[0]  # way_back was made inside its kernel, and its full name begins with that
    print([np.shape(plain(i)) for i in inputs], "->", result.data.shape, " by", kernel)

# %% [markdown]
# These five lines are the graph. Is the gradient right? Lesson 06: move all entries at once in a random direction, and compare.

# %%
v = rng.choice([-1.0, 1.0], size=w.data.shape)


def loss_of(w):
    return ((x.data @ w + b.data) * np.tanh(x.data @ w)).sum()


measured, claimed = (loss_of(w.data + 1e-5 * v) - loss_of(w.data - 1e-5 * v)) / 2e-5, (w.grad * v).sum()
assert abs(measured - claimed) < 1e-8 * abs(claimed)

# %% [markdown]
# ### 8. Picking: the gradient goes back to where the number came from
#
# A new operation needs a kernel and nothing else. Take the first $n$ rows of $x$: their gradient goes back to these rows. The other rows
# have no part in the result, and their gradient is 0. It is a number like any other and must be there, in the shape of $x$.


# %%
def head(x, n):
    def way_back(dy):
        dx = np.zeros_like(x)
        dx[:n] = dy
        return (dx,)

    return x[:n], way_back


# %%
x = Tensor(np.arange(12.0).reshape(6, 2))
y = lift(head)(x, n=4)
backward((y * y).sum())
x.grad.T

# %% [markdown]
# Each row was picked at most once here. A list of rows may name one twice, as a sentence names a word twice. Step 4 says what its gradient
# is then; NumPy has a trap there, and an exercise waits for it.
#
# ### 9. `no_grad`: when nothing is to be remembered
#
# A prediction needs no gradient, and neither does the step of the weights, `w -= lr * dw`. Then the tape pauses. `record` gets a switch:

# %%
from contextlib import contextmanager

recording = True


def note_if_recording(*entry):
    if recording:
        note(*entry)


record = note_if_recording


# %%
@contextmanager
def no_grad():
    global recording
    before, recording = recording, False
    try:
        yield
    finally:
        recording = before


# %%
tape.clear()
w = Tensor(np.array([2.0, -1.0]))
with no_grad():
    y = w * w
z = w * y
print("entries on the tape:", len(tape))
backward(z.sum())
w.grad

# %% [markdown]
# The gradient is $y = w^2$, not $3w^2$: what was computed under `no_grad` counts as a constant. That is what it is for, and it is a trap:
# under `no_grad` a part of your network falls silent without an error message.
#
# ### 10. Memory: what the tape keeps
#
# A kernel's backward needs numbers from the forward pass: a linear layer its inputs, tanh its output. As long as the tape holds the
# backward, these arrays stay in memory. Count what is left after a forward pass through 1 to 16 layers, with and without the tape:

# %%
import tracemalloc


def megabytes_kept(layers, width=256, batch=500):
    h, w, b = Tensor(np.ones((batch, width))), Tensor(np.zeros((width, width))), Tensor(np.zeros(width))
    tape.clear()
    tracemalloc.start()
    for _ in range(layers):
        h = tanh(linear(h, w, b))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept / 1e6


# %%
layers = [1, 2, 4, 8, 16]
with_tape = [megabytes_kept(n) for n in layers]
with no_grad():
    without = [megabytes_kept(n) for n in layers]

# %% tags=["volatile"]
viz.lines(
    {"with the tape": with_tape, "no_grad": without}, layers, points=True, xlabel="layers", ylabel="megabytes kept", ylim=(0, None),
    title="The tape keeps every layer, no_grad only the last",
    alt="With the tape the memory kept rises in a straight line to about 33 megabytes at 16 layers. Under no_grad it stays at 1.",
)

# %%
one_array = 500 * 256 * 8 / 1e6
kept, last = with_tape[-1] / one_array, without[-1] / one_array
print(f"arrays of {one_array:.1f} MB that are kept at 16 layers: {kept:.0f} with the tape, {last:.0f} without")
assert with_tape[-1] > 8 * without[-1]

# %% [markdown]
# Two arrays for each layer, what the linear layer gave and what tanh gave. Only the second is of use: the first waits on the tape as a
# result, though no backward asks for it. (The package's tape does without it, as you will see.) This memory is why training needs so much
# more than prediction, and why a batch that is too large fails in training first.
#
# So the tape must be freed. Take each entry off as it is used:


# %%
def backward(loss):
    flow = {loss: np.ones_like(loss.data)}
    while tape:
        result, inputs, way_back = tape.pop()
        if result in flow:
            spread(flow, inputs, way_back(flow.pop(result)))
    for leaf, gradient in flow.items():
        leaf.grad = gradient if leaf.grad is None else leaf.grad + gradient


# %% [markdown]
# The price: there is no second call, and a second loss finds its entries gone too. PyTorch frees the graph of the one loss, and says
# "Trying to backward through the graph a second time" unless it was told to keep it.
#
# That is the whole machine: `Tensor`, `note`, `record`, `plain`, `lift`, `backward`, `spread`, `no_grad`.

# %%
import inspect

machine = (Tensor.__init__, note, record, plain, lift, backward, spread, no_grad)
code = [line for part in machine for line in inspect.getsource(part).splitlines() if line.strip()]
print(len(code), "lines")
assert len(code) < 40

# %% [markdown]
# ## Check
#
# Your operations on arrays, with the same numbers in PyTorch. The loss is $\sum_i r_i\,y_i$ with $r_i = \cos i$, so that the gradient from
# above is not all ones (lesson 06). The table shows the largest relative differences.

# %%
from dlcourse.compare import relative_difference, same_as_torch

try:
    import torch
except ModuleNotFoundError:
    torch = None
    print("PyTorch is not installed here, so this check is empty. To fill it: pip install torch")

# %%
rng = np.random.default_rng(2)
x, w, row = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=3)
operations = {
    "x + row": (lambda x, row: x + row, (x, row)),
    "x * row": (lambda x, row: x * row, (x, row)),
    "x @ w": (lambda x, w: x @ w, (x, w)),
    "x * x + x": (lambda x: x * x + x, (x,)),
    "(x + row) * (x * row)": (lambda x, row: (x + row) * (x * row), (x, row)),
}


# %%
def by_tape(f, arrays):
    tensors = [Tensor(array) for array in arrays]
    y = f(*tensors)
    backward((y * np.cos(np.arange(y.data.size)).reshape(y.data.shape)).sum())
    return y.data, *(t.grad for t in tensors)


# %%
def by_torch(f, arrays):
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    y = f(*tensors)
    (y * torch.cos(torch.arange(y.numel(), dtype=torch.float64)).reshape(y.shape)).sum().backward()
    return y.detach(), *(t.grad for t in tensors)


# %%
differences = {}
for name, (f, arrays) in operations.items() if torch else ():
    ours, theirs = by_tape(f, arrays), by_torch(f, arrays)
    differences[name] = [relative_difference(a, b) for a, b in zip(ours, theirs, strict=True)]

# %% tags=["volatile"]
for name, (value, *gradients) in differences.items():
    print(f"{name:22} value {value:.0e}   gradients", *(f"{g:.0e}" for g in gradients))

# %%
assert all(max(found) < 1e-10 for found in differences.values())

# %% [markdown]
# The scalars too: your `Value` of step 6, that of the package, and PyTorch, in an expression that uses its values several times.

# %%
from dlcourse.value import Value as PackageValue


def expression(a, b, c):
    u = a * b + c
    return (u * u + u).tanh() * (a + u) + b * c


# %%
def gradient(make, numbers):
    leaves = [make(float(number)) for number in numbers]
    expression(*leaves).backward()
    return np.array([float(leaf.grad) for leaf in leaves])


def torch_leaf(number):
    return torch.tensor(number, dtype=torch.float64, requires_grad=True)


# %%
numbers = rng.normal(size=3)
ours, theirs = gradient(Value, numbers), gradient(PackageValue, numbers)
same_as_torch(ours, gradient(torch_leaf, numbers), tolerance=1e-10) if torch else None
assert np.allclose(ours, theirs, rtol=1e-12)

# %% [markdown]
# ## Use
#
# ### The network of lesson 06, without a backward of its own
#
# Two layers, 784 inputs, 64 hidden neurons, 10 outputs. In lesson 06 it had a forward and a backward. Here is all of it:


# %%
def network(x, w1, b1, w2, b2, t):
    return cross_entropy(linear(tanh(linear(x, w1, b1)), w2, b2), target=t)


# %% [markdown]
# And the chain of lesson 06, by hand, from the same kernels:


# %%
def by_hand(x, w1, b1, w2, b2, t):
    z1, linear1_backward = kernels.linear(x, w1, b1)
    a, tanh_backward = kernels.tanh(z1)
    z2, linear2_backward = kernels.linear(a, w2, b2)
    loss, loss_backward = kernels.cross_entropy(z2, target=t)
    da, dw2, db2 = linear2_backward(*loss_backward(1.0))
    _, dw1, db1 = linear1_backward(*tanh_backward(da))
    return loss, [dw1, db1, dw2, db2]


# %%
def first_weights(seed, hidden=64):
    rng = np.random.default_rng(seed)
    w1, w2 = (rng.uniform(-1, 1, size=(d, k)) / d**0.5 for d, k in [(784, hidden), (hidden, 10)])
    return w1, np.zeros(hidden), w2, np.zeros(10)


# %% [markdown]
# A step of training needs the loss and the gradients. From the tape:


# %%
def by_our_tape(x, *weights, t):
    leaves = [Tensor(w) for w in weights]
    loss = network(x, *leaves, t)
    backward(loss)
    return loss.data, [leaf.grad for leaf in leaves]


# %%
def train(gradients, weights, lr=0.5, epochs=10, seed=0):
    weights, losses = [w.copy() for w in weights], []
    for x, t in data.DataLoader(x_train.astype(np.float64), y_train, batch_size=50, epochs=epochs, rng=np.random.default_rng(seed)):
        loss, dws = gradients(x, *weights, t=t)
        losses.append(loss)
        for w, dw in zip(weights, dws, strict=True):
            w -= lr * dw
    return weights, np.array(losses)


# %%
weights = first_weights(seed=0)
hand, hand_losses = train(by_hand, weights)
ours, our_losses = train(by_our_tape, weights)
assert np.array_equal(hand_losses, our_losses) and all(np.array_equal(a, b) for a, b in zip(hand, ours, strict=True))

# %% [markdown]
# Equal, not close: all 500 losses and all 50,890 weights, bit for bit. The tape calls the same kernels in the same order as you did.


# %%
def accuracy(w1, b1, w2, b2):
    with no_grad():
        scores = linear(tanh(linear(x_test, Tensor(w1), Tensor(b1))), Tensor(w2), Tensor(b2)).data
    return (scores.argmax(-1) == y_test).mean()


# %%
assert accuracy(*ours) > 0.88

# %% tags=["volatile"]
print(f"right on {accuracy(*weights):.0%} of the 500 test images before, {accuracy(*ours):.0%} after")

# %% [markdown]
# ### A network that you would not like to chain by hand
#
# Change the forward, and the backward follows. Apply one hidden layer, the same weights, several times in a row. Its weight now
# lies on many paths of different lengths, and collects a contribution from each round.


# %%
def looped(rounds):
    def gradients(x, w1, b1, w, b, w2, b2, t):
        leaves = [Tensor(array) for array in (w1, b1, w, b, w2, b2)]
        h = tanh(linear(x, *leaves[:2]))
        for _ in range(rounds):
            h = tanh(linear(h, *leaves[2:4]))
        loss = cross_entropy(linear(h, *leaves[4:]), target=t)
        backward(loss)
        return loss.data, [leaf.grad for leaf in leaves]

    return gradients


# %%
def with_loop(seed, hidden=32):
    w1, b1, w2, b2 = first_weights(seed, hidden)
    return w1, b1, np.random.default_rng(seed).normal(size=(hidden, hidden)) / hidden**0.5, np.zeros(hidden), w2, b2


# %%
curves = {f"rounds: {rounds}": train(looped(rounds), with_loop(0), lr=0.2, epochs=5)[1] for rounds in (1, 2, 5)}
assert max(losses[-50:].mean() for losses in curves.values()) < 0.6

# %% tags=["volatile"]
viz.lines(
    {name: losses.reshape(-1, 10).mean(1) for name, losses in curves.items()}, np.arange(5, 250, 10),
    xlabel="step (mean of ten)", ylabel="loss", ylim=(0, None),
    title="Three networks, no backward written for any of them",
    alt="Three falling curves of the training loss, for 1, 2 and 5 rounds of a shared layer. All end below 0.5.",
)

# %% [markdown]
# ### The tape of the package
#
# You can now read `dlcourse/tensor.py`. The heart of it:

# %%
from dlcourse import tensor as package

print(inspect.getsource(package.Tensor.backward).split('"""')[2])

# %% [markdown]
# The same machine as yours. `_seed` checks the loss and gives the 1 to start with; `_own` copies a gradient whose memory another leaf holds
# already. There are four differences:
#
# - **No global list.** Each result holds a `node`, which holds the parents' nodes and the kernel's backward. When you drop the loss, the
#   graph goes with it; two losses do not disturb each other.
# - **The order comes from a heap.** Nodes are numbered as they are made (`order`), and `heappop` gives the youngest that is waiting: step 5
#   without sorting the whole graph first.
# - **A node does not hold its result.** Only what a backward really needs stays in memory.
# - **`requires_grad`** says for which leaves a gradient is wanted. What was made from others only is not recorded.
#
# The third point, measured as in step 10. At 16 layers your tape kept two arrays for each layer:

# %%
from dlcourse import functional as F

h, w, b = package.Tensor(np.ones((500, 256))), package.Tensor(np.zeros((256, 256)), requires_grad=True), package.Tensor(np.zeros(256))
tracemalloc.start()
for _ in range(16):
    h = F.tanh(h @ w + b)
package_kept = tracemalloc.get_traced_memory()[0] / 1e6 / one_array
tracemalloc.stop()

# %%
print(f"arrays kept at 16 layers: {kept:.0f} by yours, {package_kept:.0f} by the package's")
assert package_kept < 0.6 * kept

# %% [markdown]
# The same gradients come out:

# %%
x, t = x_train[:50].astype(np.float64), y_train[:50]


def by_package(x, *weights, t):
    w1, b1, w2, b2 = leaves = [package.Tensor(w, requires_grad=True) for w in weights]
    loss = F.cross_entropy(F.tanh(x @ w1 + b1) @ w2 + b2, t)
    loss.backward()
    return loss.item(), [leaf.grad for leaf in leaves]


# %%
loss, gradients = by_package(x, *weights, t=t)
assert all(np.allclose(a, b, rtol=1e-10, atol=1e-14) for a, b in zip(gradients, by_our_tape(x, *weights, t=t)[1], strict=True))

# %% [markdown]
# How much time does remembering cost? Your tape, against the chain by hand:

# %% tags=["volatile"]
import timeit

chained, taped = (min(timeit.repeat(lambda f=f: f(x, *weights, t=t), number=5, repeat=10)) for f in (by_hand, by_our_tape))
print(f"the tape takes {taped / chained:.2f} times as long as the chain by hand")

# %% [markdown]
# Remembering costs next to nothing, because one entry of the tape stands for a whole matrix product.
#
# PyTorch's graph is built alike. A result's `grad_fn` is its node, `next_functions` are the parents, and `AccumulateGrad` is the place
# where a leaf adds to its `.grad`. Here is a diamond, $\sum z \tanh z$ with $z = x\,w$; its matrix product is reached on
# both ways, and so printed twice:


# %%
def print_graph(node, depth=0):
    if node is not None:
        print("  " * depth + type(node).__name__)
        for parent, _ in node.next_functions:
            print_graph(parent, depth + 1)


# %% tags=["volatile"]
if torch:
    z = torch.ones(4, 3) @ torch.ones(3, 2, requires_grad=True)
    print_graph((z * z.tanh()).sum().grad_fn)

# %% [markdown]
# ## The aha
#
# ### A diamond: `=` loses what `+=` keeps
#
# Five seeds, twenty random diamonds each. With `+=` every gradient is right, with `=` none:

# %%
def error_of_diamond(number, accumulate):
    hand_on(order := diamond(number), accumulate)
    slope = 1 - np.tanh(number) ** 2
    return abs(order[-1].grad - (slope * number**2 + 2 * number * np.tanh(number)))


# %%
for seed in range(5):
    numbers = np.random.default_rng(seed).uniform(0.2, 2, size=20)
    added, overwritten = ([error_of_diamond(number, accumulate) for number in numbers] for accumulate in (True, False))
    print(f"seed {seed}: smallest error with = {min(overwritten):.3f}, largest with += below 1e-12")
    assert max(added) < 1e-12 and min(overwritten) > 0.01

# %% [markdown]
# ### Calling backward twice gives twice the gradient
#
# Not an error, and not the same gradient again. Your `Value`, the package's and PyTorch, which has to be told to keep the graph:


# %%
def after_calls(calls, numbers, make, **keep):
    leaves = [make(float(number)) for number in numbers]
    root = expression(*leaves)
    for _ in range(calls):
        root.backward(**keep)
    return np.array([float(leaf.grad) for leaf in leaves])


# %%
for seed in range(5):
    numbers = np.random.default_rng(seed).normal(size=3)
    once, twice = (after_calls(calls, numbers, Value) for calls in (1, 2))
    assert np.allclose(twice, 2 * once) and np.allclose(twice, after_calls(2, numbers, PackageValue))
    if torch:
        assert np.allclose(after_calls(2, numbers, torch_leaf, retain_graph=True), twice)

# %% [markdown]
# ### Your tape's gradients are PyTorch's, for a whole network
#
# Five seeds for the weights, 100 images, the 50,890 derivatives of the network of lesson 06. First in float64, then in float32, in which
# networks are trained:


# %%
def in_torch(x, *weights, t):
    w1, b1, w2, b2 = leaves = [torch.tensor(w, requires_grad=True) for w in weights]
    loss = torch.nn.functional.cross_entropy(torch.tanh(torch.tensor(x) @ w1 + b1) @ w2 + b2, torch.tensor(t))
    loss.backward()
    return [leaf.grad for leaf in leaves]


# %%
def largest_difference(seed, dtype):
    x, weights = x_train[:100].astype(dtype), [w.astype(dtype) for w in first_weights(seed)]
    ours, theirs = by_our_tape(x, *weights, t=y_train[:100])[1], in_torch(x, *weights, t=y_train[:100])
    return max(relative_difference(a, b) for a, b in zip(ours, theirs, strict=True))


# %%
found = {dtype: [largest_difference(seed, dtype) for seed in range(5)] for dtype in ("float64", "float32")} if torch else {}

# %% tags=["volatile"]
for dtype, differences in found.items():
    print(dtype, "largest relative difference of a gradient, five seeds:", *(f"{d:.0e}" for d in differences))

# %%
for dtype, limit in {"float64": 1e-10, "float32": 5e-6}.items():
    assert all(d < limit for d in found.get(dtype, ()))

# %% [markdown]
# ## Misconceptions
#
# **"Each `backward` overwrites the gradients of the one before."** It adds. Without `zero_grad` each step follows the sum of all gradients
# since the start. Train the network of "Use" for three epochs in four ways: with `zero_grad` before backward, missing, between backward and
# the step, and after the step. The numbers are the mean loss of the last 25 steps:


# %%
def loop(zero_grad, lr, seed=0, epochs=3):
    leaves, losses = [Tensor(w) for w in first_weights(seed)], []
    for x, t in data.DataLoader(x_train.astype(np.float64), y_train, batch_size=50, epochs=epochs, rng=np.random.default_rng(seed)):
        if zero_grad == "before backward":
            clear(leaves)
        loss = network(x, *leaves, t)
        backward(loss)
        if zero_grad == "between backward and step":
            clear(leaves)
        step(leaves, lr)
        if zero_grad == "after step":
            clear(leaves)
        losses.append(loss.data)
    return np.mean(losses[-25:])


# %%
def clear(leaves):
    for leaf in leaves:
        leaf.grad = None


def step(leaves, lr):
    for leaf in leaves:
        if leaf.grad is not None:
            leaf.data = leaf.data - lr * leaf.grad


# %%
places = ("before backward", "missing", "between backward and step", "after step")
ends = {lr: {place: loop(place, lr) for place in places} for lr in (0.5, 0.01)}

# %% tags=["volatile"]
for lr, losses in ends.items():
    print(f"rate {lr}: ", "   ".join(f"{place} {loss:.2f}" for place, loss in losses.items()))

# %%
assert ends[0.5]["missing"] > 5 and ends[0.5]["before backward"] < 1 and ends[0.01]["missing"] < ends[0.01]["before backward"]

# %% [markdown]
# At rate 0.5 the training with the line missing is lost. At rate 0.01 it looks *better* than the right one: a sum of many gradients makes
# larger steps, and the rate was too small. That is how this bug survives. It is no method: the sum never forgets, not even gradients
# measured at weights long left behind. (Lesson 08 lets it forget, on purpose; that is momentum.)
#
# **"`zero_grad` belongs after `backward`."** See the third column: between backward and step it deletes what the step needs, and the loss
# stays where it was, near $\log 10 = 2.30$. After the *step* is fine, and the same as before the backward. Both keep the one rule: between
# two steps, clear once, and not after the gradients have come.

# %%
assert all(abs(losses["between backward and step"] - np.log(10)) < 0.1 for losses in ends.values())
assert all(losses["after step"] == losses["before backward"] for losses in ends.values())

# %% [markdown]
# **"Accumulation is a bug; PyTorch should overwrite."** Within one pass it has to add (step 4). Across passes it is of use: a batch that
# does not fit into memory goes through in pieces. Each piece's loss counts by its share of the batch, and nothing is cleared in between:

# %%
x, t = x_train[:100].astype(np.float64), y_train[:100]
whole, pieces = ([Tensor(w) for w in first_weights(0)] for _ in range(2))
backward(network(x, *whole, t))

# %%
for i in range(0, 100, 20):
    share = Tensor(np.array(20 / 100))
    backward(network(x[i : i + 20], *pieces, t[i : i + 20]) * share)
assert all(np.allclose(a.grad, b.grad, atol=1e-14) for a, b in zip(whole, pieces, strict=True))

# %% [markdown]
# The same gradient to the last digits, with the activations of 20 images in memory at a time. When the pieces differ in size, their shares
# do too; an exercise asks for that.
#
# **"The order does not matter, since sums commute."** The order in which contributions *arrive* at a value does not matter. When the value
# *hands on* does. Step 5: one order of six was right. And a function that calls itself for each parent, as `derivative` does, has a
# fault of its own: Python stops when too many calls are open at once (1,000, unless told otherwise). A long chain reaches that soon:


# %%
def long_chain(leaf, constant, length=20_000):
    y = leaf
    for _ in range(length):
        y = y + constant
    return y


# %%
a, one = Value(1.0), Value(1.0)
try:
    derivative(long_chain(a, one), a)
except RecursionError as error:
    print(type(error).__name__, "at 20,000 additions")

# %% [markdown]
# Loops over a list do not mind. Your scalar, your tape and the package's tape, each with 20,000 additions:

# %%
long_chain(a, one).backward()
leaf, constant = Tensor(np.array(1.0)), np.array(1.0)
backward(long_chain(leaf, constant))
theirs = package.Tensor(np.array(1.0), requires_grad=True)
long_chain(theirs, 1.0).backward()

# %%
print("gradients of the leaf:", a.grad, leaf.grad, theirs.grad, "  of the number that was added 20,000 times:", one.grad)
assert (a.grad, leaf.grad, theirs.grad, one.grad) == (1, 1, 1, 20_000)

# %% [markdown]
# ## Exercises
#
# In [exercises/07_autograd.ipynb](../exercises/07_autograd.ipynb), graded at once. Write them without looking back; the grader knows the
# classic mistakes by name.
#
# | exercise | what it asks | difficulty | minutes |
# |---|---|---|---|
# | `topological_order` | an order from the finished graph, for chains of 5,000 values too | 2 of 3 | 20 |
# | `value_backward` | the whole backward pass, on values that were not numbered | 3 of 3 | 25 |
# | `getitem_backward` | picking rows, when a row may be picked twice | 1 of 3 | 10 |
# | `accumulate` | the gradient of a batch that does not fit into memory | 2 of 3 | 15 |
# | `steps_taken` | read the log of a training that went wrong: which gradients did each step use? | 2 of 3 | 15 |
# | `autograd` | your own class of numbers: value and gradient of any expression, by one call | 3 of 3 | 30 |
#
# ## Summary
#
# 1. A value that remembers its parents and local derivatives turns a running program into a graph.
# 2. Backward hands on gradient times local derivative, each edge once. What is used several times collects a sum: `+=`, never `=`.
# 3. A value hands on when all its children have. The order in which values were made, read backward, is such an order.
# 4. A tape of kernels does the same for arrays, to the bit, in less than 40 lines; it keeps what backward needs, and `no_grad` pauses it.
# 5. `.grad` adds up over calls. Clear it once between two steps; leave it alone to split a batch.
#
# Papers:
#
# - Wengert 1964, *A simple automatic derivative evaluation program* (the list of operations, read forward)
# - Linnainmaa 1976, *Taylor expansion of the accumulated rounding error* (the list read backward, from his thesis of 1970)
# - Speelpenning 1980, *Compiling fast partial derivatives of functions given by algorithms* (programs that write the backward pass)
# - Griewank and Walther 2008, *Evaluating derivatives* (the book)
# - Baydin, Pearlmutter, Radul and Siskind 2018, *Automatic differentiation in machine learning: a survey*
# - Paszke et al. 2019, *PyTorch: an imperative style, high-performance deep learning library*
#
# ← [06 Backpropagation](06_backpropagation.ipynb) · [Map](00_start.ipynb) · [08 Optimizers](08_optimizers.ipynb) →
