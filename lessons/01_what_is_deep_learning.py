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
# - Move **training images** from left to right. Where does the deep network overtake the linear model? Where do both overtake the rules?
# - Choose **rules** and move the slider. What changes?
# - Which of the twelve images is hard for all three? Is it hard for you?

# %% tags=["volatile"]
MoreData()

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
# patches of paper that ink encloses.

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
# These are all the rules for digits that have a hole or are narrow. The rest, told apart by where the ink leans, is as long again.

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
wrong = np.flatnonzero(by_rules != y_test)[:10]
viz.images(
    x_test[wrong], y_test[wrong], by_rules[wrong],
    alt="Ten test images that the rules read wrongly, with their answer and the label.",
)

# %% [markdown]
# An open loop is no hole. A loop in the tail of a 2 is one. You could add a rule for each, and a rule for the exceptions to that rule.
# People did this for years. The trouble is that nobody can say what makes a 4 a 4, though everybody sees it.
#
# ### 3. Features and a linear model
#
# The second way splits the work. A person chooses **features**, numbers that should be useful. The program finds out how useful they are.
# Ours are 66: the ink in each row and each column, how many strokes a line crosses, and how much an image equals its mirror images.

# %%
from dlcourse.widgets.learners import features

features(x_train).shape

# %% [markdown]
# The ink per column already tells two digits apart.

# %%
ink = {f"a {digit}": features(x_train[y_train == digit])[:, 28:56].mean(0) for digit in (0, 1)}
viz.lines(
    ink, xlabel="column of the image", ylabel="mean ink",
    title="A 1 has its ink in the middle, a 0 has two walls",
    alt="Mean ink per column: one narrow peak in the middle for ones, two peaks with a dip between them for zeros.",
)

# %% [markdown]
# A **linear model** gives each digit a score: a weighted sum of the features. The digit with the largest score is the answer. **Training**
# means changing the weights, a little at a time, so that the right digit's score grows. How that works fills lessons 03 to 07.

# %%
from dlcourse.widgets.learners import linear

by_features = linear(x_train, y_train, x_test, np.random.default_rng(0))
assert 0.84 < (by_features == y_test).mean() < 0.91

# %% tags=["volatile"]
print(f"{(by_features == y_test).mean():.1%} right")

# %% [markdown]
# A moment of learning does better than all those rules. But someone still had to choose the features.
#
# ### 4. A deep network
#
# The third way gives up the features as well. A **deep network** is a chain of layers. Each layer computes many weighted sums of what the
# layer before found, and bends each of them. This one has two layers of 256 and 128 sums between the 784 pixels and the 10 scores.

# %%
from dlcourse.models import MLP

rng = np.random.default_rng(1)
model = MLP(784, 256, 128, 10, rng=rng)
model

# %% [markdown]
# Before training its weights are random, and so are its answers.

# %%
from dlcourse.train import evaluate

evaluate(model, x_test, y_test)

# %% [markdown]
# Training shows it 64 images at a time, 20 times through the 2,500. After each batch, the **loss** says how wrong the scores were, and
# every weight moves a little in the direction that makes it smaller. You will write each of these parts yourself: the loss in lesson 03,
# the directions in lessons 06 and 07, the moves in lessons 05 and 08.

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
assert evaluate(model, x_test, y_test) >= 0.93

# %% tags=["volatile"]
print(f"{evaluate(model, x_test, y_test):.1%} right on new images")

# %% [markdown]
# Nobody told it about rows, strokes or holes. It was given the pixels and 2,500 answers.
#
# What did it look for? Each of the 256 sums of the first layer has one weight per pixel, so its weights are an image too. Blue pixels speak
# against it, orange ones for it. Some of them look like pieces of strokes. Most are hard to put into words, which is why nobody wrote
# them down.

# %%
weights = model[0].weight.data.reshape(-1, 28, 28)
strongest = np.argsort(-weights.std((1, 2)))[:5]
viz.matrix(
    np.concatenate([np.pad(weights[i], 1) for i in strongest], 1), rows=[], columns=[],
    alt="The weights of five neurons as images: blue and orange patches of the size of strokes.",
)

# %% [markdown]
# ## Check
#
# The network above is our own code, on NumPy. Does it compute the same as PyTorch, the library that most people use? `compare` copies the
# weights into PyTorch, runs both on the same 64 images, and shows the largest relative difference of the scores, the loss and the gradient
# of every weight. 1e-07 means that they differ in the seventh digit, where 32-bit numbers end.

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
    title="Each digit has its own doubles",
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
# That is how such a program is used: it sorts the clear cases and hands the others to a person. Lesson 03 asks what confidence is worth.

# %% [markdown]
# ## The aha
#
# One run can be luck. So train both learners five times, each time on other images and from other first weights, and compare.
#
# **The claim: a deep network needs no hand-made features, and it keeps improving with more data where the linear model levels off.**

# %%
from dlcourse.widgets.learners import deep

sizes = [20, 50, 200, 500, 2000]


def accuracy(learner, size, seed):
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(x_train))[:size]
    return (learner(x_train[chosen], y_train[chosen], x_test, rng) == y_test).mean()


# %%
curves = {
    "deep": np.array([[accuracy(deep, n, seed) for n in sizes] for seed in range(5)]),
    "linear": np.array([[accuracy(linear, n, seed) for n in sizes] for seed in range(5)]),
    "rules": np.full(len(sizes), (by_rules == y_test).mean()),
}

# %%
viz.lines(
    curves, sizes, xscale="log", points=True, ylim=(0, 1),
    xlabel="training images", ylabel="accuracy on 500 test images",
    title="With little data the person wins, with much the network",
    alt="Accuracy over training images: rules flat; linear levels off; deep overtakes it at about 500 and still rises.",
)

# %%
at_500, at_2000 = ({name: curves[name][:, column] for name in ("deep", "linear")} for column in (-2, -1))
gain = {name: at_2000[name] - at_500[name] for name in ("deep", "linear")}

# %%
assert (at_2000["deep"] > at_2000["linear"] + 0.03).all()  # in every one of the five runs
assert gain["deep"].mean() > 1.4 * gain["linear"].mean()

# %% tags=["volatile"]
for name in gain:
    print(f"{name}: {at_500[name].mean():.1%} at 500 images, {at_2000[name].mean():.1%} at 2,000")
    print(f"  gain {100 * gain[name].mean():.1f} points, from {100 * gain[name].min():.1f} to {100 * gain[name].max():.1f}")

# %% [markdown]
# The linear model can only weigh what it is given. When its 66 numbers are weighed as well as they can be, more examples change little.
# The network can use them to find better features. That is what **deep learning** means: the layers between input and answer are learned,
# and they are the features.

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
# more. The neurons of this course are weighted sums, an idea borrowed from biology in 1943 and changed a lot since. More of them in a row
# can even do harm: trained alike, six hidden layers read these digits worse than two. Lesson 09 shows why, and what helps.


# %%
def trained(*hidden):
    network = MLP(784, *hidden, 10, rng=np.random.default_rng(0))
    loader = DataLoader(x_train, y_train, epochs=20, rng=np.random.default_rng(0))
    for _ in fit(network, loader, optimizer=SGD(network.parameters(), lr=0.05, momentum=0.9)):
        pass
    return evaluate(network, x_test, y_test)


# %%
by_depth = {"2 hidden layers": trained(128, 128), "6 hidden layers": trained(*6 * [128])}
assert by_depth["6 hidden layers"] < by_depth["2 hidden layers"]

# %% tags=["volatile"]
by_depth

# %% [markdown]
# **"Deep learning always wins."** Look at the left end of the curves. With 20 images the rules beat both learners in every run, and with 50
# the linear model is as good as the network. Knowledge that a person puts in is worth most where data is scarce.

# %%
assert max(curves["deep"][:, 0].max(), curves["linear"][:, 0].max()) < curves["rules"][0]
assert curves["linear"][:, 1].mean() > curves["deep"][:, 1].mean() - 0.02

# %% [markdown]
# **"93 % on the training images is 93 %."** It is not. On the images that it was trained on, the network is nearly perfect, and that says
# nothing about new ones. Always measure on data that was set aside before training began.

# %%
assert evaluate(model, x_train, y_train) > 0.99

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
# 4. Learned features need data: with 20 images the rules win, with 2,000 the network, and it is still improving.
# 5. Only accuracy on data that was set aside counts.
#
# Papers: McCulloch and Pitts, *A logical calculus of the ideas immanent in nervous activity* (1943), the first artificial neuron. LeCun,
# Bottou, Bengio and Haffner, *Gradient-based learning applied to document recognition* (1998), the MNIST digits. LeCun, Bengio and Hinton,
# *Deep learning* (Nature, 2015), a review by three of its founders.
#
# Next: [02 The neuron](02_the_neuron.ipynb)
