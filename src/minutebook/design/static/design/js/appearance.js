// The choice of light, dark or as the system, in the menu under the user's name.
const root = document.documentElement;

for (const choice of document.querySelectorAll("[data-theme-choice]")) {
  choice.hidden = false;
  for (const input of choice.querySelectorAll("input")) {
    input.checked = input.value === (root.dataset.theme ?? "");
  }
  choice.addEventListener("change", (event) => apply(event.target.value));
}

function apply(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  localStorage.setItem("minutebook.theme", theme);
}

// A menu closes when the work goes on elsewhere, and on Escape.
document.addEventListener("click", (event) => closeMenus({ except: event.target.closest("details.menu") }));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.menu[open]");
  menu?.querySelector("summary").focus();
  closeMenus({ except: null });
});

function closeMenus({ except }) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}
