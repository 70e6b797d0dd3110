// Level lines of a function over the plane, the paths of walks on it, and a start that the learner may drag.

// The line where bilinear values cross a level, as pieces [column, row, column, row].
function levelLine({ data, shape: [rows, columns] }, level) {
  const pieces = [];
  for (let r = 0; r + 1 < rows; r++) for (let c = 0; c + 1 < columns; c++) {
    const corners = [[r, c], [r, c + 1], [r + 1, c + 1], [r + 1, c]].map(([i, j]) => [i, j, data[i * columns + j] - level]);
    const crossings = corners.flatMap(([i, j, v], k) => {
      const [i2, j2, v2] = corners[(k + 1) % 4], t = v / (v - v2);
      return v < 0 !== v2 < 0 ? [j + (j2 - j) * t, i + (i2 - i) * t] : [];
    });
    for (let k = 0; k + 3 < crossings.length; k += 4) pieces.push(crossings.slice(k, k + 4));
  }
  return pieces;
}

// Each level is one stroke; the lines stay the same while only the path moves.
function levelStrokes(view, box, values, levels) {
  const key = `${levels.data} ${box.left} ${box.right} ${box.bottom}`;
  if (view.levels?.key === key) return view.levels.strokes;
  const [rows, columns] = values.shape, strokes = new Path2D();
  const [dx, dy] = [(box.right - box.left) / (columns - 1), (box.bottom - box.top) / (rows - 1)];
  for (const level of levels.data) for (const [c, r, c2, r2] of levelLine(values, level)) {
    strokes.moveTo(box.left + c * dx, box.bottom - r * dy);
    strokes.lineTo(box.left + c2 * dx, box.bottom - r2 * dy);
  }
  view.levels = { key, strokes };
  return strokes;
}

function walkOf(path, panel, scope) {
  const { data, shape } = scope[path.points], count = panel.until ? scope[panel.until] + 1 : shape[0];
  return Array.from({ length: Math.min(count, shape[0]) }, (_, i) => [data[2 * i], data[2 * i + 1]]);
}

function drawContours(g, panel, scope, view) {
  const box = axes(g, { ...panel, x: panel.x_range, y: panel.y_range, square: true, grid: false });
  view.box = box;
  const walks = panel.paths.map((path) => ({ main: shown(path, scope), points: walkOf(path, panel, scope).map(([x, y]) => [box.X(x), box.Y(y)]) }));
  clip(g, box, () => {
    Object.assign(g.ctx, { strokeStyle: g.colours.muted, lineWidth: 0.75 });
    g.ctx.stroke(levelStrokes(view, box, scope[panel.values], scope[panel.levels]));
    for (const { main, points } of walks.sort((a, b) => a.main - b.main)) {
      if (points.length > 1) line(g, points, { colour: main ? "positive" : "negative", width: main ? 2 : 1, dash: main ? [] : [3, 3] });
      if (main) drawStops(g, points.slice(1));
    }
    if (panel.drag.length) {
      const [x, y] = panel.drag.map((name, i) => (i ? box.Y : box.X)(scope[name])), left = x > (box.left + box.right) / 2;
      dot(g, x, y, 6, "ink");
      write(g, "start", x + (left ? -11 : 11), y, { align: left ? "right" : "left", base: "middle", bold: true });
    }
  });
  box.frame();
}

// Where the steps end; without a rim, since they may lie close together.
function drawStops(g, points) {
  g.ctx.fillStyle = g.colours.positive;
  g.ctx.beginPath();
  for (const [x, y] of points) g.ctx.moveTo(x, y), g.ctx.arc(x, y, 2.75, 0, 2 * Math.PI);
  g.ctx.fill();
}

function contoursTable(panel, scope) {
  const path = panel.paths.find((walk) => shown(walk, scope)), points = walkOf(path, panel, scope);
  const rows = spread(points.length, 13).map((i) => [String(i), ...points[i].map((v) => number(v, 3))]);
  return { head: ["step", panel.x_label, panel.y_label], rows };
}

function useContours(view, panel, app) {
  if (!panel.drag.length) return;
  const follow = (event) => {
    const { left, top } = view.canvas.getBoundingClientRect(), { box } = view, [[x0, x1], [y0, y1]] = [panel.x_range, panel.y_range];
    const x = x0 + ((event.clientX - left - box.left) / (box.right - box.left)) * (x1 - x0);
    const y = y0 + ((box.bottom - event.clientY + top) / (box.bottom - box.top)) * (y1 - y0);
    app.change(Object.fromEntries([x, y].map((v, i) => [panel.drag[i], app.snap(panel.drag[i], v)])));
  };
  view.canvas.classList.add("dragged");
  view.canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    view.canvas.setPointerCapture(event.pointerId);
    follow(event);
  });
  view.canvas.addEventListener("pointermove", (event) => { if (view.canvas.hasPointerCapture(event.pointerId)) follow(event); });
}

KINDS.contours = { square: true, draw: drawContours, table: contoursTable, use: useContours };
