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
  const box = axes(g, { x, y, x_label: panel.x_label, y_label: panel.y_label, logX: panel.log_x });
  view.figure.classList.toggle("tight", box.tight); // no room for labels: the caption has a legend
  const path = ({ data }) => data.map((v, i) => [box.X(xs[i]), box.Y(v)]).filter(([, v]) => Number.isFinite(v));
  const style = (curve) => ({ colour: curve.main ? curve.colour : "muted", width: curve.main ? 2 : 1.5, dash: curve.dash ? [6, 4] : [] });
  clip(g, box, () => {
    for (const curve of [...curves].sort((a, b) => a.main - b.main)) line(g, path(curve), style(curve));
  });
  box.frame();
  const mark = panel.mark.map((name) => scope[name]);
  if (!box.tight) drawLabels(g, box, view, curves, path, mark.length ? [[box.X(mark[0]), box.Y(mark[1])]] : []);
  if (mark.length) drawMark(g, box, mark, scope[panel.tangent], panel.digits);
}

// Points at most 4 pixels apart along a path, to see whether a label would hide it.
function dense(points) {
  return points.flatMap(([x, y], i) => {
    const [x0, y0] = points[Math.max(0, i - 1)], parts = Math.max(1, Math.ceil(Math.hypot(x - x0, y - y0) / 4));
    return Array.from({ length: parts }, (_, k) => [x0 + ((x - x0) * (k + 1)) / parts, y0 + ((y - y0) * (k + 1)) / parts]);
  });
}

// Where a label may stand beside a point: its left edge and baseline.
const SPOTS = [(x, y, w) => [x - w / 2, y - 9], (x, y, w) => [x - w / 2, y + 18], (x, y) => [x + 10, y + 4], (x, y, w) => [x - w - 10, y + 4]];

// A label stands where it hides least: no curve, no mark, no other label; it stays there while that holds.
function drawLabels(g, box, view, curves, path, marked) {
  const ink = curves.map((curve) => dense(path(curve))), taken = marked.map(([x, y]) => [x - 40, y - 24, x + 40, y + 24]);
  view.spots ??= {};
  curves.forEach((curve, index) => {
    if (!curve.label || !ink[index].length) return;
    const width = measure(g, curve.label, true), points = ink[index];
    const cost = ([place, spot]) => {
      const [px, py] = points[Math.floor(place * (points.length - 1))];
      const [left, base] = SPOTS[spot](px, py, width), [right, top] = [left + width, base - 11];
      const out = left < box.left + 4 || right > box.right || top < box.top || base > box.bottom - 3;
      const hidden = ink.flat().filter(([x, y]) => x > left - 3 && x < right + 3 && y > top - 2 && y < base + 3).length;
      const unclear = ink.filter((_, i) => i !== index).flat().filter(([x, y]) => Math.hypot(x - px, y - py) < 20).length;
      return (out ? 1000 : 0) + 10 * hidden + unclear + 100 * taken.filter(([l, t, r, b]) => left < r && right > l && top < b && base > t).length;
    };
    const places = spread(41, 21).map((i) => i / 40).reverse().flatMap((place) => SPOTS.map((_, spot) => [place, spot]));
    const before = view.spots[curve.y], best = before && cost(before) === 0 ? before : places.reduce((a, b) => (cost(b) < cost(a) ? b : a));
    const [left, base] = SPOTS[best[1]](...points[Math.floor(best[0] * (points.length - 1))], width);
    view.spots[curve.y] = best;
    taken.push([left - 6, base - 15, left + width + 6, base + 6]);
    write(g, curve.label, left, base, { colour: curve.main ? curve.colour : "muted", bold: curve.main });
  });
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

// Where there is no room for labels beside the curves, the style sheet shows this under the title.
function lineLegend(panel) {
  const sample = ({ colour, dash }) => h("i", { style: `border-top: 2px ${dash ? "dashed" : "solid"} var(--dl-${colour})` });
  return panel.curves.filter((curve) => curve.label).map((curve) => h("span.key", { "aria-hidden": "true" }, sample(curve), curve.label));
}

KINDS.line = { draw: drawLine, table: lineTable, legend: lineLegend };
