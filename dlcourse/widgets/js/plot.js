// What panels share: colours, axes and text on a canvas. A pen `g` is {ctx, width, height, colours}.

const FONT = "12px system-ui, sans-serif";
const KINDS = {};

const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const mix = (from, to, t) => from.map((v, i) => v + (to[i] - v) * t);

// -limit .. 0 .. limit -> blue, the background, vermillion, as red, green, blue.
function signed(colours) {
  const [zero, low, high] = [colours.surface, colours.negative, colours.positive].map(channels);
  return (t) => mix(zero, t < 0 ? low : high, 0.72 * Math.min(1, Math.abs(t)));
}

function grey(colours) {
  return (t) => [255 * t, 255 * t, 255 * t];
}

// (rows, columns) of numbers as a picture of that size; `up`: the first row is the lowest.
function raster(values, start, rows, columns, scale, colour, up) {
  const image = new ImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    const r = Math.floor(i / columns), place = 4 * ((up ? rows - 1 - r : r) * columns + (i % columns));
    image.data.set(colour(values[start + i] * scale), place);
    image.data[place + 3] = 255;
  }
  const canvas = new OffscreenCanvas(columns, rows);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

function line(g, points, { colour = "ink", width = 2, dash = [] } = {}) {
  g.ctx.strokeStyle = g.colours[colour];
  g.ctx.lineWidth = width;
  g.ctx.setLineDash(dash);
  g.ctx.beginPath();
  points.forEach(([x, y], i) => (i ? g.ctx.lineTo(x, y) : g.ctx.moveTo(x, y)));
  g.ctx.stroke();
  g.ctx.setLineDash([]);
  if (points.length === 1) dot(g, ...points[0], 4, colour);
}

// Text with a rim of background, so that it can be read on anything; wider than `most` it is condensed.
function write(g, text, x, y, { align = "left", base = "alphabetic", colour = "ink", bold = false, most } = {}) {
  Object.assign(g.ctx, { font: bold ? `600 ${FONT}` : FONT, textAlign: align, textBaseline: base, lineWidth: 4, lineJoin: "round" });
  g.ctx.strokeStyle = g.colours.surface;
  g.ctx.strokeText(text, x, y, most);
  g.ctx.fillStyle = g.colours[colour];
  g.ctx.fillText(text, x, y, most);
}

function measure(g, text, bold = false) {
  g.ctx.font = bold ? `600 ${FONT}` : FONT;
  return g.ctx.measureText(text).width;
}

function dot(g, x, y, radius, colour) {
  g.ctx.beginPath();
  g.ctx.arc(x, y, radius, 0, 2 * Math.PI);
  g.ctx.fillStyle = g.colours[colour];
  g.ctx.fill();
  g.ctx.lineWidth = 2;
  g.ctx.strokeStyle = g.colours.surface;
  g.ctx.stroke();
}

// Round numbers from low to high, about `count` of them.
function ticks(low, high, count) {
  const rough = (high - low) / Math.max(1, count), power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9), digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const tick = (_, i) => [(first + i) * step, number((first + i) * step, digits)];
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, tick);
}

// Powers of ten from low to high, about `count` of them; long ones as 10⁻⁷.
function powers(low, high, count) {
  const raised = (k) => (k < 0 ? "⁻" : "") + Array.from(String(Math.abs(k)), (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("");
  const whole = ticks(Math.log10(low), Math.log10(high), count).filter(([k]) => Number.isInteger(k));
  return whole.map(([k]) => [10 ** k, Math.abs(k) > 4 ? `10${raised(k)}` : String(10 ** k)]);
}

// Left and bottom axis with ticks, titles and a grid -> {X, Y, left, right, top, bottom}; X and Y map numbers to pixels.
function axes(g, { x, y, x_label, y_label, square = false, logX = false, logY = false, grid = true }) {
  const tight = g.width < 200, box = { right: g.width - 10, top: y_label ? 20 : 8, bottom: g.height - 34, tight };
  const up = (logY ? powers : ticks)(...y, (box.bottom - box.top) / 40);
  box.left = Math.max(tight ? 24 : 34, 8 + Math.max(...up.map(([, text]) => measure(g, text))));
  if (square) {
    const side = Math.min(box.right - box.left, box.bottom - box.top);
    Object.assign(box, { right: box.left + side, bottom: box.top + side });
  }
  const scale = (log) => (log ? Math.log10 : (v) => v), [along, above] = [logX, logY].map(scale), [[x0, x1], [y0, y1]] = [x.map(along), y.map(above)];
  const X = (v) => box.left + ((along(v) - x0) / (x1 - x0)) * (box.right - box.left);
  const Y = (v) => box.bottom - ((above(v) - y0) / (y1 - y0)) * (box.bottom - box.top);
  const across = logX ? powers(...x, 3) : ticks(...x, (box.right - box.left) / 48);
  if (grid) {
    for (const [v] of across) line(g, [[X(v), box.top], [X(v), box.bottom]], { colour: "grid", width: 0.5 });
    for (const [v] of up) line(g, [[box.left, Y(v)], [box.right, Y(v)]], { colour: "grid", width: v === 0 ? 1 : 0.5 });
  }
  return { ...box, X, Y, x, y, frame: () => {
    line(g, [[box.left, box.top], [box.left, box.bottom], [box.right, box.bottom]], { colour: "muted", width: 1 });
    for (const [v, text] of across) {
      const half = measure(g, text) / 2;
      write(g, text, clamp(X(v), half, g.width - half), box.bottom + 14, { align: "center", colour: "muted" });
    }
    for (const [v, text] of up) write(g, text, box.left - 5, Y(v), { align: "right", base: "middle", colour: "muted" });
    if (x_label) write(g, x_label, box.right, box.bottom + 29, { align: "right" });
    if (y_label) write(g, y_label, Math.max(0, box.left - measure(g, y_label) / 2), box.top - 8);
  } };
}

function clip(g, box, draw) {
  g.ctx.save();
  g.ctx.beginPath();
  g.ctx.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  g.ctx.clip();
  draw();
  g.ctx.restore();
}

// At most `most` indices, evenly spread over 0 .. length - 1, both ends among them: for tables.
function spread(length, most) {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - 1)) / Math.max(1, count - 1)));
}
