"""Variational autoencoder (Kingma and Welling 2014, "Auto-encoding variational Bayes"): an autoencoder whose codes fill a normal
distribution without gaps, so that a code drawn from it is decoded to something new.
B batch, D numbers of an example, each 0 or 1 or a probability between, Z numbers of the code."""

from dlcourse import functional as F
from dlcourse.nn import Linear, Module
from dlcourse.nn.init import default_rng
from dlcourse.tensor import Tensor, no_grad


class VAE(Module):
    """One hidden layer in the encoder, which says where in the space of codes x lies, and one in the decoder (appendix C)."""

    def __init__(self, features=784, hidden=256, code=16, *, rng=None):
        rng = default_rng(rng)
        self.code = code
        self.encoder = Linear(features, hidden, rng=rng)
        self.mean, self.log_var = Linear(hidden, code, rng=rng), Linear(hidden, code, rng=rng)
        self.decoder1, self.decoder2 = Linear(code, hidden, rng=rng), Linear(hidden, features, rng=rng)

    def forward(self, x, noise):
        """x (B, D) and standard normal noise (B, Z) -> logits (B, D), and mean and log variance (B, Z) of the codes q(z | x).

        The code is mean + spread * noise: the chance stands outside, so that gradients reach mean and spread (section 2.4).
        """
        mean, log_var = self.encode(x)
        z = mean + F.exp(0.5 * log_var) * noise  # (B, Z)
        return self.decode(z), mean, log_var

    def encode(self, x):  # (B, D)
        h = F.relu(self.encoder(x))  # (B, hidden)
        return self.mean(h), self.log_var(h)  # (B, Z) each

    def decode(self, z):  # (B, Z)
        return self.decoder2(F.relu(self.decoder1(z)))  # (B, D)

    def sample(self, n, *, rng):
        """The probabilities (n, D) of new examples, an array: codes are drawn from the prior, then decoded."""
        with no_grad():
            return F.sigmoid(self.decode(Tensor(normal(rng, (n, self.code))))).numpy()


def loss(model, x, *, rng):
    """-ELBO of the array x (B, D), in nats per example: the mean of reconstruction and KL divergence, with one code each (eq. 10)."""
    logits, mean, log_var = model(x, normal(rng, (len(x), model.code)).astype(x.dtype))
    return (reconstruction(logits, x) + kl_divergence(mean, log_var)).mean()


def reconstruction(logits, x):
    """-log p(x | z) in nats, (B,): each pixel is ink with probability sigmoid(logit)."""
    return F.bce_with_logits(logits, x, reduction="none").sum(1)


def kl_divergence(mean, log_var):
    """KL(q(z | x) || p(z)) in nats, (B,): what it costs to say where the code lies, if the prior is a standard normal (appendix B)."""
    return 0.5 * (F.square(mean) + F.exp(log_var) - 1 - log_var).sum(1)


def normal(rng, shape):
    return rng.standard_normal(shape, dtype="f4")
