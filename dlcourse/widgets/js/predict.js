// The question before the picture: an answer, right or wrong, or Skip opens the widget.

function predictBlock(app, page) {
  const { question } = app.spec, node = h("div.predict");
  if (!question) return [];
  if (app.state.prediction !== undefined) return [verdictOf(question, app.state.prediction, node)];
  page.stage.inert = true;
  const answer = (choice) => {
    verdictOf(question, choice, node);
    page.stage.inert = false;
    app.change({ prediction: choice });
    app.say(node.textContent);
    page.stage.querySelector("input, select, button")?.focus({ preventScroll: true });
  };
  const choices = question.choices.map((choice) => h("button", { type: "button", onclick: () => answer(choice) }, choice));
  const skip = h("button.quiet", { type: "button", onclick: () => answer(null) }, "Skip");
  node.append(h("p", {}, h("b", {}, "Predict. "), question.question));
  node.append(h("div.choices", { role: "group", "aria-label": "Your prediction" }, ...choices, skip));
  return [node];
}

// One line in place of the question; null is a question that was skipped.
function verdictOf({ answer, why }, choice, node) {
  const verdict = choice === null ? `Answer: ${answer}` : choice === answer ? `${choice}: right` : `${choice}: not quite, it is ${answer}`;
  node.replaceChildren(h("p.verdict", {}, h("b", {}, verdict), why ? `, for ${why}` : "."));
  return node;
}
