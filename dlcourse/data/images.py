"""Pictures to learn from: MNIST's handwritten digits and Fashion-MNIST's clothes, some of which come with the course."""

from dlcourse.data.idx import IdxSet

MNIST = IdxSet(
    "mnist",
    train=2500,
    test=500,
    embedded_sha256="8dbcc4170a77d652434b72f800a66bb35d14b997d7ca94c442b5a63659cc33b1",
    idx_sha256={
        "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
    mirrors=("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"),
)
FASHION_MNIST = IdxSet(
    "fashion_mnist",
    train=1600,
    test=400,
    embedded_sha256="0565ff252e0312d0a1737f5abe53209ca4e8aa24d10b0ed0a6bad4e3158c43f7",
    idx_sha256={
        "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
    mirrors=(
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    ),
)
FASHION_CLASSES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")


def mnist(*, full=False):
    """Handwritten digits (LeCun, Bottou, Bengio and Haffner 1998): 2,500 to train on and 500 to test, or all 70,000 with `full`.

    Returns x_train, y_train, x_test, y_test: images float32 (N, 784), 0 is paper and 1 is ink; labels int64 (N,), 0 to 9.
    Raises FileNotFoundError when the full set was not downloaded yet, checksum.Damaged (a ValueError) when a file is broken.
    """
    return MNIST.load(full)


def fashion_mnist(*, full=False):
    """Clothes from a shop (Xiao, Rasul and Vollgraf 2017): 1,600 to train on and 400 to test, or all 70,000 with `full`.

    Returns x_train, y_train, x_test, y_test as `mnist` does, with 0 for the background; label k is FASHION_CLASSES[k].
    """
    return FASHION_MNIST.load(full)
