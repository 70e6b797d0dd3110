"""A Live widget shows a process, such as training: a generator yields after each step, and pictures of it are sent while it runs."""

import asyncio
import math
import time

import traitlets

from dlcourse.widgets.controls import Player
from dlcourse.widgets.explorable import Explorable
from dlcourse.widgets.failure import explain
from dlcourse.widgets.frame import Frame, pack

FRAME_SECONDS = 1 / 30
BREATH = 0.004  # seconds left to the kernel between two pictures, so that Pause and sliders get through


class Live(Explorable):
    """Subclass it, name one Player among the controls, and write `steps(self, **values)`: a generator that yields a function without
    arguments, which returns the Frame, once before the first step and once after each. Only the pictures that are shown are computed.
    """

    def __init__(self, **start):
        self._run, self._show, self._task = None, None, None
        self._number = self._step = self._revision = 0
        super().__init__(**start)
        self.on_msg(self._hear)

    def steps(self, **values):
        """Yield functions that return the Frame of the moment. Every Live widget writes its own."""
        raise NotImplementedError(f"{type(self).__name__} expected a generator steps(self, {', '.join(self.names)}).")

    def compute(self, **values):
        """The frame before the first step."""
        return next(self.steps(**values))()

    def step(self, count=1):
        """Take `count` steps and show the last."""
        self._present(count)

    def play(self):
        """Run in the background, at most 30 pictures a second, until `pause`, the last step or an error."""
        if not self.playing:
            self._task = asyncio.get_running_loop().create_task(self._play())

    def pause(self):
        self._task = None
        self._present(0)

    def reset(self):
        """Back to before the first step, with the current values."""
        self._run = self._task = None
        self._present(0)

    def close(self):
        self._task = None
        super().close()

    @property
    def playing(self):
        return self._task is not None

    @property
    def live(self):
        return True

    @property
    def player(self):
        return next(control for control in self.controls if isinstance(control, Player))

    @property
    def names(self):
        return [control.name for control in self.controls if not isinstance(control, Player)]

    @property
    def code(self):
        return (type(self).steps,)

    def now(self):
        if self._run is None:
            self._advance(0, math.inf)
        return self.constants | self.values | {self.player.name: self._step} | self._show()

    async def _play(self):
        task = asyncio.current_task()
        while self._task is task:
            started = time.perf_counter()
            self._present(self.player.stride, until=started + FRAME_SECONDS)
            await asyncio.sleep(max(BREATH, started + FRAME_SECONDS - time.perf_counter()))

    def _present(self, count, *, until=math.inf):
        self.frame = self._look(count, until=until)

    def _look(self, count=0, *, until=math.inf, **notes):
        try:
            self._advance(count, until)
            frame = self.constants | self._show()
        except Exception as error:  # the learner's function may raise anything
            self._run = self._task = None  # the next step tries again from the start
            frame, notes = Frame(), notes | {"error": explain(error)}
        return pack(frame, step=self._step, run=self._number, playing=self.playing, revision=self._revision, **notes)

    def _advance(self, count, until):
        if self._run is None:
            self._number, self._step = self._number + 1, 0
            run = self.steps(**self.values)
            self._show, self._run = next(run), run  # a run that fails at once was none
        for _ in range(min(count, self.player.last - self._step)):
            self._show = next(self._run)
            self._step += 1
            if time.perf_counter() > until:
                break
        if self._step == self.player.last:
            self._task = None

    @traitlets.observe("state")
    def _answer(self, change):
        if not change.old:
            return
        changed = {name for name in self.names if change.old[name] != change.new[name]}
        self._revision = change.new.get("revision", self._revision)
        if changed - set(self.player.keeps):
            self._run = None
        self._present(0)

    def _hear(self, _, content, buffers):
        """Step, play, pause or reset, as the front end asks."""
        self._revision = content["revision"]
        {"step": self.step, "play": self.play, "pause": self.pause, "reset": self.reset}[content["do"]]()
