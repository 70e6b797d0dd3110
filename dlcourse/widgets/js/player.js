// Step, Play, Reset and scrub. What was once shown is played back here; only new steps of a live widget ask Python.

const PACE = 1000 / 30, KEPT = 400;

// A run over frames that are already here: a sweep or a closed form.
function stillPlayer(control, app) {
  let timer = 0;
  const last = () => (control.until ? app.scope[control.until] : control.last);
  const go = (step) => app.change({ [control.name]: clamp(step, 0, last()) });
  const stop = () => { timer = clearTimeout(timer) ?? 0; };
  const tick = () => {
    go(app.state[control.name] + control.stride);
    timer = app.state[control.name] < last() ? setTimeout(tick, control.pace || PACE) : 0;
    if (!timer) app.redraw();
  };
  return {
    running: () => Boolean(timer), stop,
    scrub: (step) => { stop(); go(step); },
    step: () => { stop(); go(app.state[control.name] + 1); },
    back: () => { stop(); go(app.state[control.name] - 1); },
    reset: () => { stop(); go(0); },
    toggle() {
      if (timer) { stop(); app.redraw(); return; }
      if (app.state[control.name] >= last()) go(0);
      tick();
    },
  };
}

// A run that Python makes: frames are kept, so that going back costs nothing.
function livePlayer(control, app) {
  const kept = { run: -1, frames: [] };
  let timer = 0, remote = false, place = 0;
  const stop = () => { timer = clearTimeout(timer) ?? 0; };
  const atEnd = () => place >= kept.frames.length - 1;
  const show = (index) => {
    place = clamp(index, 0, kept.frames.length - 1);
    app.items = kept.frames[place].items;
    app.state[control.name] = kept.frames[place].step;
    app.redraw();
  };
  const tick = () => {
    if (atEnd()) { stop(); app.ask("play"); return; }
    show(place + 1);
    timer = setTimeout(tick, PACE);
  };
  const halt = () => { stop(); if (remote) app.ask("pause"); };
  return {
    running: () => Boolean(timer) || remote,
    stop,
    // a frame arrived: keep it, and show it unless the learner looks at an earlier one
    receive({ run, step, playing }, items) {
      const following = run !== kept.run || atEnd();
      if (run !== kept.run) Object.assign(kept, { run, frames: [] });
      if (kept.frames.at(-1)?.step === step) kept.frames.pop();
      kept.frames.push({ step, items });
      if (kept.frames.length > KEPT) kept.frames = kept.frames.filter((_, i) => i % 2 === 0 || i === kept.frames.length - 1);
      remote = playing;
      if (following) show(kept.frames.length - 1);
    },
    failed() { remote = false; },
    scrub(step) {
      halt();
      show(kept.frames.findLastIndex((frame) => frame.step <= step));
    },
    step() {
      if (remote) return halt();
      stop();
      return atEnd() ? app.ask("step") : show(place + 1);
    },
    reset() { stop(); app.ask("reset"); },
    toggle() {
      if (timer || remote) { halt(); app.redraw(); } else tick();
    },
  };
}
