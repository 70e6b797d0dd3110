// The colours follow the notebook's theme, else the system's.

function themeOf() {
  const { body } = document, jupyter = body.dataset.jpThemeLight;
  if (jupyter !== undefined) return jupyter === "true" ? "light" : "dark";
  if (body.classList.contains("vscode-dark")) return "dark";
  if (body.classList.contains("vscode-light")) return "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

// The palette of the theme, on the notebook's own background.
function coloursOf(spec, root) {
  const colours = { ...spec.colours[themeOf()] }, surface = getComputedStyle(root).getPropertyValue("--jp-layout-color0").trim();
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  pen.fillStyle = surface || colours.surface; // a canvas turns every spelling of a colour into #rrggbb
  colours.surface = pen.fillStyle;
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--dl-${name}`, colour);
  root.dataset.theme = themeOf();
  return colours;
}
