// Controls: native inputs with labels. Each maker returns {node, show(state)}.

let count = 0;
const nextId = () => `dl-${++count}-${Math.random().toString(36).slice(2, 7)}`;

// h("p.reading", {title: "…"}, children): an element with classes, attributes and listeners.
function h(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split("."), node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== false && value !== undefined) node.setAttribute(key, value === true ? "" : value);
  }
  // JupyterLab keeps arrow keys and letters for itself unless each focusable element says this
  if (/^(input|select|button|summary)$/.test(tag) || "tabindex" in attributes) node.setAttribute("data-lm-suppress-shortcuts", "true");
  node.append(...children);
  return node;
}

const ICONS = {
  step: "M4 3l8 7-8 7zM14 3h2.5v14H14z",
  back: "M16 3l-8 7 8 7zM3.5 3H6v14H3.5z",
  play: "M5 3l11 7-11 7z",
  pause: "M5 3h3.5v14H5zM11.5 3H15v14h-3.5z",
  reset: "M10 3.5a6.5 6.5 0 1 1-6.2 4.6l2 .6A4.4 4.4 0 1 0 10 5.6V9L4.8 4.7 10 .5z",
};

function icon(name) {
  const holder = h("span.icon", { "aria-hidden": "true" });
  holder.innerHTML = `<svg viewBox="0 0 20 20" width="16" height="16"><path fill="currentColor" d="${ICONS[name]}"/></svg>`;
  return holder;
}

function rangeCell(control, app, { min, max, step, valueOf, indexOf, text }) {
  const id = nextId(), output = h("output", { for: id });
  const move = () => app.change({ [control.name]: valueOf(Number(input.value)) });
  const input = h("input", { type: "range", id, min, max, step, oninput: move });
  const node = h("div.cell", {}, h("label", { for: id }, control.label), output, input);
  return { node, show(state) {
    input.value = indexOf(state[control.name]);
    output.textContent = text(state[control.name]);
    input.setAttribute("aria-valuetext", output.textContent);
    if (control.only?.length) input.disabled = app.dead || !control.only.slice(1).includes(state[control.only[0]]);
    if (control.until) input.max = app.scope[control.until] ?? max;
    fillTrack(input, min, input.max);
  } };
}

// The track is filled from 0 to the value, in the colour of its sign, or from the lowest value in ink.
function fillTrack(input, min, max) {
  const part = (value) => (100 * (value - min)) / (max - min), crosses = min < 0 && max > 0, { value } = input;
  const ends = [part(crosses ? 0 : min), part(value)].sort((a, b) => a - b);
  const colour = crosses ? (value < 0 ? "negative" : "positive") : "ink";
  input.style.setProperty("--from", `${ends[0]}%`);
  input.style.setProperty("--to", `${ends[1]}%`);
  input.style.setProperty("--fill", `var(--dl-${colour})`);
}

function choiceCell(control, app) {
  const id = nextId(), few = control.options.join("").length <= 12;
  const [other, value] = control.selects, also = other ? { [other]: value } : {};
  const pick = (i) => app.change({ [control.name]: control.options[i], ...also });
  if (!few) {
    const options = control.options.map((option) => h("option", {}, String(option)));
    const select = h("select", { id, onchange: () => pick(select.selectedIndex) }, ...options);
    return {
      node: h("div.cell", {}, h("label", { for: id }, control.label), select),
      show: (state) => { select.selectedIndex = control.options.indexOf(state[control.name]); },
    };
  }
  return radios(id, control.label, control.options, pick, (state) => control.options.indexOf(state[control.name]));
}

function radios(id, label, options, pick, chosen) {
  const inputs = options.map((_, i) => h("input", { type: "radio", name: id, id: `${id}-${i}`, onchange: () => pick(i) }));
  const pills = inputs.map((input, i) => h("span.pill", {}, input, h("label", { for: input.id }, String(options[i]))));
  const node = h("div.pills", { role: "radiogroup", "aria-labelledby": id }, h("span.name", { id }, label), ...pills);
  return { node, show: (state) => inputs.forEach((input, i) => { input.checked = i === chosen(state); }) };
}

function toggleCell(control, app) {
  const id = nextId(), input = h("input", { type: "checkbox", id, onchange: () => app.change({ [control.name]: input.checked }) });
  const node = h("div.cell.toggle", {}, input, h("label", { for: id }, control.label));
  return { node, show: (state) => { input.checked = state[control.name]; } };
}

const PENS = ["0", "1", "erase"];

function drawingCell(control, app) {
  const cell = radios(nextId(), control.label, PENS, (i) => app.pen(control.name, PENS[i]), () => PENS.indexOf(app.pens[control.name]));
  cell.node.append(h("button", { type: "button", onclick: () => app.change({ [control.name]: [] }) }, "Clear"));
  app.pens[control.name] = "1";
  return cell;
}

function playerCell(control, app) {
  const button = (name, label, act) => h("button", { type: "button", "aria-label": label, title: label, onclick: act }, icon(name));
  const play = button("play", "Play (space)", () => app.player.toggle());
  const back = control.back ? [button("back", "Step back (left arrow)", () => app.player.back())] : [];
  const ours = { get scope() { return app.scope; }, change: (c) => app.player.scrub(c[control.name]) };
  const cell = rangeCell(control, ours, {
    min: 0, max: control.last, step: 1, valueOf: (v) => v, indexOf: (v) => v, text: (v) => String(v),
  });
  const node = h("div.player", { role: "group", "aria-label": control.label },
    button("reset", "Start again (R)", () => app.player.reset()), ...back,
    button("step", "Step (right arrow)", () => app.player.step()), play, cell.node);
  return { node, show(state) {
    cell.show(state);
    const name = app.player.running() ? "pause" : "play";
    if (play.dataset.icon !== name) play.replaceChildren(icon(name));
    play.dataset.icon = name;
  } };
}

const CELLS = {
  slider: (control, app) => rangeCell(control, app, {
    min: control.low, max: control.high, step: control.step, valueOf: (v) => v, indexOf: (v) => v, text: (v) => number(v, control.digits),
  }),
  stops: (control, app) => rangeCell(control, app, {
    min: 0, max: control.options.length - 1, step: 1, text: String,
    valueOf: (i) => control.options[i], indexOf: (v) => control.options.indexOf(v),
  }),
  choice: choiceCell, toggle: toggleCell, drawing: drawingCell, player: playerCell,
};

// The place of a value among all values of its control: what a sweep is indexed by.
function indexOf(control, value) {
  if (control.options) return control.options.indexOf(value);
  return control.kind === "slider" ? Math.round((value - control.low) / control.step) : Number(value);
}
