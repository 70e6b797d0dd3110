// Frames, arrays and numbers. An array is {data, shape}; a number stays a number.

const TYPES = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };

// The bytes of a frame -> {manifest, items}: see frame.py.
function unpack(view) {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
  const start = 8 + new DataView(bytes.buffer).getUint32(0, true);
  const manifest = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
  const items = { ...manifest.values };
  for (const { name, dtype, shape, offset } of manifest.arrays) {
    const size = shape.reduce((a, b) => a * b, 1);
    items[name] = { data: new TYPES[dtype](bytes.buffer, start + offset, size), shape };
  }
  return { manifest, items };
}

// f at each place of arrays and numbers, which broadcast over up to two axes as in NumPy.
function each(f, ...args) {
  const arrays = args.filter((a) => a.shape);
  if (!arrays.length) return f(...args);
  const rank = Math.max(...arrays.map((a) => a.shape.length));
  const dims = args.map((a) => (a.shape ? [1, ...a.shape].slice(-2) : [1, 1]));
  const [rows, columns] = [0, 1].map((axis) => Math.max(...dims.map((d) => d[axis])));
  const row = new Array(args.length), data = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) {
    for (let i = 0; i < args.length; i++) {
      const [h, w] = dims[i];
      row[i] = args[i].shape ? args[i].data[(h > 1 ? r : 0) * w + (w > 1 ? c : 0)] : args[i];
    }
    data[r * columns + c] = f(...row);
  }
  return { data, shape: rank === 1 ? [columns] : [rows, columns] };
}

// The part of an array or list at one index of its first axis.
function at(item, index) {
  if (!item.shape) return item[index];
  const shape = item.shape.slice(1), size = shape.reduce((a, b) => a * b, 1);
  return shape.length ? { data: item.data.subarray(index * size, (index + 1) * size), shape } : item.data[index];
}

// As number() and fill() of reading.py.
function number(value, digits = 2) {
  if (value === null || value === undefined || Number.isNaN(value)) return "NaN";
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

// A small or large number in few letters, as 7e−11.
const scientific = (value, digits = 0) => value.toExponential(digits).replace("e+", "e").replaceAll("-", "−");

const HOLE = /\{(\w+)(?::\.(\d)f)?\}/g;
const filled = (name, digits, scope) => (digits === undefined ? String(scope[name]) : number(scope[name], Number(digits)));
const fill = (template, scope) => template.replace(HOLE, (_, name, digits) => filled(name, digits, scope));

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const extent = (data) => data.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [Infinity, -Infinity]);

// [[name, form, ...arguments]] adds names to the scope; an argument is a name in the scope, a list of them, or itself.
function evaluate(steps, scope) {
  const named = (a) => (Array.isArray(a) ? a.map(named) : typeof a === "string" && a in scope ? scope[a] : a);
  for (const [name, form, ...args] of steps) scope[name] = FORMS[form](...args.map(named));
  return scope;
}
