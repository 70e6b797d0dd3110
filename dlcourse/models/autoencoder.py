"""Autoencoders: a network that must say its input again through a narrow code has to find out what matters in it.
Hinton and Salakhutdinov 2006, "Reducing the dimensionality of data with neural networks"; the denoising one: Vincent et al. 2008,
"Extracting and composing robust features with denoising autoencoders".
B batch, D numbers of an example, Z numbers of the code, C channels, H W image. Inputs lie between 0 and 1, outputs are logits of them."""

from itertools import pairwise

from dlcourse import functional as F
from dlcourse.nn import Conv2d, ConvTranspose2d, Linear, Module, ReLU, Sequential
from dlcourse.nn.init import default_rng


class Autoencoder(Module):
    """Autoencoder(784, 256, 32): the widths from the input to the code; the decoder has them in reverse order.

    Raises ValueError for fewer than two widths.
    """

    def __init__(self, *sizes, rng=None):
        if len(sizes) < 2:
            raise ValueError(f"Autoencoder expected at least two widths, of the input and of the code, got {sizes}.")
        rng = default_rng(rng)
        self.encoder = perceptron(sizes, rng)
        self.decoder = perceptron(sizes[::-1], rng)

    def forward(self, x):  # (B, D)
        code = self.encoder(x)  # (B, Z)
        return self.decoder(code)  # (B, D)


class ConvAutoencoder(Module):
    """The same for images (B, C, H, W): two convolutions halve them, a linear layer makes the code, and all goes back the same way.

    Raises ValueError when `size`, the height and width, can't be halved twice.
    """

    def __init__(self, channels=1, size=28, width=16, code=32, *, rng=None):
        if size % 4:
            raise ValueError(f"ConvAutoencoder expected a size that can be halved twice, got {size}. Pad the images to a multiple of 4.")
        rng = default_rng(rng)
        self.small = (2 * width, size // 4, size // 4)  # the image that the code is made from
        n = 2 * width * (size // 4) ** 2
        self.conv1 = Conv2d(channels, width, 4, stride=2, padding=1, rng=rng)
        self.conv2 = Conv2d(width, 2 * width, 4, stride=2, padding=1, rng=rng)
        self.to_code, self.from_code = Linear(n, code, rng=rng), Linear(code, n, rng=rng)
        self.deconv2 = ConvTranspose2d(2 * width, width, 4, stride=2, padding=1, rng=rng)
        self.deconv1 = ConvTranspose2d(width, channels, 4, stride=2, padding=1, rng=rng)

    def forward(self, x):
        return self.decode(self.encode(x))

    def encode(self, x):  # (B, C, H, W)
        x = F.relu(self.conv1(x))  # (B, width, H/2, W/2)
        x = F.relu(self.conv2(x))  # (B, 2 width, H/4, W/4)
        return self.to_code(F.flatten(x))  # (B, Z)

    def decode(self, code):  # (B, Z)
        x = F.relu(self.from_code(code)).reshape(-1, *self.small)  # (B, 2 width, H/4, W/4)
        x = F.relu(self.deconv2(x))  # (B, width, H/2, W/2)
        return self.deconv1(x)  # (B, C, H, W)


def perceptron(sizes, rng):
    """Linear layers with a ReLU between them, none behind the last."""
    layers = [layer for d, k in pairwise(sizes) for layer in (Linear(d, k, rng=rng), ReLU())]
    return Sequential(*layers[:-1])


def reconstruction_loss(logits, x):
    """-log likelihood of x if each pixel is ink with probability sigmoid(logit), the mean over pixels."""
    return F.bce_with_logits(logits, x)


def denoising_loss(model, x, *, share=0.3, rng):
    """The reconstruction loss of the whole x given a destroyed one: to fill the holes a model must know what goes together."""
    return reconstruction_loss(model(destroyed(x, share, rng)), x)


def destroyed(x, share, rng):
    """The array x with that share of its numbers, drawn anew for each, set to 0."""
    return x * (rng.random(x.shape) >= share)
