// One widget: controls change the state, the state and the frame give a scope, panels draw the scope once per animation frame.

const QUIET = 400; // milliseconds without a change before the sentence is spoken, so that a slider does not chatter

function render({ model, el }) {
  const app = new App(model), page = build(app);
  let request = 0, quiet = 0, missed = false, colours;

  // What is hidden for less than a frame, as while JupyterLab changes its theme, no observer sees come back: so look once more.
  const draw = () => {
    const hidden = !page.root.clientWidth;
    missed = hidden && !missed;
    request = missed ? requestAnimationFrame(draw) : 0;
    if (!hidden) drawPage(app, page, colours);
  };
  const later = (said) => {
    page.said = said ?? page.said;
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      page.live.textContent = page.said ?? page.reading.textContent;
      page.said = undefined;
      fillTables(app, page);
    }, QUIET);
  };
  app.redraw = () => {
    page.root.dataset.settled = "false";
    request ||= requestAnimationFrame(draw);
    later();
  };
  app.say = later;
  const recolour = () => {
    colours = coloursOf(app.spec, page.root);
    app.redraw();
  };
  const receive = () => app.receive(), adopt = () => app.adopt();

  el.append(page.root);
  const unwatch = watch(page.root, recolour);
  model.on("change:frame", receive);
  model.on("change:state", adopt);
  recolour();
  receive();
  return () => {
    app.close();
    unwatch();
    cancelAnimationFrame(request);
    clearTimeout(quiet);
    model.off("change:frame", receive);
    model.off("change:state", adopt);
  };
}

// Everything that stands on the page, in the order of its reading.
function build(app) {
  const { spec } = app, player = spec.controls.find((control) => control.kind === "player");
  if (player) app.player = (spec.live ? livePlayer : stillPlayer)(player, app);
  for (const control of spec.controls) app.controls[control.name] = { control, ...CELLS[control.kind](control, app) };
  const page = {
    views: spec.panels.map((panel) => panelView(panel, app)),
    reading: h("p.reading", { "aria-hidden": "true" }),
    live: h("p.hidden", { role: "status", "aria-live": "polite" }),
    alert: h("p.alert", { role: "alert", hidden: true }),
    tables: h("div.scroll", { tabindex: 0, role: "region", "aria-label": "Table" }),
  };
  page.stage = h("div.stage", {}, ...controlRows(app), h("div.panels", {}, ...page.views.map(({ figure }) => figure)), page.reading);
  page.root = h("section.dl-widget", { "aria-label": spec.title, tabindex: -1, onkeydown: (event) => playerKeys(event, app) },
    h("h3", {}, spec.title), h("div.body", {}, ...predictBlock(app, page), page.stage), page.alert, page.live, foot(app, page));
  page.root.classList.toggle("many", cellsOf(app, false).length > 6);
  if (app.dead) page.stage.prepend(h("p.note", {}, "This widget computes in Python: run its cell in JupyterLab to bring it to life."));
  for (const input of app.dead ? page.stage.querySelectorAll("input, select, button") : []) input.disabled = true;
  return page;
}

// Players and drawings take a row of their own.
function cellsOf(app, wide) {
  return Object.values(app.controls).filter(({ control }) => ["player", "drawing"].includes(control.kind) === wide).map(({ node }) => node);
}

function controlRows(app) {
  const cells = cellsOf(app, false), columns = cells.length > 6 || cells.length === 4 ? 4 : 3;
  const style = `--columns:${columns};--rows:${Math.ceil(cells.length / columns)}`;
  return [h("div.controls", { style }, ...cells), h("div.wide", {}, ...cellsOf(app, true))];
}

function foot(app, page) {
  const code = h("pre.scroll", { tabindex: 0, role: "region", "aria-label": "Code" }, h("code", {}, app.spec.code));
  const reset = h("button", { type: "button", onclick: () => app.restart() }, icon("reset"), "Reset");
  const table = h("details", { ontoggle: () => fillTables(app, page) }, h("summary", {}, "Table"), page.tables);
  return h("div.foot", {}, h("details", {}, h("summary", {}, "Show code"), code), table, reset);
}

function drawPage(app, page, colours) {
  const { scope, items, manifest, spec } = app;
  for (const { show } of Object.values(app.controls)) show(app.state);
  page.alert.hidden = !manifest.error;
  page.alert.textContent = manifest.error ? `Your function failed. ${manifest.error}` : "";
  if (Object.keys(items).length) {
    for (const view of page.views) drawPanel(view, scope, colours);
    page.reading.replaceChildren(...readingNodes(scope.sentence ?? spec.sentence, scope));
  }
  page.root.dataset.settled = String(app.settled);
}

function fillTables(app, page) {
  if (!page.tables.parentNode.open || !Object.keys(app.items).length) return;
  const { scope } = app;
  page.tables.replaceChildren(...page.views.map(({ panel, kind }) => tableOf(kind.table(panel, scope), panel.label)));
}

// Right, Left, Space and R do what Step, Step back, Play and Reset do, unless the key means something to the element that has it.
function playerKeys(event, app) {
  const { target, key } = event, field = target.tagName === "INPUT";
  if (!app.player || app.dead || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.closest("select, summary, [role=application]")) return;
  if (key === "ArrowRight" && !field) app.player.step();
  else if (key === "ArrowLeft" && !field && app.player.back) app.player.back();
  else if (key === " " && !field && target.tagName !== "BUTTON") app.player.toggle();
  else if (key === "r" || key === "R") app.player.reset();
  else return;
  event.preventDefault();
}

// Calls back when the theme, the size or the visibility changes, or the notebook takes the widget in; returns what ends that.
function watch(root, recolour) {
  const resized = new ResizeObserver(recolour), themed = new MutationObserver(recolour), dark = matchMedia("(prefers-color-scheme: dark)");
  const seen = () => { if (!document.hidden) recolour(); };
  resized.observe(root);
  themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
  dark.addEventListener("change", recolour);
  document.addEventListener("visibilitychange", seen);
  return () => {
    resized.disconnect();
    themed.disconnect();
    dark.removeEventListener("change", recolour);
    document.removeEventListener("visibilitychange", seen);
  };
}
