"""Controls are what the learner moves. Each owns one entry of the state, under its name."""

import math
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Control:
    """One entry of the state: `name` is its key, `label` what the learner reads (the name, if empty)."""

    def describe(self):
        """What JavaScript needs to draw the control."""
        return asdict(self) | {"kind": type(self).__name__.lower(), "label": self.label or self.name}

    def check(self, value):
        """Raise ValueError, in a sentence, when the control can't have this value."""


@dataclass(frozen=True)
class Slider(Control):
    """A number from `low` to `high` in steps of `step`. only=("expression", "a*a", "a*b"): at rest while that control has another value."""

    name: str
    low: float
    high: float
    step: float
    value: float = 0.0
    label: str = ""
    only: tuple = ()

    def describe(self):
        return super().describe() | {"digits": max(0, -math.floor(math.log10(self.step) + 1e-9))}

    @property
    def corners(self):
        return (self.low, self.high)

    @property
    def values(self):
        return [round(self.low + i * self.step, 10) for i in range(round((self.high - self.low) / self.step) + 1)]

    def check(self, value):
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.name} expected a number from {self.low} to {self.high}, got {value!r}.")


@dataclass(frozen=True)
class Choice(Control):
    """One of a few words or numbers. `selects=("step", 0)` sets another control as soon as something is chosen."""

    name: str
    options: tuple
    value: object = None
    label: str = ""
    selects: tuple = ()

    def __post_init__(self):
        object.__setattr__(self, "options", tuple(self.options))
        object.__setattr__(self, "value", self.options[0] if self.value is None else self.value)

    @property
    def corners(self):
        return self.options

    @property
    def values(self):
        return list(self.options)

    def check(self, value):
        if value not in self.options:
            raise ValueError(f"{self.name} expected one of {', '.join(map(str, self.options))}, got {value!r}.")


@dataclass(frozen=True)
class Stops(Choice):
    """A slider over a few given numbers, such as 50, 100, 200, 500: for sizes and rates that grow by factors."""


@dataclass(frozen=True)
class Toggle(Control):
    """On or off."""

    name: str
    value: bool = False
    label: str = ""
    corners = values = (False, True)


@dataclass(frozen=True)
class Drawing(Control):
    """Points [x, y, class] that the learner puts on the panel that names this control in `draws`.

    `selects=("data", "drawn")` sets another control as soon as a point is drawn.
    """

    name: str
    value: tuple = ()
    label: str = ""
    selects: tuple = ()
    most: int = 400
    corners = values = ((),)


@dataclass(frozen=True)
class Player(Control):
    """Step, Play, Reset and a scrubber over the steps 0 to `last`. Play takes `stride` steps a picture.

    In a Live widget a change of any other control starts the run anew, except of those named in `keeps`.
    Elsewhere: until, the name of a number of the frame that is the last step of this state; pace, milliseconds a picture in place
    of 1/30 s; back, whether there is a button (and the left arrow) for a step back.
    """

    name: str
    last: int
    value: int = 0
    stride: int = 1
    label: str = ""
    keeps: tuple = ()
    until: str = ""
    pace: int = 0
    back: bool = False

    @property
    def corners(self):
        return (0, self.last)

    @property
    def values(self):
        return list(range(self.last + 1))
