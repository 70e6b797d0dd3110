// Closed forms: the few formulas that a widget may recompute here. Each is tested against its Python function.

const sigmoid = (z) => 0.5 * Math.tanh(0.5 * z) + 0.5;
const normal = (z) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

// The probability that a standard normal variable is below z: its Taylor series, and far out 0 or 1.
function below(z) {
  if (Math.abs(z) > 7) return z > 0 ? 1 : 0;
  let term = z, sum = z;
  for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) sum += term *= (z * z) / (2 * k + 1);
  return 0.5 + normal(z) * sum;
}

// name: [value, slope]
const ACTIVATIONS = {
  sigmoid: [sigmoid, (z) => sigmoid(z) * (1 - sigmoid(z))],
  tanh: [Math.tanh, (z) => 1 - Math.tanh(z) ** 2],
  ReLU: [(z) => Math.max(z, 0), (z) => (z > 0 ? 1 : 0)],
  "leaky ReLU": [(z) => (z > 0 ? z : 0.1 * z), (z) => (z > 0 ? 1 : 0.1)],
  GELU: [(z) => z * below(z), (z) => below(z) + z * normal(z)],
};

// name: [value, slope by the logit]
const LOSSES = {
  "cross entropy": [(z, t) => softplus(z) - t * z, (z, t) => sigmoid(z) - t],
  "squared error": [(z, t) => (sigmoid(z) - t) ** 2, (z, t) => 2 * (sigmoid(z) - t) * sigmoid(z) * (1 - sigmoid(z))],
};

function softmax({ data, shape }) {
  const width = shape[shape.length - 1], out = Float64Array.from(data);
  for (let start = 0; start < out.length; start += width) {
    const row = out.subarray(start, start + width), top = Math.max(...row);
    row.forEach((v, i) => { row[i] = Math.exp(v - top); });
    const sum = row.reduce((a, b) => a + b);
    row.forEach((v, i) => { row[i] = v / sum; });
  }
  return { data: out, shape };
}

const FORMS = {
  affine: (xs, ws, b) => xs.reduce((sum, x, i) => each((s, x, w) => s + x * w, sum, x, ws[i]), b),
  activation: (name, z) => each(ACTIVATIONS[name][0], z),
  activation_slope: (name, z) => each(ACTIVATIONS[name][1], z),
  loss: (name, z, target) => each(LOSSES[name][0], z, target),
  loss_slope: (name, z, target) => each(LOSSES[name][1], z, target),
  softmax,
  words: (value, limits, words) => words[limits.filter((limit) => limit < value).length],
};
