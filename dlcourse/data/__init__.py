"""Data to learn from: pictures, texts, tables, series, points in the plane; and a loader that cuts them into batches. NumPy only."""

from dlcourse.data.cifar import CIFAR_CLASSES, cifar10
from dlcourse.data.images import FASHION_CLASSES, fashion_mnist, mnist
from dlcourse.data.loader import DataLoader
from dlcourse.data.photographs import PHOTOGRAPHS, photograph
from dlcourse.data.points import blobs, circles, moons, spirals, xor
from dlcourse.data.sequences import pad, windows
from dlcourse.data.series import co2, nile, sunspots
from dlcourse.data.tables import breast_cancer, diabetes, digits, iris, wine
from dlcourse.data.texts import names, sentence_pairs, shakespeare
