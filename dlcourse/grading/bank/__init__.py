"""The exercises of the course, one module each."""

from difflib import get_close_matches
from importlib import import_module

CONTENTS = {
    "01_what_is_deep_learning": ("accuracy", "split", "feature", "read_curves"),
    "02_the_neuron": ("neuron", "perceptron_step", "signed_distance", "xor_network"),
    "03_activations_and_losses": ("softmax", "cross_entropy", "cross_entropy_backward", "name_bug"),
    "04_layers_and_forward_propagation": ("forward", "count_parameters", "broadcast_shape", "distances", "weighted_training"),
    "05_gradient_descent": ("gradient_descent", "mse_gradient", "largest_rate", "minibatches", "find_rates"),
    "06_backpropagation": (
        "relu_backward",
        "sigmoid_backward",
        "linear_backward",
        "softmax_backward",
        "unbroadcast",
        "mlp_gradients",
        "gradient_check",
    ),
    "07_autograd": ("topological_order", "value_backward", "getitem_backward", "accumulate", "steps_taken", "autograd"),
    "08_optimizers": ("sgd_momentum", "adam", "adamw", "clip_grad_norm", "warmup_cosine", "find_bug"),
    "09_deep_networks": ("he_init", "batch_norm", "batch_norm_backward", "layer_norm", "diagnose"),
    "10_generalisation": ("standardize", "k_fold", "early_stopping", "dropout", "digits"),
}


def ids():
    """All exercises, in the order of the course."""
    return [id for lesson in CONTENTS.values() for id in lesson]


def by_lesson(lesson):
    """The exercises of one lesson, such as `02_the_neuron`, in their order."""
    return list(CONTENTS.get(lesson, ()))


def load(id):
    """The Exercise of that id; imports that one module. Raises KeyError with a suggestion for an unknown id."""
    if id not in ids():
        raise KeyError(f"there is no exercise {id!r}.{_suggestion(id)} All ids: {', '.join(ids())}.")
    return import_module(f"{__name__}.{id}").exercise


def _suggestion(id):
    close = get_close_matches(str(id), ids(), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
