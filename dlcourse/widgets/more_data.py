"""Three learners, more and more images, for lesson 01."""

import numpy as np

from dlcourse import data
from dlcourse.widgets.controls import Choice, Stops
from dlcourse.widgets.explorable import Explorable
from dlcourse.widgets.frame import Frame
from dlcourse.widgets.learners import LEARNERS
from dlcourse.widgets.panels import Curve, Image, Line
from dlcourse.widgets.predict import Predict

SIZES = (20, 50, 100, 200, 500, 1000, 2000)
SAMPLES = 12  # test pictures that are shown with the answer
LOOKS = (("rules", "ink", True), ("features + linear", "negative", False), ("deep", "positive", False), ("yours", "extra", False))


class MoreData(Explorable):
    """Who gains from more data?

    yours: your own learner, a function (x_train, y_train, x_test, rng) -> labels (N,), which joins the three as "yours".
    seed: which training images are drawn, and the first weights. The widget trains everything when it is made, in a few seconds.
    """

    question = Predict(
        "Which of the three gains most from 500 to 2,000 images?",
        choices=("the rules", "features and a linear model", "the deep network", "all the same"),
        answer="the deep network",
        why="rules learn nothing, and the linear model gains about half as much.",
    )
    controls = (
        Stops("images", SIZES, value=500, label="training images"),
        Choice("learner", tuple(name for name, _, _ in LOOKS[:3]), value="deep"),
    )
    swept = ("images", "learner")
    sentence = "{learner}: {correct} of {tested} test images right after {images} training images, {percent:.1f} %."

    def __init__(self, yours=None, *, seed=0, **start):
        self.seed = seed
        self.learners = LEARNERS | ({"yours": yours} if yours else {})
        looks = [look for look in LOOKS if look[0] in self.learners]
        self.controls = (type(self).controls[0], Choice("learner", tuple(self.learners), value="yours" if yours else "deep"))
        self.panels = (self._curves(looks), self._pictures())
        super().__init__(**start)

    def prepare(self):
        """Train every learner on every number of images."""
        x, y, x_test, y_test = data.mnist()
        order = np.random.default_rng(self.seed).permutation(len(x))
        self.answers = {
            name: [learner(x[order[:n]], y[order[:n]], x_test, np.random.default_rng(self.seed)) for n in SIZES]
            for name, learner in self.learners.items()
        }
        self.labels = y_test
        shares = {name: np.array([(labels == y_test).mean() for labels in answers]) for name, answers in self.answers.items()}
        pictures = (255 * x_test[:SAMPLES]).round().astype(np.uint8).reshape(-1, 28, 28)
        return Frame(sizes=np.array(SIZES, float), pictures=pictures, tested=len(y_test), **_by_item(shares))

    def compute(self, images, learner):
        answer = self.answers[learner][SIZES.index(images)]
        right = answer == self.labels
        captions = [str(given) if ok else f"{given}, not {label}" for given, ok, label in zip(answer, right, self.labels, strict=True)]
        return Frame(
            accuracy=right.mean(),
            percent=100 * right.mean(),
            correct=int(right.sum()),
            captions=captions[:SAMPLES],
            wrong=(~right[:SAMPLES]).astype(np.uint8),
        )

    @staticmethod
    def _curves(looks):
        return Line(
            label="The deep network gains most from more data",
            alt="accuracy over the number of training images, one curve per learner; {learner} at {images} images: {accuracy:.2f}.",
            x="sizes",
            curves=tuple(Curve(_item(name), name, colour, dash) for name, colour, dash in looks),
            y_range=(0, 1),
            x_label="training images",
            y_label="accuracy",
            mark=("images", "accuracy"),
            log_x=True,
            width=1.2,
        )

    @staticmethod
    def _pictures():
        return Image(
            label="Answers on the test images",
            alt="twelve handwritten digits of the test set with the answers of {learner} after {images} training images.",
            values="pictures",
            names="captions",
            wrong="wrong",
        )


def _by_item(shares):
    return {_item(name): values for name, values in shares.items()}


def _item(name):
    """The name of a learner's curve in the frame."""
    return name.split()[0] + "_curve"
