// Small pictures side by side: signed fields (grid) or grey images (image), each with a caption.

function drawTiles(g, panel, scope) {
  const { data, shape: [count, rows, columns] } = scope[panel.values], names = scope[panel.names] ?? [], wrong = scope[panel.wrong];
  const caption = names.length ? 18 : 0, gap = 8, isGrid = panel.kind === "grid";
  const across = bestColumns(g, count, caption, gap), down = Math.ceil(count / across);
  const side = Math.floor(Math.min((g.width - gap * (across - 1)) / across, (g.height - gap * (down - 1)) / down - caption));
  const left = (g.width - across * side - (across - 1) * gap) / 2;
  const colour = isGrid ? signed(g.colours) : grey(g.colours), scale = isGrid ? 1 / panel.limit : data instanceof Uint8Array ? 1 / 255 : 1;
  g.ctx.imageSmoothingEnabled = isGrid;
  for (let i = 0; i < count; i++) {
    const x = left + (i % across) * (side + gap), y = Math.floor(i / across) * (side + caption + gap);
    g.ctx.drawImage(raster(data, i * rows * columns, rows, columns, scale, colour, isGrid), x, y, side, side);
    g.ctx.strokeStyle = g.colours.grid;
    g.ctx.lineWidth = 1;
    g.ctx.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
    const miss = wrong && (wrong.data ?? wrong)[i];
    const style = { align: "center", colour: miss ? "positive" : "ink", bold: Boolean(miss), most: side + gap - 3 };
    if (caption) write(g, `${names[i]}${miss ? " ✗" : ""}`, x + side / 2, y + side + 13, style);
  }
}

// The number of columns that leaves the largest tiles.
function bestColumns(g, count, caption, gap) {
  const share = (length, n) => (length - gap * (n - 1)) / n;
  const side = (n) => Math.min(share(g.width, n), share(g.height, Math.ceil(count / n)) - caption);
  return Array.from({ length: count }, (_, i) => i + 1).reduce((best, n) => (side(n) > side(best) ? n : best), 1);
}

function tilesTable(panel, scope) {
  const { data, shape: [count, rows, columns] } = scope[panel.values], size = rows * columns, names = scope[panel.names] ?? [];
  const row = (i) => {
    const part = data.subarray(i * size, (i + 1) * size), [low, high] = extent(part);
    return [String(names[i] ?? i), number(low), number(part.reduce((a, b) => a + b, 0) / size), number(high)];
  };
  return { head: ["", "lowest", "mean", "highest"], rows: Array.from({ length: count }, (_, i) => row(i)) };
}

KINDS.grid = KINDS.image = { draw: drawTiles, table: tilesTable };
