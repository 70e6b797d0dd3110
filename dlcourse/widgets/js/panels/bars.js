// One bar per value with its name below and its number at the end, or, where values are powers of ten, with axes.

const counted = (panel, scope) => Array.from(scope[panel.values].data).slice(0, scope[panel.count]);

function drawBars(g, panel, scope) {
  if (panel.powers) return drawPowers(g, panel, scope);
  const data = counted(panel, scope), names = scope[panel.names] ?? [];
  const [low, high] = panel.range.length ? panel.range : extent([0, ...data]);
  const box = { left: 8, right: g.width - 8, top: 18, bottom: g.height - 20 };
  const Y = (v) => box.bottom - ((v - low) / (high - low || 1)) * (box.bottom - box.top), slot = (box.right - box.left) / data.length;
  data.forEach((value, i) => {
    const x = box.left + (i + 0.5) * slot, chosen = panel.highlight && String(names[i]) === String(scope[panel.highlight]);
    g.ctx.fillStyle = g.colours[value < 0 ? "negative" : "positive"];
    g.ctx.globalAlpha = panel.highlight && !chosen ? 0.45 : 1;
    g.ctx.fillRect(x - 0.36 * slot, Math.min(Y(0), Y(value)), 0.72 * slot, Math.abs(Y(value) - Y(0)));
    g.ctx.globalAlpha = 1;
    if (slot > 30) write(g, number(value, panel.digits), x, Y(value) + (value < 0 ? 14 : -5), { align: "center" });
    write(g, String(names[i] ?? i), x, g.height - 5, { align: "center", colour: "muted", bold: chosen });
  });
  line(g, [[box.left, Y(0)], [box.right, Y(0)]], { colour: "muted", width: 1 });
  return undefined;
}

// Bars up or down from 1 = 10⁰; at least from a hundredth to a hundred, so that what is near 1 looks like it.
function drawPowers(g, panel, scope) {
  const data = counted(panel, scope), [low, high] = extent(data), y = [Math.min(-2, Math.floor(low)), Math.max(2, Math.ceil(high))];
  const box = axes(g, { x: [-0.7, data.length - 0.3], y: y.map((k) => 10 ** k), x_label: panel.x_label, logY: true });
  const one = box.Y(1), wide = 0.72 * (box.X(1) - box.X(0));
  data.forEach((value, i) => {
    const end = box.Y(10 ** value);
    g.ctx.fillStyle = g.colours[value < 0 ? "negative" : "positive"];
    g.ctx.fillRect(box.X(i) - wide / 2, Math.min(one, end), wide, Math.max(1, Math.abs(one - end)));
  });
  line(g, [[box.left, one], [box.right, one]], { colour: "muted", width: 1 });
  box.frame();
}

function barsTable(panel, scope) {
  const names = scope[panel.names] ?? [];
  const row = (v, i) => [String(names[i] ?? i), panel.powers ? `10^${number(v, 1)}` : number(v, panel.digits)];
  return { head: [panel.x_label, panel.label], rows: counted(panel, scope).map(row) };
}

KINDS.bars = { draw: drawBars, table: barsTable };
