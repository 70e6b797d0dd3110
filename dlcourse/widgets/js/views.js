// What shows a scope: a canvas or a table for each panel, and the sentence below.

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

function tableOf({ head, rows }, caption) {
  const header = h("tr", {}, ...head.map((text) => h("th", { scope: "col" }, text)));
  const body = rows.map((row) => h("tr", {}, ...row.map((text) => h("td", {}, text))));
  return h("table", {}, h("caption", {}, caption), h("thead", {}, header), h("tbody", {}, ...body));
}
