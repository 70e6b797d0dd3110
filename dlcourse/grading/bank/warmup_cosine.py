"""warmup_cosine: the rate rises in a line and falls along a cosine (lesson 08)."""

import math

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "warmup_cosine",
    lesson="08_optimizers",
    minutes=15,
    difficulty=2,
    hints=(
        "Two formulas, one for t < warmup and one for the rest. Which t is the first of the second part, and what is the rate there?",
        "The cosine has its own clock: it starts at 0 when the warm-up is over, and it would read 1 at step total.",
        "(1 + cos) / 2 goes from 1 to 0. Stretch and lift it so that it goes from lr to floor.",
    ),
)


@exercise.cases
def cases(rng):
    warmup, total = int(rng.integers(4, 9)), int(rng.integers(25, 60))
    lr, floor = round(rng.uniform(0.3, 3), 2), round(rng.uniform(0.02, 0.2), 3)
    for t in (0, warmup - 1, warmup, warmup + 1, (warmup + total) // 2, total - 2, total - 1):
        yield t, warmup, total, lr, floor
    yield 1, warmup, total, 1.0, 0.1
    yield 7, 0, total, lr, floor  # no warm-up at all
    yield total // 2, 5, total, lr, 0.0


def _half(way):
    """From 1 to 0 along half a cosine."""
    return (1 + math.cos(math.pi * way)) / 2


def _rate(t, warmup, total, lr, floor, way=None):
    if t < warmup:
        return lr * (t + 1) / warmup
    return floor + (lr - floor) * _half((t - warmup) / (total - warmup) if way is None else way)


@exercise.equivalent
def _(t, warmup, total, lr=1.0, floor=0.1):
    if warmup > t:
        return lr / warmup * (t + 1)
    share = math.cos(math.pi / 2 * (t - warmup) / (total - warmup)) ** 2
    return lr * share + floor * (1 - share)


@exercise.equivalent
def _(t, warmup, total, lr=1.0, floor=0.1):
    import numpy as np

    line = (t + 1) / max(warmup, 1)
    wave = np.float32(floor + 0.5 * (lr - floor) * (1 + np.cos(np.pi * (t - warmup) / (total - warmup))))
    return np.where(t < warmup, lr * line, wave)


@exercise.mistake(
    "the cosine counts the warm-up",
    "The cosine uses t / total, so at the end of the warm-up it is part of the way down and the rate drops. Its clock starts at warmup.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return _rate(t, warmup, total, lr, floor, t / total)


@exercise.mistake(
    "the cosine runs over all steps after a late start",
    "The cosine starts at warmup but is stretched over total steps, so it never gets near the floor. Divide by total - warmup.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return _rate(t, warmup, total, lr, floor, (t - warmup) / total)


@exercise.mistake(
    "the floor is ignored",
    "The rate falls to 0. It should fall to floor.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return _rate(t, warmup, total, lr, 0.0)


@exercise.mistake(
    "the floor is added on top",
    "You add floor to the whole cosine, so the peak is lr + floor. The cosine may only cover the way from lr to floor.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return lr * (t + 1) / warmup if t < warmup else floor + _rate(t, warmup, total, lr, 0.0)


@exercise.mistake(
    "the first rate is 0",
    "The warm-up uses t / warmup. At t = 0 that is 0, and a whole batch is wasted on a step of length 0. Use t + 1.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return lr * t / warmup if t < warmup else _rate(t, warmup, total, lr, floor)


@exercise.mistake(
    "the warm-up is one step too long",
    "At t = warmup your rate is still on the line, above lr: t <= warmup in place of t < warmup.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return lr * (t + 1) / warmup if t <= warmup and warmup else _rate(t, warmup, total, lr, floor)


@exercise.mistake("the warm-up is one step too long")
def _(t, warmup, total, lr=1.0, floor=0.1):
    return lr * (t + 1) / warmup if t <= warmup else _rate(t, warmup, total, lr, floor)


@exercise.mistake(
    "the warm-up ends below lr",
    "You divide by warmup + 1, so the last step of the warm-up does not reach lr. Step warmup - 1 should.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return lr * (t + 1) / (warmup + 1) if t < warmup else _rate(t, warmup, total, lr, floor)


@exercise.mistake(
    "the cosine is not halved",
    "1 + cos goes from 2 to 0, so the rate starts too high. Divide by 2.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    if t < warmup:
        return lr * (t + 1) / warmup
    return floor + (lr - floor) * 2 * _half((t - warmup) / (total - warmup))


@exercise.mistake(
    "a cosine without the 1",
    "cos alone goes from 1 to -1, and a negative rate climbs uphill. It is (1 + cos) / 2.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    if t < warmup:
        return lr * (t + 1) / warmup
    return floor + (lr - floor) * math.cos(math.pi * (t - warmup) / (total - warmup))


@exercise.mistake(
    "the rate rises again",
    "You use a whole wave, cos of 2 pi, so the rate falls to the floor in the middle and is back at lr in the end. Half a wave: pi.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return _rate(t, warmup, total, lr, floor, 2 * (t - warmup) / (total - warmup))


@exercise.mistake(
    "the cosine goes up",
    "1 - cos rises from 0: after the warm-up the rate drops to the floor and climbs. It is 1 + cos.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return _rate(t, warmup, total, lr, floor, 1 + (t - warmup) / (total - warmup))


@exercise.mistake(
    "degrees in place of radians",
    "Your cosine gets 180 times the way. `np.cos` and `math.cos` count in radians: half a turn is pi.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return _rate(t, warmup, total, lr, floor, 180 / math.pi * (t - warmup) / (total - warmup))


@exercise.mistake(
    "pi is forgotten",
    "Your cosine gets the way from 0 to 1 itself, so at the end it has come less than a quarter of the way down. Multiply by pi.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return _rate(t, warmup, total, lr, floor, (t - warmup) / (total - warmup) / math.pi)


@exercise.mistake(
    "a straight line down",
    "After the warm-up your rate falls in a straight line. Asked for is half a cosine.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    if t < warmup:
        return lr * (t + 1) / warmup
    return lr + (floor - lr) * (t - warmup) / (total - warmup)


@exercise.mistake(
    "cut off at the floor",
    "You let the cosine fall to 0 and take the larger of it and floor, so the rate rests on the floor at the end. The cosine "
    "itself should end there.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return max(floor, _rate(t, warmup, total, lr, 0.0)) if t >= warmup else lr * (t + 1) / warmup


@exercise.mistake(
    "no warm-up",
    "Your rate starts at its highest. For t < warmup it is lr (t + 1) / warmup.",
    see="08, Build: warm-up and cosine",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return floor + (lr - floor) * _half((t - warmup) / (total - warmup))


@exercise.mistake("no warm-up")
def _(t, warmup, total, lr=1.0, floor=0.1):
    return floor + (lr - floor) * _half(t / total)


@exercise.convention(
    "the floor as a share of lr",
    "You read floor as a share, so the rate ends at floor · lr. Many training scripts do; here, as `eta_min` in PyTorch, it is a rate.",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return _rate(t, warmup, total, lr, floor * lr)


@exercise.convention(
    "the floor at the last step",
    "Your cosine reaches the floor at step total - 1, one step sooner than asked. PyTorch's CosineAnnealingLR has it at step total.",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return _rate(t, warmup, total, lr, floor, (t - warmup) / (total - 1 - warmup))


@exercise.convention(
    "a warm-up that starts at the floor",
    "Your warm-up rises from floor to lr. Asked for is the line that would start at 0: lr (t + 1) / warmup.",
)
def _(t, warmup, total, lr=1.0, floor=0.1):
    return floor + (lr - floor) * (t + 1) / warmup if t < warmup else _rate(t, warmup, total, lr, floor)
