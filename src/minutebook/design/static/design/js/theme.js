// Runs before the first paint, so that a chosen appearance does not flash. Classic script, not a module.
(() => {
  const root = document.documentElement;
  root.classList.add("has-keys");
  try {
    const theme = localStorage.getItem("minutebook.theme");
    if (theme) root.dataset.theme = theme;
    if (localStorage.getItem("minutebook.keys") === "off") root.dataset.keys = "off";
  } catch {
    // Storage is forbidden in this browser: the system's appearance stands.
  }
})();
