// A graph of values, inputs on the left; the gradient goes back edge by edge.

const NODE = { width: 62, height: 38, label: 15 };

function drawGraph(g, panel, scope) {
  const graph = scope[panel.graph], [done, grads, step] = scope[panel.walk].slice(-3), box = boxOf(g, graph, panel);
  const active = graph.edges[step - 1];
  for (const edge of wiresOf(graph)) drawWire(g, box, graph, edge, graph.edges.indexOf(edge), step);
  graph.places.forEach((_, i) => drawValue(g, box, graph, i, done[i][0], grads[i], active?.slice(0, 2).includes(i)));
  graph.edges.forEach((edge, i) => {
    const [x, y] = middleOf(box, graph, edge), style = { align: "center", base: "middle" };
    write(g, number(done[edge[0]][1][edge[2]]), x, y, { ...style, colour: i < step ? "extra" : "muted", bold: edge === active });
  });
  if (panel.note) write(g, scope[panel.note], 2, g.height - 5, { colour: "muted", most: g.width - 4 });
}

// Where a place from 0 to 1 is on the canvas, and how wide a box may be there.
function boxOf(g, graph, panel) {
  const columns = new Set(graph.places.map(([x]) => x)).size, low = g.height - (panel.note ? 20 : 2);
  const width = Math.min(NODE.width, Math.floor((0.56 * g.width) / columns)), side = Math.max(width / 2 + 3, Math.min(60, g.width / 14));
  const X = (x) => side + x * (g.width - 2 * side), Y = (y) => NODE.label / 2 + y * low;
  return { X, Y, width, height: NODE.height, most: (g.width - 2 * side) / Math.max(1, columns - 1) - 6 };
}

// All edges, the silent ones of plain numbers among them.
function wiresOf({ steps, edges, plain }) {
  const silent = steps.flatMap(([, parents], child) => parents.filter((p) => plain.includes(p)).map((p) => [child, p, parents.indexOf(p), []]));
  return [...silent, ...edges];
}

// From the right side of the parent through its points to the left side of the child.
function pathOf(box, { places }, [child, parent, , points]) {
  const [from, to] = [places[parent], places[child]].map(([x, y]) => [box.X(x), box.Y(y)]);
  return [[from[0] + box.width / 2, from[1]], ...points.map(([x, y]) => [box.X(x), box.Y(y)]), [to[0] - box.width / 2, to[1]]];
}

// Where the local derivative stands: on the way's own point, else on the curve beyond its middle, where edges that cross have parted.
function middleOf(box, graph, edge) {
  const path = pathOf(box, graph, edge), [[x0, y0], [x1, y1]] = [path[0], path.at(-1)];
  return path.length > 2 ? path[Math.floor(path.length / 2)] : [x0 + 0.59 * (x1 - x0), y0 + 0.68 * (y1 - y0)];
}

function drawWire(g, box, graph, edge, place, step) {
  const path = pathOf(box, graph, edge), { ctx } = g, used = place >= 0 && place < step, now = place >= 0 && place === step - 1;
  ctx.beginPath();
  ctx.moveTo(...path[0]);
  path.slice(1).forEach(([x, y], i) => {
    const [x0, y0] = path[i], half = (x0 + x) / 2;
    ctx.bezierCurveTo(half, y0, half, y, x, y);
  });
  Object.assign(ctx, { lineWidth: now ? 3.5 : used ? 2 : 1.2, strokeStyle: g.colours[used ? "extra" : "muted"] });
  ctx.setLineDash(place < 0 ? [2, 3] : []);
  ctx.stroke();
  ctx.setLineDash([]);
  if (now) drawTip(g, ...path[0]);
}

// The gradient arrives at the parent, from the right.
function drawTip(g, x, y) {
  g.ctx.beginPath();
  [[0, 0], [10, -6], [10, 6]].forEach(([dx, dy], i) => (i ? g.ctx.lineTo(x + dx, y + dy) : g.ctx.moveTo(x, y)));
  g.ctx.fillStyle = g.colours.extra;
  g.ctx.fill();
}

function drawValue(g, box, graph, i, value, grad, active) {
  const [x, y] = [box.X(graph.places[i][0]), box.Y(graph.places[i][1])], { ctx } = g, silent = graph.plain.includes(i);
  const style = { align: "center", base: "middle", most: box.width - 6 }, [left, top] = [x - box.width / 2, y - box.height / 2];
  ctx.fillStyle = g.colours.surface;
  ctx.fillRect(left, top, box.width, box.height);
  Object.assign(ctx, { lineWidth: active ? 2 : 1, strokeStyle: g.colours[active ? "ink" : "muted"] });
  ctx.strokeRect(left, top, box.width, box.height);
  const most = Math.max(box.width, box.most), half = Math.min(most, measure(g, graph.labels[i], active)) / 2;
  write(g, graph.labels[i], clamp(x, half, g.width - half), top - 5, { align: "center", bold: active, most });
  write(g, number(value), x, silent ? y : y - 9, style);
  if (!silent) write(g, number(grad), x, y + 10, { ...style, bold: true, colour: grad < 0 ? "negative" : grad > 0 ? "positive" : "muted" });
}

function graphTable(panel, scope) {
  const { labels } = scope[panel.graph], [done, grads] = scope[panel.walk].slice(-3);
  return { head: ["", "value", "gradient"], rows: labels.map((label, i) => [label, number(done[i][0]), number(grads[i])]) };
}

KINDS.graph = { draw: drawGraph, table: graphTable };
