// A plane: a function as colour, its zero line, points of two classes; the learner may drag one point or draw many.

// Segments of the line where bilinear values (rows, columns) cross zero, in cells.
function zeroLine({ data, shape: [rows, columns] }) {
  const segments = [];
  for (let r = 0; r + 1 < rows; r++) for (let c = 0; c + 1 < columns; c++) {
    const corners = [[r, c], [r, c + 1], [r + 1, c + 1], [r + 1, c]].map(([i, j]) => [i, j, data[i * columns + j]]);
    const crossings = [];
    corners.forEach(([i, j, v], k) => {
      const [i2, j2, v2] = corners[(k + 1) % 4];
      if (v < 0 !== v2 < 0) crossings.push([j + ((j2 - j) * v) / (v - v2), i + ((i2 - i) * v) / (v - v2)]);
    });
    for (let k = 0; k + 1 < crossings.length; k += 2) segments.push([crossings[k], crossings[k + 1]]);
  }
  return segments;
}

function drawPlane(g, panel, scope, view) {
  const box = axes(g, { ...panel, x: panel.x_range, y: panel.y_range, square: true, grid: !panel.values });
  view.box = box;
  if (panel.values) drawColours(g, box, scope[panel.values], panel.limit);
  box.frame();
  if (panel.values) drawKey(g, box, panel);
  clip(g, box, () => {
    if (panel.boundary) drawBoundary(g, box, scope[panel.boundary]);
    if (panel.arrow.length) drawArrow(g, box, panel.arrow.map((name) => scope[name]));
    for (const [x, y, label] of pointsOf(panel, scope)) drawPoint(g, box.X(x), box.Y(y), label);
    if (panel.drag.length) drawHandle(g, box, panel.drag.map((name) => scope[name]));
    if (view.cross && view.focused) drawCross(g, box, view.cross);
  });
}

function pointsOf(panel, scope) {
  const given = scope[panel.points], drawn = scope[panel.draws] ?? [];
  const rows = given ? Array.from({ length: given.shape[0] }, (_, i) => Array.from(given.data.subarray(3 * i, 3 * i + 3))) : [];
  return rows.length ? rows : drawn;
}

function drawColours(g, box, { data, shape: [rows, columns] }, limit) {
  const picture = raster(data, 0, rows, columns, 1 / limit, signed(g.colours), true);
  g.ctx.imageSmoothingEnabled = true;
  const [w, h] = [box.right - box.left, box.bottom - box.top];
  clip(g, box, () => {
    // the outermost samples stand on the frame, half a cell of the picture beyond it
    const [dx, dy] = [w / (columns - 1) / 2, h / (rows - 1) / 2];
    g.ctx.drawImage(picture, box.left - dx, box.top - dy, w + 2 * dx, h + 2 * dy);
  });
}

// What the colours mean: "a  -2 [blue .. vermillion] 2", below the axis.
function drawKey(g, box, { key, limit }) {
  const y = box.bottom + 20, colour = signed(g.colours), ends = [-limit, limit].map((v) => number(v, Number.isInteger(v) ? 0 : 1));
  const text = `${key} ${ends[0]}`, start = box.left + 6 + measure(g, text), width = Math.min(48, (box.right - box.left) / 4);
  const ramp = g.ctx.createLinearGradient(start, 0, start + width, 0);
  for (const t of [-1, 0, 1]) ramp.addColorStop((t + 1) / 2, `rgb(${colour(t).map(Math.round)})`);
  g.ctx.fillStyle = ramp;
  g.ctx.fillRect(start, y + 1, width, 9);
  g.ctx.strokeStyle = g.colours.grid;
  g.ctx.lineWidth = 1;
  g.ctx.strokeRect(start - 0.5, y + 0.5, width + 1, 10);
  write(g, text, box.left, y + 9, { colour: "muted" });
  write(g, ends[1], start + width + 6, y + 9, { colour: "muted" });
}

function drawBoundary(g, box, values) {
  const [rows, columns] = values.shape;
  const [dx, dy] = [(box.right - box.left) / (columns - 1), (box.bottom - box.top) / (rows - 1)];
  const place = ([c, r]) => [box.left + c * dx, box.bottom - r * dy];
  for (const segment of zeroLine(values)) line(g, segment.map(place));
}

// w from the point of the line w x + b = 0 that is nearest to the origin: a right angle, whatever w is.
function drawArrow(g, box, [w1, w2, b]) {
  const length = w1 * w1 + w2 * w2;
  if (length === 0) return;
  const foot = [(-b * w1) / length, (-b * w2) / length];
  const [[x0, y0], [x1, y1]] = [foot, [foot[0] + w1, foot[1] + w2]].map(([x, y]) => [box.X(x), box.Y(y)]);
  const angle = Math.atan2(y1 - y0, x1 - x0), wing = (turn) => [x1 - 9 * Math.cos(angle + turn), y1 - 9 * Math.sin(angle + turn)];
  line(g, [[x0, y0], [x1, y1]]);
  line(g, [wing(0.45), [x1, y1], wing(-0.45)]);
  write(g, "w", (x0 + x1) / 2 + 9 * Math.sin(angle), (y0 + y1) / 2 - 9 * Math.cos(angle), { align: "center", base: "middle", bold: true });
}

// Class 0: a blue disc, class 1: a vermillion square, so that the hue is not needed.
function drawPoint(g, x, y, label) {
  if (label < 0.5) return dot(g, x, y, 4.5, "negative");
  g.ctx.fillStyle = g.colours.positive;
  g.ctx.strokeStyle = g.colours.surface;
  g.ctx.lineWidth = 1.5;
  g.ctx.fillRect(x - 4, y - 4, 8, 8);
  g.ctx.strokeRect(x - 4, y - 4, 8, 8);
}

function drawHandle(g, box, [x, y]) {
  dot(g, box.X(x), box.Y(y), 7, "ink");
  const left = box.X(x) > (box.left + box.right) / 2;
  write(g, "x", box.X(x) + (left ? -12 : 12), box.Y(y), { align: left ? "right" : "left", base: "middle", bold: true });
}

function drawCross(g, box, [x, y]) {
  line(g, [[box.X(x), box.top], [box.X(x), box.bottom]], { width: 1, dash: [3, 3] });
  line(g, [[box.left, box.Y(y)], [box.right, box.Y(y)]], { width: 1, dash: [3, 3] });
}

function planeTable(panel, scope) {
  const points = pointsOf(panel, scope);
  const row = ([x, y, label]) => [number(x), number(y), String(label)];
  if (!panel.values) return { head: [panel.x_label, panel.y_label, "class"], rows: points.map(row) };
  const { data, shape: [rows, columns] } = scope[panel.values];
  const side = ([low, high], i, n) => number(low + ((high - low) * i) / (n - 1), 1);
  const across = spread(columns, 7);
  return {
    head: [`${panel.y_label} \\ ${panel.x_label}`, ...across.map((c) => side(panel.x_range, c, columns))],
    rows: spread(rows, 7).reverse().map((r) => [side(panel.y_range, r, rows), ...across.map((c) => number(data[r * columns + c]))]),
  };
}

// The pointer's place in the plane's numbers, kept inside.
function placeOf(event, view, panel) {
  const { left, top } = view.canvas.getBoundingClientRect(), box = view.box;
  const x = panel.x_range[0] + ((event.clientX - left - box.left) / (box.right - box.left)) * (panel.x_range[1] - panel.x_range[0]);
  const y = panel.y_range[0] + ((box.bottom - event.clientY + top) / (box.bottom - box.top)) * (panel.y_range[1] - panel.y_range[0]);
  return [clamp(x, ...panel.x_range), clamp(y, ...panel.y_range)];
}

function usePlane(view, panel, app) {
  const follow = (event) => {
    if (!view.box) return;
    const place = placeOf(event, view, panel);
    if (panel.draws) {
      if (view.spot && Math.hypot(...place.map((v, i) => v - view.spot[i])) < 0.05 * (panel.x_range[1] - panel.x_range[0])) return;
      view.spot = place;
      app.draw(panel.draws, place);
    } else app.change(Object.fromEntries(panel.drag.map((name, i) => [name, app.snap(name, place[i])])));
  };
  if (!panel.drag.length && !panel.draws) return;
  view.canvas.classList.add(panel.draws ? "drawn" : "dragged");
  view.canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    view.canvas.setPointerCapture(event.pointerId);
    view.spot = null;
    follow(event);
  });
  view.canvas.addEventListener("pointermove", (event) => { if (view.canvas.hasPointerCapture(event.pointerId)) follow(event); });
  if (panel.draws) usePlaneKeys(view, panel, app);
}

// The same by keyboard: arrows move a cross, Enter draws there, Delete takes the nearest point away, 0 and 1 choose the class.
function usePlaneKeys(view, panel, app) {
  const area = view.area, sides = [panel.x_range, panel.y_range];
  view.cross = sides.map(([low, high]) => (low + high) / 2);
  Object.assign(area, { tabIndex: 0 });
  area.setAttribute("role", "application");
  const keys = "Arrow keys move the cross, Enter draws a point, 0 and 1 choose its class, Delete takes the nearest away.";
  area.setAttribute("aria-label", `${panel.label}. ${keys}`);
  area.setAttribute("data-lm-suppress-shortcuts", "true");
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
  area.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = moves[event.key], step = event.shiftKey ? 0.2 : 0.05;
    if (move) view.cross = view.cross.map((v, i) => clamp(v + move[i] * step * (sides[i][1] - sides[i][0]), ...sides[i]));
    else if (event.key === "Enter" || event.key === " ") app.draw(panel.draws, view.cross);
    else if (event.key === "Delete" || event.key === "Backspace") app.draw(panel.draws, view.cross, "erase");
    else if (event.key === "0" || event.key === "1") app.pen(panel.draws, event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
    app.say(`x ${number(view.cross[0])}, y ${number(view.cross[1])}`);
    app.redraw();
  });
  for (const type of ["focus", "blur"]) area.addEventListener(type, () => { view.focused = type === "focus"; app.redraw(); });
}

KINDS.field = KINDS.scatter = { square: true, draw: drawPlane, table: planeTable, use: usePlane };
