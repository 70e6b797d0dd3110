// Closed forms of walks down a polynomial surface: the same operations in the same order as in surfaces.py, so the same bits.

// Value and slopes of the sum of c[i][j] xⁱ yʲ.
function polynomial({ data, shape: [rows, columns] }, x, y) {
  let value = 0, dx = 0, dy = 0;
  for (let i = rows - 1; i >= 0; i--) {
    let inner = 0, slope = 0;
    for (let j = columns - 1; j >= 0; j--) {
      slope = slope * y + inner;
      inner = inner * y + data[i * columns + j];
    }
    dx = dx * x + value;
    value = value * x + inner;
    dy = dy * x + slope;
  }
  return [value, dx, dy];
}

// name: the step, from the gradient and what is kept: velocity, mean square, powers of the decays
const METHODS = {
  "gradient descent": (g, k, rate) => rate * g,
  "with momentum": (g, k, rate, mu) => rate * (k[0] = mu * k[0] + g),
  Nesterov: (g, k, rate, mu) => rate * (g + mu * (k[0] = mu * k[0] + g)),
  RMSProp: (g, k, rate) => (rate * g) / (Math.sqrt((k[1] = 0.9 * k[1] + 0.1 * g * g)) + 1e-8),
  Adam(g, k, rate) {
    k[0] = 0.9 * k[0] + 0.1 * g;
    k[1] = 0.999 * k[1] + 0.001 * g * g;
    k[2] *= 0.9;
    k[3] *= 0.999;
    return (rate * (k[0] / (1 - k[2]))) / (Math.sqrt(k[1] / (1 - k[3])) + 1e-8);
  },
};

Object.assign(FORMS, {
  descend(terms, method, x, y, rate, mu, last) {
    const path = [x, y], kept = [[0, 0, 1, 1], [0, 0, 1, 1]];
    for (let i = 0; i < last; i++) {
      const [, ...slopes] = polynomial(terms, x, y);
      [x, y] = [x, y].map((v, axis) => clamp(v - METHODS[method](slopes[axis], kept[axis], rate, mu), -1000, 1000));
      path.push(x, y);
    }
    return { data: Float64Array.from(path), shape: [last + 1, 2] };
  },
  powers(terms, { data, shape: [count] }) {
    const height = (_, i) => Math.max(polynomial(terms, data[2 * i], data[2 * i + 1])[0], 1e-9);
    return { data: Float64Array.from({ length: count }, height).map(Math.log10), shape: [count] };
  },
  choose: (name, names, items) => at(items, names.indexOf(name)),
  place: at,
});
