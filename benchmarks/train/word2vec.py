"""word2vec reads nine plays by Shakespeare, and is asked which words stand within two words of each word of the rest.

Who only knows how often each word occurs is wrong by 6.21 nats. The 3,043 words that occur at least five times are learned.
"""

import re
from collections import Counter

import numpy as np

from benchmarks.train.task import Task
from dlcourse import data
from dlcourse.models import Word2Vec
from dlcourse.models.word2vec import draw, neighbours, noise_distribution
from dlcourse.optim import Adam

BATCH, EPOCHS, LR, RANDOM, WINDOW = 4096, 3, 0.01, 5, 2


def run(rng):
    train, validation, vocabulary = texts()
    noise = noise_distribution(np.bincount(train))
    model = Word2Vec(len(vocabulary), dim=64, rng=rng)
    adam = Adam(model.parameters(), LR)
    batches = data.DataLoader(*neighbours(train, WINDOW), batch_size=BATCH, epochs=EPOCHS, rng=rng)
    for step, (words, true) in enumerate(batches):
        others = np.concatenate([true[:, None], draw(noise, (len(words), RANDOM), rng=rng)], 1)
        adam.zero_grad()
        model.loss(model(words, others)).backward()
        adam.lr = LR * (1 - step / len(batches))
        adam.step()
    return float(-model.log_p(noise)[neighbours(validation, WINDOW)].mean())


def texts(least=5):
    """Training and validation text as ids of words, and the words; those that occur fewer than `least` times are left out."""
    train, validation = (re.findall(r"[a-z]+(?:'[a-z]+)?", text.lower()) for text in data.shakespeare())
    vocabulary = [word for word, n in Counter(train).most_common() if n >= least]
    ids = {word: i for i, word in enumerate(vocabulary)}
    return *(np.array([ids[word] for word in text if word in ids]) for text in (train, validation)), vocabulary


TASK = Task(
    "word2vec",
    figure="loss on the neighbours of 18,301 words of Shakespeare",
    unit="nats per neighbour",
    goal=6.06,
    least=6.07,
    higher_is_better=False,
    run=run,
)
