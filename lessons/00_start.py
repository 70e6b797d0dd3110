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
# # 00 Where do you begin?
#
# This is a course on deep learning, from one neuron to the models that write and paint. You build each part from scratch in NumPy,
# until you could explain every number; then you see that PyTorch gives the same numbers; then you use it on real data.
#
# - **You need:** Python with NumPy arrays, and school mathematics: functions, slopes, a little of vectors.
# - **You get:** the map of the course, and ten questions that say which lesson to open first.
# - **Time:** about 15 minutes.
#
# [01 What is deep learning?](01_what_is_deep_learning.ipynb) →

# %% [markdown]
# ## How a lesson works
#
# Every lesson has the same nine parts, so that you always know where you are:
#
# 1. **The question** it answers, what it needs, how long it takes.
# 2. **Predict.** You answer before you know. One who has guessed, even wrongly, remembers the answer better than one who only reads it
#    (Kornell, Hays and Bjork 2009).
# 3. **Explore.** A widget to move by mouse or keyboard. *Show code* shows what it computes; most take your own data or function.
# 4. **Build.** An equation, then the lines that are that equation. Change them and run them again: this copy is yours.
# 5. **Check.** Your numbers beside PyTorch's, values and gradients.
# 6. **Use.** The idea on real data.
# 7. **The aha.** The point of the lesson as an assertion that Python checks.
# 8. **Misconceptions.** What people get wrong here, each with a line that shows it.
# 9. **Exercises.** Graded at once. A wrong answer is compared with the classic mistakes; if it is one of them, you are told which.
#
# Run a cell with Shift and Enter, all cells with *Run, Run All Cells*. Nothing you do here can break the course: a fresh copy of an
# exercise comes with `dlcourse new 03` in a terminal (*File, New, Terminal*), and the old one is kept. Everything works offline.

# %% [markdown]
# ## The map
#
# Each lesson stands on the ones before it. The last column is your own: it counts the exercises that you have passed.

# %%
from dlcourse.path import course_map, diagnose, questions

course_map()

# %% [markdown]
# These ten lessons are Part I, the foundations. Afterwards you can derive, write, check, train and debug a network on your own.
#
# <details><summary>The parts that are not written yet</summary>
#
# - **Vision:** 11 convolution, 12 architectures from LeNet to ResNet, 13 transfer learning.
# - **Sequences and language:** 14 text, images and sound as numbers, 15 recurrent networks, 16 LSTM and GRU, 17 sequence to sequence and
#   attention, 18 the Transformer, 19 GPT, 20 BERT.
# - **Without labels, and by acting:** 21 autoencoders, 22 GANs, 23 diffusion, 24 and 25 reinforcement learning, 26 how a chat model is
#   made.
# - **Practice:** 27 frameworks, 28 hardware, 29 large data sets, 30 deployment, 31 interpretability, 32 robustness, 33 applications,
#   34 a debugging clinic.
#
# The models of the first three are in the package already: read them in `dlcourse/models`.
#
# </details>

# %% [markdown]
# ## Ten questions
#
# One for each lesson. Do not look anything up, and do not guess: "?" is an honest answer, and a lucky guess sends you to the wrong lesson.

# %%
questions()

# %% [markdown]
# Write a letter in place of each "?" you can answer, then run the cell.

# %%
answers = {1: "?", 2: "?", 3: "?", 4: "?", 5: "?", 6: "?", 7: "?", 8: "?", 9: "?", 10: "?"}
diagnose(answers)

# %% [markdown]
# It does not say why an answer is wrong: each lesson answers its question, most of them with an experiment. Your first answers are kept.
# **Come back after lesson 10** and answer again, and you see what has changed.
#
# ## Papers
#
# - Kornell, Hays and Bjork 2009, *Unsuccessful retrieval attempts enhance subsequent learning*
#
# [01 What is deep learning?](01_what_is_deep_learning.ipynb) →
