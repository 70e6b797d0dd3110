// The state of one widget and its talk with Python. Whoever shows it sets `redraw` and `say`.

const PATIENCE = 120; // milliseconds before Python hears of a change that it need not answer

class App {
  constructor(model) {
    const spec = model.get("spec"), state = { ...model.get("state") }, revision = state.revision ?? 0;
    Object.assign(this, { model, spec, state, asked: revision, answered: revision });
    Object.assign(this, { items: {}, manifest: {}, pens: {}, controls: {}, unsent: 0, redraw() {}, say() {} });
    this.dead = spec.live && spec.kernel === false;
  }

  get settled() {
    return !this.spec.live || this.dead || this.answered >= this.asked;
  }

  // What panels draw: the frame's items, those of a sweep at the state's place, the state, and the closed forms.
  get scope() {
    const { swept } = this.manifest, items = { ...this.items };
    if (swept) {
      const place = (name) => indexOf(this.controls[name].control, this.state[name]);
      const index = swept.names.reduce((sum, name, i) => sum * swept.sizes[i] + place(name), 0);
      for (const name of swept.items) items[name] = at(items[name], index);
    }
    return evaluate(this.spec.closed_form, { ...items, ...this.state });
  }

  change(changes) {
    this.asked += 1;
    this.state = { ...this.state, ...changes, revision: this.asked };
    clearTimeout(this.unsent);
    if (this.spec.live) this.send();
    else this.unsent = setTimeout(() => this.send(), PATIENCE);
    this.redraw();
  }

  send() {
    clearTimeout(this.unsent);
    this.unsent = 0;
    this.model.set("state", { ...this.state });
    this.model.save_changes();
  }

  // Step, play, pause or reset, which only Python can do.
  ask(what) {
    this.asked += 1;
    this.model.send({ do: what, revision: this.asked });
    this.redraw();
  }

  // A frame came: its items are shown, or the error that came instead, beside the last good ones.
  receive() {
    const { manifest, items } = unpack(this.model.get("frame"));
    this.answered = Math.max(this.answered, manifest.revision ?? 0);
    this.manifest = manifest;
    if (manifest.error) this.player?.failed?.();
    else if (this.player?.receive) this.player.receive(manifest, items);
    else this.items = items;
    this.redraw();
  }

  // The state was set elsewhere: from Python or in another view of this widget.
  adopt() {
    const state = this.model.get("state"), revision = state.revision ?? 0;
    if (revision < this.asked || JSON.stringify(state) === JSON.stringify(this.state)) return; // an old echo, or our own
    this.asked = revision;
    this.state = { ...this.state, ...state };
    this.redraw();
  }

  restart() {
    this.player?.stop();
    this.change(this.spec.start);
    this.player?.reset();
  }

  close() {
    this.player?.stop();
    if (this.unsent) this.send();
  }

  // A number moved to where its slider can stand.
  snap(name, value) {
    const { low, high, step, digits } = this.controls[name].control;
    return clamp(Number((low + Math.round((value - low) / step) * step).toFixed(digits)), low, high);
  }

  pen(name, pen) {
    this.pens[name] = pen;
    this.redraw();
  }

  // A point at this place with the pen's class, or the nearest one erased.
  draw(name, [x, y], pen = this.pens[name]) {
    const { most, selects } = this.controls[name].control, points = [...this.state[name]];
    const far = ([px, py]) => (px - x) ** 2 + (py - y) ** 2;
    if (pen === "erase") points.splice(points.reduce((best, p, i) => (far(p) < far(points[best]) ? i : best), 0), 1);
    else if (points.length < most) points.push([Number(x.toFixed(3)), Number(y.toFixed(3)), Number(pen)]);
    this.change({ [name]: points, ...(selects.length ? { [selects[0]]: selects[1] } : {}) });
  }
}
