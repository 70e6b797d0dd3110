"""A prediction comes before the picture: whoever has guessed looks more closely. It can be skipped and never blocks a notebook."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Predict:
    """A question with choices; `why` is one sentence, shown with the answer."""

    question: str
    choices: tuple
    answer: str
    why: str = ""

    def __post_init__(self):
        object.__setattr__(self, "choices", tuple(self.choices))
        if self.answer not in self.choices:
            raise ValueError(f"Predict expected its answer among {', '.join(self.choices)}, got {self.answer!r}.")

    def describe(self):
        """What JavaScript needs to ask."""
        return asdict(self)
