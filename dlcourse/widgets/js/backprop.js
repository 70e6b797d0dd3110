// Closed forms of graphs: forward, and backward edge by edge, as in chain.py.

// Each operation of a graph: [value, derivative by each input].
const OPERATIONS = {
  "+": (a, b) => [a + b, [1, 1]],
  "−": (a, b) => [a - b, [1, -1]],
  "·": (a, b) => [a * b, [b, a]],
  "/": (a, b) => [a / b, [1 / b, -a / (b * b)]],
  "^": (a, power) => [a ** power, [power * a ** (power - 1)]],
  neg: (a) => [-a, [-1]],
  tanh: (a) => [Math.tanh(a), [1 - Math.tanh(a) ** 2]],
  exp: (a) => [Math.exp(a), [Math.exp(a)]],
  log: (a) => [Math.log(a), [1 / a]],
  relu: (a) => [Math.max(a, 0), [a > 0 ? 1 : 0]],
};

function forward(steps, leaves) {
  const done = [];
  for (const [operation, parents, constant] of steps) {
    const inputs = [...parents.map((parent) => done[parent][0]), ...(operation === "^" ? [constant] : [])];
    const fixed = { leaf: leaves[constant], number: constant }[operation];
    done.push(fixed === undefined ? OPERATIONS[operation](...inputs) : [fixed, []]);
  }
  return done;
}

function backward(edges, done, step, update) {
  const grads = done.map((_, i) => (i === done.length - 1 ? 1 : 0));
  for (const [child, parent, which] of edges.slice(0, Math.max(0, step))) {
    grads[parent] = (update === "+=" ? grads[parent] : 0) + grads[child] * done[child][1][which];
  }
  return grads;
}

// What the last edge did and what the next one will do, in words.
function told({ steps, names, edges }, done, step, update) {
  const [before, now, right] = [[step - 1, update], [step, update], [edges.length, "+="]].map((how) => backward(edges, done, ...how));
  const formula = ([child, parent, which]) =>
    `${names[parent]}.grad ${update} ${number(now[child])} · ${number(done[child][1][which])}`;
  let said = `${names.at(-1)} = ${number(done.at(-1)[0])}, and its own gradient is 1.00. First edge: ${edges.length ? formula(edges[0]) : "none"}.`;
  if (step) {
    const edge = edges[step - 1], [from, to] = [before, now].map((grads) => number(grads[edge[1]]));
    said = `Edge ${step} of ${edges.length}: ${formula(edge)}, so ${from} becomes ${to}.`;
  }
  if (step < edges.length) return [said, `next: ${formula(edges[step])}`];
  const lost = steps.findIndex(([, parents], i) => !parents.length && number(now[i]) !== number(right[i]));
  const but = lost < 0 ? "" : `, but ${names[lost]}.grad should be ${number(right[lost])}`;
  return [said, `all ${edges.length} edges are done${but}`];
}

function backprop(graph, leaves, asked, update) {
  const { edges, given, steps } = graph, done = given ?? forward(steps, leaves), step = Math.min(asked, edges.length);
  return [...told(graph, done, step, update), edges.length, done.length, done, backward(edges, done, step, update), step];
}

Object.assign(FORMS, {
  backprop,
  pick: (items, key) => items[key],
});
