// widgets read JupyterLab's mark on the body to tell light from dark: keep it equal to this theme's
addEventListener("DOMContentLoaded", () => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const tell = () => {
    const theme = document.body.dataset.theme;
    document.body.dataset.jpThemeLight = theme === "auto" || !theme ? !dark.matches : theme === "light";
  };
  new MutationObserver(tell).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
  dark.addEventListener("change", tell);
  tell();
});
