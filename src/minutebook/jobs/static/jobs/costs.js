// The open row of costs: Esc puts it back, and a line chosen from the price list brings its prices.
// Enter saves and Tab moves, as in any form.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const row = event.target.closest?.("[data-open-row], .below");
  const list = row?.querySelector(".listbox:not([hidden])");
  if (!row || list) return; // the first Esc closes the list
  row.closest("table").querySelector("[data-put-back]")?.click();
});

document.addEventListener("combobox-commit", ({ target }) => {
  const row = target.closest("[data-open-row]");
  if (!row || !target.dataset.unitPrice) return;
  row.querySelector("[name=unit_cost]").value = target.dataset.unitCost;
  row.querySelector("[name=unit_price]").value = target.dataset.unitPrice;
});
