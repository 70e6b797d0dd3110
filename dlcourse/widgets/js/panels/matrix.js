// A table of short texts in boxes. A cell is its text or [text, mark]: "pale" is dashed, "loud" vermillion; an empty text has no box.

const cellOf = (cell) => (Array.isArray(cell) ? cell : [cell, ""]);

function drawMatrix(g, panel, scope) {
  const cells = scope[panel.cells], rows = scope[panel.rows] ?? [], columns = scope[panel.columns] ?? [];
  const across = Math.max(1, columns.length, ...cells.map((row) => row.length)), head = columns.length ? 20 : 2;
  const left = rows.length ? 12 + Math.max(...rows.map((name) => measure(g, name, true))) : 0;
  const wide = Math.min(104, (g.width - left - 2) / across), high = Math.min(58, (g.height - head - 2) / Math.max(1, cells.length));
  const X = (c) => left + c * wide, Y = (r) => head + r * high;
  columns.forEach((name, c) => write(g, name, X(c + 0.5), 13, { align: "center", colour: "muted", most: wide - 4 }));
  rows.forEach((name, r) => write(g, name, left - 8, Y(r + 0.5), { align: "right", base: "middle", bold: true }));
  cells.forEach((row, r) => row.map(cellOf).forEach(([text, mark], c) => {
    if (text) drawCell(g, text, mark, X(c) + 3, Y(r) + 3, wide - 6, high - 6);
  }));
}

function drawCell(g, text, mark, x, y, width, height) {
  const colour = { pale: "muted", loud: "positive" }[mark] ?? "ink";
  const corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]];
  line(g, corners, { colour, width: mark === "loud" ? 2 : 1, dash: mark === "pale" ? [3, 3] : [] });
  write(g, text, x + width / 2, y + height / 2 + 1, { align: "center", base: "middle", colour, bold: mark === "loud", most: width - 4 });
}

function matrixTable(panel, scope) {
  const cells = scope[panel.cells], names = scope[panel.rows] ?? [];
  const head = scope[panel.columns] ?? Array.from({ length: Math.max(0, ...cells.map((row) => row.length)) }, (_, i) => String(i));
  return { head: ["", ...head], rows: cells.map((row, r) => [names[r] ?? String(r), ...row.map((cell) => cellOf(cell)[0])]) };
}

KINDS.matrix = { draw: drawMatrix, table: matrixTable };
