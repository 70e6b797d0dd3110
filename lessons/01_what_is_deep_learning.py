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
# # 01 What is deep learning?
#
# People read a handwritten 4 without thinking. How do you get a computer to do it: do you explain what a 4 looks like, do you tell it what
# to look at, or do you let it find out by itself? You will try all three on the same images and see when each one wins.
#
# - **You need:** Python, and a little NumPy: arrays, slices, `mean`. Nothing about learning.
# - **You get:** three programs that read digits, a network that you trained yourself, and a picture that says when training one pays.
# - **Time:** about 50 minutes, and 45 for the exercises.
#
# [Map](00_start.ipynb) · [02 The neuron](02_the_neuron.ipynb) →

# %%
import numpy as np
from dlcourse import data, viz
from dlcourse.widgets import MoreData
x_train, y_train, x_test, y_test = data.mnist()

# %% [markdown]
# ## Predict
#
# Three programs read handwritten digits.
#
# - **Rules.** A person wrote down what each digit looks like: "two holes: it is an 8".
# - **Features and a linear model.** A person chose 66 numbers to measure in each image, such as the ink in each row. The program learned
#   from examples how to weigh them.
# - **A deep network.** It gets nothing but the 784 pixels, and learns from examples.
#
# The two that learn are given 20 examples, then 50, and so on up to 2,000. Who is best at 20? Who gains most from 500 to 2,000?
# The widget asks you the second question. Answer it, or skip it, and the curves appear.

# %% [markdown]
# ## Explore
#
# The curves show the share of right answers on 500 test images, which none of the programs has seen before. Making the widget takes a few
# seconds, because it trains everything here and now.
#
# - Move **training images** from left to right. From how many images on is the deep network ahead? From how many do both beat the rules?
# - Choose **rules** and move the slider. What changes?
# - Which of the twelve images is hard for all three? Is it hard for you?

# %% tags=["volatile"]
MoreData()

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# - The network is clearly ahead from 500 images on. Below that the two change places, and with other images they would do it elsewhere.
#   Both beat the rules from 50 or 100 images on.
# - Only the curves of the two learners depend on the slider. The rules stay at 54 %, whatever they are given.
# - With 500 images all three misread the second one, a 9 whose loop is open. You most likely do not.
#
# </details>

# %% [markdown]
# ## Build
#
# Nothing from scratch yet: from lesson 02 on you build everything yourself. Here you use finished parts, one program at a time, to see what
# each of them is told and what it has to find out.
#
# ### 1. The images
#
# MNIST is a set of 70,000 handwritten digits (LeCun et al. 1998). The course carries 2,500 of them for training and 500 for testing, so
# that every lesson works without a network connection.

# %%
x_train.shape, y_train.shape, x_test.shape

# %% [markdown]
# Each row of `x_train` is one image: 28 by 28 pixels, written out row after row, 0 for paper and 1 for ink. `y_train` holds the digits.
# The pictures show ink white and paper black.

# %%
viz.images(x_train[:20], y_train[:20], alt="Twenty handwritten digits, each with its label below.")

# %% [markdown]
# To a program an image is a table of numbers. This is the middle of the first one, rounded to one decimal.

# %%
x_train[0].reshape(28, 28)[10:18, 8:20].round(1)

# %% [markdown]
# ### 2. Rules
#
# The oldest way: think, then write down what you know. An 8 has two holes, a 6 has one at the bottom, a 1 is narrow. `holes` finds the
# patches of paper that ink encloses; a pixel above `INK`, which is 0.4, counts as ink.

# %%
from dlcourse.widgets.learners import INK, digit_by_rules, holes

eight = x_train[y_train == 8][1].reshape(28, 28)
len(holes(eight > INK))

# %%
viz.images(
    np.stack([eight, *holes(eight > INK)]), columns=8,
    alt="A handwritten eight, and beside it its two holes as two white patches.",
)

# %% [markdown]
# This is the trunk of the rules. Two more functions tell apart the digits with one hole, by its size and height, and those without, by
# where the ink leans.

# %%
import inspect

print(inspect.getsource(digit_by_rules))

# %% [markdown]
# How good are they? The **accuracy** is the share of right answers on the test images.

# %%
by_rules = np.array([digit_by_rules(image) for image in x_test.reshape(-1, 28, 28)])
float((by_rules == y_test).mean())

# %% [markdown]
# More than half. Guessing would give a tenth, so the rules know something. Here is how they fail.

# %%
wrong = np.flatnonzero(by_rules != y_test)[:30]
viz.images(
    x_test[wrong], y_test[wrong], by_rules[wrong],
    alt="Thirty test images that the rules read wrongly, with their answer and the label.",
)

# %% [markdown]
# An open loop is no hole. A loop in the tail of a 2 is one, and the rules read a 6. You could add a rule for each, and a rule for the
# exceptions to that rule. People did this for decades (Mori, Suen and Yamamoto 1992). It is hard to say what makes a 4 a 4,
# though you see it at once.
#
# ### 3. Features and a linear model
#
# The second way splits the work. A person chooses **features**, numbers that should be useful. The program finds out how useful they are.
# Ours are 66: the ink in each of 28 rows and 28 columns, how many strokes each of 8 lines crosses, and how much an image equals each of its
# 2 mirror images.

# %%
from dlcourse.widgets.learners import features

features(x_train).shape

# %% [markdown]
# The ink per column, numbers 28 to 55, already tells two digits apart.

# %%
ink = {f"a {digit}": features(x_train[y_train == digit])[:, 28:56].mean(0) for digit in (0, 1)}
viz.lines(
    ink, xlabel="column of the image", ylabel="mean ink",
    title="A 1 has its ink in the middle, a 0 has two walls",
    alt="Mean ink per column: one narrow peak in the middle for ones, two peaks with a dip between them for zeros.",
)

# %% [markdown]
# A **linear model** gives each digit a score: a weighted sum of the features. The digit with the largest score is the answer. **Training**
# means changing the weights, a little at a time, so that the right digit's score grows above the others. How that works fills lessons 02
# to 08.

# %%
from dlcourse.widgets.learners import linear

by_features = linear(x_train, y_train, x_test, np.random.default_rng(0))
assert 0.84 < (by_features == y_test).mean() < 0.91

# %% tags=["volatile"]
print(f"{(by_features == y_test).mean():.1%} right")

# %% [markdown]
# A moment of learning does better than all those rules. A person chose the features. Was that a help? "The aha" returns to it.
#
# ### 4. A deep network
#
# The third way gives up the features as well. A **deep network** is a chain of layers. Each layer computes many weighted sums of what the
# layer before found, and bends each of them (the `ReLU` below, lesson 02). This one has two layers of 256 and 128 sums between the 784
# pixels and the 10 scores.

# %%
from dlcourse.models import MLP

rng = np.random.default_rng(1)
model = MLP(784, 256, 128, 10, rng=rng)
model

# %% [markdown]
# Before training its weights are random, and its answers hardly better than guessing.

# %%
from dlcourse.train import evaluate

evaluate(model, x_test, y_test)

# %% [markdown]
# Training shows it 64 images at a time, 20 times through the 2,500. After each batch, the **loss** says how wrong the scores were, and
# every weight moves a little in the direction that makes it smaller. You will write each of these parts yourself: the loss in lesson 03,
# the directions in lessons 06 and 07, the moves, here `SGD`, in lessons 05 and 08.
#
# `fit` trains only while someone asks for its next step. The second cell asks, and draws.

# %%
from dlcourse.data import DataLoader
from dlcourse.optim import SGD
from dlcourse.train import fit

batches = DataLoader(x_train, y_train, batch_size=64, epochs=20, rng=rng)
steps = fit(model, batches, optimizer=SGD(model.parameters(), lr=0.1, momentum=0.9))

# %%
losses = viz.live(
    steps, title="The loss falls to nearly nothing", alt="The loss over 800 training steps, from 2.3 down to nearly 0."
)

# %%
assert evaluate(model, x_test, y_test) > 0.91

# %% tags=["volatile"]
print(f"{evaluate(model, x_test, y_test):.1%} right on new images")

# %% [markdown]
# Nobody told it about rows, strokes or holes. It was given the pixels and 2,500 answers.
#
# What did it look for? Each of the 256 sums of the first layer has one weight per pixel, so its weights are an image too. Ink on orange
# makes the sum larger, ink on blue smaller. Here are the five whose weights vary most. You see patches of both colors side by side, hard
# to put into words.

# %%
weights = model[0].weight.data.reshape(-1, 28, 28)
strongest = np.argsort(-weights.std((1, 2)))[:5]
viz.matrix(
    np.concatenate([np.pad(weights[i], 1) for i in strongest], 1), rows=[], columns=[],
    alt="The weights of five sums as images: blue and orange patches side by side.",
)

# %% [markdown]
# ## Check
#
# The network above is our own code, on NumPy. Does it compute the same as PyTorch, a widely used library? `compare` copies the weights into
# PyTorch, runs both on the same 64 images, and shows the largest relative difference of the scores (`output`), the loss and every
# **gradient**, which says how the loss changes when a weight grows, and so where the weight should move (lesson 05). `d 0.weight` is the
# gradient of the first layer's weights. 1e-07 means a difference in the seventh digit, where 32-bit numbers end. The last line is the time
# for scores and gradients.

# %%
from dlcourse.compare import compare

fresh = MLP(784, 256, 128, 10, rng=np.random.default_rng(1))
table = compare(fresh, x_train[:64], y_train[:64])
assert table.largest < 1e-5

# %% tags=["volatile"]
table

# %% [markdown]
# With 64-bit numbers the difference is smaller still.

# %%
fresh.astype(np.float64)
assert compare(fresh, x_train[:64].astype(np.float64), y_train[:64]).largest < 1e-10

# %% [markdown]
# ## Use
#
# A program that reads digits is useful when you know where it fails. The rows are the digits as written, the columns what the network read.
# The right answers lie on the diagonal and are left out here, so that the mistakes can be seen.

# %%
from dlcourse.train import predict

scores = predict(model, x_test)
answers = scores.argmax(-1)

# %%
mistakes = np.zeros((10, 10), int)
np.add.at(mistakes, (y_test, answers), answers != y_test)

# %% tags=["volatile"]
viz.matrix(
    mistakes, form="d", rows=range(10), columns=range(10), ylabel="written", xlabel="read",
    title="Where the network goes wrong",
    alt="Table of the network's mistakes by written and read digit; most cells are 0.",
)

# %% tags=["volatile"]
wrong = np.flatnonzero(answers != y_test)[:20]
viz.images(
    x_test[wrong], y_test[wrong], answers[wrong],
    alt="Test images that the network misread, with its answer and the label.",
)

# %% [markdown]
# Some of these you would misread too. Others you would not: the network has seen 2,500 digits in its life and nothing else.
#
# Does it know when it is unsure? Take the gap between its best and its second best score. If you keep only the half of the images where the
# gap is larger, hardly any mistake is left.

# %%
best_two = np.sort(scores, 1)[:, -2:]
gap = best_two[:, 1] - best_two[:, 0]
sure = gap > np.median(gap)
assert (answers == y_test)[sure].mean() > 0.98

# %% tags=["volatile"]
for name, part in {"sure": sure, "unsure": ~sure}.items():
    print(f"{name}: {(answers == y_test)[part].mean():.1%} right")

# %% [markdown]
# Such a program can be used like this: it sorts the clear cases and hands the others to a person. Lesson 03 asks what confidence is worth.

# %% [markdown]
# ## The aha
#
# One run can be luck. So train both learners five times, each time on other images and from other first weights, and compare.
#
# **The claim: a deep network finds its own features. It gains more from more data than a linear model, and the layers are the reason.**

# %%
from dlcourse.widgets.learners import deep, trained

sizes = [20, 50, 200, 500, 2000]


def accuracy(learner, size, seed):
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(x_train))[:size]
    return (learner(x_train[chosen], y_train[chosen], x_test, rng) == y_test).mean()


# %%
def curve(learner):
    return np.array([[accuracy(learner, size, seed) for size in sizes] for seed in range(5)])


curves = {"linear": curve(linear), "deep": curve(deep), "rules": np.full(len(sizes), (by_rules == y_test).mean())}

# %%
viz.lines(
    curves, sizes, xscale="log", points=True, ylim=(0, 1),
    xlabel="training images", ylabel="accuracy on 500 test images",
    title="At 20 images the rules win, at 2,000 the network",
    alt="Rules flat at 0.54; deep and linear close together up to 200 images; from 500 on deep is ahead, and rises more.",
)

# %%
at_500, at_2000 = ({name: curves[name][:, column] for name in ("linear", "deep")} for column in (-2, -1))
gain = {name: at_2000[name] - at_500[name] for name in ("linear", "deep")}

# %%
assert (at_2000["deep"] > at_2000["linear"] + 0.03).all()  # in every one of the five runs
assert gain["deep"].mean() > 1.4 * gain["linear"].mean()

# %% tags=["volatile"]
for name in gain:
    print(f"{name}: {at_500[name].mean():.1%} at 500 images, {at_2000[name].mean():.1%} at 2,000")
    print(f"  gain {100 * gain[name].mean():.1f} points, from {100 * gain[name].min():.1f} to {100 * gain[name].max():.1f}")

# %% [markdown]
# The lines are the means of five runs, the bands go from the worst run to the best. From 500 to 2,000 images the network gains about twice
# as much. But it differs in more than its layers: it also sees the raw pixels. Which of the two is it? Take the layers away and keep the
# pixels.


# %%
def pixels(x, y, x_test, rng):
    model = MLP(784, 10, rng=rng)
    return trained(model, SGD(model.parameters(), lr=0.1, momentum=0.9), x, y, rng, x_test)


curves = {"linear on features": curves["linear"], "deep on pixels": curves["deep"], "linear on pixels": curve(pixels)}

# %%
viz.lines(
    curves, sizes, xscale="log", points=True, ylim=(0, 1),
    xlabel="training images", ylabel="accuracy on 500 test images",
    title="Without its layers the network gains as little as the other linear model",
    alt="From 50 images on the two linear curves lie close together; the deep one leaves them at 500.",
)

# %%
assert (curves["deep on pixels"][:, -1] > curves["linear on pixels"][:, -1] + 0.02).all()
assert abs(curves["linear on pixels"][:, -1].mean() - curves["linear on features"][:, -1].mean()) < 0.02
assert np.diff(curves["linear on pixels"][:, -2:]).mean() < 0.8 * gain["deep"].mean()

# %% [markdown]
# So it is the layers. And our 66 features were worth no more than the plain pixels: choosing good ones is hard. That is what **deep
# learning** means: the layers between input and answer are learned, and they are the features.

# %% [markdown]
# ## Misconceptions
#
# **"AI, machine learning and deep learning are the same."** They are three nested circles. The rules are artificial intelligence of the old
# kind: they learn nothing, and without a single example they give the same answers. The linear model is machine learning, and not deep.

# %%
from dlcourse.widgets.learners import rules

bool((rules(x_train[:0], y_train[:0], x_test, None) == by_rules).all())

# %% [markdown]
# **"Deep means like the brain, so more layers must be better."** Deep means that there are learned layers between input and answer, no
# more. The neurons of this course are weighted sums, an idea borrowed from biology in 1943 and changed a lot since. More layers can even
# do harm: trained alike, six hidden layers read these digits worse than two, from each of three starts. Lesson 09 shows why, and what
# helps.


# %%
def accuracy_of(*hidden, seed):
    rng = np.random.default_rng(seed)
    network = MLP(784, *hidden, 10, rng=rng)
    answers = trained(network, SGD(network.parameters(), lr=0.05, momentum=0.9), x_train, y_train, rng, x_test)
    return (answers == y_test).mean()


# %%
two = np.array([accuracy_of(128, 128, seed=seed) for seed in range(3)])
six = np.array([accuracy_of(*6 * [128], seed=seed) for seed in range(3)])
assert (six < two).all()

# %% tags=["volatile"]
print(f"two hidden layers {two.mean():.1%}, six {six.mean():.1%}")

# %% [markdown]
# **"Deep learning always wins."** Look at the left end of the curves. With 20 images the rules beat every run of the network, and with 50
# the linear models are as good.

# %%
deep_runs, linear_runs = curves["deep on pixels"], curves["linear on features"]
assert deep_runs[:, 0].max() < (by_rules == y_test).mean()
assert linear_runs[:, 1].mean() > deep_runs[:, 1].mean() - 0.02

# %% [markdown]
# **"100 % on the training images means 100 % on new ones."** Always measure on data that was set aside before training began.

# %%
assert evaluate(model, x_train, y_train) > 0.99

# %% tags=["volatile"]
print(f"{evaluate(model, x_train, y_train):.1%} on the training images, {evaluate(model, x_test, y_test):.1%} on new ones")

# %% [markdown]
# ## Exercises
#
# Open [exercises/01_what_is_deep_learning.ipynb](../exercises/01_what_is_deep_learning.ipynb). Each answer is checked at once, and when
# something is wrong the check says what.
#
# | exercise | what it asks | difficulty | minutes |
# |---|---|---|---|
# | `accuracy` | the share of right answers, from scores and labels | 1 of 3 | 5 |
# | `split` | set a test set aside, without losing track of the labels | 2 of 3 | 10 |
# | `feature` | invent one number that tells zeros from eights | 2 of 3 | 20 |
# | `read_curves` | read three learning curves: who is best, who still improves | 2 of 3 | 10 |
#
# When you have a learner of your own, a function `(x_train, y_train, x_test, rng) -> labels`, give it to the widget:
# `MoreData(my_learner)`.

# %% [markdown]
# ## Summary
#
# 1. Rules are written by a person and learn nothing. They need no data, and they break on what nobody thought of.
# 2. In classical machine learning a person chooses the features and the program learns to weigh them.
# 3. In deep learning the features are learned too, by the layers between input and answer.
# 4. Learned features need data: with 20 images the rules win, with 2,000 the network, and it gains most on the way.
# 5. Only accuracy on data that was set aside counts.
#
# Papers: McCulloch and Pitts, *A logical calculus of the ideas immanent in nervous activity* (1943), the first artificial neuron. LeCun,
# Bottou, Bengio and Haffner, *Gradient-based learning applied to document recognition* (1998), the MNIST digits. Mori, Suen and Yamamoto,
# *Historical review of OCR research and development* (1992), the decades before. LeCun, Bengio and Hinton, *Deep learning* (Nature, 2015),
# a review.
#
# [Map](00_start.ipynb) · [02 The neuron](02_the_neuron.ipynb) →
