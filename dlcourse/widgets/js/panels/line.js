// Curves over one axis, labelled directly, with one marked point and its tangent.

function abscissae(panel, scope, length) {
  return panel.x ? scope[panel.x].data : Array.from({ length }, (_, i) => i);
}

// The data's range with a margin; a flat line still gets a height.
function follow(arrays) {
  const numbers = arrays.flat().filter(Number.isFinite), [low, high] = numbers.length ? extent(numbers) : [0, 1];
  const margin = 0.06 * (high - low || Math.abs(high) || 1);
  return [low - margin, high + margin];
}

// From the first abscissa to the last; ten units where there is but one, as before a run.
function over(xs) {
  const [low, high] = xs.length ? extent(xs) : [0, 0];
  return [low, high > low ? high : low + 10];
}

const shown = (curve, scope) => !curve.only.length || scope[curve.only[0]] === curve.only[1];

function drawLine(g, panel, scope, view) {
  const curves = panel.curves.map((curve) => ({ ...curve, data: Array.from(scope[curve.y].data), main: shown(curve, scope) }));
  const xs = Array.from(abscissae(panel, scope, curves[0].data.length));
  const x = panel.x_range.length ? panel.x_range : over(xs), y = panel.y_range.length ? panel.y_range : follow(curves.map((c) => c.data));
  const box = axes(g, { x, y, x_label: panel.x_label, y_label: panel.y_label, logX: panel.log_x, logY: panel.log_y });
  view.figure.classList.toggle("tight", box.tight); // no room for long labels: short ones, or a legend in the caption
  const path = ({ data }) => data.map((v, i) => [box.X(xs[i]), box.Y(v)]).filter(([, v]) => Number.isFinite(v));
  const style = (curve) => ({ colour: curve.main ? curve.colour : "muted", width: curve.main ? 2 : 1.5, dash: curve.dash ? [6, 4] : [] });
  clip(g, box, () => {
    for (const curve of [...curves].sort((a, b) => a.main - b.main)) line(g, path(curve), style(curve));
    panel.dots.forEach((name, hollow) => drawDots(g, box, scope[name], hollow));
  });
  box.frame();
  const mark = panel.mark.map((name) => scope[name]);
  const labeled = box.tight ? curves.map((curve) => ({ ...curve, label: curve.main ? "" : curve.short })) : curves;
  if (labeled.some(({ label }) => label)) drawLabels(g, box, view, labeled, path, mark.length ? [[box.X(mark[0]), clamp(box.Y(mark[1]), box.top, box.bottom)]] : []);
  if (mark.length) drawMark(g, box, mark, scope[panel.tangent], panel.log_y ? scientific(mark[1]) : number(mark[1], panel.digits));
}

// The points (N, 2) that curves are about; hollow ones have a rim of ink.
function drawDots(g, box, { data, shape: [count] }, hollow) {
  for (let i = 0; i < count; i++) {
    const place = [box.X(data[2 * i]), box.Y(data[2 * i + 1])];
    dot(g, ...place, count > 40 ? 3 : 5, "ink");
    if (hollow) dot(g, ...place, 2, "surface");
  }
}

// Points at most 4 pixels apart along a path, to see whether a label would hide it.
function dense(points) {
  return points.flatMap(([x, y], i) => {
    const [x0, y0] = points[Math.max(0, i - 1)], parts = Math.max(1, Math.ceil(Math.hypot(x - x0, y - y0) / 4));
    return Array.from({ length: parts }, (_, k) => [x0 + ((x - x0) * (k + 1)) / parts, y0 + ((y - y0) * (k + 1)) / parts]);
  });
}

// Where a label may stand beside a point: its left edge and baseline, above, below, to the right and to the left.
const SPOTS = [
  (x, y, w) => [x - w / 2, y - 9],
  (x, y, w) => [x - w / 2, y + 18],
  (x, y) => [x + 10, y + 4],
  (x, y, w) => [x - w - 10, y + 4],
];
const TRIES = spread(41, 21).map((i) => i / 40).reverse().flatMap((along) => SPOTS.map((_, spot) => ({ along, spot })));

// The place of a label that is tried so far along its curve.
function placed({ along, spot }, points, width) {
  const [x, y] = points[Math.floor(along * (points.length - 1))], [left, base] = SPOTS[spot](x, y, width);
  return { x, y, left, base, right: left + width, top: base - 11 };
}

// What it hides counts most, then whether it could be taken for another curve's label.
function costOf(label, box, ink, others, taken) {
  const out = label.left < box.left + 4 || label.right > box.right || label.top < box.top || label.base > box.bottom - 3;
  const crowd = taken.filter((t) => t.left < label.right && t.right > label.left && t.top < label.base && t.base > label.top).length;
  let hidden = 0, unclear = 0;
  for (const [x, y] of ink) if (x > label.left - 3 && x < label.right + 3 && y > label.top - 2 && y < label.base + 3) hidden += 1;
  for (const [x, y] of others) if (Math.hypot(x - label.x, y - label.y) < 20) unclear += 1;
  return (out ? 1000 : 0) + 400 * crowd + 10 * hidden + unclear;
}

// A label stands where it hides least: no curve, no mark, no other label; it stays there while it hides nothing.
function drawLabels(g, box, view, curves, path, mark) {
  const inks = curves.map((curve) => dense(path(curve))), ink = inks.flat();
  const taken = mark.map(([x, y]) => ({ left: x - 40, right: x + 40, top: y - 24, base: y + 24 }));
  view.spots ??= {};
  curves.forEach((curve, index) => {
    if (!curve.label || !inks[index].length) return;
    const width = measure(g, curve.label, true), others = inks.filter((_, i) => i !== index).flat();
    const place = (spot) => placed(spot, inks[index], width), cost = (spot) => costOf(place(spot), box, ink, others, taken);
    const before = view.spots[curve.y], best = before && cost(before) < 10 ? before : cheapest(TRIES, cost);
    const { left, right, top, base } = place(best);
    view.spots[curve.y] = best;
    taken.push({ left: left - 6, right: right + 6, top: top - 4, base: base + 6 });
    write(g, curve.label, left, base, { colour: curve.main ? curve.colour : "muted", bold: curve.main });
  });
}

function cheapest(items, cost) {
  const costs = items.map(cost);
  return items[costs.indexOf(Math.min(...costs))];
}

function drawMark(g, box, [x, y], slope, text) {
  const [px, py] = [box.X(x), clamp(box.Y(y), box.top, box.bottom)];
  line(g, [[px, box.bottom], [px, py], [box.left, py]], { colour: "muted", width: 1, dash: [2, 3] });
  if (slope !== undefined) {
    const run = (box.x[1] - box.x[0]) / 7;
    clip(g, box, () => line(g, [-run, run].map((d) => [box.X(x + d), box.Y(y + d * slope)]), { colour: "extra", dash: [7, 4] }));
  }
  dot(g, px, py, 6, "ink");
  const left = px > (box.left + box.right) / 2, low = py < box.top + 24;
  write(g, text, px + (left ? -10 : 10), py + (low ? 18 : -10), { align: left ? "right" : "left", bold: true });
}

function lineTable(panel, scope) {
  const columns = panel.curves.map((curve) => scope[curve.y].data), xs = abscissae(panel, scope, columns[0].length);
  const across = (v) => (panel.log_y && panel.log_x ? scientific(v, 1) : number(v, panel.x ? 2 : 0));
  const up = (v) => (panel.log_y ? scientific(v, 1) : number(v, panel.digits));
  const row = (i) => [across(xs[i]), ...columns.map((column) => up(column[i]))];
  const rows = spread(columns[0].length, 13).map(row);
  return { head: [panel.x_label || "x", ...panel.curves.map((curve) => curve.label || panel.y_label || curve.y)], rows };
}

// Where there is no room for labels beside the curves, the style sheet shows this under the title.
function lineLegend(panel) {
  const sample = ({ colour, dash }) => h("i", { style: `border-top: 2px ${dash ? "dashed" : "solid"} var(--dl-${colour})` });
  return panel.curves.filter((curve) => curve.label && !curve.short).map((curve) => h("span.key", { "aria-hidden": "true" }, sample(curve), curve.label));
}

KINDS.line = { draw: drawLine, table: lineTable, legend: lineLegend };
