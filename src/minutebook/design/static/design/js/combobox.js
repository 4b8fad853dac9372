// <auto-complete data-combobox>: the chosen option's data-id goes into the hidden field, and "change" tells htmx.
// Typing again takes the choice back, so that a name never stands beside another one's id.

document.addEventListener("combobox-commit", ({ target }) => {
  const box = target.closest("[data-combobox]");
  if (box) choose(box, target.dataset.id ?? "");
});

document.addEventListener("input", ({ target }) => {
  const box = target.closest?.("[data-combobox]");
  if (box && target.matches("[role=combobox], input[type=text], input[type=search]")) choose(box, "");
});

function choose(box, id) {
  const chosen = box.querySelector("[data-chosen]");
  if (!chosen || chosen.value === id) return;
  chosen.value = id;
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
}
