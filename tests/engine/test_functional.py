"""What `functional` and Tensor add to the kernels: PyTorch's names, order of arguments and shapes. The same call on both sides."""

import numpy as np
import pytest
import torch

from dlcourse import Tensor
from dlcourse import functional as F
from dlcourse.compare import same_as_torch

T = torch.nn.functional
rng = np.random.default_rng(0)
X, P = rng.normal(size=(2, 3, 4)), rng.uniform(0.1, 0.9, size=(2, 3, 4))
SCORES, LABELS = rng.normal(size=(3, 4, 2, 5)), rng.integers(0, 4, (3, 2, 5))
SOFT, WEIGHT = np.moveaxis(rng.dirichlet(np.ones(4), (3, 2, 5)), -1, 1), rng.uniform(0.5, 2.0, 4)
INDEX = rng.integers(0, 3, (2, 5, 4))


def everything(outputs):
    """Outputs as one number, each number weighted by another."""
    parts = outputs if isinstance(outputs, tuple | list) else [outputs]
    return sum((part * constant(np.cos(np.arange(np.prod(part.shape))).reshape(tuple(part.shape)), part)).sum() for part in parts)


def constant(array, like):
    return torch.from_numpy(array) if isinstance(like, torch.Tensor) else Tensor(array)


SAME = {
    "var": lambda f, x: x.var(1, correction=0, keepdim=True),
    "std": lambda f, x: f.std(x, dim=(0, 2), correction=0),
    "prod": lambda f, x: f.prod(x, 1, keepdim=True),
    "prod of all": lambda f, x: f.prod(x),
    "prod with one zero, and with two": lambda f, x: f.prod(x * constant(np.where(X > 1.2, 0.0, 1.0), x), dim=2),
    "cumsum": lambda f, x: f.cumsum(x, dim=1),
    "logsumexp": lambda f, x: f.logsumexp(x, 1),
    "exp, log, sqrt": lambda f, x: (((x.exp() + 1.0).log()).sqrt(), f.exp(x), f.log(x * x), f.sqrt(x * x)),
    "erf and others": lambda f, x: (f.erf(x), f.expm1(x), f.log1p(x * x), f.rsqrt(x * x), f.reciprocal(x), f.logaddexp(x, x * x)),
    "reshape and permute": lambda f, x: (x.reshape(6, -1), x.permute(2, 0, 1), x.transpose(0, -1), x.swapaxes(1, 2)),
    "squeeze and unsqueeze": lambda f, x: (x.unsqueeze(1).squeeze(1), x.unsqueeze(-1), x.squeeze(0), x[:1].squeeze(0)),
    "split": lambda f, x: (*x.split(2, dim=2), *x.split([1, 2], dim=1)),
    "split, of which one piece is used": lambda f, x: x.split(2, dim=2)[1],
    "chunk": lambda f, x: (*f.chunk(x, 3, dim=2), *f.chunk(x, 2, -1)),
    "flip": lambda f, x: f.flip(x, (0, 2)),
    "tile": lambda f, x: f.tile(x, (2, 1, 3)),
    "repeat_interleave": lambda f, x: f.repeat_interleave(x, 2, dim=1),
    "where": lambda f, x: f.where(constant(X > 0.2, x), x, x * 2.0),
    "masked_fill": lambda f, x: f.masked_fill(x, constant(X > 0.2, x), 7.0),
    "gather": lambda f, x: f.gather(x, 1, constant(INDEX, x)),
    "stack": lambda f, x: f.stack([x, x * x], dim=1),
}
LAYERS = {
    "pad": lambda f, x: (f.pad(x, (1, 2)), f.pad(x, (0, 1, 2, 3), value=2.0)),
    "pad by reflection": lambda f, x: f.pad(x, (2, 3), mode="reflect"),
    "pad by replication": lambda f, x: f.pad(x, (2, 3), mode="replicate"),
    "softplus": lambda f, x: f.softplus(x, 3.0),
    "elu": lambda f, x: f.elu(x, 0.5),
    "hardswish": lambda f, x: f.hardswish(3.0 * x),
    "silu, relu6": lambda f, x: (f.silu(x), f.relu6(9.0 * x)),
    "l1_loss": lambda f, x: f.l1_loss(x, constant(P, x), reduction="sum"),
    "mse_loss": lambda f, x: f.mse_loss(x, constant(P, x), reduction="none"),
    "huber_loss": lambda f, x: f.huber_loss(x, constant(P, x), delta=0.5),
    "smooth_l1_loss": lambda f, x: f.smooth_l1_loss(x, constant(P, x), beta=0.5),
    "smooth_l1_loss without a curve": lambda f, x: f.smooth_l1_loss(x, constant(P, x), beta=0),
    "kl_div": lambda f, x: f.kl_div(f.log_softmax(x, -1), constant(P, x), reduction="batchmean"),
    "kl_div of logs": lambda f, x: f.kl_div(f.log_softmax(x, -1), constant(np.log(P), x), reduction="sum", log_target=True),
}


def check(expression, ours_of, torch_of, array=X):
    ours, theirs = Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    everything(expression(ours_of, ours)).backward()
    everything(expression(torch_of, theirs)).backward()
    same_as_torch(ours.grad, theirs.grad)
    with torch.no_grad():
        same_as_torch(everything(expression(ours_of, ours)), everything(expression(torch_of, theirs)))


@pytest.mark.parametrize("expression", SAME.values(), ids=SAME)
def test_tensor_methods_and_functions_are_pytorchs(expression):
    check(expression, F, torch)


@pytest.mark.parametrize("expression", LAYERS.values(), ids=LAYERS)
def test_functional_is_pytorchs(expression):
    check(expression, F, T)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("target", [LABELS, SOFT], ids=["labels", "distributions"])
def test_cross_entropy_of_pictures(target, reduction):
    """(N, K, H, W) with a label, or a distribution, for each pixel."""

    def loss(f, x):
        options = {"weight": constant(WEIGHT, x), "label_smoothing": 0.1}
        return f.cross_entropy(x, constant(target, x), reduction=reduction, **options)

    check(loss, F, T, SCORES)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_nll_loss_of_pictures(reduction):
    ignored = np.where(LABELS == 2, -1, LABELS)
    check(lambda f, x: f.nll_loss(x, constant(ignored, x), ignore_index=-1, reduction=reduction), F, T, SCORES)


def test_bce_with_logits_weighs_the_positive():
    ours, theirs = Tensor(X, requires_grad=True), torch.tensor(X, requires_grad=True)
    F.bce_with_logits(ours, P, pos_weight=WEIGHT).backward()
    T.binary_cross_entropy_with_logits(theirs, torch.tensor(P), pos_weight=torch.tensor(WEIGHT)).backward()
    same_as_torch(ours.grad, theirs.grad)


def test_ctc_loss_takes_log_probabilities_and_gives_the_gradient_that_pytorch_gives():
    log_p = torch.randn(9, 2, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).log_softmax(-1)
    words, heard, lengths = np.array([[1, 1, 2], [3, 1, 0]]), np.array([9, 6]), np.array([3, 2])
    ours, theirs = Tensor(log_p.numpy(), requires_grad=True), log_p.clone().requires_grad_()
    for reduction in ("mean", "sum", "none"):
        everything(F.ctc_loss(ours, words, heard, lengths, reduction=reduction)).backward()
        everything(T.ctc_loss(theirs, *map(torch.tensor, (words, heard, lengths)), reduction=reduction)).backward()
        same_as_torch(ours.grad, theirs.grad)


def test_linear_without_bias():
    x, weight = Tensor(X, requires_grad=True), Tensor(WEIGHT.reshape(1, 4), requires_grad=True)
    twins = [torch.tensor(t.data, requires_grad=True) for t in (x, weight)]
    everything(F.linear(x, weight)).backward()
    everything(T.linear(*twins)).backward()
    same_as_torch(x.grad, twins[0].grad)
    same_as_torch(weight.grad, twins[1].grad)


@pytest.mark.parametrize("widths", [(1,), (1, 2) * 4])
def test_pad_wants_pairs_for_dimensions_that_exist(widths):
    with pytest.raises(ValueError, match="two widths for each of the last dimensions of a Tensor with 3"):
        F.pad(Tensor(X), widths)


def test_a_wide_number_of_equal_values_has_no_gradient_of_its_spread():
    x = Tensor(np.ones((2, 3)), requires_grad=True)
    F.std(x).backward()
    assert (x.grad == 0).all()
