// Curves over one axis, labelled directly, with one marked point and its tangent.

function abscissae(panel, scope, length) {
  return panel.x ? scope[panel.x].data : Array.from({ length }, (_, i) => i);
}

// The data's range with a margin; a flat line still gets a height.
function follow(arrays) {
  const [low, high] = extent(arrays.flatMap((a) => extent(a.filter(Number.isFinite))));
  const margin = 0.06 * (high - low || Math.abs(high) || 1);
  return [low - margin, high + margin];
}

const shown = (curve, scope) => !curve.only.length || scope[curve.only[0]] === curve.only[1];

function drawLine(g, panel, scope) {
  const curves = panel.curves.map((curve) => ({ ...curve, data: Array.from(scope[curve.y].data), main: shown(curve, scope) }));
  const xs = Array.from(abscissae(panel, scope, curves[0].data.length));
  const x = panel.x_range.length ? panel.x_range : extent(xs), y = panel.y_range.length ? panel.y_range : follow(curves.map((c) => c.data));
  const box = axes(g, { x: x[0] < x[1] ? x : [x[0], x[0] + 1], y, x_label: panel.x_label, y_label: panel.y_label, logX: panel.log_x });
  const path = ({ data }) => data.map((v, i) => [box.X(xs[i]), box.Y(v)]).filter(([, v]) => Number.isFinite(v));
  const style = (curve) => ({ colour: curve.main ? curve.colour : "muted", width: curve.main ? 2 : 1.5, dash: curve.dash ? [6, 4] : [] });
  clip(g, box, () => {
    for (const curve of [...curves].sort((a, b) => a.main - b.main)) line(g, path(curve), style(curve));
  });
  box.frame();
  drawLabels(g, box, curves, path);
  if (panel.mark.length) drawMark(g, box, panel.mark.map((name) => scope[name]), scope[panel.tangent], panel.digits);
}

// Each label stands where its curve is farthest from all others, above or below it.
function drawLabels(g, box, curves, path) {
  const taken = [];
  for (const curve of curves.filter((c) => c.label)) {
    const points = path(curve), others = curves.filter((c) => c !== curve).map(path);
    g.ctx.font = FONT;
    const width = g.ctx.measureText(curve.label).width;
    const free = ([px, py]) => {
      const gap = Math.min(60, ...others.map((other) => Math.min(...other.filter(([ox]) => Math.abs(ox - px) < width / 2 + 6).map(([, oy]) => Math.abs(oy - py)))));
      const crowd = taken.some(([tx, ty]) => Math.abs(tx - px) < width + 12 && Math.abs(ty - py) < 26) ? 100 : 0;
      return gap - crowd;
    };
    const inside = points.filter(([px, py]) => px > box.left + width / 2 + 6 && px < box.right - width / 2 - 4 && py > box.top + 4 && py < box.bottom - 2);
    if (!inside.length) continue;
    const [px, py] = inside.reduce((best, point) => (free(point) > free(best) ? point : best));
    const near = others.flat().filter(([ox]) => Math.abs(ox - px) < width / 2);
    const above = py - 22 > box.top && !near.some(([, oy]) => oy < py && oy > py - 30);
    taken.push([px, py]);
    write(g, curve.label, px, above ? py - 9 : py + 17, { align: "center", colour: curve.main ? curve.colour : "muted", bold: curve.main });
  }
}

function drawMark(g, box, [x, y], slope, digits) {
  const [px, py] = [box.X(x), clamp(box.Y(y), box.top, box.bottom)];
  line(g, [[px, box.bottom], [px, py], [box.left, py]], { colour: "muted", width: 1, dash: [2, 3] });
  if (slope !== undefined) {
    const run = (box.x[1] - box.x[0]) / 7;
    clip(g, box, () => line(g, [-run, run].map((d) => [box.X(x + d), box.Y(y + d * slope)]), { colour: "extra", dash: [7, 4] }));
  }
  dot(g, px, py, 6, "ink");
  const left = px > (box.left + box.right) / 2, low = py < box.top + 24;
  write(g, number(y, digits), px + (left ? -10 : 10), py + (low ? 18 : -10), { align: left ? "right" : "left", bold: true });
}

function lineTable(panel, scope) {
  const columns = panel.curves.map((curve) => scope[curve.y].data), xs = abscissae(panel, scope, columns[0].length);
  const rows = spread(columns[0].length, 13).map((i) => [number(xs[i], panel.x ? 2 : 0), ...columns.map((column) => number(column[i], panel.digits))]);
  return { head: [panel.x_label || "x", ...panel.curves.map((curve) => curve.label || panel.y_label || curve.y)], rows };
}

KINDS.line = { draw: drawLine, table: lineTable };
