"""A harness for functions that draw random numbers: they get a generator, twice with the same seed.

Knows no exercise and no answer, so that the process which runs the learner's code may import it.
"""

import numpy as np


def draw_weights(init, fan_in, fan_out, seed):
    """Three draws of `init(fan_in, fan_out, rng)`: the first and the second of one generator, and the first of another with its seed."""
    rng, again = np.random.default_rng(seed), np.random.default_rng(seed)
    return [init(fan_in, fan_out, rng), init(fan_in, fan_out, rng), init(fan_in, fan_out, again)]
