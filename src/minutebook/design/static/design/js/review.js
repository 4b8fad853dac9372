// Review: arrows choose. Up and down go from field to field, left takes ours, right the practice manager's.

const SIDES = { ArrowLeft: "ours", ArrowRight: "theirs" };

document.addEventListener("keydown", (event) => {
  const form = document.querySelector("form[data-review]");
  if (!form || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]") || event.target.closest("input:not([type=radio]), select, textarea")) return;
  const rows = [...form.querySelectorAll("[data-field]")];
  const here = rows.indexOf(document.activeElement?.closest("[data-field]"));
  if (event.key in SIDES) return choose(event, rows[Math.max(here, 0)], SIDES[event.key]);
  if (event.key === "ArrowDown") return go(event, rows[Math.min(here + 1, rows.length - 1)]);
  if (event.key === "ArrowUp") return go(event, rows[Math.max(here - 1, 0)]);
  if (event.key === "Enter" && event.target.matches("input[type=radio]")) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button.filled"));
  }
});

function choose(event, row, side) {
  const radio = row?.querySelector(`input[value="${side}"]`);
  if (!radio || radio.disabled) return;
  event.preventDefault();
  radio.checked = true;
  radio.focus();
}

function go(event, row) {
  const radio = row?.querySelector("input:checked") ?? row?.querySelector("input");
  if (!radio) return;
  event.preventDefault();
  radio.focus();
}
