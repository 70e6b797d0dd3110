// One bar per value with its name below and its number at the end.

function drawBars(g, panel, scope) {
  const { data } = scope[panel.values], names = scope[panel.names] ?? [];
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
}

function barsTable(panel, scope) {
  const names = scope[panel.names] ?? [];
  const row = (v, i) => [String(names[i] ?? i), number(v, panel.digits)];
  return { head: ["", panel.label], rows: Array.from(scope[panel.values].data, row) };
}

KINDS.bars = { draw: drawBars, table: barsTable };
