// One widget: controls change the state, the state and the frame give a scope, panels draw the scope once per animation frame.

function themeOf() {
  const { body } = document, jupyter = body.dataset.jpThemeLight;
  if (jupyter !== undefined) return jupyter === "true" ? "light" : "dark";
  if (body.classList.contains("vscode-dark")) return "dark";
  if (body.classList.contains("vscode-light")) return "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

// The palette of the theme, on the notebook's own background.
function coloursOf(spec, root) {
  const colours = { ...spec.colours[themeOf()] }, surface = getComputedStyle(root).getPropertyValue("--jp-layout-color0").trim();
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  pen.fillStyle = surface || colours.surface; // a canvas turns every spelling of a colour into #rrggbb
  colours.surface = pen.fillStyle;
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--dl-${name}`, colour);
  root.dataset.theme = themeOf();
  return colours;
}

function tableOf({ head, rows }, caption) {
  const header = h("tr", {}, ...head.map((text) => h("th", { scope: "col" }, text)));
  const body = rows.map((row) => h("tr", {}, ...row.map((text) => h("td", {}, text))));
  return h("table", {}, h("caption", {}, caption), h("thead", {}, header), h("tbody", {}, ...body));
}

function predictBlock(question, app) {
  const node = h("div.predict");
  const judge = (choice) => {
    const wrong = choice === question.answer ? "" : ": not quite, it is ";
    const verdict = choice === null ? `Answer: ${question.answer}` : wrong ? `${choice}${wrong}${question.answer}` : `${choice}: right`;
    node.replaceChildren(h("p.verdict", {}, h("b", {}, verdict), question.why ? `, for ${question.why}` : "."));
  };
  const answer = (choice) => {
    judge(choice);
    app.predicted(choice);
    app.say(node.textContent);
  };
  if (app.state.prediction !== undefined) {
    judge(app.state.prediction);
    return node;
  }
  const choices = question.choices.map((choice) => h("button", { type: "button", onclick: () => answer(choice) }, choice));
  node.append(h("p", {}, h("b", {}, "Predict. "), question.question),
    h("div.choices", { role: "group", "aria-label": "Your prediction" }, ...choices, h("button.quiet", { type: "button", onclick: () => answer(null) }, "Skip")));
  return node;
}

function panelView(panel, app) {
  const view = { panel, canvas: h("canvas", { role: "img" }), area: h("div.area") };
  const kind = KINDS[panel.kind];
  const caption = h("figcaption", {}, panel.label, ...(kind.legend?.(panel) ?? []));
  const figure = h(kind.square ? "figure.square" : "figure", { style: `--grow:${panel.width}` }, caption, view.area);
  if (kind.draw) view.area.append(view.canvas);
  if (!app.dead) kind.use?.(view, panel, app);
  return Object.assign(view, { figure, kind });
}

function drawPanel(view, scope, colours) {
  const { panel, kind, canvas, area } = view;
  if (!kind.draw) return kind.show(area, panel, scope);
  const ratio = devicePixelRatio || 1, { clientWidth: width, clientHeight: height } = area;
  if (!width || !height) return undefined;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  }
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  kind.draw({ ctx, width, height, colours }, panel, scope, view);
  canvas.setAttribute("aria-label", `${panel.label}: ${fill(panel.alt, scope)}`);
  return undefined;
}

// The sentence with each number in an element of its own, <b data-out="z">, and each word in a <span>.
function readingNodes(template, scope) {
  const nodes = [];
  let end = 0;
  for (const match of template.matchAll(HOLE)) {
    const tag = typeof scope[match[1]] === "string" ? "span" : "b";
    nodes.push(template.slice(end, match.index), h(tag, { "data-out": match[1] }, filled(match[1], match[2], scope)));
    end = match.index + match[0].length;
  }
  return [...nodes, template.slice(end)];
}

function render({ model, el }) {
  const spec = model.get("spec"), dead = spec.live && spec.kernel === false;
  const app = { state: { ...model.get("state") }, items: {}, pens: {}, manifest: {}, dead };
  const root = h("section.dl-widget", { "aria-label": spec.title, tabindex: -1 });
  const reading = h("p.reading", { "aria-hidden": "true" }), live = h("p.hidden", { role: "status", "aria-live": "polite" }), alert = h("p.alert", { role: "alert", hidden: true });
  const stage = h("div.stage"), controls = {};
  let revision = app.state.revision ?? 0, asked = revision, request = 0, quiet = 0, sync = 0, colours;

  const scope = () => {
    const swept = app.manifest.swept, items = { ...app.items };
    if (swept) {
      const index = swept.names.reduce((sum, name, i) => sum * swept.sizes[i] + indexOf(controls[name].control, app.state[name]), 0);
      for (const name of swept.items) items[name] = at(items[name], index);
    }
    return evaluate(spec.closed_form, { ...items, ...app.state });
  };

  const draw = () => {
    request = 0;
    const seen = (app.scope = scope());
    for (const { show } of Object.values(controls)) show(app.state);
    if (Object.keys(app.items).length) {
      for (const view of views) drawPanel(view, seen, colours);
      const template = app.items.sentence !== undefined ? seen.sentence : spec.sentence;
      reading.replaceChildren(...readingNodes(template, seen));
    }
    root.dataset.settled = String(!spec.live || dead || revision >= asked);
  };

  // The live region and the tables follow 400 ms after the last change, so that a slider does not chatter.
  const later = () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => { live.textContent = app.said ?? reading.textContent; app.said = null; fillTables(); }, 400);
  };

  Object.assign(app, {
    redraw() {
      root.dataset.settled = "false";
      request ||= requestAnimationFrame(draw);
      later();
    },
    change(changes) {
      asked += 1;
      app.state = { ...app.state, ...changes, revision: asked };
      if (!spec.live) revision = asked;
      clearTimeout(sync);
      const send = () => { model.set("state", { ...app.state }); model.save_changes(); };
      if (spec.live) send();
      else sync = setTimeout(send, 120); // Python need not know at once
      app.redraw();
    },
    ask(what) {
      asked += 1;
      root.dataset.settled = "false";
      model.send({ do: what, revision: asked });
    },
    say(text) { app.said = text; later(); },
    predicted(choice) {
      stage.inert = false;
      app.change({ prediction: choice });
      stage.querySelector("input, select, button")?.focus({ preventScroll: true });
    },
    snap(name, value) {
      const { low, high, step, digits } = controls[name].control;
      return clamp(Number((low + Math.round((value - low) / step) * step).toFixed(digits)), low, high);
    },
    pen(name, pen) { app.pens[name] = pen; app.redraw(); },
    draw(name, [x, y], pen = app.pens[name]) {
      const { most, selects } = controls[name].control, points = [...app.state[name]];
      const far = ([px, py]) => (px - x) ** 2 + (py - y) ** 2;
      if (pen === "erase") points.splice(points.reduce((best, p, i) => (far(p) < far(points[best]) ? i : best), 0), 1);
      else if (points.length < most) points.push([Number(x.toFixed(3)), Number(y.toFixed(3)), Number(pen)]);
      app.change({ [name]: points, ...(selects.length ? { [selects[0]]: selects[1] } : {}) });
    },
  });

  const receive = () => {
    const { manifest, items } = unpack(model.get("frame"));
    alert.hidden = !manifest.error;
    alert.textContent = manifest.error ? `Your function failed. ${manifest.error}` : "";
    revision = Math.max(revision, manifest.revision ?? 0);
    app.manifest = manifest;
    if (manifest.error) app.player?.failed?.();
    else if (app.player?.receive) app.player.receive(manifest, items);
    else app.items = items;
    app.redraw();
  };
  const adopt = () => {
    const state = model.get("state");
    if ((state.revision ?? 0) < asked || JSON.stringify(state) === JSON.stringify(app.state)) return; // older than what is shown, or our own
    asked = state.revision ?? 0;
    if (!spec.live) revision = asked;
    app.state = { ...app.state, ...state };
    app.redraw();
  };

  const player = spec.controls.find((control) => control.kind === "player");
  if (player) app.player = (spec.live ? livePlayer : stillPlayer)(player, app);
  for (const control of spec.controls) controls[control.name] = { control, ...CELLS[control.kind](control, app) };
  const views = spec.panels.map((panel) => panelView(panel, app));

  const tables = h("div.scroll", { tabindex: 0, role: "region", "aria-label": "Table" });
  const tableDetails = h("details", { ontoggle: () => fillTables() }, h("summary", {}, "Table"), tables);
  function fillTables() {
    if (!tableDetails.open || !Object.keys(app.items).length) return;
    tables.replaceChildren(...views.map(({ panel, kind }) => tableOf(kind.table(panel, app.scope), panel.label)));
  }
  const reset = h("button", { type: "button", onclick: () => { app.player?.stop(); app.change(spec.start); app.player?.reset(); } }, icon("reset"), "Reset");
  const wide = (on) => Object.values(controls).filter(({ control }) => ["player", "drawing"].includes(control.kind) === on).map(({ node }) => node);
  const cells = wide(false), columns = cells.length > 6 ? 4 : 3;
  root.classList.toggle("many", columns === 4);
  stage.append(h("div.controls", { style: `--columns:${columns};--rows:${Math.ceil(cells.length / columns)}` }, ...cells), h("div.wide", {}, ...wide(true)), h("div.panels", {}, ...views.map(({ figure }) => figure)), reading);
  root.append(h(spec.heading ?? "h3", {}, spec.title), h("div.body", {}, ...(spec.question ? [predictBlock(spec.question, app)] : []), stage), alert, live,
    h("div.foot", {}, h("details", {}, h("summary", {}, "Show code"), h("pre.scroll", { tabindex: 0, role: "region", "aria-label": "Code" }, h("code", {}, spec.code))), tableDetails, reset));
  stage.inert = Boolean(spec.question) && app.state.prediction === undefined;
  if (dead) {
    for (const input of stage.querySelectorAll("input, select, button")) input.disabled = true;
    stage.prepend(h("p.note", {}, "This widget computes in Python: run its cell in JupyterLab to bring it to life."));
  }

  root.addEventListener("keydown", (event) => {
    if (!app.player || dead || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select, summary, [role=application]")) return;
    const { target, key } = event, field = target.tagName === "INPUT";
    if (key === "ArrowRight" && !field) app.player.step();
    else if (key === " " && !field && target.tagName !== "BUTTON") app.player.toggle();
    else if (key === "r" || key === "R") app.player.reset();
    else return;
    event.preventDefault();
  });

  const recolour = () => { colours = coloursOf(spec, root); app.redraw(); };
  const resized = new ResizeObserver(() => app.redraw()), themed = new MutationObserver(recolour), dark = matchMedia("(prefers-color-scheme: dark)");
  const seen = () => { if (!document.hidden) app.redraw(); };
  el.append(root);
  resized.observe(root);
  themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
  dark.addEventListener("change", recolour);
  document.addEventListener("visibilitychange", seen);
  model.on("change:frame", receive);
  model.on("change:state", adopt);
  recolour();
  receive();

  return () => {
    app.player?.stop();
    cancelAnimationFrame(request);
    for (const timer of [quiet, sync]) clearTimeout(timer);
    resized.disconnect();
    themed.disconnect();
    dark.removeEventListener("change", recolour);
    document.removeEventListener("visibilitychange", seen);
    model.off("change:frame", receive);
    model.off("change:state", adopt);
  };
}
