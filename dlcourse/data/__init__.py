"""Data to learn from: pictures, texts, tables, points in the plane, and the loader that cuts them into batches. NumPy arrays only."""

from dlcourse.data.cifar import CIFAR_CLASSES, cifar10
from dlcourse.data.images import FASHION_CLASSES, fashion_mnist, mnist
from dlcourse.data.loader import DataLoader
from dlcourse.data.points import blobs, circles, moons, spirals, xor
from dlcourse.data.tables import breast_cancer, diabetes, digits, iris, wine
from dlcourse.data.texts import sentence_pairs, shakespeare
