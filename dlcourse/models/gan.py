"""Generative adversarial networks (Goodfellow et al. 2014, "Generative adversarial nets"): a generator makes examples from noise, a
discriminator tells them from real ones, and each learns from the other's success. The dense pair is theirs; the convolutional one is
DCGAN's (Radford, Metz and Chintala 2015, "Unsupervised representation learning with deep convolutional GANs").
B batch, Z numbers of noise, D numbers of an example, C channels, H W image."""

from dlcourse import functional as F
from dlcourse.nn import BatchNorm2d, Conv2d, ConvTranspose2d, Linear, Module
from dlcourse.nn.init import default_rng, normal
from dlcourse.tensor import Tensor, no_grad


class Generator(Module):
    """noise (B, Z) -> examples (B, D), through two hidden layers."""

    def __init__(self, noise=8, hidden=128, features=2, *, rng=None):
        rng = default_rng(rng)
        self.noise = noise
        self.layer1, self.layer2 = Linear(noise, hidden, rng=rng), Linear(hidden, hidden, rng=rng)
        self.layer3 = Linear(hidden, features, rng=rng)

    def forward(self, z):  # (B, Z)
        return self.layer3(F.relu(self.layer2(F.relu(self.layer1(z)))))  # (B, D)


class Discriminator(Module):
    """examples (B, D) -> logits (B,) of being real. Leaky ReLUs: where a ReLU is off the generator would learn nothing."""

    def __init__(self, features=2, hidden=128, *, rng=None):
        rng = default_rng(rng)
        self.layer1, self.layer2 = Linear(features, hidden, rng=rng), Linear(hidden, hidden, rng=rng)
        self.layer3 = Linear(hidden, 1, rng=rng)

    def forward(self, x):  # (B, D)
        h = F.leaky_relu(self.layer2(F.leaky_relu(self.layer1(x), 0.2)), 0.2)  # (B, hidden)
        return self.layer3(h).reshape(-1)  # (B,)


class DCGenerator(Module):
    """noise (B, Z) -> images (B, C, size, size) between -1 and 1: a small image of many channels is doubled twice.

    Raises ValueError when the size is not a multiple of 4.
    """

    def __init__(self, noise=64, width=32, channels=1, size=28, *, rng=None):
        _check(size)
        rng = default_rng(rng)
        self.noise, self.small = noise, size // 4
        self.project = ConvTranspose2d(noise, 2 * width, self.small, bias=False, rng=rng)
        self.norm1, self.norm2 = BatchNorm2d(2 * width), BatchNorm2d(width)
        self.deconv1 = ConvTranspose2d(2 * width, width, 4, stride=2, padding=1, bias=False, rng=rng)
        self.deconv2 = ConvTranspose2d(width, channels, 4, stride=2, padding=1, rng=rng)
        start_small(self, rng)

    def forward(self, z):  # (B, Z)
        z = z if isinstance(z, Tensor) else Tensor(z)
        x = F.relu(self.norm1(self.project(z.reshape(*z.shape, 1, 1))))  # (B, 2 width, size/4, size/4)
        x = F.relu(self.norm2(self.deconv1(x)))  # (B, width, size/2, size/2)
        return F.tanh(self.deconv2(x))  # (B, C, size, size)


class DCDiscriminator(Module):
    """images (B, C, size, size) -> logits (B,) of being real: two convolutions halve them, the last one sees all that is left.

    Raises ValueError when the size is not a multiple of 4.
    """

    def __init__(self, width=32, channels=1, size=28, *, rng=None):
        _check(size)
        rng = default_rng(rng)
        self.conv1 = Conv2d(channels, width, 4, stride=2, padding=1, rng=rng)  # no norm here, nor behind the generator's last
        self.conv2 = Conv2d(width, 2 * width, 4, stride=2, padding=1, bias=False, rng=rng)
        self.norm = BatchNorm2d(2 * width)
        self.judge = Conv2d(2 * width, 1, size // 4, rng=rng)
        start_small(self, rng)

    def forward(self, x):  # (B, C, size, size)
        x = F.leaky_relu(self.conv1(x), 0.2)  # (B, width, size/2, size/2)
        x = F.leaky_relu(self.norm(self.conv2(x)), 0.2)  # (B, 2 width, size/4, size/4)
        return self.judge(x).reshape(-1)  # (B,)


def discriminator_loss(real, fake):
    """-log D(x) - log(1 - D(G(z))), the means, from the logits of real and of generated examples (eq. 1)."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def generator_loss(fake):
    """-log D(G(z)) from the logits of generated examples: log(1 - D(G(z))) would be flat where the generator is bad (section 3)."""
    return F.softplus(-fake).mean()


def sample(generator, n, *, rng):
    """n examples from noise, an array, without recording; in the generator's mode."""
    with no_grad():
        return generator(noise_for(generator, n, rng)).numpy()


def noise_for(generator, n, rng):
    """Standard normal noise (n, Z)."""
    return rng.standard_normal((n, generator.noise), dtype="f4")


def start_small(model, rng):
    """Weights of convolutions from a normal distribution with standard deviation 0.02 (Radford et al., section 4)."""
    for p in model.parameters():
        if p.ndim == 4:
            p.data = Tensor(normal(p.shape, 0.02, rng=rng)).data


def _check(size):
    if size % 4:
        raise ValueError(f"DCGAN expected images whose size can be halved twice, got {size}. Pad them to a multiple of 4.")
