"""A GPT that learned from Shakespeare is moved to sentences of a modern Bible, once whole, once by adapters with 4 % of its weights.

Its figure is how much of what the whole model gains the adapters gain too.
"""

from copy import deepcopy

from benchmarks.train.characters import nats, shakespeare
from benchmarks.train.task import Task
from dlcourse import data
from dlcourse.models import GPT, add_lora, lora_parameters
from dlcourse.optim import AdamW
from dlcourse.schedule import OneCycleLR
from dlcourse.train import fit

LENGTH, BATCH = 64, 16


def run(rng, before=500, after=200, rank=4):
    text, _, tokenizer = shakespeare()
    bible, bible_test = (numbered(sentences, tokenizer) for sentences in data.sentence_pairs())
    model = GPT(len(tokenizer), LENGTH, layers=2, heads=4, channels=128, rng=rng)
    train(model, text, before, 4e-3, rng)
    start = nats(model, bible_test, LENGTH)

    whole = deepcopy(model)
    train(whole, bible, after, 2e-3, rng)
    adapted = add_lora(model, rank, alpha=2 * rank, rng=rng)
    share = sum(p.data.size for p in lora_parameters(adapted)) / sum(p.data.size for p in whole.parameters())
    assert share < 0.05
    train(adapted, bible, after, 1e-2, rng)
    gained, possible = (start - nats(tuned, bible_test, LENGTH) for tuned in (adapted, whole))
    return 100 * gained / possible


def train(model, ids, steps, lr, rng):
    adam = AdamW([p for p in model.parameters() if p.requires_grad], lr)
    schedule = OneCycleLR(adam, lr, steps, pct_start=0.1)
    for _ in fit(model, data.windows(ids, LENGTH, BATCH, steps, rng), GPT.loss, adam, clip=1.0):
        schedule.step()


def numbered(pairs, tokenizer):
    """The English sentences as one row of numbers, a line for each; letters that the plays do not have are left out."""
    lines = "".join(english + "\n" for english, _ in pairs)
    return tokenizer.encode(c for c in lines if c in tokenizer.ids)


TASK = Task(
    "lora", figure="share of full fine-tuning's gain that adapters with 4 % of the weights reach", unit="%", goal=65.0, least=60.0, run=run
)
